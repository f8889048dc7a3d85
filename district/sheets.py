"""Sheets as spreadsheets write and read them (CSV): their encodings, separators and traps.

What a sheet's columns mean is roster_sheet.py's; a sheet goes out as UTF-8 with a mark, so that
Excel shows Chinese, and what begins like a formula goes out as text.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

MARK = "\ufeff"
LARGEST = 8 << 20  # bytes
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_SEPARATORS = (",", "\t", ";", "，")


class Fault(Struct, frozen=True):
    """What is wrong in a line of a sheet; `key` and `values` are for a page's words."""

    line: int
    column: str
    why: str
    key: str = ""
    values: Mapping[str, object] = {}


class BadSheet(Exception):
    """A sheet that does not come in."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{each.line} {each.column}: {each.why}" for each in faults))
        self.faults = faults


def decoded(content: bytes) -> str:
    """Give a sheet's text: UTF-8 and UTF-16 by their marks, else UTF-8, else GB18030 (Excel's GBK).

    Raises BadSheet.
    """
    if len(content) > LARGEST:
        why = f"more than {LARGEST >> 20} MiB"
        raise BadSheet([Fault(1, "", why, "sheet.large", {"n": LARGEST >> 20})])
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tried: tuple[str, ...] = ("utf-16",)
    else:
        tried = ("utf-8-sig", "gb18030")
    for encoding in tried:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise BadSheet([Fault(1, "", "neither UTF-8 nor GB18030: no sheet (CSV)?", "sheet.encoding")])


def lines(text: str) -> list[list[str]]:
    """Give the cells of each line, as text. Raises BadSheet."""
    text = text.removeprefix(MARK)
    heading = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        return [[_uncell(cell) for cell in line] for line in reader]
    except csv.Error as error:
        raise BadSheet([Fault(reader.line_num, "", str(error), "sheet.unreadable")]) from error


def written(
    rows: Iterable[Mapping[str, Any]],
    columns: Iterable[str],
    heading: Iterable[str] | None = None,
) -> str:
    """Give a sheet of these rows; its heading is the columns' names unless other ones are given."""
    names = tuple(columns)
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(names if heading is None else [_cell(each) for each in heading])
    for row in rows:
        out.writerow([_cell(row.get(name)) for name in names])
    return MARK + text.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = "" if value is None else str(value)
    # A spreadsheet would run it; the apostrophe is how one says that it is text.
    is_formula = text.startswith(_FORMULA) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def _uncell(text: str) -> str:
    text = text.strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text
