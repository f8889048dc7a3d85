"""Signs of life of gateways, gathered: ten thousand heartbeats are a few commits.

A heartbeat and a fresh `online` prove that a gateway lives. What the broker has retained proves
nothing, and `offline` is its word that the connection ended.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TypeVar

import structlog

from district.database import DatabaseFailed
from district.intake.taking import Intake
from district.live import Live
from gateway.wire.uplink.event import HeartbeatData

EVERY = 1.0  # seconds of signs in one commit
MOST = 2000  # gateways in one statement
log = structlog.get_logger()
Sign = TypeVar("Sign")


class Signs:
    """What was heard since the last commit; of each gateway, the last word counts."""

    def __init__(self, intake: Intake, live: Live, now: Callable[[], datetime]) -> None:
        self._intake = intake
        self._live = live
        self._now = now
        self._beats: dict[str, HeartbeatData | None] = {}
        self._states: dict[str, bool] = {}

    def beat(self, gateway: str, beat: HeartbeatData | None = None) -> None:
        """Note a sign of life: a heartbeat, or None for another one."""
        self._states.pop(gateway, None)
        if beat is not None or gateway not in self._beats:
            self._beats[gateway] = beat

    def state(self, gateway: str, *, is_online: bool, is_retained: bool) -> None:
        """Note what the broker says of its connection."""
        if is_online and not is_retained:
            self.beat(gateway)
        else:
            self._states[gateway] = is_online

    async def run(self) -> None:
        """Write them down, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.write()

    async def write(self) -> None:
        """Write down what was heard so far; what cannot be written now is written later."""
        beats, self._beats = self._beats, {}
        states, self._states = self._states, {}
        try:
            for some in _parts(beats):
                await self._live.tell(await self._intake.beats(some, self._now()))
            for few in _parts(states):
                await self._live.tell(await self._intake.states(few, self._now()))
        except DatabaseFailed as error:
            # Late, a heartbeat would count as one of now: the next ones come in half a minute.
            self._states = states | self._states
            log.error("intake", beats=len(beats), states=len(states), why=str(error))


def _parts(signs: Mapping[str, Sign]) -> Iterator[dict[str, Sign]]:
    left = iter(signs.items())
    while part := dict(islice(left, MOST)):
        yield part
