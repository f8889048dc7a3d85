"""What a happening does to the life in a home: stays in, other stays out, in order of time.

What devices make of it is sensing's; what devices do wrong themselves is device_faults'.
"""

from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import cycle
from random import Random

from simulator.happening import Happening, What
from simulator.life import OUTSIDE, RESIDENT, Doing, Stay

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
LONGEST = 30 * DAY
WALKS_IN = 60.0  # seconds from entering a room to falling there
CRAWLS_STIRS = 2.0  # movements an hour of somebody who lies and cannot get up
LYING_PULSE = 88.0
GUEST, DOG = 11, 12  # who they are, beside the visitors of ordinary days
GUEST_ROOMS = ("living_room", "bathroom", "living_room", "kitchen")
DOG_ROOMS = ("living_room", "hall", "kitchen", "bedroom")
WANDERS_THROUGH = ("hall", "kitchen", "living_room", "bathroom", "hall", "bedroom")

Instead = Callable[[Stay], Iterable[Stay]]  # from the stay that is broken off


def lived(stays: Iterable[Stay], happenings: Iterable[Happening], seed: int) -> Iterator[Stay]:
    """Give the life in which these things happen to the people of a home.

    What has no end lasts for a month.
    """
    changed = iter(stays)
    for number, named in enumerate(sorted(happenings, key=lambda each: each.at)):
        happening = named._replace(ends=min(named.ends, named.at + LONGEST))
        random = Random(f"{seed} {number} {happening.what}")
        if happening.what in _COMPANY:
            company = _COMPANY[happening.what](happening, random)
            changed = merge(changed, company, key=lambda stay: stay.begins)
        elif happening.what in _INSTEAD:
            make = _INSTEAD[happening.what]
            changed = _instead(changed, happening, make(happening, random))
    return changed


def _instead(stays: Iterable[Stay], happening: Happening, make: Instead) -> Iterator[Stay]:
    """Let the resident do something else from `at` to `ends`; what others do stays as it is."""
    later: list[Stay] = []  # what begins after others that are still to come
    is_begun = False
    for stay in stays:
        while later and later[0].begins <= stay.begins:
            yield later.pop(0)
        if stay.who != RESIDENT or stay.ends <= happening.at:
            yield stay
            continue
        if not is_begun:
            is_begun = True
            if stay.begins < happening.at:
                yield stay._replace(ends=happening.at)
            later = list(make(stay))
        if stay.ends > happening.ends:
            later.append(stay._replace(begins=max(stay.begins, happening.ends)))
    yield from later


# -- what the resident does instead


def _collapse(happening: Happening, _random: Random) -> Instead:
    doing = Doing.CRAWL if happening.crawls else Doing.LIE
    stirs = CRAWLS_STIRS if happening.crawls else 0.0

    def make(before: Stay) -> Iterator[Stay]:
        begins = happening.at
        room = happening.room or before.room or "hall"  # who is out falls where he comes in
        if room != before.room:
            falls = min(begins + WALKS_IN, happening.ends)
            yield Stay(RESIDENT, room, Doing.HOUSEWORK, begins, falls, 60.0)
            begins = falls
        if begins < happening.ends:
            yield Stay(RESIDENT, room, doing, begins, happening.ends, stirs, LYING_PULSE)

    return make


def _out(happening: Happening, _random: Random) -> Instead:
    def make(_before: Stay) -> Iterator[Stay]:
        yield Stay(RESIDENT, OUTSIDE, Doing.OUT, happening.at, happening.ends, 0.0)

    return make


def _wandering(happening: Happening, random: Random) -> Instead:
    def make(_before: Stay) -> Iterator[Stay]:
        at = happening.at
        if happening.goes_out:
            yield Stay(RESIDENT, "hall", Doing.WANDER, at, at + 5 * MINUTE, 60.0, 84.0)
            at += 5 * MINUTE
            yield Stay(RESIDENT, OUTSIDE, Doing.OUT, at, happening.ends, 0.0, 84.0)
            return
        for room in cycle(WANDERS_THROUGH):
            until = min(at + random.uniform(3 * MINUTE, 8 * MINUTE), happening.ends)
            yield Stay(RESIDENT, room, Doing.WANDER, at, until, 60.0, 84.0)
            at = until
            if at >= happening.ends:
                return

    return make


# -- who else is there


def _guest(happening: Happening, random: Random) -> Iterator[Stay]:
    """Somebody who sleeps on the sofa and knows where the bathroom is."""
    at = happening.at
    for room in cycle(GUEST_ROOMS):
        stirs = 20.0 if room != "living_room" else 8.0
        lasts = random.uniform(1, 3) * HOUR if room == "living_room" else random.uniform(4, 15) * 60
        until = min(at + lasts, happening.ends)
        yield Stay(GUEST, room, Doing.VISITOR, at, until, stirs)
        at = until
        if at >= happening.ends:
            return


def _dog(happening: Happening, random: Random) -> Iterator[Stay]:
    """A dog that sleeps most of the day and trots from room to room between."""
    at = happening.at
    while at < happening.ends:
        is_asleep = random.random() < 0.4
        until = at + (random.uniform(0.5, 2) * HOUR if is_asleep else random.uniform(2, 10) * 60)
        until = min(until, happening.ends)
        stirs = 0.5 if is_asleep else 40.0
        yield Stay(DOG, random.choice(DOG_ROOMS), Doing.VISITOR, at, until, stirs)
        at = until


_INSTEAD: dict[What, Callable[[Happening, Random], Instead]] = {
    What.COLLAPSE: _collapse,
    What.FALL: _collapse,
    What.WANDERING: _wandering,
    What.NOT_BACK: _out,
    What.HOLIDAY: _out,
    What.HOSPITAL: _out,
}
_COMPANY: dict[What, Callable[[Happening, Random], Iterator[Stay]]] = {
    What.GUEST: _guest,
    What.DOG: _dog,
}
