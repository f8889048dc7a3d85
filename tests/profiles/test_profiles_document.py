"""docs/profiles.md says what the code does: keys, kinds, limits, reasons, profiles."""

import re
from pathlib import Path

import pytest

from edge.model import Kind
from gateway.wire.decoder import Refusal, decode_once
from gateway.wire.fields import RANGES
from gateway.wire.profile import ProfileError
from tests.profiles.made import CATALOGUE, NOON, profile_of

# A key that nothing resembles: the fault then lists every key that is known there.
STRANGER = "zzzzzzzz"
PLACES = {
    "The profile": f"{STRANGER} = 1",
    "The bridge": f"[bridge]\n{STRANGER} = 1",
    "A message": f"[[message]]\n{STRANGER} = 1\ntime = 't'",
    "A field": f"""[[message]]
        field = [{{kind = "smoke", {STRANGER} = 1}}, {{kind = "battery", {STRANGER} = 1}}]""",
    "An example": f"[[example]]\n{STRANGER} = 1\nbridge_online = true",
}


@pytest.fixture(scope="module")
def document() -> str:
    return (Path(__file__).parents[2] / "docs" / "profiles.md").read_text()


def rows(document: str, heading: str) -> list[list[str]]:
    """Give the rows of the table under a heading whose first cell is in backquotes."""
    part = document.split(f"\n## {heading}\n")[1].partition("\n## ")[0]
    cells = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip().strip("`") for cell in row] for row in cells]


@pytest.mark.parametrize("heading", PLACES)
def test_the_keys_documented_are_the_keys_understood(document: str, heading: str) -> None:
    with pytest.raises(ProfileError) as caught:
        profile_of(PLACES[heading])
    lists = [re.findall(rf"{STRANGER}: unknown key; known: (.*)", f) for f in caught.value.faults]
    understood = {key for found in lists for keys in found for key in keys.split(", ")}

    assert {row[0] for row in rows(document, heading)} == understood


def test_every_kind_is_documented_with_its_limits(document: str) -> None:
    binary = document.split("\nYes or no: ")[1].partition(". ")[0]
    limits = {row[0]: row[2] for row in rows(document, "Kinds")}

    assert set(re.findall(r"`(\w+)`", binary)) == set(Kind) - RANGES.keys()
    assert limits == {kind: f"{low} to {high}" for kind, (low, high) in RANGES.items()}


def test_every_reason_for_a_refusal_is_documented(document: str) -> None:
    reasons = [row[0] for row in rows(document, "Why something was refused")]

    assert sorted(reasons) == sorted(Refusal)


def test_every_profile_that_comes_along_is_documented(document: str) -> None:
    listed = [row[0] for row in rows(document, "The profiles that come along")]

    assert sorted(listed) == sorted(CATALOGUE)


def test_the_profile_shown_is_sound_and_its_example_right(document: str) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", document, re.DOTALL)
    profile = profile_of(shown, "acme_water_meter")
    (example,) = profile.examples

    decoded = decode_once(profile, example.topic, example.payload.encode(), False, NOON)

    assert {r.kind: r.value for r in decoded.readings} == example.readings
    assert decoded.refused == ()
