"""The question in the home: it sounds or speaks while it stands, and is silent at once after.

It stands while the rule of inactivity has a doubt of which nobody outside was told. Smoke, gas and
a call for help ask nothing, and while one of them is open nothing is asked at all.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial

import structlog

from edge.model import Alert, Change, Event, Moment, Rule, Severity, State
from gateway.beside import Box
from gateway.channels.siren import UNREACHED, Post
from gateway.config.question import QuestionSettings, subject_of
from gateway.speaking import Speaker

LONGEST_WAIT = 60.0  # seconds between two looks
FAILS_AGAIN = 10.0  # seconds after a failure; twice in a row is told
TOLD_AFTER = 2
OPEN = (State.RAISED, State.ACKNOWLEDGED)
US = "shouhu"
log = structlog.get_logger()


class Asker:
    """What asks in one home. `heard(way, why)`: it has sounded, or why it could not."""

    def __init__(
        self,
        settings: QuestionSettings,
        post: Post,
        heard: Callable[[str, str], None],
    ) -> None:
        self._settings = settings
        self._post = post
        self._heard = heard
        self._is_on = False
        # What was on when the box was killed is on still.
        self._owes_off = bool(settings.topic and settings.off)
        self._is_going_off = False  # the broker has not answered yet
        self._speaker = Speaker(settings.command, partial(heard, "command"))

    def sound(self) -> None:
        """Ask once, in every way there is."""
        settings = self._settings
        if settings.topic:
            self._is_on, self._owes_off = True, False
            if not self._post(settings.topic, settings.on, partial(self._heard, "mqtt")):
                self._heard("mqtt", UNREACHED)
        if settings.command:
            self._speaker.speak()

    def hush(self) -> None:
        """Be silent at once."""
        self._speaker.hush()
        if self._is_on:
            self._is_on, self._owes_off = False, bool(self._settings.off)
            self._switch_off()

    def catch_up(self, *, is_alarmed: bool) -> None:
        """Switch off what could not be; what hangs on the topic may sound for an alarm by now."""
        self._owes_off = self._owes_off and not is_alarmed
        self._switch_off()

    @property
    def is_settled(self) -> bool:
        """Say whether nothing is left to be switched off."""
        return not self._owes_off

    def _switch_off(self) -> None:
        if self._owes_off and not self._is_going_off:
            topic, off = self._settings.topic, self._settings.off
            self._is_going_off = True
            self._is_going_off = self._post(topic, off, self._went_off) and self._is_going_off

    def _went_off(self, why: str) -> None:
        self._is_going_off = False
        self._owes_off = self._owes_off and bool(why)


class _Standing:
    """A question that stands: when it sounds next, and what has come of it."""

    def __init__(self, alert: Alert) -> None:
        self.alert = alert
        self.next: Moment | None = None  # None: at once
        self.noted: dict[str, str] = {}


class Questions:
    """The questions of all homes of one gateway."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._woken = asyncio.Event()
        self._standing: dict[str, _Standing] = {}
        self._failures: dict[tuple[str, str], int] = {}
        self._failing: dict[str, dict[str, str]] = {}  # home -> way -> why, as it was told
        self._askers = {
            home_id: Asker(settings, box.post, partial(self._heard, home_id))
            for home_id, settings in box.config.questions.items()
        }

    def wake(self) -> None:
        """Look again; what is over is silent before anybody is told of something else."""
        for home_id, standing in list(self._standing.items()):
            alert = self._question(home_id)
            if alert is None or alert.id != standing.alert.id:
                self._end(home_id)
        self._woken.set()

    async def run(self) -> None:
        """Ask until cancelled."""
        try:
            while True:
                self._woken.clear()
                for home_id in self._askers:
                    self._follow(home_id)
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._wait()):
                        await self._woken.wait()
        finally:
            for home_id in list(self._standing):
                self._end(home_id)

    # -- what stands

    def _question(self, home_id: str) -> Alert | None:
        """Give the alert that is a question there now."""
        household = self._box.node.households.get(home_id)
        said = None if household is None else household.inactivity.state.said
        if household is None or said is None or said.severity is not Severity.NOTE:
            return None  # nearly always
        alerts = household.book.alerts
        if any(_is_open(alert, Severity.EMERGENCY) for alert in alerts):
            return None
        doubts = (a for a in alerts if a.state is State.SUSPECTED)
        return next((a for a in doubts if a.finding.rule is Rule.INACTIVITY), None)

    def _is_alarmed(self, home_id: str) -> bool:
        household = self._box.node.households.get(home_id)
        alerts = [] if household is None else household.book.alerts
        return any(_is_open(alert, Severity.URGENT) for alert in alerts)

    # -- asking

    def _follow(self, home_id: str) -> None:
        alert, now, asker = self._question(home_id), self._box.now(), self._askers[home_id]
        patience = self._box.node.homes[home_id].patience.pre_alarm
        if alert is None or now.since(alert.opened) >= patience:
            self._end(home_id)
            if not asker.is_settled:
                asker.catch_up(is_alarmed=self._is_alarmed(home_id))
            return
        standing = self._standing.get(home_id)
        if standing is None or standing.alert.id != alert.id:
            standing = self._standing[home_id] = _Standing(alert)
        if standing.next is None or standing.next.reached(now):
            standing.next = now.plus(self._box.config.questions[home_id].repeat_every)
            asker.sound()

    def _end(self, home_id: str) -> None:
        if self._standing.pop(home_id, None) is not None:
            self._askers[home_id].hush()

    def _wait(self) -> float:
        """Give the seconds until something is to sound, to end, or to be switched off still."""
        now = self._box.now()
        dues = [one.next.since(now).total_seconds() for one in self._standing.values() if one.next]
        if not all(asker.is_settled for asker in self._askers.values()):
            dues.append(FAILS_AGAIN)
        return min([*dues, LONGEST_WAIT])

    # -- what came of it

    def _heard(self, home_id: str, way: str, why: str) -> None:
        """Take in that a way has sounded, or why it has not."""
        now, standing = self._box.now(), self._standing.get(home_id)
        if standing is not None:
            self._record(standing, way, why, now)
        key = home_id, way
        self._failures[key] = self._failures.get(key, 0) + 1 if why else 0
        if self._failures[key] == TOLD_AFTER or not why:
            self._tell(home_id, way, why, now)
        self._box.settle()

    def _record(self, standing: "_Standing", way: str, why: str, now: Moment) -> None:
        if why:
            again = now.plus(timedelta(seconds=FAILS_AGAIN))
            standing.next = min(standing.next or again, again, key=lambda moment: moment.monotonic)
        if standing.noted.get(way) != why:
            standing.noted[way] = why
            detail = f"{way}: {why}" if why else way
            self._box.node.record(Change(standing.alert.id, Event.ASKED, now, US, detail))
            log.info("question", household=standing.alert.household, way=way, failed=why)

    def _tell(self, home_id: str, way: str, why: str, now: Moment) -> None:
        """Tell the technician that one way fails, or no way does any more."""
        failing = self._failing.setdefault(home_id, {})
        if why:
            failing[way] = why
        else:
            failing.pop(way, None)
        detail = "; ".join(f"{each}: {reason}" for each, reason in failing.items())
        about = Rule.CHANNEL, subject_of(home_id), detail
        self._box.node.trouble(*about, bool(failing), now, home_id=home_id)


def _is_open(alert: Alert, least: Severity) -> bool:
    """Say whether somebody is told of an alert so grave, and it is not over."""
    return alert.state in OPEN and alert.finding.severity.rank <= least.rank
