"""The columns of the roster as a sheet, and what may stand in each cell.

What a line does to the roster is roster_sheet.py's.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from district.roster import Risk
from district.sheets import BadSheet, Fault, lines

MOST_LINES = 5_000
CONTACTS = 3
HOME = (
    *("gateway", "local", "area", "name", "address", "door_code", "risk", "visits_a_month"),
    *("care_a_month", "medical", "plan"),
)
PERSON = ("name", "role", "phone", "has_key")
COLUMNS = (
    *HOME,
    *("resident", "born", "resident_phone"),
    *(f"contact{n}_{part}" for n in range(1, CONTACTS + 1) for part in PERSON),
)
# Also in the words of the sheets that communities have.
CHINESE = dict(
    (
        *(("网关", "gateway"), ("住户编号", "local"), ("区域", "area"), ("地址", "address")),
        *(("姓名", "name"), ("住户", "name"), ("门禁密码", "door_code"), ("风险等级", "risk")),
        *(("每月走访", "visits_a_month"), ("每月护理", "care_a_month"), ("病史", "medical")),
        *(("一人一策", "plan"), ("老人姓名", "resident"), ("出生年份", "born")),
        ("老人电话", "resident_phone"),
        *(
            (f"联系人{n}{word}", f"contact{n}_{part}")
            for n in range(1, CONTACTS + 1)
            for word, part in zip(("", "关系", "电话", "有钥匙"), PERSON, strict=True)
        ),
    )
)
HEADINGS = {column: word for word, column in CHINESE.items()}
RISKS = {"一般": Risk.ORDINARY, "较高": Risk.RAISED, "高": Risk.HIGH}
YES, NO = (
    frozenset({"是", "有", "yes", "y", "1", "true"}),
    frozenset({"", "否", "无", "no", "0", "n"}),
)
KEY = re.compile(r"[A-Za-z0-9._:-]{1,64}")
PHONE = re.compile(r"[0-9+*#() -]{0,40}")
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
NUMBERS = {"visits_a_month": (0, 60), "care_a_month": (0, 60), "born": (1900, 2100)}
LENGTHS = {"address": 400, "medical": 2000, "plan": 2000, "door_code": 80, "local": 80}


def read(text: str) -> tuple[list[dict[str, str]], list[Fault]]:
    """Give the lines of a sheet, and every fault in them. Raises BadSheet for a wrong heading."""
    found = lines(text)
    if not found:
        raise BadSheet([Fault(1, "", "the sheet is empty", "sheet.empty")])
    heading = [CHINESE.get(name, name) for name in found[0]]
    faults = list(_wrong_heading(heading))
    if len(found) > MOST_LINES:
        many = {"n": MOST_LINES}
        faults.append(Fault(MOST_LINES, "", f"at most {MOST_LINES} lines", "sheet.long", many))
    if faults:
        raise BadSheet(faults)
    rows = []
    for number, cells in enumerate(found[1:], start=2):
        if not any(cells):
            continue
        if len(cells) != len(heading):
            why, key = f"{len(cells)} cells, {len(heading)} columns", "sheet.cells"
            faults.append(Fault(number, "", why, key, {"n": len(cells), "m": len(heading)}))
            continue
        row = dict(zip(heading, cells, strict=True))
        faults += [Fault(number, *wrong) for wrong in _wrong(row)]
        rows.append(row | {"line": str(number)})
    return rows, [*faults, *_twice(rows)]


def _twice(rows: Iterable[Mapping[str, str]]) -> Iterable[Fault]:
    seen: dict[tuple[str, ...], str] = {}
    for row in rows:
        # Without a gateway the name is the area's.
        gateway, area = row.get("gateway", ""), row["area"]
        which = (gateway, row["local"], "" if gateway else area)
        if (first := seen.setdefault(which, row["line"])) != row["line"]:
            why = f"the same home as in line {first}"
            yield Fault(int(row["line"]), "local", why, "sheet.twice", {"n": first})


def _wrong_heading(heading: list[str]) -> Iterable[Fault]:
    for name in heading:
        if name not in COLUMNS:
            yield Fault(1, name, "no such column", "sheet.no_column")
        elif heading.count(name) > 1:
            yield Fault(1, name, "this column is there twice", "sheet.column_twice")
    for name in ("local", "area", "name"):
        if name not in heading:
            yield Fault(1, name, "this column is missing", "sheet.column_missing")


def _wrong(row: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    for name in ("local", "area", "name"):
        if not row.get(name):
            yield name, "is empty", "sheet.is_empty"
    for name, cell in row.items():
        if len(cell) > LENGTHS.get(name, 200):
            yield name, "is too long", "sheet.too_long"
        if STEERING.search(cell):
            yield name, "holds a control character", "sheet.steering"
        if name in {"area", "gateway"} and cell and not KEY.fullmatch(cell):
            yield name, "is no id", "sheet.no_id"
        if name.endswith("phone") and not PHONE.fullmatch(cell):
            yield name, "is no telephone number", "sheet.no_phone"
        if name.endswith("has_key") and cell.lower() not in YES | NO:
            yield name, "is neither yes nor no", "sheet.no_yes"
        if name in NUMBERS and cell and not _is_number(cell, *NUMBERS[name]):
            yield name, "is no number, or out of bounds", "sheet.no_number"
    if row.get("risk") and row["risk"] not in {*RISKS, *Risk}:
        yield "risk", f"is none of {', '.join([*RISKS, *Risk])}", "sheet.no_risk"


def _is_number(cell: str, least: int, most: int) -> bool:
    return cell.isascii() and cell.isdecimal() and len(cell) < 6 and least <= int(cell) <= most


def people_of(row: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give resident and contacts of a line."""
    found = []
    if row.get("resident"):
        born = int(row["born"]) if row.get("born") else None
        phone = row.get("resident_phone", "")
        person = {"kind": "resident", "name": row["resident"], "role": "", "phone": phone}
        found.append({**person, "born": born, "has_key": False})
    for n in range(1, CONTACTS + 1):
        if name := row.get(f"contact{n}_name"):
            role, phone = (row.get(f"contact{n}_{part}", "") for part in ("role", "phone"))
            person = {"kind": "contact", "name": name, "role": role[:60], "phone": phone}
            has_key = row.get(f"contact{n}_has_key", "").lower() in YES
            found.append({**person, "born": None, "has_key": has_key})
    return found


def people_cells(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the cells of a home's people."""
    cells: dict[str, Any] = {}
    residents = [each for each in found if each["kind"] == "resident"]
    for each in residents[:1]:
        cells |= {"resident": each["name"], "born": each["born"], "resident_phone": each["phone"]}
    contacts = [each for each in found if each["kind"] == "contact"]
    for n, each in enumerate(contacts[:CONTACTS], start=1):
        cells |= {f"contact{n}_{part}": each[part] for part in PERSON[:3]}
        cells[f"contact{n}_has_key"] = "是" if each["has_key"] else ""
    return cells
