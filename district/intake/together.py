"""Events that wait are taken together: one transaction for many, the gravest first.

While one transaction is on its way to the disk, the next gathers. Whoever finds nobody writing
writes for all: at once where nobody wrote just now, and at once for an emergency. One event that
cannot be written holds up no other.
"""

import asyncio
import contextlib
import heapq
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from district.database import DatabaseFailed, InTheWay, NotFit
from district.intake.alerts import Taken
from district.intake.taking import Arrival, Intake, rejected
from district.intake.word import RANKS
from gateway.wire.uplink.event import AlertData, Event

MOST = 100  # events in one transaction
APART = 0.05  # seconds between two transactions: ten events in one cost little more than one
TRIES = 2  # of a whole batch, where somebody was in the way
OTHERS = len(RANKS)  # behind every alert
CANNOT_BE_KEPT = "it cannot be kept"
log = structlog.get_logger()
Waiting = tuple[int, int, Arrival, "asyncio.Future[Taken]"]


class Together:
    """The events of one process on their way into the database."""

    def __init__(self, intake: Intake, now: Callable[[], datetime]) -> None:
        self._intake = intake
        self._now = now
        self._waiting: list[Waiting] = []
        self._count = 0
        self._lock = asyncio.Lock()  # whoever has it writes
        self._hurry = asyncio.Event()
        self._wrote = 0.0  # by the loop's clock

    async def take(self, gateway: str, event: Event, body: bytes) -> Taken:
        """Apply an event with whatever else waits. Raises DatabaseFailed: then it was not."""
        answer: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._count += 1
        arrival = Arrival(gateway, event, body.decode())
        urgency = _urgency(event)
        heapq.heappush(self._waiting, (urgency, self._count, arrival, answer))
        if urgency == 0:
            self._hurry.set()
        try:
            while not answer.done():
                async with self._lock:
                    if not answer.done():
                        await self._write()
            return answer.result()
        finally:
            answer.cancel()  # whoever gives up is not written for

    async def _gather(self) -> None:
        """Wait for others to come along, but not with an emergency."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(self._wrote + APART):
                await self._hurry.wait()
        self._hurry.clear()
        self._wrote = loop.time()

    async def _write(self) -> None:
        await self._gather()
        batch: list[Waiting] = []
        while self._waiting and len(batch) < MOST:
            each = heapq.heappop(self._waiting)
            if not each[3].done():
                batch.append(each)
        try:
            await self._settle(batch, tries=TRIES)
        finally:
            # Who wrote for all may have been cancelled: then another one does.
            for each in batch:
                if not each[3].done():
                    heapq.heappush(self._waiting, each)

    async def _settle(self, batch: Sequence[Waiting], tries: int = 1) -> None:
        """Write a batch; where it may be the fault of one, in halves, down to that one."""
        try:
            taken = await self._intake.take_all([each[2] for each in batch], self._now())
        except (NotFit, InTheWay) as error:
            if tries > 1 and isinstance(error, InTheWay):
                await self._settle(batch, tries - 1)  # whoever was in the way may be gone
            elif len(batch) > 1:
                half = len(batch) // 2
                await self._settle(batch[:half])
                await self._settle(batch[half:])
            else:
                _give_up(batch[0], error)
        except DatabaseFailed as error:
            for each in batch:
                _fail(each, error)
        else:
            for each, answer in zip(batch, taken, strict=True):
                if not each[3].done():
                    each[3].set_result(answer)


def _give_up(waiting: Waiting, error: DatabaseFailed) -> None:
    """Reject what can never be written; what somebody was in the way of may come again."""
    _, _, arrival, answer = waiting
    if isinstance(error, InTheWay):
        _fail(waiting, error)
    elif not answer.done():
        log.error("intake", gateway=arrival.gateway, rejected=arrival.event.id, why=str(error))
        answer.set_result(rejected(arrival.event, CANNOT_BE_KEPT))


def _fail(waiting: Waiting, error: DatabaseFailed) -> None:
    if not waiting[3].done():
        waiting[3].set_exception(error)


def _urgency(event: Event) -> int:
    return RANKS[event.data.severity] if isinstance(event.data, AlertData) else OTHERS
