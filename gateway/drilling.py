"""What requests for a drill do to the running gateway: it begins, goes on and ends.

How a drill stands and what is sensed for it is drills.py's.
"""

from collections.abc import Callable

import msgspec
import structlog

from edge.model import Moment
from gateway.control import Answer
from gateway.drilled import Refusal
from gateway.node import Node
from gateway.requests import Drill, GoOn
from gateway.requests import Drilling as Request

log = structlog.get_logger()


class Drilling:
    """Answers those who drill; `settle` puts on disk what came of it, before the answer."""

    def __init__(self, node: Node, now: Callable[[], Moment], settle: Callable[[], str]) -> None:
        self._node = node
        self._now = now
        self._settle = settle

    def handle(self, request: Request) -> Answer:
        """Do what is asked."""
        if isinstance(request, Drill):
            return self._begin(request)
        return self._go_on(request)

    def _begin(self, wish: Drill) -> Answer:
        home = self._node.homes.get(wish.household)
        if home is None:
            return Answer(True, facts={"refused": Refusal.HOUSEHOLD})
        standing = self._node.households[home.id].book.alerts
        begun = self._node.drills.begin(home, wish, standing, self._now())
        if isinstance(begun, Refusal):
            return Answer(True, facts={"refused": begun})
        log.info("drill", household=home.id, by=wish.by, drill=begun)
        self._node.heed_drills()
        self._settle()  # also where nothing is raised yet: its end is a deadline
        return Answer(True, facts={"drill": begun})

    def _go_on(self, request: GoOn) -> Answer:
        drills, now = self._node.drills, self._now()
        if request.ends:
            drills.end(request.household, request.drill, now)
            log.info("drill", household=request.household, drill=request.drill, ends=True)
        stands = drills.go_on(request.household, request.drill, now)
        self._keep()
        return Answer(True, facts={"stands": msgspec.to_builtins(stands)})

    def _keep(self) -> None:
        self._node.heed_drills()
        if self._node.writing.is_urgent:
            self._settle()
