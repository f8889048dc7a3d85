"""How the command line reaches the running daemon: one JSON line each way over a Unix socket.

It checks what arrives and who may connect; what a request does is the daemon's business.
"""

import asyncio
import inspect
import os
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from gateway.refuge import refuges
from gateway.requests import (
    AcknowledgeAlert,
    CloseAlert,
    Devices,
    Doctor,
    Look,
    Probe,
    Request,
    Status,
    TrustDevice,
    Walk,
)

__all__ = [
    "AcknowledgeAlert",
    "Answer",
    "CloseAlert",
    "ControlFailed",
    "ControlServer",
    "Devices",
    "Doctor",
    "Look",
    "NoDaemon",
    "Probe",
    "Request",
    "Status",
    "TrustDevice",
    "Walk",
    "ask",
    "places",
]

SOCKET = "control.sock"  # in the store's directory, or in its refuge
LONGEST_REQUEST = 4096
LONGEST_ANSWER = 1024 * 1024
MODE = 0o660
PATIENCE = 5.0  # seconds in which a client must have asked
CLIENTS = 16


class Answer(Struct, frozen=True):
    """What came of a request; `facts` stand beside "ok" on the wire."""

    ok: bool
    error: str = ""
    facts: dict[str, object] = {}


Handle = Callable[[Request], Answer | Awaitable[Answer]]


class ControlFailed(Exception):
    """The socket cannot be used, or what came over it cannot be understood."""


class NoDaemon(ControlFailed):
    """Nobody listens: no daemon runs on this store."""


def places(path: Path) -> list[Path]:
    """Give where the socket of a store may be: in its directory, or where that takes none."""
    return [path, *(refuge / SOCKET for refuge in refuges(path.parent))]


class ControlServer:
    """Listens in a store's directory; being there, it also keeps a second daemon away."""

    def __init__(self, path: Path, handle: Handle) -> None:
        self._path = path
        self._handle = handle
        self._server: asyncio.Server | None = None
        self._clients = 0

    async def start(self) -> None:
        """Begin to listen, or go on; raise ControlFailed where it cannot be, and may be later."""
        if self._server is not None:
            return
        self._path, listener = _listener(places(self._path))
        self._server = await asyncio.start_unix_server(
            self._serve, sock=listener, limit=LONGEST_REQUEST
        )

    async def stop(self) -> None:
        """Stop listening and remove the socket."""
        if self._server is not None:
            self._server.close()
            with suppress(OSError):  # gone, or on a disk that has become read-only
                self._path.unlink()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients += 1
        try:
            async with asyncio.timeout(PATIENCE):
                line = await self._line(reader)
            # What is asked for may take its time: a telephone rings.
            answer = await self._answer(line)
            async with asyncio.timeout(PATIENCE):
                writer.write(_encoded(answer))
                await writer.drain()
        except (TimeoutError, ConnectionError):
            pass  # the client has gone, or never asked
        finally:
            self._clients -= 1
            writer.close()

    async def _line(self, reader: asyncio.StreamReader) -> bytes | str:
        """Give what is asked, or what is wrong with it."""
        if self._clients > CLIENTS:
            return "too many at once; try again"
        try:
            return await reader.readline()
        except ValueError as error:  # beyond the limit
            return f"not understood: {error}"

    async def _answer(self, line: bytes | str) -> Answer:
        if isinstance(line, str):
            return Answer(False, line)
        try:
            request = _requests.decode(line)
        except ValueError as error:  # msgspec's errors are some
            return Answer(False, f"not understood: {error}")
        answer = self._handle(request)
        return await answer if inspect.isawaitable(answer) else answer


def ask(path: Path, request: Request, timeout: float = 10.0) -> Answer:
    """Ask the daemon of the store that `path` is in; raise NoDaemon where none listens."""
    with _connected(path, timeout) as link:
        try:
            link.sendall(msgspec.json.encode(request) + b"\n")
            return _decoded(_line(link))
        except OSError as error:
            raise ControlFailed(f"{path}: {error.strerror or error}") from error


_requests = msgspec.json.Decoder(Request)


def _connected(path: Path, timeout: float) -> socket.socket:
    refusal: OSError | None = None
    for place in places(path):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(timeout)
        try:
            with _reachable(place) as name:
                link.connect(name)
        except OSError as error:
            link.close()
            if not isinstance(error, FileNotFoundError | ConnectionRefusedError):
                refusal = refusal or error
        else:
            return link
    if refusal is None:
        raise NoDaemon(str(path))
    raise ControlFailed(f"{path}: {refusal.strerror or refusal}") from refusal


def _listener(paths: list[Path]) -> tuple[Path, socket.socket]:
    for path in paths:
        if _is_alive(path):
            raise ControlFailed(f"{path}: another daemon runs on this store")
    failures = []
    for path in paths:
        try:
            return path, _bound(path)
        except OSError as error:
            failures.append(f"{path}: {error.strerror or error}")
    raise ControlFailed("; ".join(failures))


def _bound(path: Path) -> socket.socket:
    with suppress(OSError):  # on a read-only disk the bind below says so
        path.unlink()  # left behind by a daemon that was killed
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # Nobody else may connect in the moment between bind and chmod.
    before = os.umask(0o777 & ~MODE)
    try:
        with _reachable(path) as name:
            listener.bind(name)
        path.chmod(MODE)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(before)
    return listener


def _is_alive(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(1.0)
        try:
            with _reachable(path) as name:
                link.connect(name)
        except OSError:
            return False
        return True


@contextmanager
def _reachable(path: Path) -> Iterator[str]:
    """Give a name for the socket that is short enough: the kernel takes 107 bytes (unix(7))."""
    if len(os.fsencode(path)) < 100:
        yield str(path)
        return
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)


def _line(link: socket.socket) -> bytes:
    received = bytearray()
    while not received.endswith(b"\n") and len(received) < LONGEST_ANSWER:
        part = link.recv(65536)
        if not part:
            break
        received += part
    return bytes(received)


def _encoded(answer: Answer) -> bytes:
    error = {} if answer.ok else {"error": answer.error}
    return msgspec.json.encode({"ok": answer.ok, **error, **answer.facts}) + b"\n"


def _decoded(line: bytes) -> Answer:
    try:
        facts = msgspec.json.decode(line, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ControlFailed("the daemon's answer cannot be understood") from error
    is_ok = facts.pop("ok", False) is True
    return Answer(is_ok, str(facts.pop("error", "")), facts)
