"""Judges a scenario by what people were told, and by nothing else.

What the simulator knows of itself never comes in here: a happening is known by the scenario's
file, an alert by the messages that arrived.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from simulator.scenario import Must, Planned, Scenario
from simulator.scenario_words import Said, said

ONE_MOMENT = timedelta(minutes=5)  # the clock of a trial goes no finer, alarms excepted


class Told(NamedTuple):
    """One message on somebody's phone: when it came by the home's clock, and what it is about.

    `alert` is the reference in its text, `rule` what the gateway lists under it ("" for nothing),
    `is_over` whether it says that the alert is over.
    """

    at: datetime
    phone: str
    alert: str
    rule: str
    is_over: bool
    title: str


def faults(scenario: Scenario, told: Sequence[Told], zone: ZoneInfo) -> list[Said]:
    """Give everything that was told and should not, or not told and should; none is right."""
    judge = _Judge(scenario, told, zone)
    found = [fault for must in scenario.must for fault in judge.kept(must)]
    return found + judge.too_many() + judge.out_of_place()


class _Judge:
    """One scenario and what was told in it."""

    def __init__(self, scenario: Scenario, told: Sequence[Told], zone: ZoneInfo) -> None:
        self._scenario = scenario
        self._told = sorted(told, key=lambda one: one.at)
        self._zone = zone

    def kept(self, must: Must) -> list[Said]:
        """Give how a promise was not kept to each of those it was made to."""
        begins, ends = self._span(must.of)
        found = []
        for who in must.to:
            about = [one for one in self._told if (one.rule, one.phone) == (must.rule, who)]
            first = next((one for one in about if not one.is_over), None)
            found += self._in_time(must, who, first, begins)
            if must.cleared_within is not None:
                over = [one.at for one in about if one.is_over]
                found += self._cleared(must, who, over, ends) if first is not None else []
        return found

    def _cleared(self, must: Must, who: str, over: list[datetime], ends: datetime) -> list[Said]:
        by = ends + (must.cleared_within or timedelta())
        if over and over[0] < ends - ONE_MOMENT:
            return [self._say("cleared_early", must.rule, who, at=over[0], ends=ends)]
        if not over or over[0] > by:
            return [self._say("not_cleared", must.rule, who, by=by)]
        return []

    def _in_time(self, must: Must, who: str, first: Told | None, begins: datetime) -> list[Said]:
        by = begins + must.within
        if first is None:
            return [self._say("not_told", must.rule, who, by=by)]
        if first.at < begins:
            return [self._say("told_early", must.rule, who, at=first.at, begins=begins)]
        if first.at > by:
            return [self._say("told_late", must.rule, who, at=first.at, by=by)]
        return []

    def too_many(self) -> list[Said]:
        """Give the rules that spoke more often than they may."""
        found = []
        for rule, most in _most(self._scenario).items():
            count = len({one.alert for one in self._told if one.rule == rule})
            if count > most:
                found.append(said("too_many", rule=rule, count=count, most=most))
        return found

    def out_of_place(self) -> list[Said]:
        """Give the first message about each alert that nobody should have been told of."""
        forbidden = {each.rule for each in self._scenario.must_not}
        allowed = _most(self._scenario)
        found = []
        for one in _first_of_each(self._told):
            if one.rule in allowed:
                continue
            key = "must_not" if one.rule in forbidden else "unexpected" if one.rule else "unsigned"
            found.append(self._say(key, one.rule, one.phone, at=one.at, title=one.title))
        return found

    def _span(self, number: int) -> tuple[datetime, datetime]:
        """Give when a happening begins and ends; one that takes no time ends as it begins."""
        if not self._scenario.happens:
            midnight = self._scenario.begins(self._zone)
            return midnight, midnight
        planned = self._scenario.happens[number]
        begins = self._scenario.moment(planned, self._zone)
        return begins, begins + _length(planned)

    def _say(self, key: str, rule: str, who: str, **values: object) -> Said:
        written = {
            name: f"{value.astimezone(self._zone):%m-%d %H:%M}"
            if isinstance(value, datetime)
            else value
            for name, value in values.items()
        }
        return said(key, rule=rule, who=who, **written)


def _length(planned: Planned) -> timedelta:
    return timedelta() if planned.lasts is None else planned.lasts


def _most(scenario: Scenario) -> dict[str, int]:
    """Give how many alerts of each allowed rule there may be."""
    named = [(must.rule, must.most) for must in scenario.must]
    named += [(may.rule, may.most) for may in scenario.may]
    most: dict[str, int] = {}
    for rule, count in named:
        most[rule] = max(count, most.get(rule, 0))
    return most


def _first_of_each(told: Iterable[Told]) -> list[Told]:
    first: dict[tuple[str, str], Told] = {}
    for one in told:
        first.setdefault((one.rule, one.alert), one)
    return list(first.values())
