"""Sends what waits for the far end, gravest first, over the first path that answers.

At least once: a parcel whose answer was lost goes again, under the same id. A path that leaves one
unanswered for as often as it may be tried is left for the next, and tried again later; a parcel at
which the far end fails while it answers others waits by itself (stumbles.py).
"""

import asyncio
import contextlib
import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import structlog

from gateway.store.failure import StoreFailed
from gateway.store.uplink import Parcel, Waiting
from gateway.uplink.path import Path, PathFailed
from gateway.uplink.stumbles import Stumbles
from gateway.wire.uplink.event import Answer, ReplyData

RESTS = (2.0, 15.0)  # seconds before a path that has failed is tried again: first, most
SPREAD = 30.0  # seconds over which homes that were all cut off come back
CUT_OFF = 60.0  # so long without any path is an outage, not a stumble
PROBED = 50  # parcels of which one shows whether everything is still cut off
LOOKS_EVERY = 10.0  # seconds; at whether the far end is there, while nothing goes up
EMERGENCY_RANK = 0
log = structlog.get_logger()


class Queue(Protocol):
    """What the sender asks of the store."""

    def next(self, most: int, but_not: Sequence[str] = ()) -> list[Parcel]:
        """Give what is to go first, but for these."""

    def settle(self, ids: Sequence[str]) -> None:
        """Take in that the far end has these."""

    def waiting(self) -> Waiting:
        """Give how much nobody has taken."""


class _Lane:
    """One path and how it does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rests_until = 0.0
        self.rest = RESTS[0]
        self.flying = 0
        self.answered_at = float("-inf")

    def fail(self, now: float, chance: float) -> None:
        self.rests_until = now + self.rest * (0.5 + chance / 2)
        self.rest = min(self.rest * 2, RESTS[1])

    def succeed(self, now: float) -> None:
        self.rests_until, self.rest, self.answered_at = 0.0, RESTS[0], now


class Sender:
    """The uplink's loop. `wake` it when something new waits.

    `on_answer(parcel, reply)` hears every answer of the far end, a refusal too; `on_state(path)`
    which path answers now, None where none does; `on_open` that one may be back.
    """

    def __init__(
        self,
        queue: Queue,
        paths: Sequence[Path],
        on_answer: Callable[[Parcel, ReplyData], None],
        on_state: Callable[[str | None], None],
        *,
        on_open: Callable[[], None] = lambda: None,
        beat: Callable[[], Parcel] | None = None,
        looks_every: float = LOOKS_EVERY,
        spread: float = SPREAD,
        chance: Callable[[], float] = random.random,
    ) -> None:
        if not paths:
            raise ValueError("an uplink needs a path")
        self._queue = queue
        self._lanes = [_Lane(path) for path in paths]
        self._on_answer = on_answer
        self._on_state = on_state
        self._on_open = on_open
        self._beat = beat
        self._looks_every = looks_every
        self._spread = spread
        self._chance = chance
        self._flying: dict[str, asyncio.Task[None]] = {}
        self._stumbles = Stumbles()
        self._woken = asyncio.Event()
        self._answered_by: str | None = None
        self._cut_off_at: float | None = None
        self._hold_until = 0.0

    def wake(self) -> None:
        """Look again at once. To be called from the loop's own thread."""
        self._woken.set()

    async def run(self) -> None:
        """Send for ever. What is on its way when this is cancelled will be sent once more."""
        async with asyncio.TaskGroup() as tasks:
            for lane in self._lanes:
                tasks.create_task(lane.path.run(partial(self._is_open, lane)))
            if self._beat is not None:
                tasks.create_task(self._look_out(self._beat))
            while True:
                self._woken.clear()
                wait = self._dispatch(tasks)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._woken.wait()

    # -- who goes next

    def _dispatch(self, tasks: asyncio.TaskGroup) -> float | None:
        """Start what has room; give the seconds after which to look again."""
        now = asyncio.get_running_loop().time()
        lanes = [each for each in self._lanes if each.rests_until <= now]
        if not lanes:
            return min(each.rests_until for each in self._lanes) - now
        room = sum(max(0, self._room(each)) for each in lanes)
        if room <= 0 or (self._answered_by is None and self._flying):
            return self._stumbles.wait(now)
        try:
            parcels = self._next(room, now)
        except StoreFailed as failure:
            log.warning("uplink", store=str(failure))
            return RESTS[0]
        is_held = now < self._hold_until
        for parcel in parcels:
            lane = self._lane_for(parcel, lanes)
            if lane is not None and (not is_held or parcel.rank == EMERGENCY_RANK):
                lane.flying += 1
                self._flying[parcel.id] = tasks.create_task(self._send(parcel, lane))
        waits = [self._hold_until - now if is_held else None, self._stumbles.wait(now)]
        return min((wait for wait in waits if wait is not None), default=None)

    def _room(self, lane: _Lane) -> int:
        """Give how many more may go there; one shows whether a path that failed is back."""
        most = lane.path.window if lane.path.name == self._answered_by else 1
        return most - lane.flying

    def _next(self, room: int, now: float) -> list[Parcel]:
        """Give what goes next; while everything is cut off one parcel, another one each time."""
        but_not = [*self._flying, *self._stumbles.resting(now)]
        if self._answered_by is not None:
            return self._queue.next(room, but_not)
        parcels = self._queue.next(PROBED, but_not)
        return [min(parcels, key=self._stumbles.count)] if parcels else []

    def _lane_for(self, parcel: Parcel, lanes: Sequence[_Lane]) -> _Lane | None:
        """Give the first path with room on which the far end has not failed at this parcel.

        An emergency does not find out whether another path than the answering one is back.
        """
        left = [lane for lane in lanes if not self._stumbles.is_spent(parcel.id, lane.path.name)]
        lanes = left or lanes
        if parcel.rank == EMERGENCY_RANK:
            working = [lane for lane in lanes if lane.path.name == self._answered_by]
            lanes = working or lanes
        return next((lane for lane in lanes if self._room(lane) > 0), None)

    async def _send(self, parcel: Parcel, lane: _Lane) -> None:
        try:
            reply = await self._delivered(parcel, lane)
            if reply is not None:
                self._settle(parcel, reply)
        finally:
            lane.flying -= 1
            del self._flying[parcel.id]
            self.wake()

    async def _delivered(self, parcel: Parcel, lane: _Lane) -> ReplyData | None:
        """Send until it is answered, on one path as often as that one may be tried."""
        loop = asyncio.get_running_loop()
        began, patience, why = loop.time(), lane.path.patience, ""
        for _ in range(patience.tries):
            try:
                async with asyncio.timeout(patience.seconds):
                    reply = await lane.path.deliver(parcel)
            except (PathFailed, TimeoutError) as error:
                why = str(error) or "no answer"
                if lane.rests_until > loop.time():
                    return None  # others have found out meanwhile
                if isinstance(error, PathFailed):
                    break  # it says so itself: there is nobody to wait for
            else:
                self._answers(lane)
                self._stumbles.forget(parcel.id)
                return reply
        name = lane.path.name
        if self._stumbles.note(parcel.id, name, began, lane.answered_at, loop.time()):
            log.error("uplink", path=name, fails_at=parcel.id, why=why)
            return None  # it answers others
        lane.fail(loop.time(), self._chance())
        log.warning("uplink", path=lane.path.name, failed=why)
        if self._answered_by == lane.path.name or self._answered_by is None:
            self._is_cut_off(loop.time())
        return None

    def _settle(self, parcel: Parcel, reply: ReplyData) -> None:
        try:
            self._queue.settle([parcel.id])
        except StoreFailed as failure:
            # It goes once more after a restart, and is a duplicate there.
            log.warning("uplink", store=str(failure))
        self._on_answer(parcel, reply)
        if reply.answer is Answer.REJECTED:
            log.warning("uplink", rejected=parcel.id, why=reply.reason)

    # -- how it stands

    async def _look_out(self, beat: Callable[[], Parcel]) -> None:
        """Find out that the far end is gone, or back, while nothing goes up."""
        while True:
            await asyncio.sleep(self._looks_every)
            answering = [lane for lane in self._lanes if lane.path.name == self._answered_by]
            for lane in answering or self._lanes:
                await self._show(lane, beat())

    async def _show(self, lane: _Lane, parcel: Parcel) -> None:
        try:
            async with asyncio.timeout(lane.path.patience.seconds):
                reply = await lane.path.beat(parcel)
        except (PathFailed, TimeoutError) as error:
            if self._answered_by == lane.path.name:
                now = asyncio.get_running_loop().time()
                lane.fail(now, self._chance())
                log.warning("uplink", path=lane.path.name, silent=str(error) or "no answer")
                self._is_cut_off(now)
            return
        if reply is not None:
            self._answers(lane)

    def _answers(self, lane: _Lane) -> None:
        now = asyncio.get_running_loop().time()
        lane.succeed(now)
        if self._answered_by == lane.path.name:
            return
        if self._cut_off_at is not None and now - self._cut_off_at >= CUT_OFF:
            self._hold_until = now + self._spread * self._chance()
        if self._answered_by is None:
            self._stumbles.rest_no_more()
        self._cut_off_at, self._answered_by = None, lane.path.name
        self._on_state(lane.path.name)
        self.wake()  # what waits for the end of a rest need not

    def _is_open(self, lane: _Lane) -> None:
        lane.rests_until = 0.0
        self._stumbles.rest_no_more()
        if self._cut_off_at is not None:
            self._on_open()
        self.wake()

    def _is_cut_off(self, now: float) -> None:
        if any(lane.rests_until <= now for lane in self._lanes):
            self.wake()
            return  # another path is left
        if self._cut_off_at is None:
            self._cut_off_at = now
        if self._answered_by is not None:
            self._answered_by = None
            self._on_state(None)
