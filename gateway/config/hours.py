"""How people's hours and leave are written: "Mon-Fri 09:00-17:00", "22:00-07:00", a date or two.

It reads the text; whom it keeps from being told is escalation's.
"""

import re
from datetime import date

from edge.availability import EVERY_DAY, Leave, Span

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SIGNS = "一二三四五六日"
_SPAN = re.compile(
    r"(?:(?P<days>[^0-9]+?)\s*)?(?P<begin>\d{1,2}:\d\d)\s*-\s*(?P<end>\d{1,2}:\d\d)", re.A
)
_LEAVE = re.compile(r"(\d{4}-\d\d-\d\d)(?:/(\d{4}-\d\d-\d\d))?", re.ASCII)
MIDNIGHT = 24 * 60


def span(text: str) -> Span:
    """Read hours of the day, of all days or those named before them; raise ValueError."""
    found = _SPAN.fullmatch(_plain(text))
    if found is None:
        raise ValueError("no hours")
    begins, ends = _minute(found["begin"]), _minute(found["end"])
    if begins == MIDNIGHT:
        raise ValueError("a day begins at 00:00")
    return Span(begins, ends, _days(found["days"]))


def leave(text: str) -> Leave:
    """Read a day, or the first and the last of several; raise ValueError."""
    found = _LEAVE.fullmatch(text.strip())
    if found is None:
        raise ValueError("no date")
    first = date.fromisoformat(found[1])
    last = first if found[2] is None else date.fromisoformat(found[2])
    if last < first:
        raise ValueError("it ends before it begins")
    return Leave(first, last)


def _plain(text: str) -> str:
    """Give it as an English keyboard writes it."""
    for wide, narrow in (
        ("：", ":"),
        ("，", ","),
        ("、", ","),
        ("至", "-"),
        ("到", "-"),
        ("–", "-"),
    ):
        text = text.replace(wide, narrow)
    text = text.replace("星期", "周").replace("周天", "周日").casefold()
    for number, sign in enumerate(_SIGNS):
        text = text.replace(f"周{sign}", _DAYS[number])
    return " ".join(text.split())


def _minute(clock: str) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    if not (hour < 24 and minute < 60) and (hour, minute) != (24, 0):
        raise ValueError("no time of the day")
    return hour * 60 + minute


def _days(text: str | None) -> frozenset[int]:
    if text is None or not text.strip():
        return EVERY_DAY
    days: set[int] = set()
    for part in text.replace(" ", "").strip(",").split(","):
        first, mark, last = part.partition("-")
        begin = _DAYS.index(first)
        end = _DAYS.index(last) if mark else begin
        days |= {(begin + number) % 7 for number in range((end - begin) % 7 + 1)}
    return frozenset(days)
