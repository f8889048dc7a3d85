"""Short messages: three parts at most, and whoever has only them knows what to do."""

import itertools
import re

import pytest
from msgspec import structs

from edge.model import Because, Broken, Outcome, Reason, Rule, Severity
from gateway.config.messages import examples
from gateway.short import MOST_PARTS, short
from gateway.wire.sms import parts_of, submit
from gateway.wording import LANGUAGES
from gateway.wording.brief import DO, PHRASES
from tests.gateway.test_messages import BECAUSES, alert, home, notice

LINK = "https://shouhu.yuhua.example.org/a/" + "A" * 35
REPLY = {"li": "回复1", "ann": "Reply 1"}
SEVERITIES = (Severity.EMERGENCY, Severity.URGENT, Severity.FAULT)
SOME = [BECAUSES[0], BECAUSES[4], *BECAUSES[-3:]]  # a sensor, silence, a device, a room, the box


@pytest.mark.parametrize("to", ["li", "ann"])
def test_every_rule_is_told_in_three_parts_with_everything_in_them(to: str) -> None:
    place = home(to == "li")
    words = LANGUAGES["zh" if to == "li" else "en"]
    every = itertools.product(Rule, SOME, Reason, (False, True))
    for (rule, because, reason, drill), severity in zip(every, itertools.cycle(SEVERITIES)):
        about = alert(because, rule)
        about = structs.replace(about, finding=structs.replace(about.finding, severity=severity))
        text = short(about, notice(to, reason, drill), place, link=LINK)
        assert parts_of(text) <= MOST_PARTS
        assert place.resident in text and place.name in text and LINK in text
        assert words.rules[rule] in text and words.reasons[reason].strip() in text
        assert text.startswith(words.drill.strip()) == drill
        assert (REPLY[to] in text) == (reason is not Reason.RESOLVED)
        assert ("119" in text and "120" in text) or not drill or reason is Reason.RESOLVED
        assert not re.search(r"None|[{}]|timedelta|datetime|  |\n\n", text), text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_has_words_of_its_own_for_what_to_do(language: str) -> None:
    assert DO[language].keys() == set(Rule)
    assert PHRASES["zh"].keys() == PHRASES["en"].keys()


@pytest.mark.parametrize("to", ["li", "ann"])
def test_names_without_end_are_cut_and_a_link_without_room_is_left_out_not_cut(to: str) -> None:
    long = "很长的名字" * 30
    place = home(to == "li", resident=long, name=long)
    rooms = tuple(structs.replace(room, name=long) for room in place.rooms)
    place = structs.replace(place, rooms=rooms)
    for link in ("", LINK, "https://example.org/" + "x" * 180):
        for rule, because in itertools.product(Rule, SOME):
            text = short(alert(because, rule), notice(to), place, link=link)
            assert len(submit("13800000000", text, 1)) == parts_of(text)
            assert parts_of(text) <= MOST_PARTS
            assert REPLY[to] in text
            assert link in text or "http" not in text


def test_when_it_is_over_it_says_how_it_ended_and_asks_for_no_answer() -> None:
    about = alert(BECAUSES[0], Rule.SMOKE, outcome=Outcome.WELL)
    text = short(about, notice("li", Reason.RESOLVED), home())
    assert "王秀英平安，是一次误报。" in text and "回复" not in text


def test_a_fault_names_what_it_is_about() -> None:
    because: Because = Broken("daughter-wecom", "93000")
    about = alert(because, Rule.CHANNEL)
    finding = structs.replace(about.finding, severity=Severity.FAULT)
    text = short(structs.replace(about, finding=finding), notice("li"), home())
    assert "daughter-wecom" in text and "93000" not in text


def test_the_examples_by_which_templates_are_tried_have_every_rule_and_reason() -> None:
    found = {place for place, *_ in examples("zh")}
    assert {f"{rule}.{reason}" for rule in Rule for reason in Reason} <= found
