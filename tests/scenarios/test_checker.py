"""The checker, by what it says of made-up messages on made-up phones."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from simulator.checker import Told, faults
from simulator.scenario import Scenario
from simulator.scenario_file import parsed

ZONE = ZoneInfo("Asia/Shanghai")
FIRE = """
[scenario]
title = { en = "a fire", zh = "着火" }
home = "flat"
person = "early_riser"

[[happens]]
what = "fire"
at = "11:50"
room = "kitchen"
for = "20m"

[[must]]
rule = "smoke"
to = ["daughter", "duty"]
within = "2m"
cleared_within = "2m"

[[may]]
rule = "blind"

[[must_not]]
rule = "inactivity"
"""


def scenario(text: str = FIRE) -> Scenario:
    return parsed(text, "fire")


def told(
    minutes: float, phone: str, rule: str = "smoke", *, alert: str = "a1", is_over: bool = False
) -> Told:
    """Make a message so many minutes after the fire began."""
    begins = scenario().moment(scenario().happens[0], ZONE)
    return Told(begins + timedelta(minutes=minutes), phone, alert, rule, is_over, "title")


AS_PROMISED = [
    told(1, "daughter"),
    told(1, "duty"),
    told(21, "daughter", is_over=True),
    told(21, "duty", is_over=True),
]


def found(*more: Told, of: list[Told] = AS_PROMISED) -> list[str]:
    return [fault.told("en") for fault in faults(scenario(), [*of, *more], ZONE)]


def test_what_was_promised_and_nothing_else_is_right() -> None:
    assert found() == []


def test_an_alert_that_may_be_told_is_no_fault_and_needs_not_be_told() -> None:
    assert found(told(3, "daughter", "blind", alert="b")) == []


def test_whoever_was_not_told_is_named_with_the_moment_at_which_it_was_due() -> None:
    assert found(of=[one for one in AS_PROMISED if one.phone == "duty"]) == [
        "smoke: daughter was not told by 03-17 11:52"
    ]


def test_a_message_too_late_or_too_early_is_a_fault() -> None:
    rest = AS_PROMISED[1:]
    assert found(of=[told(3, "daughter"), *rest]) == [
        "smoke: daughter was told at 03-17 11:53, due by 03-17 11:52"
    ]
    assert found(of=[told(-60, "daughter"), *rest]) == [
        "smoke: daughter was told at 03-17 10:50, before anything had happened (03-17 11:50)"
    ]


def test_whoever_was_told_must_be_told_that_it_is_over() -> None:
    assert found(of=[*AS_PROMISED[:3], told(30, "duty", is_over=True)]) == [
        "smoke: duty was not told by 03-17 12:12 that it is over"
    ]


def test_the_alert_that_would_be_the_mistake_is_one_fault_however_often_it_is_told() -> None:
    mistakes = [told(40, "daughter", "inactivity", alert="i") for _ in range(3)]
    assert found(*mistakes) == [
        "inactivity: must not be told here; daughter was at 03-17 12:30: title"
    ]


def test_an_alert_that_nobody_expects_is_a_fault() -> None:
    assert found(told(40, "duty", "leak", alert="l")) == [
        "leak: nobody expects it; duty was told at 03-17 12:30: title"
    ]


def test_a_second_alert_of_the_same_rule_is_one_too_many() -> None:
    assert found(told(60, "daughter", alert="a2")) == ["smoke: 2 alerts, at most 1"]


def test_a_message_that_names_no_alert_is_a_fault() -> None:
    assert found(told(60, "daughter", "", alert="")) == [
        "a message without a known reference came to daughter at 03-17 12:50: title"
    ]


def test_without_a_happening_everything_counts_from_the_end_of_the_ordinary_days() -> None:
    quiet = scenario(FIRE.partition("[[happens]]")[0] + '[[must_not]]\nrule = "smoke"\n')
    assert faults(quiet, [], ZONE) == []
    midnight = datetime(2026, 3, 17, tzinfo=ZONE)
    assert quiet.begins(ZONE) == midnight
