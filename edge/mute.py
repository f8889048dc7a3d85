"""Whether a bridge has died without saying so: its devices have all fallen silent at once.

Then that is told, and not thirty silent devices. Each device's own silence is left to others.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from msgspec import Struct

from edge.model import ZERO, Moment

LEAST_DEVICES = 3  # two may run empty within a day
LONGEST_BOUND = timedelta(hours=48)  # a device that may be silent for longer witnesses nothing
LATE = 0.5  # of the silence after which it is missed
# While nobody else is heard either, a missed device may yet turn out to be a dead bridge.
HELD = timedelta(hours=3)


class Wait(Struct, frozen=True):
    """One device that is waited for."""

    device: str
    through: str  # the bridge or source by which it is heard
    began: Moment  # it was last heard
    age: timedelta  # its silence, without the time in which it could not be heard
    bound: timedelta  # the silence after which it is missed
    said_offline: bool = False
    is_missed: bool = False  # its silence, or the time in which it is called offline, is too long
    offline_for: timedelta = ZERO
    is_overdue: bool = False  # it was missed for so long that nothing more is waited for
    has_beat: bool = False  # it reports at a beat of its own

    @property
    def is_late(self) -> bool:
        """Say whether it should have been heard by now, or is said not to be there."""
        return self.is_missed or self.said_offline or self.age >= LATE * self.bound


class Muted(Struct, frozen=True):
    """A bridge from which nothing comes, the devices behind it, and the last word of them all."""

    through: str
    devices: tuple[str, ...]
    began: Moment
    silence: timedelta  # the shortest of any


def muted(waits: Iterable[Wait]) -> Iterator[Muted]:
    """Give each bridge of which nobody is heard, as soon as one of its devices is missed.

    `waits` are the devices that could be heard; those that were lost before are left out. Most of
    them must be late, and nobody may have been heard for half as long as the missed one may be
    silent: a single device that dies at night is no dead bridge. Where two and more report at a
    beat of their own and all of those have stopped, the others need not be waited for.
    """
    for through, group in _groups(waits):
        missed = [wait for wait in group if wait.is_missed]
        if not missed:
            continue
        shortest = min(min(wait.bound, wait.age) for wait in missed)
        silence = min(wait.age for wait in group)
        if silence < LATE * shortest or not (_most_are_late(group) or _beats_have_stopped(group)):
            continue
        last = max((wait.began for wait in group), key=lambda began: began.wall)
        yield Muted(through, tuple(wait.device for wait in group), last, silence)


def held(waits: Iterable[Wait]) -> set[str]:
    """Give the missed devices of which it is not told yet: nothing came through their bridge since.

    Those that report often are missed first, and others are late as well. They are told as soon as
    anybody is heard, or when that does not happen and their bridge is not found to be dead either.
    """
    return {
        wait.device
        for _, group in _groups(waits)
        for wait in group
        if wait.is_missed and not wait.is_overdue and _is_all_quiet(wait, group)
    }


def _is_all_quiet(missed: Wait, group: list[Wait]) -> bool:
    others = [wait for wait in group if wait is not missed]
    since = missed.offline_for if missed.said_offline else LATE * missed.bound
    return all(each.age >= since for each in others) and any(each.is_late for each in others)


def _groups(waits: Iterable[Wait]) -> list[tuple[str, list[Wait]]]:
    groups: dict[str, list[Wait]] = {}
    for wait in waits:
        groups.setdefault(wait.through, []).append(wait)
    return [(name, group) for name, group in groups.items() if len(group) >= LEAST_DEVICES]


def _most_are_late(group: list[Wait]) -> bool:
    expected = [wait for wait in group if wait.bound <= LONGEST_BOUND]
    return sum(wait.is_late for wait in expected) >= max(2, len(expected) / 2)


def _beats_have_stopped(group: list[Wait]) -> bool:
    beating = [wait for wait in group if wait.has_beat]
    is_plural = sum(wait.is_missed for wait in beating) >= 2
    return is_plural and all(wait.is_late for wait in beating)
