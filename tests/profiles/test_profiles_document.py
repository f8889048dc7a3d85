"""docs/profiles.md says what the code does: keys, kinds, limits, reasons, profiles."""

import re
from enum import StrEnum

import pytest

from edge.model import Kind
from gateway.wire.checks import Algorithm
from gateway.wire.envelope import Envelope
from gateway.wire.fields import RANGES
from gateway.wire.profile import Format, Transport
from gateway.wire.refusal import Refusal
from gateway.wire.slots import Coding
from gateway.wire.trial import decode_example
from tests.profiles.made import CATALOGUE, NOON, profile_of
from tests.profiles.shown import DOCUMENT, SHOWN
from tests.profiles.understood import SECTIONS, understood

CLOSED: dict[str, type[StrEnum]] = {
    "A message": Format,
    "A place of bytes": Coding,
    "A checksum": Algorithm,
    "The profile": Transport,
}


def part(heading: str) -> str:
    """Give the text under a heading."""
    return DOCUMENT.split(f"\n## {heading}\n")[1].partition("\n## ")[0]


def rows(heading: str) -> list[list[str]]:
    """Give the rows of the tables under a heading whose first cell is in backquotes."""
    cells = [line.strip("|").split("|") for line in part(heading).splitlines()]
    return [[cell.strip().strip("`") for cell in row] for row in cells if row[0].startswith(" `")]


def words(text: str) -> set[str]:
    """Give everything that stands in backquotes."""
    return set(re.findall(r"`([^`]+)`", text))


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_keys_documented_are_the_keys_understood(heading: str) -> None:
    documented = [row[0] for row in rows(heading)]

    assert sorted(documented) == sorted(understood(heading))


@pytest.mark.parametrize("heading", CLOSED)
def test_every_value_of_a_closed_set_is_documented(heading: str) -> None:
    values = {each.value for each in CLOSED[heading]} - {Format.LINE}

    assert values <= words(part(heading))


def test_every_envelope_is_documented() -> None:
    assert sorted(row[0] for row in rows("An envelope")) == sorted(Envelope)


def test_every_kind_is_documented_with_its_limits() -> None:
    binary = part("Kinds").split("Yes or no: ")[1].partition(". ")[0]
    limits = {row[0]: row[2] for row in rows("Kinds")}

    assert words(binary) == set(Kind) - RANGES.keys()
    assert limits == {kind: f"{low} to {high}" for kind, (low, high) in RANGES.items()}


def test_every_reason_for_a_refusal_is_documented() -> None:
    assert sorted(row[0] for row in rows("Why something was refused")) == sorted(Refusal)


def test_every_profile_that_comes_along_is_documented() -> None:
    listed = {row[0]: row[1] for row in rows("The profiles that come along")}

    assert listed == {profile.id: profile.title for profile in CATALOGUE.values()}


def test_a_profile_of_each_transport_is_shown() -> None:
    assert {profile_of(text, name).source for name, text in SHOWN.items()} == set(Transport)


@pytest.mark.parametrize("name", SHOWN)
def test_a_profile_shown_is_sound_and_its_examples_right(name: str) -> None:
    profile = profile_of(SHOWN[name], name)

    for example in profile.examples:
        decoded = decode_example(profile, example, NOON)
        assert {r.kind: r.value for r in decoded.readings} == example.readings
        assert decoded.refused == ()
