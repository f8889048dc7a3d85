"""Structured logs: a line for people, or a JSON object for programs. No secret and no name of a
person is ever given to it.
"""

import logging
import sys

import structlog

from gateway.config import LogSettings


def set_up(settings: LogSettings) -> None:
    """Send every log line, of ours and of the libraries, to standard error in one form."""
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    is_json = settings.format == "json"
    shown: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if is_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            structlog.processors.dict_tracebacks
            if is_json
            else structlog.processors.ExceptionRenderer(),
            shown,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    # What libraries say may hold addresses with secrets in them; ours say what matters.
    logging.basicConfig(level=logging.CRITICAL, stream=sys.stderr)
