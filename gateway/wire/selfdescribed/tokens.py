"""Cuts the one expression of a value template into words, numbers, texts and signs.

Statements, comments and text around the expression are refused; what the expression says is read in
templates.py.
"""

import re
from enum import Enum, auto
from typing import NamedTuple

LONGEST_TEMPLATE = 1_000
# What nests is worked out one within the other: the bound on it is a bound on the stack.
MOST_TOKENS = 150
_WHOLE = re.compile(r"\s*\{\{[-+]?(.*?)[-+]?\}\}\s*", re.DOTALL)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,15}(?:\.\d{1,15})?)"
    r"|(?P<text>'[^'\\]*'|\"[^\"\\]*\")"
    r"|(?P<word>[^\W\d]\w*)"
    r"|(?P<sign>==|!=|<=|>=|//|[-+*/%<>|.,()=\[\]]))"
)


class TemplateRefused(ValueError):
    """A template that says more than is understood here; the text says what."""


class Mark(Enum):
    """What a token is."""

    NUMBER = auto()
    TEXT = auto()
    WORD = auto()
    SIGN = auto()


class Token(NamedTuple):
    """A piece of a template; the value is that of a number or a text."""

    mark: Mark
    text: str
    value: object = None


def tokens(template: str) -> list[Token]:
    """Cut a template; raise TemplateRefused with what is not understood."""
    if len(template) > LONGEST_TEMPLATE:
        raise TemplateRefused("too long")
    whole = _WHOLE.fullmatch(template)
    if whole is None or "{{" in whole[1] or "}}" in whole[1]:
        raise TemplateRefused("more than one expression in {{ }}")
    return _cut(whole[1].strip())


def _cut(expression: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    while at < len(expression):
        if len(found) == MOST_TOKENS:
            raise TemplateRefused("too long")
        match = _TOKEN.match(expression, at)
        if match is None:
            raise TemplateRefused(f'"{expression[at : at + 20]}"')
        found.append(_token(match))
        at = match.end()
    if not found:
        raise TemplateRefused("nothing in it")
    return found


def _token(match: re.Match[str]) -> Token:
    if (number := match["number"]) is not None:
        return Token(Mark.NUMBER, number, float(number) if "." in number else int(number))
    if (text := match["text"]) is not None:
        return Token(Mark.TEXT, text, text[1:-1])
    word = match["word"]
    return Token(Mark.WORD, word) if word is not None else Token(Mark.SIGN, match["sign"])
