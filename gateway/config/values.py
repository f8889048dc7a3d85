"""The kinds of value that configuration files hold, each with its own check.

A value that fails raises an error which explain.py puts into a person's words.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from edge.roles import PREFIX
from gateway.config.hours import leave, span
from gateway.sources.mqtt_settings import is_filter
from gateway.wire.durations import duration
from gateway.wire.topics import address_fault

LONGEST_NAME = 80
Number = TypeVar("Number", int, float)
_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)


def written(length: timedelta) -> str:
    """Write a duration the way it is read: "1h30m"."""
    left, parts = int(length.total_seconds()), ""
    for letter, seconds in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        if letter == "d" and (left % seconds or left < 2 * seconds):
            continue  # 24 and 36 hours read better than a day and a half
        amount, left = divmod(left, seconds)
        parts += f"{amount}{letter}" if amount else ""
    return parts or "0s"


def _duration(value: object) -> timedelta:
    try:
        if isinstance(value, str):
            return duration(value.strip())
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError("duration", "not a duration")


def between(low: str, high: str) -> Callable[[timedelta], timedelta]:
    """Make a check that a duration lies within these bounds, both allowed."""
    shortest, longest = duration(low), duration(high)

    def check(value: timedelta) -> timedelta:
        if not shortest <= value <= longest:
            raise PydanticCustomError("range", "out of range", {"low": low, "high": high})
        return value

    return check


def within(low: Number, high: Number) -> Callable[[Number], Number]:
    """Make a check that a number lies within these bounds, both allowed; NaN lies nowhere."""

    def check(value: Number) -> Number:
        if not low <= value <= high:
            raise PydanticCustomError("range", "out of range", {"low": low, "high": high})
        return value

    return check


def _id(value: str) -> str:
    if not _ID.fullmatch(value):
        raise PydanticCustomError("bad_id", "not an id")
    return value


def _line(longest: int) -> Callable[[str], str]:
    def check(value: str) -> str:
        if not 0 < len(value.strip()) <= longest or not value.isprintable():
            raise PydanticCustomError("bad_name", "not a name", {"limit": longest})
        return value.strip()

    return check


def _remark(value: str) -> str:
    return _line(LONGEST_NAME)(value) if value else value


def _passage(value: str) -> str:
    return _line(1024)(value) if value else value


def _address(value: str) -> str:
    if address_fault(value) or not value.isprintable():
        raise PydanticCustomError("bad_address", "not an address")
    return value


def _filter(value: str) -> str:
    if not is_filter(value):
        raise PydanticCustomError("bad_filter", "not a filter")
    return value


def _span(value: str) -> str:
    try:
        span(value)
    except ValueError as error:
        raise PydanticCustomError("bad_hours", "no hours") from error
    return value


def _leave(value: str) -> str:
    try:
        leave(value)
    except ValueError as error:
        raise PydanticCustomError("bad_leave", "no days") from error
    return value


def _told(value: str) -> str:
    return _remark(value) if value.startswith(PREFIX) else _id(value)


Id = Annotated[str, AfterValidator(_id)]
Told = Annotated[str, AfterValidator(_told)]
Hours = Annotated[str, AfterValidator(_span)]
Days = Annotated[str, AfterValidator(_leave)]
Name = Annotated[str, AfterValidator(_line(LONGEST_NAME))]
Location = Annotated[str, AfterValidator(_line(1024))]
Remark = Annotated[str, AfterValidator(_remark)]
Passage = Annotated[str, AfterValidator(_passage)]
Address = Annotated[str, AfterValidator(_address)]
Filter = Annotated[str, AfterValidator(_filter)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
