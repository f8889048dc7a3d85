"""In which line of a TOML file a key stands: the parser forgets it, a technician needs it.

It only helps people find the place: what the file means, the parser alone decides.
"""

import re

HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"^\s*([A-Za-z0-9_.\"'-]+)\s*=")
_FENCES = ('"""', "'''")


def is_fence(line: str) -> bool:
    """Say whether a text over several lines begins or ends in this one."""
    return any(line.count(fence) % 2 for fence in _FENCES)


def lines_of(text: str) -> dict[str, int]:
    """Give the line, counted from 1, of each place such as `device[2]` or `device[2].profile`."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table, is_inside = "", False
    for number, line in enumerate(text.splitlines(), start=1):
        is_outside = not is_inside
        if is_fence(line):
            is_inside = not is_inside
        if is_outside and (header := HEADER.match(line)):
            table = _table(header[2], counts, is_list=header[1] == "[[")
            found.setdefault(table, number)
        elif is_outside and (key := KEY.match(line)):
            name = _bare(key[1])
            found.setdefault(f"{table}.{name}" if table else name, number)
    return found


def _table(name: str, counts: dict[str, int], *, is_list: bool) -> str:
    name = _bare(name)
    if is_list:
        counts[name] = counts.get(name, -1) + 1
        return f"{name}[{counts[name]}]"
    return name


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
