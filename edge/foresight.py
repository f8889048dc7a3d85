"""Whom a drill would tell, on which channel and when: its ladder walked in made-up time beforehand.

The steps are those of the alert book itself; nothing is raised by a look ahead.
"""

from collections.abc import Collection
from datetime import timedelta

from msgspec import Struct

from edge.exercise import Begin, Exercise
from edge.model import ZERO, Home, Moment, Notice, Reason


class Told(Struct, frozen=True):
    """Somebody who would be told on a channel: how long after the alert, if nobody takes it."""

    recipient: str
    channel: str
    after: timedelta  # in earnest
    within: timedelta  # in the drill


class Foreseen(Struct, frozen=True):
    """All who would be told, in order, and the wait after which they are all told again."""

    told: tuple[Told, ...]
    again: timedelta | None


def foreseen(home: Home, begin: Begin, contacts: Collection[str], now: Moment) -> Foreseen:
    """Walk the ladder to its end, in earnest and as a drill."""
    real, again = _walk(Exercise(home, contacts, in_earnest=True), begin, now)
    drilled, _ = _walk(Exercise(home, contacts), begin, now)
    within = {_way(notice): notice.due.since(now) for notice in reversed(drilled)}
    told: dict[tuple[str, str], Told] = {}
    for notice in real:
        way = _way(notice)
        told.setdefault(way, Told(*way, notice.due.since(now), within.get(way, ZERO)))
    return Foreseen(tuple(told.values()), again)


def _walk(exercise: Exercise, begin: Begin, now: Moment) -> tuple[list[Notice], timedelta | None]:
    notices = list(exercise.begin(begin, now).notices)
    at = now
    while (due := exercise.next_check()) is not None:
        more = exercise.tick(due).notices
        notices += (notice for notice in more if notice.reason is not Reason.REPEATED)
        if any(notice.reason is Reason.REPEATED for notice in more):
            return notices, due.since(at)
        at = due
    return notices, None


def _way(notice: Notice) -> tuple[str, str]:
    return notice.recipient, notice.channel
