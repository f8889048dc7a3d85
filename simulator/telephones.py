"""The phones of the people who are told: what the messages on them are about, and what is done.

A message is known by the reference in its text; what that stands for is asked of the box as
anybody could ask it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from simulator.box import Box
from simulator.checker import Told
from simulator.home import Plan
from simulator.player import Arrival, Player
from simulator.scenario import Answer, Does, Scenario

TAGS = re.compile(r"\[[^]]*\] *")
OVER = "[OVER]"  # in the English title of a message that says that an alert is over


class Telephones:
    """All the phones of the homes behind one gateway."""

    def __init__(self, box: Box, plans: Mapping[str, Plan]) -> None:
        self._box = box
        self._plans = plans
        self._rules: dict[str, str] = {"": ""}  # by the alert's reference
        self._words: dict[str, str] = {}  # rules by what titles call them
        self._answered: set[tuple[Answer, str]] = set()

    def told(self, arrived: Sequence[Arrival]) -> dict[str, list[Told]]:
        """Give every message with what it is about, by the home that it is about."""
        told: dict[str, list[Told]] = {name: [] for name in self._plans}
        for each in arrived:
            at = datetime.fromtimestamp(each.at, self._plans[each.home].zone)
            rule, is_over = self._rule(each.alert), OVER in each.title
            told[each.home].append(Told(at, each.phone, each.alert, rule, is_over, each.title))
        return told

    def answer(self, player: Player, scenarios: Mapping[str, Scenario], arrival: Arrival) -> None:
        """Let whoever was told do what the scenario says, once about each alert."""
        for answer in scenarios[arrival.home].answers:
            about = answer, arrival.alert
            is_theirs = answer.by == arrival.phone and about not in self._answered
            if is_theirs and self._read(arrival) == answer.rule:
                self._answered.add(about)
                moment = arrival.at + answer.after.total_seconds()
                player.at(moment, partial(self._act, answer, arrival.alert))

    def _act(self, answer: Answer, reference: str) -> None:
        for alert in self._box.open_alerts():
            if not alert.startswith(reference):
                continue
            if answer.does is Does.TAKES:
                self._box.take(alert, answer.by)
            else:
                self._box.close(alert, answer.by, answer.outcome)

    def _read(self, arrival: Arrival) -> str:
        """Give the rule that a title speaks of; its words are learned once."""
        words = TAGS.sub("", arrival.title).partition(":")[0]
        if words not in self._words:
            self._words[words] = self._rule(arrival.alert)
        return self._words[words]

    def _rule(self, reference: str) -> str:
        if reference not in self._rules:
            for each in self._box.alerts():
                self._rules[each["id"][: len(reference)]] = str(each["finding"]["rule"])
        return self._rules.get(reference, "")
