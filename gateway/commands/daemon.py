"""Asks the running daemon for a command, and says what became of it."""

from datetime import timedelta
from pathlib import Path

from edge.model import Alert
from gateway.commands.alert_views import chosen, opened
from gateway.commands.exits import CommandFailed, Exit
from gateway.control import SOCKET, Answer, ControlFailed, NoDaemon, Request, ask
from gateway.store import Cause, StoreFailed
from gateway.wire.durations import duration

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=24)


def asked(store: Path, request: Request, timeout: float = 10.0) -> Answer:
    """Ask, for so many seconds; raise CommandFailed where no daemon runs, or where it refuses."""
    try:
        answer = ask(store / SOCKET, request, timeout)
    except NoDaemon as error:
        raise CommandFailed(Exit.NO_DAEMON, "daemon.none", store=store) from error
    except ControlFailed as error:
        raise CommandFailed(Exit.FAILED, "daemon.unreachable", why=error) from error
    if not answer.ok:
        raise CommandFailed(Exit.FAILED, "daemon.refused", why=answer.error)
    return answer


def subject(store: Path, alert_id: str) -> Alert:
    """Find the open alert that is to be changed; where no daemon ever ran, there is none."""
    try:
        with opened(store) as reading:
            return chosen(reading.alerts(), alert_id)
    except CommandFailed as failure:
        cause = failure.__cause__
        if isinstance(cause, StoreFailed) and cause.cause is Cause.MISSING:
            raise CommandFailed(Exit.NO_DAEMON, "daemon.none", store=store) from failure
        raise


def lease_seconds(text: str) -> int:
    """Read the length of a lease."""
    try:
        lease = duration(text)
    except (ValueError, OverflowError) as error:
        raise CommandFailed(Exit.USAGE, "alerts.lease") from error
    if not SHORTEST <= lease <= LONGEST:
        raise CommandFailed(Exit.USAGE, "alerts.lease")
    return int(lease.total_seconds())
