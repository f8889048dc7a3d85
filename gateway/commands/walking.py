"""How far a walk through a home has come: which devices have spoken, and what ails the others."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from edge.model import Device, Freshness, Kind
from gateway.commands.daemon import asked
from gateway.commands.household_file import Installed
from gateway.commands.proposals import advice, alarms, how_to_try, is_trigger, measured
from gateway.commands.screen import BOLD, DIM, GREEN, PLAIN, RED, YELLOW, Line
from gateway.commands.trying import Role, messages, noted
from gateway.control import Walk
from gateway.heard import Walked
from gateway.language import Language, Phrase, say
from gateway.requests import RecordTests, Rehearse, Tested
from gateway.wire.fields import TESTABLE

PASSED, FAILED, HEARD, WAITED = "passed", "failed", "heard", "waited"
_STYLES = {PASSED: GREEN, FAILED: RED, HEARD: YELLOW, WAITED: PLAIN}
CHUNK = 10  # results in a request


class State(Struct):
    """How it stands with one device."""

    device: Device
    stands: str = WAITED
    last: Walked | None = None

    @property
    def kinds(self) -> frozenset[Kind]:
        """Give what it is tried by; empty: not known."""
        return measured(self.device.kinds)


def chosen_devices(home: Installed, room: str | None, device: str | None) -> list[Device]:
    """Give the devices to be tried, room by room as the file has them."""
    order = [each.id for each in home.home.rooms]
    names = {each.id: each.name for each in home.home.rooms}
    wanted = [
        each
        for each in home.home.devices
        if (room is None or room in (each.room, names.get(each.room)))
        and (device is None or device == each.id)
    ]
    return sorted(wanted, key=lambda each: order.index(each.room))


def names_in(home: Installed) -> list[str]:
    """Give what a room or device of a home may be called by."""
    rooms = [name for each in home.home.rooms for name in (each.id, each.name)]
    return [*rooms, *(each.id for each in home.home.devices)]


class Walking:
    """One walk through one home."""

    def __init__(self, home: Installed, devices: Sequence[Device]) -> None:
        self.home = home
        self.states = {device.id: State(device) for device in devices}
        self.ended_by = ""
        self.goes_on = True
        self.left = 0.0  # seconds for which an alarm of the device that is tried is a test
        self._after: int | None = None

    # -- live

    def listen(self, tried: str) -> list[Walked]:
        """Take in what was sensed since the last time; `tried` is the device that is tried now."""
        identity, store = self.home.home.id, self.home.store
        if self._after is None:
            self._after = msgspec.convert(asked(store, Walk(identity)).facts["seq"], int)
        facts = asked(store, Rehearse(identity, tried)).facts
        self.ended_by = str(facts["ended_by"])
        self.goes_on = bool(facts["goes_on"])
        self.left = msgspec.convert(facts["left"], float)
        facts = asked(store, Walk(identity, after=self._after)).facts
        self._after = msgspec.convert(facts["seq"], int)
        found = msgspec.convert(facts["readings"], list[Walked])
        for reading in found:
            self._hear(reading, tried)
        state = self.states.get(tried)
        if state is not None and not self.left and alarms(state.kinds):
            self.give_up(state.device)  # whatever it says from now on is real
        return found

    def _hear(self, reading: Walked, tried: str) -> None:
        state = self.states.get(reading.device)
        if state is None or reading.freshness is not Freshness.LIVE:
            return
        state.last = reading
        if not is_trigger(reading.kind, reading.value, state.kinds):
            state.stands = HEARD if state.stands == WAITED else state.stands
        elif reading.kind not in TESTABLE or reading.device == tried:
            state.stands = PASSED

    def end(self) -> None:
        """Let the home be watched again."""
        asked(self.home.store, Rehearse(self.home.home.id, ends=True))

    # -- what is left

    @property
    def is_passed(self) -> bool:
        """Say whether every device has spoken."""
        return not self.ended_by and all(each.stands == PASSED for each in self.states.values())

    @property
    def alarming(self) -> str:
        """Give the name of the device whose real alarm ended it."""
        names = {device.id: device.name for device in self.home.home.devices}
        return names.get(self.ended_by, self.ended_by)

    @property
    def is_over(self) -> bool:
        """Say whether nothing is left to be tried."""
        return not self.goes_on or self.next() is None

    @property
    def is_ended(self) -> bool:
        """Say whether nothing can be tried any more, or need be."""
        return not self.goes_on or self.is_passed

    def next(self) -> Device | None:
        """Give the device that is to be tried now."""
        waits = (s.device for s in self.states.values() if s.stands in (WAITED, HEARD))
        return next(waits, None)

    def give_up(self, device: Device) -> None:
        """Take a device for failed, unless it has just passed, and go on with the next."""
        state = self.states[device.id]
        state.stands = PASSED if state.stands == PASSED else FAILED

    def again(self, device: str) -> None:
        """Try a device once more."""
        self.states[device].stands = WAITED

    def fail_the_rest(self) -> None:
        """Take whatever has not spoken for failed."""
        for state in self.states.values():
            if state.stands != PASSED:
                state.stands = FAILED

    # -- telling

    def advice(self, device: Device) -> list[Phrase]:
        """Say what probably helps a device that has not spoken."""
        role = Role(self.home.store, self.home.home.id, device.id, device.name, device.kinds)
        return [Phrase(key) for key in advice(messages(role, 0))]

    def record(self, by: str) -> None:
        """Keep what came of it."""
        results = [
            Tested(s.device.id, s.stands == PASSED, self._noted(s)) for s in self.states.values()
        ]
        for start in range(0, len(results), CHUNK):
            part = results[start : start + CHUNK]
            asked(self.home.store, RecordTests(self.home.home.id, by, part))

    def _noted(self, state: State) -> str:
        return "" if state.stands == PASSED else noted(self.advice(state.device))

    def plain(self) -> dict[str, object]:
        """Give it for a program."""
        devices = [
            {
                "device": state.device.id,
                "room": state.device.room,
                "passed": state.stands == PASSED,
                "advice": [
                    each.key.removeprefix("advice.")
                    for each in (() if state.stands == PASSED else self.advice(state.device))
                ],
            }
            for state in self.states.values()
        ]
        found = {"household": self.home.home.id, "passed": self.is_passed, "devices": devices}
        return found | {"ended_by": self.ended_by}

    def summary(self, language: Language) -> list[Line]:
        """Say of each device what came of it, and what helps."""
        lines = []
        for state in self.states.values():
            lines.append(line_of(state, language))
            if state.stands != PASSED:
                told = (each.told(language) for each in self.advice(state.device))
                lines += [Line(f"      {text}", DIM) for text in told]
        count = sum(1 for state in self.states.values() if state.stands == PASSED)
        values = {"passed": count, "count": len(self.states)}
        style = GREEN if self.is_passed else RED
        return [*lines, Line(say(language, "walk.result", **values), style)]

    def by_room(self, language: Language, tried: Device | None) -> list[Line]:
        """Lay the devices out under their rooms, the one that is tried with how."""
        names = {room.id: room.name for room in self.home.home.rooms}
        lines: list[Line] = []
        room = None
        for number, state in enumerate(self.states.values(), start=1):
            if state.device.room != room:
                room = state.device.room
                lines.append(Line(names.get(room, room), BOLD))
            is_tried = tried is not None and state.device.id == tried.id
            line = line_of(state, language, number)
            lines.append(Line(line.text, BOLD) if is_tried else line)
            if is_tried:
                lines.append(Line(f"      \u25b6 {self._how(state, language)}", BOLD))
        return lines

    def _how(self, state: State, language: Language) -> str:
        how = say(language, how_to_try(state.kinds))
        if not alarms(state.kinds):
            return how
        return say(language, "walk.within", how=how, seconds=round(self.left))


def line_of(state: State, language: Language, number: int | None = None) -> Line:
    """Give one device with how it stands."""
    mark = {PASSED: "\u2713", FAILED: "\u2717", HEARD: "\u00b7", WAITED: " "}[state.stands]
    key = "" if number is None else f"{number:>2} "
    stands = say(language, f"walk.{state.stands}")
    return Line(f"{key}{mark} {state.device.name}  {stands}", _STYLES[state.stands])
