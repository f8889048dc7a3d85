"""Who wears the bracelet, and what it shows of its wearer: evidence beside the home's sensors.

A bracelet on the table is no silence of the person: it sees nobody, and that is said. What a
silence or a pulse means is left to the detectors. Its steps are a sign of life, its pulse is none.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from edge.bracelet import CARRIED, OVER_THE_AIR, WEAR_KINDS, Bracelet, is_worn_on_body
from edge.lifecycle import alert_id
from edge.model import (
    Blind,
    BlindCause,
    Close,
    Configured,
    Finding,
    Freshness,
    Home,
    Input,
    Kind,
    Life,
    Moment,
    Reading,
    Rule,
    Severity,
    Sighted,
    Unworn,
    Wear,
)
from edge.quiet import Quiet, elapsed
from edge.signs import gives_life
from edge.vital_figures import (
    PULSE_HOLDS,
    STEPS_DISPROVE,
    UNWORN_AFTER,
    UNWORN_ALONE_AFTER,
    UNWORN_AT_MOST,
    WORD_HOLDS,
)


class WornState(Struct, omit_defaults=True):
    """All that is remembered of what the resident wears."""

    devices: dict[str, Bracelet] = {}


class Worn:
    """Follows each bracelet of the home, and reports one that has not been worn for long."""

    def __init__(
        self,
        home: Home,
        state: WornState | None = None,
        is_absent: Callable[[Moment], bool] = lambda now: False,
    ) -> None:
        """Follow them; `is_absent` says whether somebody has declared that nobody is at home."""
        self._home = home
        self._is_absent = is_absent
        self.state = WornState() if state is None else state
        self._fit()

    def _fit(self) -> None:
        home = self._home
        self._bracelets = {d.id: d for d in home.devices if is_worn_on_body(d)}
        known = self.state.devices
        for name in known.keys() - self._bracelets.keys():
            del known[name]
        others = [d for d in home.devices if gives_life(d) and d.id not in self._bracelets]
        self._doors = tuple(d.id for d in others if d.outer_door)
        self._is_alone = not any(not d.outer_door for d in others)
        self._concluded: list[Blind | Sighted] = []
        self._findings: list[Finding] | None = None

    @property
    def is_any(self) -> bool:
        """Say whether this home has anything that is worn."""
        return bool(self._bracelets)

    # -- what goes in

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in what a bracelet says; nothing but its own live word tells of it."""
        match what:
            case Reading() if what.device in self._bracelets:
                if what.freshness is Freshness.LIVE and what.kind in WEAR_KINDS:
                    self._hear(self.state.devices.setdefault(what.device, Bracelet()), what, now)
            case Blind():
                self._pause(what)
            case Sighted():
                self._resume(what, now)
            case Close():
                self._close(what, now)
            case Configured():
                self._fit()
                for name, worn in self.state.devices.items():
                    if worn.off is not None and worn.since is not None:
                        self._conclude(name, worn.since)
            case _:
                pass

    def _hear(self, worn: Bracelet, reading: Reading, now: Moment) -> None:
        worn.heard = now
        worn.deaf.clear()  # it is heard, whatever was said of its bridge
        if worn.off is not None:
            worn.off.resume(now)
        match reading.kind:
            case Kind.WORN:
                self._take_word(worn, reading.device, bool(reading.value), now)
            case Kind.STEPS:
                self._count(worn, reading.device, float(reading.value), now)
            case Kind.HEART_RATE if worn.word is not False:
                worn.pulse, worn.pulse_at, worn.touched = float(reading.value), now, now
            case Kind.SPO2 if worn.word is not False:
                worn.touched = now
            case _:
                pass  # a light that shines at a table finds a pulse there, too

    def _take_word(self, worn: Bracelet, device: str, word: bool, now: Moment) -> None:
        if word:
            worn.is_doubted = False
        if word is worn.word or worn.is_doubted:
            return
        worn.word, worn.since, worn.dropped = word, now, 0.0
        self._findings = None
        if word:
            worn.off, worn.said, worn.ends = None, None, 0
            self._concluded.append(Sighted(BlindCause.UNWORN, device))
        elif not CARRIED.isdisjoint(self._bracelets[device].kinds):
            worn.off = Quiet(now)
            self._conclude(device, now)

    def _conclude(self, device: str, began: Moment) -> None:
        """Say that it sees nobody; the outer door alone does not see who stays in, either."""
        deaf = (device, *(self._doors if self._is_alone else ()))
        self._concluded.append(Blind(BlindCause.UNWORN, device, deaf, began))

    def _count(self, worn: Bracelet, device: str, steps: float, now: Moment) -> None:
        before, worn.steps = worn.steps, steps
        if before is None or steps <= before:
            return
        if worn.word is False:
            worn.dropped += steps - before
            if worn.dropped < STEPS_DISPROVE:
                return
            self._take_word(worn, device, True, now)
            worn.is_doubted = True
        worn.steps_at = worn.touched = now

    def _pause(self, what: Blind) -> None:
        """Stop the clocks of what cannot be heard; a bracelet that lies about is heard."""
        if what.cause in (BlindCause.UNWORN, BlindCause.CLOCK_UNTRUSTED):
            return
        for name, worn in self.state.devices.items():
            if name in what.devices or what.cause is BlindCause.DOWNTIME:
                worn.deaf.add(what.subject)
                if worn.off is not None:
                    worn.off.pause(what.began)
        self._findings = None

    def _resume(self, what: Sighted, now: Moment) -> None:
        for worn in self.state.devices.values():
            worn.deaf.discard(what.subject)
            if worn.off is not None and not worn.deaf:
                worn.off.resume(now)
        self._findings = None

    def _close(self, what: Close, now: Moment) -> None:
        """Count anew: whoever ends it has not put it on."""
        worn = self.state.devices.get(what.subject)
        if worn is None or worn.said is None or what.rule is not Rule.UNWORN:
            return
        if alert_id(self._home, worn.said) == what.alert and worn.off is not None:
            worn.said, worn.ends, self._findings = None, worn.ends + 1, None
            worn.off.restart(now)
            if worn.deaf:
                worn.off.pause(now)

    def refuses(self, reading: Reading) -> bool:
        """Say whether these steps are nobody's: what counts them lies about, by its own word."""
        return reading.kind is Kind.STEPS and self.lies_about(reading.device)

    def lies_about(self, device: str) -> bool:
        """Say whether it is not worn, by its own word."""
        worn = self.state.devices.get(device)
        return worn is not None and worn.word is False

    # -- what comes out

    def is_worn(self, device: str, now: Moment) -> bool | None:
        """Say whether this is worn; None: not known, or not any more."""
        worn = self.state.devices.get(device)
        if worn is None or not _is_recent(worn.heard, WORD_HOLDS, now):
            return None
        if worn.word is not None:
            return worn.word
        return True if _is_recent(worn.touched, WORD_HOLDS, now) else None

    def is_here(self, now: Moment) -> bool:
        """Say whether somebody who wears a bracelet is within hearing of the box.

        Only of what the box hears by itself: a bracelet with a gateway of its own may be anywhere.
        """
        return any(
            self._bracelets[name].source == OVER_THE_AIR
            and self.is_worn(name, now) is True
            and _is_recent(worn.touched, PULSE_HOLDS, now)
            for name, worn in self.state.devices.items()
        )

    def evidence(self, now: Moment) -> Wear | None:
        """Give what the bracelet that was heard last knows; None: none was ever heard."""
        known = self.state.devices
        heard = {name: at for name, worn in known.items() if (at := worn.heard) is not None}
        if not heard:
            return None
        name = max(heard, key=lambda each: heard[each].wall)
        worn = known[name]
        return Wear(
            name,
            self.is_worn(name, now),
            _wall(worn.since),
            worn.pulse,
            _wall(worn.pulse_at),
            _wall(worn.steps_at),
            self.is_here(now),
        )

    def take_concluded(self) -> list[Blind | Sighted]:
        """Give who sees nobody, or sees again, since this was last asked."""
        concluded, self._concluded = self._concluded, []
        return concluded

    def adopt(self, findings: list[Finding]) -> None:
        """Take over what stands from the alert book, where the state itself was lost."""
        for finding in findings:
            if finding.subject in self._bracelets and finding.subject not in self.state.devices:
                self.state.devices[finding.subject] = Bracelet(
                    word=False, since=finding.since, off=Quiet(finding.since), said=finding
                )
        self._findings = None

    def findings(self, now: Moment) -> list[Finding]:
        """Give each bracelet that has not been worn for too long."""
        if self._findings is None or self._is_due(now):
            for name, worn in self.state.devices.items():
                self._look(name, worn, now)
            self._findings = [w.said for w in self.state.devices.values() if w.said is not None]
        return self._findings

    def _look(self, name: str, worn: Bracelet, now: Moment) -> None:
        if worn.said is not None or worn.off is None:
            return
        if not self._home.vitals.minds_unworn or self._is_absent(now):
            return
        due = worn.off.reaches(self._longest(worn))
        if due is None or not due.reached(now) or worn.since is None:
            return
        because = Unworn(name, worn.since.wall, self._is_alone)
        severity = Severity.URGENT if self._is_alone else Severity.FAULT
        worn.said = Finding(Rule.UNWORN, name, severity, worn.off.began, because)

    def _longest(self, worn: Bracelet) -> timedelta:
        """Give for how long it may lie about; twice as long each time that somebody has ended it.

        Where nothing else shows how the resident is, nobody gets used to it.
        """
        if self._is_alone:
            return timedelta(seconds=UNWORN_ALONE_AFTER)
        return timedelta(seconds=min(UNWORN_AFTER * 2.0**worn.ends, UNWORN_AT_MOST))

    def _is_due(self, now: Moment) -> bool:
        return any(due.reached(now) for due in self._dues())

    def _dues(self) -> list[Moment]:
        waiting = [
            (worn.off, self._longest(worn))
            for worn in self.state.devices.values()
            if worn.off is not None and worn.said is None
        ]
        return [due for off, longest in waiting if (due := off.reaches(longest)) is not None]

    def next_check(self, now: Moment) -> Moment | None:
        """Give when the next one has been off for too long."""
        later = [due for due in self._dues() if not due.reached(now)]
        return min(later, key=lambda due: due.monotonic, default=None)


def _is_recent(moment: Moment | None, holds: float, now: Moment) -> bool:
    if moment is None:
        return False
    age = elapsed(moment, now)
    return age is not None and age.total_seconds() <= holds


def _wall(moment: Moment | None) -> datetime | None:
    return None if moment is None else moment.wall
