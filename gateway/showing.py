"""What people who look for devices, walk through a home or probe an address are shown.

What was heard the register knows, how strangers come to be heard looking.py.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from edge.household import Household
from edge.model import Moment, Rule
from gateway.checkup import Check
from gateway.control import Answer
from gateway.heard import Before, Heard
from gateway.looking import Looking
from gateway.node import Node
from gateway.requests import Devices, Doctor, Look, Probe, Walk, Watching

NOTHING = Before()
PAGE = 400  # devices in an answer; each takes a few hundred bytes
ROOM = 512 * 1024  # bytes of an answer; whoever fills it with long names gets more pages
# What can be wrong with one device, beside its silence.
TROUBLES = frozenset(
    {
        *(Rule.BATTERY, Rule.TAMPER, Rule.DEFECT, Rule.END_OF_LIFE, Rule.MUTED),
        *(Rule.UNTRUSTED, Rule.ODD),
    }
)


class Showing:
    """Answers those requests that change nothing in any home."""

    def __init__(
        self,
        node: Node,
        looking: Looking,
        now: Callable[[], Moment],
        checks: Callable[[], list[Check]],
    ) -> None:
        self._node = node
        self._looking = looking
        self._now = now
        self._checks = checks

    async def handle(self, request: Watching) -> Answer:
        """Show what is asked for."""
        match request:
            case Look():
                return await self._look(request)
            case Devices():
                return self._devices(request)
            case Probe():
                return self._probe(request)
            case Walk():
                return self._walk(request)
            case Doctor():
                return Answer(True, facts={"checks": msgspec.to_builtins(self._checks())})

    async def _look(self, request: Look) -> Answer:
        remarks = await self._looking.look(request.seconds)
        return Answer(True, facts={"looking": round(self._looking.left), "remarks": remarks})

    def _devices(self, request: Devices) -> Answer:
        if request.strangers:
            self._looking.expect()
        found = self._looking.register.heard(
            self._now(), self._before(), request.first, PAGE, strangers=request.strangers
        )
        page = list(_within(found, ROOM))
        is_last = len(page) == len(found) < PAGE
        facts: dict[str, object] = {
            "devices": [msgspec.Raw(each) for each in page],
            "next": None if is_last else request.first + len(page),
            "looking": round(self._looking.left),
            "remarks": self._looking.remarks,
        }
        return Answer(True, facts=facts)

    def _before(self) -> Callable[[str, str], Before]:
        now = self._now()
        known: dict[str, dict[str, Before]] = {}

        def before(household: str, device: str) -> Before:
            home = self._node.households.get(household)
            if home is None:
                return NOTHING
            if household not in known:
                known[household] = known_of(home, now)
            return known[household].get(device, NOTHING)

        return before

    def _probe(self, request: Probe) -> Answer:
        said = self._looking.register.messages(request.address, request.after)
        facts = {"messages": msgspec.to_builtins(said or []), "is_known": said is not None}
        return Answer(True, facts=facts)

    def _walk(self, request: Walk) -> Answer:
        home = self._node.homes.get(request.household)
        if home is None:
            return Answer(False, f"no household {request.household} is watched here")
        if request.room and all(room.id != request.room for room in home.rooms):
            return Answer(False, f"no room {request.room} in {request.household}")
        found, seq = self._looking.walks.since(
            request.household, request.room, request.after, self._now()
        )
        return Answer(True, facts={"readings": msgspec.to_builtins(found), "seq": seq})


def _within(found: Iterable[Heard], room: int) -> Iterator[bytes]:
    """Give as many as there is room for, and one at least."""
    taken = 0
    for one in found:
        plain = msgspec.json.encode(one)
        taken += len(plain)
        if taken > room and taken > len(plain):
            return
        yield plain


def known_of(home: Household, now: Moment) -> dict[str, Before]:
    """Give what a home knows of each of its devices, over restarts too."""
    standing = [alert.finding for alert in home.book.alerts if alert.holds]
    silent = {each.subject: each.since.wall for each in standing if each.rule is Rule.SILENT}
    troubles: dict[str, tuple[Rule, ...]] = {}
    for each in standing:
        if each.rule in TROUBLES:
            troubles[each.subject] = (*troubles.get(each.subject, ()), each.rule)
    return {
        one.device: Before(
            *(one.heard_at, silent.get(one.device), one.battery, one.link, one.tested_at),
            troubles.get(one.device, ()),
        )
        for one in home.checkups(now)
    }
