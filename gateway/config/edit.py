"""Changes a household's file as a careful person would: every other line stays as it was written.

What is to be changed others decide, and they check the file before it takes the old one's place.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence

from gateway.config.lines import HEADER, KEY, is_fence

Value = str | bool | Sequence[str]
DEVICE, ROOM = "device", "room"


class EditRefused(Exception):
    """The file is written so that this cannot be changed in it; a person has to."""


def with_section(text: str, name: str, values: Mapping[str, Value]) -> str:
    """Add one more [[name]] behind the last of its kind, or at the end."""
    lines = text.splitlines()
    sections = _sections(lines)
    last = next((s for s in reversed(sections) if s.name == name), None)
    at = len(lines) if last is None else _end(lines, last.end)
    while at and not lines[at - 1].strip():
        at -= 1
    block = [f"[[{name}]]", *(f"{key} = {_written(value)}" for key, value in values.items())]
    above, below = ([""] if at else []), ([""] if at < len(lines) and lines[at].strip() else [])
    lines[at:at] = [*above, *block, *below]
    expected = _parsed(text)
    if not isinstance(expected.setdefault(name, []), list):
        raise EditRefused(name)
    expected[name].append(_plain(values))
    return _checked(text, lines, expected)


def with_values(text: str, name: str, identity: str, values: Mapping[str, Value | None]) -> str:
    """Change values in the [[name]] with this id; None takes a key out."""
    expected = _parsed(text)
    rows = expected.get(name, [])
    if not isinstance(rows, list):
        raise EditRefused(name)
    row = next((row for row in rows if row.get("id") == identity), None)
    lines = text.splitlines()
    sections = [s for s in _sections(lines) if s.name == name]
    if row is None or len(sections) != len(rows):
        raise EditRefused(identity)
    section = sections[rows.index(row)]
    for key, value in values.items():
        section = _set(lines, section, key, value)
        if value is None:
            row.pop(key, None)
        else:
            row |= _plain({key: value})
    return _checked(text, lines, expected)


class _Section:
    """Where a [[name]] begins and ends: the line of its header, and the one of the next."""

    __slots__ = ("begin", "end", "name")

    def __init__(self, name: str, begin: int, end: int) -> None:
        self.name, self.begin, self.end = name, begin, end


def _sections(lines: list[str]) -> list[_Section]:
    """Find every header; a line within a text over several lines is none."""
    found: list[_Section] = []
    is_inside = False
    for number, line in enumerate(lines):
        header = None if is_inside else HEADER.match(line)
        is_inside ^= is_fence(line)
        if header is not None:
            if found:
                found[-1].end = number
            name = header[2].strip().strip("\"'") if header[1] == "[[" else ""
            found.append(_Section(name, number, len(lines)))
    return found


def _end(lines: list[str], end: int) -> int:
    """Leave the comments above the next header to what they speak of."""
    if end == len(lines):
        return end
    while end and lines[end - 1].lstrip().startswith("#"):
        end -= 1
    return end


def _set(lines: list[str], section: _Section, key: str, value: Value | None) -> _Section:
    span = _span(lines, section, key)
    if span is None:
        if value is None:
            return section
        at = section.begin + 1
        for known in ("id", "room", "profile", "address"):
            after = _span(lines, section, known)
            at = at if after is None else max(at, after[1])
        lines.insert(at, f"{key} = {_written(value)}")
        return _Section(section.name, section.begin, section.end + 1)
    begin, end = span
    if value is None:
        fresh = []
    else:
        comment = _comment(lines[begin]) if end == begin + 1 else ""
        indent = lines[begin][: len(lines[begin]) - len(lines[begin].lstrip())]
        fresh = [f"{indent}{key} = {_written(value)}{comment}"]
    lines[begin:end] = fresh
    return _Section(section.name, section.begin, section.end + len(fresh) - (end - begin))


def _span(lines: list[str], section: _Section, key: str) -> tuple[int, int] | None:
    """Give the lines of a key and its value, which may be a list over several lines."""
    for number in range(section.begin + 1, section.end):
        found = KEY.match(lines[number])
        if found is None or found[1].strip("\"'") != key:
            continue
        for end in range(number + 1, section.end + 1):
            try:
                tomllib.loads("\n".join(lines[number:end]))
            except tomllib.TOMLDecodeError:
                continue
            return number, end
    return None


def _comment(line: str) -> str:
    """Give the remark behind a value, with the blanks before it."""
    for found in re.finditer(r"\s*#", line):
        try:
            if tomllib.loads(line[: found.start()]) == tomllib.loads(line):
                return line[found.start() :]
        except tomllib.TOMLDecodeError:
            continue
    return ""


def _written(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"[{', '.join(json.dumps(each, ensure_ascii=False) for each in value)}]"


def _plain(values: Mapping[str, Value]) -> dict[str, object]:
    return {k: v if isinstance(v, str | bool) else list(v) for k, v in values.items()}


def _parsed(text: str) -> dict[str, list[dict[str, object]]]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise EditRefused(str(error)) from error


def _checked(text: str, lines: list[str], expected: Mapping[str, object]) -> str:
    """Give the text, its line ends as they were, if it says exactly what was meant."""
    end = "\r\n" if "\r\n" in text else "\n"
    changed = end.join(lines) + end
    if _parsed(changed) != expected:
        raise EditRefused("the file is written in an unusual way")
    return changed
