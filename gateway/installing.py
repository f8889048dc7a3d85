"""What a technician's commands do to the running gateway: tests, their record, a fresh start.

What was heard meanwhile, showing.py tells.
"""

import asyncio
from collections.abc import Callable
from secrets import token_hex

import structlog

from edge.model import Moment
from gateway.config import Config, ConfigFaults, load
from gateway.control import Answer
from gateway.erasing import order
from gateway.node import Node
from gateway.rehearsal import Standing
from gateway.requests import EraseHousehold, RecordTests, Rehearse, Reload
from gateway.requests import Installing as Request
from gateway.tested import record

log = structlog.get_logger()


class Installing:
    """Answers those who install; `begin_again` ends this run and begins the next."""

    def __init__(
        self,
        node: Node,
        config: Config,
        now: Callable[[], Moment],
        begin_again: Callable[[Config], None],
    ) -> None:
        self._node = node
        self._config = config
        self._now = now
        self._begin_again = begin_again
        self._run = token_hex(8)

    async def handle(self, request: Request) -> Answer:
        """Do what is asked."""
        match request:
            case Rehearse():
                return self._rehearse(request)
            case RecordTests():
                return self._record(request)
            case Reload():
                return await self._reload()
            case EraseHousehold():
                return await self._erase(request)

    def _rehearse(self, request: Rehearse) -> Answer:
        if request.household not in self._node.homes:
            return Answer(False, f"no household {request.household} is watched here")
        rehearsals, is_drilled = self._node.rehearsals, self._node.drills.goes_on(request.household)
        if request.ends:
            if not is_drilled:  # what is tried there is the drill's
                rehearsals.end(request.household)
            log.info("test", household=request.household, ends=True)
            return self._rehearsed(Standing(False))
        if is_drilled:
            return Answer(False, "a drill goes on there")
        return self._rehearsed(rehearsals.go_on(request.household, request.device, self._now()))

    def _rehearsed(self, stands: Standing) -> Answer:
        facts: dict[str, object] = {"goes_on": stands.goes_on, "ended_by": stands.ended_by}
        facts |= {"left": stands.left.total_seconds(), "run": self._run}
        return Answer(True, facts=facts)

    def _record(self, request: RecordTests) -> Answer:
        if request.household not in self._node.homes:
            return Answer(False, f"no household {request.household} is watched here")
        directory = self._config.settings.store.directory
        try:
            record(directory, request.household, request.results, request.by, self._now().wall)
        except OSError as error:
            return Answer(False, f"the disk does not take it: {error.strerror or error}")
        return Answer(True)

    async def _erase(self, request: EraseHousehold) -> Answer:
        """Have the next run begin without it: what this one has in memory is written once more."""
        try:
            config = await asyncio.to_thread(load, self._config.directory)
        except ConfigFaults:
            config = self._config  # faulty as it is, it ends no watching
        try:
            order(self._config.settings.store.directory, request.household)
        except OSError as error:
            return Answer(False, f"the disk does not take it: {error.strerror or error}")
        log.warning("erase", household=request.household)
        self._begin_again(config)
        is_watched = any(home.id == request.household for home in config.homes)
        return Answer(True, facts={"watched": is_watched})

    async def _reload(self) -> Answer:
        try:
            config = await asyncio.to_thread(load, self._config.directory)
        except ConfigFaults as faults:
            return Answer(False, f"{len(faults.faults)} faults; see shouhu check")
        if _said(config) == _said(self._config):
            return Answer(True, facts={"run": self._run, "ends": False})
        self._begin_again(config)
        return Answer(True, facts={"run": self._run, "ends": True})


def _said(config: Config) -> tuple[object, ...]:
    """Give all that the files say, with what stands in the files of secrets."""
    return config.sha256, config.keys, config.settings
