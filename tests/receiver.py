"""A receiver of notifications for tests: a real HTTP server on loopback that can misbehave.

It records every request as it arrived. Answers are taken from a queue; when that is empty, the
standing answer is given.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs

from msgspec import Struct


class Reply(Struct, frozen=True):
    """One answer. `hang` seconds pass before it; `break_after` bytes of it, then it is cut off."""

    status: int = 200
    body: bytes = b"ok"
    headers: tuple[tuple[str, str], ...] = ()
    hang: float = 0.0
    break_after: int | None = None

    @classmethod
    def json(cls, facts: object, status: int = 200) -> "Reply":
        """Answer with facts, as the services do."""
        return cls(status, json.dumps(facts).encode(), (("Content-Type", "application/json"),))


class Request(Struct, frozen=True):
    """One request as it arrived; `at` is time.monotonic()."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    def json(self) -> dict[str, object]:
        """Read the body as JSON."""
        facts: dict[str, object] = json.loads(self.body)
        return facts

    def form(self) -> dict[str, str]:
        """Read the body as a submitted form."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


class Receiver:
    """The server; use it as a context manager. `busiest` is how many it ever answered at once."""

    def __init__(self, standing: Reply | None = None) -> None:
        self.standing = Reply() if standing is None else standing
        self.replies: deque[Reply] = deque()
        self.busiest = 0
        self._busy = 0
        self._requests: list[Request] = []
        self._changed = threading.Condition()
        self._released = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        """Give the port that was free."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Give the address without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def requests(self) -> list[Request]:
        """Give what has arrived so far."""
        with self._changed:
            return list(self._requests)

    def wait_for(
        self, count: int, seconds: float = 10.0, that: Callable[[Request], bool] = lambda _: True
    ) -> list[Request]:
        """Wait until so many requests have arrived; raise AssertionError past the deadline."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while len(found := [r for r in self._requests if that(r)]) < count:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"{len(found)} of {count} requests within {seconds} s")
                self._changed.wait(left)
            return found

    def release(self) -> None:
        """Let every answer that hangs go out now, and no later one hang."""
        self._released.set()

    def __enter__(self) -> "Receiver":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, request: Request) -> Reply:
        with self._changed:
            self._requests.append(request)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
            self._changed.notify_all()
            return self.replies.popleft() if self.replies else self.standing

    def _answered(self) -> None:
        with self._changed:
            self._busy -= 1

    def _handler(receiver) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                if len(body) < length:
                    return  # the sender was killed in the middle of it
                request = Request(
                    self.command, self.path, dict(self.headers.items()), body, time.monotonic()
                )
                reply = receiver._take(request)
                try:
                    receiver._released.wait(reply.hang)
                    self._give(reply)
                except OSError:
                    pass  # the sender has given up
                finally:
                    receiver._answered()

            do_GET = do_PUT = do_POST  # noqa: N815 - the library's names

            def _give(self, reply: Reply) -> None:
                self.send_response(reply.status)
                for name, value in reply.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body[: reply.break_after])
                self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
