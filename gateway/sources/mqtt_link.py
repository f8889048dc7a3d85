"""Open the connection to the broker, and be the socket that paho sees.

What goes over it is left to paho and to the source.
"""

import asyncio
import socket
import ssl
import threading
from pathlib import Path

from msgspec import Struct

CHUNK = 1 << 16


class LinkError(Exception):
    """The broker cannot be reached, or does not want us."""


class Broker(Struct, frozen=True):
    """Where the broker is, how it proves itself and how we do."""

    host: str
    port: int
    tls: bool  # without a CA of its own: by the system's CAs
    tls_ca: Path | None
    tls_certificate: Path | None
    tls_key: Path | None
    timeout: float  # seconds, for each of connecting and the TLS handshake


class Wire:
    """A socket for paho: it reads the frames that it is given, and its writes go out together.

    `fault` is what the network said when it failed; the next `recv` tells paho.
    """

    def __init__(self, sock: socket.socket) -> None:
        """Take over an open socket."""
        sock.setblocking(False)
        self.fault: str | None = None
        self._sock = sock
        self._given = b""
        self._unsent = bytearray()

    def read(self) -> bytes | None:
        """Give what the network has; None: nothing just now; empty: it has ended."""
        try:
            data = self._sock.recv(CHUNK)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        except OSError as error:
            self.fault = str(error)
            return b""
        if not data:
            self.fault = "the broker closed the connection"
        return data

    def give(self, frame: bytes) -> None:
        """Lay a whole frame out for paho to read."""
        self._given += frame

    def flush(self) -> bool:
        """Write what was gathered; False: the network took a part only, come back when writable."""
        try:
            while self._unsent:
                del self._unsent[: self._sock.send(self._unsent)]
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except OSError as error:
            self.fault = str(error)
            self._unsent.clear()
        return True

    # --- what paho asks of a socket

    def recv(self, buffer_size: int) -> bytes:
        """Give paho its bytes."""
        if not self._given and self.fault is None:
            raise BlockingIOError
        data, self._given = self._given[:buffer_size], self._given[buffer_size:]
        return data

    def send(self, buffer: bytes | bytearray) -> int:
        """Gather for the next flush."""
        self._unsent += buffer
        return len(buffer)

    def close(self) -> None:
        """Send what can still go, and close."""
        self.flush()
        self._sock.close()

    def fileno(self) -> int:
        """Give the file descriptor to wait for."""
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:
        """Do nothing: it never blocks."""


async def dial(broker: Broker) -> Wire:
    """Open TCP and TLS without holding up the loop, and make ready. Raises LinkError."""
    loop = asyncio.get_running_loop()
    opened: asyncio.Future[Wire] = loop.create_future()

    def settle(outcome: Wire | LinkError) -> None:
        if opened.done():
            if isinstance(outcome, Wire):
                outcome.close()
        elif isinstance(outcome, Wire):
            opened.set_result(outcome)
        else:
            opened.set_exception(outcome)

    def work() -> None:
        outcome: Wire | LinkError
        try:
            outcome = Wire(_open(broker))
        except (OSError, ValueError) as error:
            outcome = LinkError(_said(error))
        try:
            loop.call_soon_threadsafe(settle, outcome)
        except RuntimeError:  # the daemon has stopped meanwhile
            if isinstance(outcome, Wire):
                outcome.close()

    # A resolver without an uplink can hang for minutes: no thread that the exit would wait for.
    threading.Thread(target=work, name="mqtt-dial", daemon=True).start()
    return await opened


def _open(broker: Broker) -> socket.socket:
    context = _context(broker)
    sock = socket.create_connection((broker.host, broker.port), broker.timeout)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock if context is None else context.wrap_socket(sock, server_hostname=broker.host)
    except (OSError, ValueError):
        sock.close()
        raise


def _context(broker: Broker) -> ssl.SSLContext | None:
    # Read anew at each attempt: a renewed certificate needs no restart.
    if not broker.tls:
        return None
    context = ssl.create_default_context(cafile=broker.tls_ca)
    if broker.tls_certificate is not None:
        # With an empty password an encrypted key is an error instead of a question on the terminal.
        context.load_cert_chain(broker.tls_certificate, broker.tls_key, password="")
    return context


def _said(error: OSError | ValueError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the broker's certificate is not trusted: {error.verify_message}"
    return str(error) or type(error).__name__
