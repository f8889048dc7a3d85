"""Smoke, carbon monoxide, gas and water: what a sensor says stands until it says otherwise.

Never delayed, filtered or confirmed, fresh or not: a state that already stood is one too.
"""

from collections.abc import Collection
from datetime import timedelta

from msgspec import Struct

from edge.lifecycle import alert_id
from edge.model import (
    Blind,
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
    Sensed,
    Severity,
)
from edge.word import Word, device_of, miss, refit

HAZARDS = {
    Kind.SMOKE: (Rule.SMOKE, Severity.EMERGENCY),
    Kind.CO: (Rule.CO, Severity.EMERGENCY),
    Kind.GAS: (Rule.GAS, Severity.EMERGENCY),
    Kind.LEAK: (Rule.LEAK, Severity.URGENT),
}
DRY_AFTER = timedelta(minutes=10)  # drops on a leak sensor make it flicker; no life hangs on it


class HazardState(Struct):
    """What stands now and what its sensors said of it, by rule and device."""

    standing: dict[str, Finding] = {}
    words: dict[str, Word] = {}  # also of sensors that never clear, after their alert was closed
    dry: dict[str, Moment] = {}  # since when a leak that stands has been dry


class Smoke:
    """Reports each hazard that its sensor has reported and not withdrawn."""

    def __init__(self, home: Home, state: HazardState | None = None) -> None:
        self._home = home
        self._never_clear = {d.id for d in home.devices if d.clears_after is not None}
        self._hardware = {d.id: d.hardware for d in home.devices}
        self.state = HazardState() if state is None else state
        for key, finding in self.state.standing.items():
            self.state.words.setdefault(key, Word(finding.since, is_ended=True))

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a sensor's word, that it cannot be heard, or a person's word on an alert."""
        match what:
            case Reading() if what.kind in HAZARDS:
                self._sense(what, now)
            case Close():
                self._close(what)
            case Blind():
                miss(self.state.words, what)
            case Configured():
                self._refit(now)
            case _:
                pass

    def _sense(self, reading: Reading, now: Moment) -> None:
        rule, _ = HAZARDS[reading.kind]
        key = f"{rule}/{reading.device}"
        word = self.state.words.get(key)
        is_memory = reading.freshness is Freshness.RETAINED
        if word is None:
            if reading.value:
                self._raise(key, reading, now)
        elif not reading.value:
            if word.is_memory or not is_memory:
                self._clear(key, reading, now)
        elif not is_memory:
            self._repeat(key, word, reading, now)

    def _repeat(self, key: str, word: Word, reading: Reading, now: Moment) -> None:
        """Take in a further alarm; after a person has ended the last one, it may be another."""
        if key not in self.state.standing or (word.is_ended and word.is_over(now)):
            self._raise(key, reading, now)
            return
        word.repeat(now)
        self.state.dry.pop(key, None)

    def _raise(self, key: str, reading: Reading, now: Moment) -> None:
        rule, severity = HAZARDS[reading.kind]
        because = Sensed(
            reading.device,
            reading.room,
            reading.kind,
            reading.value,
            reading.at,
            standing=reading.freshness is not Freshness.LIVE,
        )
        self._end(key)
        self.state.standing[key] = Finding(rule, reading.device, severity, now, because)
        is_memory = reading.freshness is Freshness.RETAINED
        hardware = self._hardware.get(reading.device, "")
        self.state.words[key] = Word(now, is_memory=is_memory, hardware=hardware)

    def _clear(self, key: str, reading: Reading, now: Moment) -> None:
        if reading.kind is Kind.LEAK and key in self.state.standing:
            self.state.dry.setdefault(key, now)
        else:
            self._end(key)

    def _end(self, key: str) -> None:
        self.state.standing.pop(key, None)
        self.state.words.pop(key, None)
        self.state.dry.pop(key, None)

    def _close(self, what: Close) -> None:
        key = f"{what.rule}/{what.subject}"
        finding = self.state.standing.get(key)
        if finding is None or alert_id(self._home, finding) != what.alert:
            return
        self.state.words[key].is_ended = True
        if what.subject in self._never_clear:
            # Its word is kept: the broker repeats what it remembers at every connect.
            del self.state.standing[key]

    def _refit(self, now: Moment) -> None:
        """End what devices have said that are not part of the home any more."""
        known = {device.id for device in self._home.devices}
        for key in [key for key in self.state.words if device_of(key) not in known]:
            self._end(key)
        refit(self.state.words, self._hardware)
        for key, since in self.state.dry.items():
            if since.boot != now.boot:
                # Deadlines of an earlier start of the box mean nothing to this one's clock.
                self.state.dry[key] = now

    def adopt(self, findings: list[Finding], ended: Collection[Finding] | None = None) -> None:
        """Take over what stands from the alert book, where the state itself was lost.

        `ended` are those whose alert a person has closed; where that is not known, each may be
        one: an alert too many is better than a fire that is taken for an old one.
        """
        for finding in findings:
            key = f"{finding.rule}/{finding.subject}"
            known = self.state.standing.get(key)
            self.state.standing[key] = finding
            if known is None or known.since != finding.since:
                is_ended = ended is None or finding in ended
                self.state.words[key] = Word(finding.since, is_ended=is_ended)

    def findings(self, now: Moment) -> list[Finding]:
        """Give every hazard that stands."""
        for key, since in list(self.state.dry.items()):
            if since.plus(DRY_AFTER).reached(now):
                self._end(key)
        return list(self.state.standing.values())

    def next_check(self, now: Moment) -> Moment | None:
        """Give when a leak has been dry for long enough; nothing else changes by waiting."""
        dues = [since.plus(DRY_AFTER) for since in self.state.dry.values()]
        ahead = [due for due in dues if not due.reached(now)]
        return min(ahead, key=lambda due: due.monotonic, default=None)
