"""What the pages say: everything in both languages, and nothing that has no words."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from district.roster_columns import COLUMNS, HEADINGS
from district.tokens import GRANTABLE
from district.web.words import WORDS

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("key", WORDS)
def test_a_text_has_the_same_blanks_in_both_languages(key: str) -> None:
    chinese, english = WORDS[key]
    blanks = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in WORDS[key]]
    assert blanks[0] == blanks[1]
    assert chinese and english
    if not key.startswith("language"):
        assert not CHINESE.search(english)


def test_every_text_that_a_template_names_exists(repository: Path) -> None:
    named = set()
    for path in (repository / "district/web/templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"say\('([a-z_.0-9]+)'[,)]", text))
    assert sorted(named - WORDS.keys()) == []


def test_every_reason_to_refuse_has_its_words(repository: Path) -> None:
    keys = set()
    for path in (repository / "district").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                keys |= set(re.findall(r"^(?:refused|wrong|sheet)\.[a-z_]+[a-z]$", node.value))
    assert sorted(keys - WORDS.keys() - {"sheet.html", "sheet.csv"}) == []


def test_every_column_of_the_sheet_has_a_chinese_heading() -> None:
    assert HEADINGS.keys() == set(COLUMNS)
    assert len(set(HEADINGS.values())) == len(COLUMNS)


def test_everything_that_is_noted_has_its_words(repository: Path) -> None:
    noted = set()
    for path in (repository / "district").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in {"noted", "audit"}:
                noted |= {
                    each.value
                    for each in node.args
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                }
    assert len(noted) > 20
    assert [what for what in sorted(noted) if f"audit.{what}" not in WORDS] == []


def test_every_right_that_a_program_may_be_given_has_its_words() -> None:
    keys = {f"{part}.{right}" for right in GRANTABLE for part in ("field", "tokens.right")}
    assert sorted(keys - WORDS.keys()) == []


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
