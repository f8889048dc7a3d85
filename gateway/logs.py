"""Structured logs: a line for people, or a JSON object for programs. No secret and no name of a
person is ever given to it, and no log that fails or falls behind stops the watching.
"""

import logging
import os
import select
import sys
from contextlib import suppress
from typing import TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer

from gateway.config import LogSettings

CHUNK = select.PIPE_BUF  # what a pipe that has room at all takes without waiting


class Sink:
    """Writes to a stream what it takes at once; what it does not take is lost."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._handle: int | None = None
        with suppress(OSError, ValueError, AttributeError):
            self._handle = stream.fileno() if stream is not None else None

    def write(self, text: str) -> None:
        """Write a line."""
        with suppress(OSError, ValueError):
            if self._handle is not None:
                # Past the stream's own buffer, which would keep what was refused and fail again.
                self._send(self._handle, text.encode(errors="backslashreplace"))
            elif self._stream is not None:
                self._stream.write(text)
                self._stream.flush()

    def flush(self) -> None:
        """Do nothing: what is written is out."""

    def _send(self, handle: int, line: bytes) -> None:
        waiting = select.poll()
        waiting.register(handle, select.POLLOUT)
        while line and waiting.poll(0):
            line = line[os.write(handle, line[:CHUNK]) :]


def tell(text: str) -> None:
    """Write a line to standard error if anybody takes it."""
    Sink(sys.stderr).write(f"{text}\n")


def set_up(settings: LogSettings) -> None:
    """Send every log line, of ours and of the libraries, to standard error in one form."""
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    sink = Sink(sys.stderr)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            *_shown(settings.format == "json"),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sink),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )
    # What libraries say may hold addresses with secrets in them; ours say what matters.
    logging.basicConfig(level=logging.CRITICAL, stream=sink)
    logging.raiseExceptions = False


def _shown(is_json: bool) -> list[structlog.typing.Processor]:
    # A traceback never shows local variables: passwords and addresses stand in them.
    if is_json:
        frames = ExceptionDictTransformer(show_locals=False, use_rich=False)
        json = structlog.processors.JSONRenderer(ensure_ascii=False)
        return [structlog.processors.ExceptionRenderer(frames), json]
    colors = sys.stderr is not None and sys.stderr.isatty()
    plain = structlog.dev.ConsoleRenderer(
        colors=colors, exception_formatter=structlog.dev.plain_traceback
    )
    return [structlog.processors.ExceptionRenderer(), plain]
