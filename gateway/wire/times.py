"""What a device's own clock says, and whether it can be right.

It judges one time against the moment of receipt; what a misdated reading is good for, the
household decides.
"""

from datetime import UTC, datetime, timedelta

from edge.model import Moment
from gateway.wire.refusal import Refusal, Refused, refused

# No device of ours was built earlier; clocks that lost their battery start at 1970 or 2000.
EARLIEST = datetime(2020, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
# 1e11 seconds is the year 5138, 1e11 milliseconds is 1973: nothing lies between by accident.
_MILLISECONDS_FROM = 1e11
_LATEST_SECONDS = 253_402_300_799


def device_time(raw: object, received: Moment) -> tuple[datetime, Refused | None]:
    """Give when it happened: the device's word where it can be right, else the time of receipt.

    Reads ISO 8601, and seconds or milliseconds since 1970. Null is not known.
    """
    if raw is None or not received.trusted:
        # A clock that was never set cannot judge another.
        return received.wall, None
    said = _from_text(raw) if isinstance(raw, str) else _from_number(raw)
    if said is None:
        return received.wall, refused(Refusal.MISDATED, raw)
    # A time without its zone is good for nothing but seeing that it is years off.
    at = said if said.tzinfo is not None else said.replace(tzinfo=UTC)
    if at < EARLIEST or at - received.wall > AHEAD:
        return received.wall, refused(Refusal.MISDATED, raw)
    if said.tzinfo is None:
        return received.wall, None
    return min(at, received.wall), None


def _from_text(text: str) -> datetime | None:
    try:
        said = datetime.fromisoformat(text.strip())
        return said if said.tzinfo is None else said.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_number(raw: object) -> datetime | None:
    if type(raw) is not int and type(raw) is not float:
        return None
    seconds = raw / 1000 if _MILLISECONDS_FROM < raw < 1e15 else raw
    if not 0 <= seconds <= _LATEST_SECONDS:
        return None
    return datetime.fromtimestamp(seconds, UTC)
