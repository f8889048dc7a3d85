"""Whether an event can be kept at all: what no column or calendar could hold is refused by reason.

That a payload is an event at all, gateway.wire has said; what it means is alerts.py's.
"""

from datetime import UTC, date, datetime

from gateway.wire.uplink.event import AlertData, Event, HealthData, SummaryData

MOST_SEQUENCE = 2**63 - 1
YEARS = range(1970, 2200)  # from what a box says that has woken up without a clock
SET = datetime(2020, 1, 1, tzinfo=UTC)  # before it no clock is set
# Names that something is known again by; clipped, they would be another's.
NAMES = {"household": 80, "rule": 40}


def unfit(event: Event, gateway: str) -> str:
    """Say why an event of this gateway cannot be kept; "" where it can."""
    data = event.data
    if event.source != f"/gateways/{gateway}":
        return f"this is gateway {gateway}, the event says {event.source}"[:400]
    if not isinstance(data, (AlertData, HealthData, SummaryData)):
        return f"{event.type} is nothing for the district's intake"
    if event.sequence > MOST_SEQUENCE or len(event.epoch) > 40:
        return "epoch or sequence is out of bounds"
    if isinstance(data, AlertData) and not data.household:
        return "an alert of no home"
    for name, most in NAMES.items():
        if len(getattr(data, name, "")) > most:
            return f"{name} has more than {most} characters"
    if isinstance(data, SummaryData) and not _is_line(data):
        return "a day or time zone that is none"
    times: list[datetime | None] = [event.time]
    if isinstance(data, AlertData):
        times += [onset(data), data.taken_until or event.time]
    return "" if all(_is_time(time) for time in times) else "a time that is none"


def _is_time(time: datetime | None) -> bool:
    return time is not None and time.tzinfo is not None and time.year in YEARS


def _is_line(data: SummaryData) -> bool:
    try:
        date.fromisoformat(data.day)
    except ValueError:
        return False
    return len(data.day) == 10 and 0 < len(data.time_zone) <= 60


def onset(alert: AlertData) -> datetime | None:
    """Give when the home raised it; None where the calendar has no such time."""
    try:
        return datetime.fromisoformat(alert.onset).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
