"""The phrases of the command line: each in both languages, with the same blanks to fill."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from edge.model import Event, Outcome, Reason, Rule, Rung, Severity, State
from gateway.commands.drill_hops import Came, Stage
from gateway.drilled import Ending, Refusal
from gateway.language import Language, Phrase, chosen, say
from gateway.phrases import PHRASES
from gateway.phrases.examples import EXAMPLES
from gateway.store import Cause

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def blanks(text: str) -> set[str]:
    """Give the names of the blanks in a phrase."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", PHRASES)
def test_a_phrase_has_the_same_blanks_in_both_languages(key: str) -> None:
    english, chinese = PHRASES[key]
    assert blanks(english) == blanks(chinese)
    assert not CHINESE.search(english) or '"' in english


def test_every_member_of_a_closed_set_has_its_words() -> None:
    sets = {
        "severity": Severity,
        "state": State,
        "rule": Rule,
        "outcome": Outcome,
        "event": Event,
        "reason": Reason,
        "rung": Rung,
        "cause": Cause,
        "hop": Stage,
        "came": Came,
        "ending": Ending,
        "refusal": Refusal,
    }
    wanted = {f"{name}.{each.value}" for name, members in sets.items() for each in members}
    assert wanted <= PHRASES.keys()


def test_every_key_that_the_code_names_exists(repository: Path) -> None:
    prefixes = tuple({key.split(".")[0] + "." for key in PHRASES})
    files = [*repository.glob("gateway/config/*.py"), *repository.glob("gateway/commands/*.py")]
    texts = {
        node.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    keys = {text for text in texts if re.fullmatch(r"[a-z]+\.[a-z_]+", text)}
    assert {key for key in keys if key.startswith(prefixes)} - PHRASES.keys() <= {
        "gateway.toml",
        "district.toml",
        "alerts.list",
    }


def test_every_help_has_examples() -> None:
    commands = {key.removeprefix("help.") for key in PHRASES if key.startswith("help.")}
    headings = {"usage", "commands", "options", "examples", "default", "required", "exits"}
    assert commands - headings == EXAMPLES.keys()


def test_a_phrase_among_the_values_is_put_into_the_same_language() -> None:
    inner = Phrase("sort.room")
    phrase = Phrase("fault.unknown", {"sort": inner, "value": "x"})
    assert phrase.told(Language.EN) == 'unknown room "x"'
    assert phrase.told(Language.ZH) == "不认识的房间 x"


def test_values_with_braces_are_left_as_they_are() -> None:
    assert say(Language.EN, "fault.text", value="{name}") == "{name} is not text"


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["--lang", "zh"], {"LANG": "en"}, Language.ZH),
        (["check", "--lang=en"], {"LANG": "zh_CN"}, Language.EN),
        (["--lang"], {"LANG": "zh_CN"}, Language.ZH),
        (["decode", "--", "--lang", "zh"], {}, Language.EN),
        ([], {"LC_ALL": "", "LANG": "zh"}, Language.ZH),
        ([], {}, Language.EN),
    ],
)
def test_the_language_is_chosen_by_argument_then_locale(
    arguments: list[str], environment: dict[str, str], language: Language
) -> None:
    assert chosen(arguments, environment) is language
