"""Stands for the caregivers' phones: a local HTTP receiver for what apprise's json:// sends.

It only collects what really arrived; showing it is left to the story.
"""

import json
import queue
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

LONGEST_BODY = 1 << 20


@dataclass(frozen=True, slots=True)
class Arrived:
    """One notification: whose phone, what it says, and when it arrived (time.monotonic)."""

    phone: str
    title: str
    text: str
    at: float


class Receiver:
    """Listens on loopback while it is entered; the path of the URL says whose phone it is."""

    def __init__(self) -> None:
        self._arrived: queue.Queue[Arrived] = queue.Queue()
        self._cut = threading.Event()
        answering = _answering(self._arrived, self._cut)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), answering)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def port(self) -> int:
        """Give the port on which it listens."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def cut(self) -> None:
        """Let nothing through, as without the internet: each sender is hung up on."""
        self._cut.set()

    @property
    def is_cut(self) -> bool:
        """Say whether nothing gets through."""
        return self._cut.is_set()

    def mend(self) -> None:
        """Let everything through again."""
        self._cut.clear()

    def next(self, patience: float) -> Arrived | None:
        """Give the next notification, waiting for it at most so many seconds."""
        try:
            return self._arrived.get(timeout=patience) if patience else self._arrived.get_nowait()
        except queue.Empty:
            return None


def _answering(arrived: queue.Queue[Arrived], cut: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if cut.is_set():
                self.close_connection = True
                return
            length = min(int(self.headers.get("Content-Length", 0)), LONGEST_BODY)
            said = json.loads(self.rfile.read(length))
            phone = self.path.strip("/")
            arrived.put(Arrived(phone, said["title"], said["message"], time.monotonic()))
            self.send_response(HTTPStatus.OK)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal belongs to the story."""

    return Answer
