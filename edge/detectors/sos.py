"""The call for help: a pressed SOS button, or a fall that a device itself reports.

A call has no "clear": it stands until a person ends its alert. Each further press is told again.
"""

from collections.abc import Collection

from msgspec import Struct, structs

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

CALLS = {Kind.SOS: Rule.SOS, Kind.FALL: Rule.FALL}


class CallState(Struct):
    """The calls that stand, and what their sensors said and have not withdrawn."""

    standing: dict[str, Finding] = {}
    words: dict[str, Word] = {}


class Sos:
    """Reports each call that nobody has ended."""

    def __init__(self, home: Home, state: CallState | None = None) -> None:
        self._home = home
        self._never_clear = {d.id for d in home.devices if d.clears_after is not None}
        self._hardware = {d.id: d.hardware for d in home.devices}
        self.state = CallState() if state is None else state

    def observe(self, what: Reading | Life | Input, now: Moment) -> None:
        """Take in a press, that nothing can be heard, or the end that a person gave to a call."""
        match what:
            case Reading() if what.kind in CALLS:
                self._hear(what, now)
            case Close():
                self._close(what)
            case Blind():
                miss(self.state.words, what)
            case Configured():
                self._refit()
            case _:
                pass

    def _hear(self, reading: Reading, now: Moment) -> None:
        key = f"{CALLS[reading.kind]}/{reading.device}"
        word = self.state.words.get(key)
        if not reading.value:
            self.state.words.pop(key, None)
        elif word is None or self._is_press(word, reading, now):
            self._call(key, reading, now)
        elif reading.freshness is not Freshness.RETAINED:
            word.repeat(now)

    def _is_press(self, word: Word, reading: Reading, now: Moment) -> bool:
        """Tell a press from a repetition.

        A binary button is repeated in every report, and a retained call at every connect.
        """
        if reading.freshness is Freshness.RETAINED:
            return False
        return reading.device in self._never_clear or word.is_over(now)

    def _call(self, key: str, reading: Reading, now: Moment) -> None:
        is_standing = reading.freshness is not Freshness.LIVE
        because = Sensed(
            reading.device, reading.room, reading.kind, reading.value, reading.at, is_standing
        )
        rule, before = CALLS[reading.kind], self.state.standing.get(key)
        if before is None:
            finding = Finding(rule, reading.device, Severity.EMERGENCY, now, because)
        else:
            finding = structs.replace(before, because=because)
        self.state.standing[key] = finding
        is_memory = reading.freshness is Freshness.RETAINED
        hardware = self._hardware.get(reading.device, "")
        self.state.words[key] = Word(now, is_memory=is_memory, hardware=hardware)

    def _close(self, what: Close) -> None:
        key = f"{what.rule}/{what.subject}"
        finding = self.state.standing.get(key)
        if finding is not None and alert_id(self._home, finding) == what.alert:
            del self.state.standing[key]

    def _refit(self) -> None:
        """End the calls of devices that are not part of the home any more."""
        known = {device.id for device in self._home.devices}
        for key in self.state.standing.keys() | self.state.words.keys():
            if device_of(key) not in known:
                self.state.standing.pop(key, None)
                self.state.words.pop(key, None)
        refit(self.state.words, self._hardware)

    def adopt(self, findings: list[Finding], ended: Collection[Finding] | None = None) -> None:
        """Take over what stands from the alert book, where the state itself was lost.

        `ended` are those whose alert a person has closed: those calls are over.
        """
        for finding in findings:
            key = f"{finding.rule}/{finding.subject}"
            known = self.state.standing.pop(key, None)
            if ended is None or finding not in ended:
                self.state.standing[key] = finding
            if known is None or known.since != finding.since:
                # Whether the button was released since is not known: its next word is a press.
                self.state.words[key] = Word(finding.since, is_missed=True)

    def findings(self, now: Moment) -> list[Finding]:
        """Give every call that stands."""
        return list(self.state.standing.values())

    def next_check(self, now: Moment) -> Moment | None:
        """Calls do not change by waiting."""
        return None
