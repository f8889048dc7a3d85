"""How the gateway does, as Prometheus reads it: counts and ages, no household and nobody's name.

docs/metrics.md lists every figure. Who may connect is decided by the address that is listened on.
"""

import asyncio
import contextlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from edge.model import Moment, State
from gateway.beside import Box
from gateway.config.metrics import MetricsSettings
from gateway.store import StoreFailed
from gateway.uplink.health import health

PATIENCE = 5.0  # seconds in which somebody must have asked
MOST = 20  # who ask at once
MOST_ASKED = 8192  # bytes
AGAIN = 10.0  # seconds; where the port is taken
TEXT = "text/plain; version=0.0.4; charset=utf-8"
STANDING = frozenset({State.RAISED, State.ACKNOWLEDGED, State.RESOLVED})

Labels = Mapping[str, str]
Sample = tuple[Labels, float]
Met = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]


class Metrics:
    """Answers `GET /metrics` for as long as the daemon runs."""

    def __init__(self, settings: MetricsSettings, box: Box) -> None:
        self._settings = settings
        self._box = box
        self._began = box.now()
        self._asking: dict[asyncio.StreamWriter, None] = {}

    def wake(self) -> None:
        """Nothing is to be done earlier."""

    async def run(self) -> None:
        """Listen until cancelled; a port that is taken is tried again."""
        # A mistake in an answer ends the group, and not the daemon.
        async with asyncio.TaskGroup() as clients:

            def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                if len(self._asking) >= MOST:  # the files of the process are the home's
                    oldest = next(iter(self._asking))
                    del self._asking[oldest]
                    oldest.transport.abort()
                self._asking[writer] = None
                clients.create_task(self._serve(reader, writer))

            server = await self._opened(meet)
            async with server:
                await server.serve_forever()

    async def _opened(self, met: Met) -> asyncio.Server:
        while True:
            host, port = self._settings.host, self._settings.port
            try:
                server = await asyncio.start_server(met, host, port, limit=MOST_ASKED)
            except OSError as error:
                self._box.serves("metrics", port, error.strerror or str(error))
                await asyncio.sleep(AGAIN)
            else:
                self._box.serves("metrics", port, "")
                return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                asked = await reader.readuntil(b"\r\n\r\n")
                writer.write(self._answer(asked.partition(b"\r\n")[0]))
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.transport.abort()  # who asks so is not answered
        finally:
            self._asking.pop(writer, None)
            writer.close()

    def _answer(self, asked: bytes) -> bytes:
        method, _, rest = asked.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        if path != b"/metrics":
            return _response("404 Not Found", "the figures are at /metrics\n")
        if method not in (b"GET", b"HEAD"):
            return _response("405 Method Not Allowed", "GET\n")
        body = text(self._box, self._box.now(), self._began)
        return _response("200 OK", body, is_head=method == b"HEAD")


def text(box: Box, now: Moment, began: Moment) -> str:
    """Give every figure in the text format."""
    lines = []
    for name, kind, samples in figures(box, now, began):
        lines.append(f"# TYPE shouhu_{name} {kind}")
        lines += [f"shouhu_{name}{_labels(labels)} {value:.15g}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def figures(box: Box, now: Moment, began: Moment) -> Iterator[tuple[str, str, list[Sample]]]:
    """Give name, kind and samples of every figure, in the order of docs/metrics.md."""
    stands = health(box, now)
    yield "info", "gauge", [({"version": version("shouhu")}, 1)]
    yield "uptime_seconds", "gauge", _one(now.since(began).total_seconds())
    yield "clock_trusted", "gauge", _one(now.trusted)
    yield "homes", "gauge", _one(stands.homes)
    yield "homes_blind", "gauge", _one(len(stands.blind))
    yield "alerts_open", "gauge", _alerts(box)
    yield "checks_failing", "gauge", _one(sum(not each.ok for each in box.checks()))
    yield "refused_total", "counter", _by("reason", box.counts())
    yield "messages_owed", "gauge", _one(stands.owed)
    if box.config.settings.uplink is not None:
        yield from _uplink(box, now)
    yield "disk_free_bytes", "gauge", _one(stands.disk_free_mb << 20)
    yield "store_bytes", "gauge", _files(box.config.settings.store.directory)
    yield "cpu_seconds_total", "counter", _one(time.process_time())
    yield "memory_bytes", "gauge", _one(_resident())


def _uplink(box: Box, now: Moment) -> Iterator[tuple[str, str, list[Sample]]]:
    with contextlib.suppress(StoreFailed):
        waiting = box.store.uplinked.waiting()
        oldest = 0.0 if waiting.oldest is None else (now.wall - waiting.oldest).total_seconds()
        yield "uplink_waiting", "gauge", _one(waiting.count)
        yield "uplink_oldest_seconds", "gauge", _one(max(0.0, oldest))


def _alerts(box: Box) -> list[Sample]:
    found: Counter[tuple[str, str]] = Counter()
    for household in box.node.households.values():
        for alert in household.book.alerts:
            if alert.state in STANDING and not alert.inhibited_by:
                found[alert.finding.severity, alert.state] += 1
    return [
        ({"severity": severity, "state": state}, count)
        for (severity, state), count in sorted(found.items())
    ]


def _one(value: float) -> list[Sample]:
    return [({}, float(value))]


def _by(name: str, counts: Mapping[str, int]) -> list[Sample]:
    return [({name: key}, count) for key, count in sorted(counts.items())]


def _files(directory: Path) -> list[Sample]:
    found: list[Sample] = []
    for path in (directory / "readings.db", directory / "alerts.db"):
        with contextlib.suppress(OSError):
            found.append(({"file": path.name}, float(path.stat().st_size)))
    return found


def _resident() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _labels(labels: Labels) -> str:
    if not labels:
        return ""
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return "{" + inside + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _response(status: str, body: str, *, is_head: bool = False) -> bytes:
    content = body.encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {TEXT}\r\nContent-Length: {len(content)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + (b"" if is_head else content)
