"""Every profile that comes along means what its own examples say."""

import pytest

from edge.model import Kind
from gateway.catalogue import load_catalogue
from gateway.wire.profile import Example, Profile
from gateway.wire.trial import decode_example
from tests.profiles.made import NOON

CATALOGUE = load_catalogue()
EXAMPLES = [
    pytest.param(profile, example, id=f"{profile.id}-{n}")
    for profile in CATALOGUE.values()
    for n, example in enumerate(profile.examples)
]
TELLING = frozenset(Kind) - {
    *(Kind.TAMPER, Kind.BATTERY, Kind.BATTERY_LOW, Kind.TEMPERATURE, Kind.LINK_QUALITY),
    *(Kind.ONLINE, Kind.TEST, Kind.SPO2),
}


@pytest.mark.parametrize(("profile", "example"), EXAMPLES)
def test_an_example_means_what_it_says_and_nothing_more(profile: Profile, example: Example) -> None:
    decoded = decode_example(profile, example, NOON)

    assert {r.kind: r.value for r in decoded.readings} == example.readings
    assert [type(r.value) for r in decoded.readings] == [
        type(example.readings[r.kind]) for r in decoded.readings
    ]
    assert tuple(refused.reason for refused in decoded.refused) == example.refused
    assert [state.online for state in decoded.bridges] == _as_list(example.bridge_online)


@pytest.mark.parametrize("profile", CATALOGUE.values(), ids=lambda profile: profile.id)
def test_every_kind_that_can_raise_an_alarm_or_be_life_is_shown_saying_yes(
    profile: Profile,
) -> None:
    shown = {kind for example in profile.examples for kind, v in example.readings.items() if v}

    assert profile.kinds & TELLING <= shown


def test_all_profiles_of_one_bridge_hear_it_and_its_availability_in_the_same_way() -> None:
    behind = [p for p in CATALOGUE.values() if p.bridge == "zigbee2mqtt"]

    assert len(behind) == 10
    assert all(p.bridge_message == behind[0].bridge_message for p in behind)
    assert all(p.messages[1] == behind[0].messages[1] for p in behind)


def _as_list(value: bool | None) -> list[bool]:
    return [] if value is None else [value]
