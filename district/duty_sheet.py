"""The rota as a sheet (CSV), in and out: what a community plans in a spreadsheet.

A line is somebody's duty on days of the week, on holidays, or on one date. It comes in whole or not
at all, with every fault of every line at once; a line that stands already is not added twice.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from district.access import within
from district.incidents import Refused
from district.office import Office
from district.rota import DAY, HOLIDAY, Weekly, moment, zone_of
from district.scheduling import YEARS, add_shift, add_weekly
from district.schema import accounts, areas, rota, shifts
from district.sheets import BadSheet, Fault, lines, written

MOST_LINES = 5000
COLUMNS = ("area", "login", "days", "begins", "ends", "since", "until")
NEEDED = COLUMNS[:5]
CHINESE = {
    "区域": "area",
    "账号": "login",
    "日子": "days",
    "日期": "days",
    "上班": "begins",
    "开始": "begins",
    "下班": "ends",
    "结束": "ends",
    "从": "since",
    "到": "until",
}
HEADINGS = {"zh": ("区域", "账号", "日子", "上班", "下班", "从", "到"), "en": COLUMNS}
DAYS = {
    "每天": "1234567H",
    "天天": "1234567H",
    "工作日": "12345",
    "周末": "67",
    "节假日": "H",
    "daily": "1234567H",
    "weekdays": "12345",
    "weekend": "67",
    "holidays": "H",
}
_WEEK = "一二三四五六日"
_TIME = re.compile(r"(\d{1,2})[:：.](\d{2})")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def read(text: str) -> list[dict[str, Any]]:
    """Read a sheet by its heading, Chinese or English. Raises BadSheet."""
    rows = lines(text)
    if not rows:
        raise BadSheet([Fault(1, "", "the sheet is empty", "duty.sheet.nothing")])
    heading = [CHINESE.get(each, each.lower()) for each in rows[0]]
    faults = [
        Fault(1, each, "no such column", "duty.sheet.column")
        for each in heading
        if each not in COLUMNS
    ]
    faults += [
        Fault(1, each, "this column is missing", "duty.sheet.missing")
        for each in NEEDED
        if each not in heading
    ]
    if len(rows) > MOST_LINES:
        faults.append(Fault(MOST_LINES, "", f"at most {MOST_LINES} lines", "duty.sheet.long"))
    found: list[dict[str, Any]] = []
    for number, cells in enumerate(rows[1:MOST_LINES], start=2):
        if not any(cells) or (faults and faults[0].line == 1):
            continue
        row = dict(zip(heading, cells, strict=False))
        meant, wrong = _meant(row)
        faults += [Fault(number, *each) for each in wrong]
        found.append(meant | {"line": number})
    if faults:
        raise BadSheet(faults)
    return found


async def take_in(office: Office, text: str) -> int:
    """Enter a sheet's lines, all or none; give how many. Raises BadSheet.

    To be called in a transaction that its caller gives up where this raises.
    """
    rows, faults = read(text), []
    wanted = select(accounts.c.login, accounts.c.id).where(
        accounts.c.login.in_({row["login"] for row in rows})
    )
    ids = {row.login: row.id for row in await office.connection.execute(wanted)}
    zones = {
        row.id: zone_of(row.time_zone)
        for row in await office.connection.execute(
            select(areas).where(within(office.who, areas.c.id))
        )
    }
    for row in rows:
        who = ids.get(row["login"], "")
        try:
            if row["day"] is None:
                times = (row["begins"], row["ends"], row["since"], row["until"])
                await add_weekly(office, row["area"], Weekly(who, row["days"], *times))
            else:
                span = _span(row, zones.get(row["area"]))
                await add_shift(office, row["area"], who, *span)
        except Refused as refused:
            faults.append(Fault(row["line"], "", str(refused), refused.key))
    if faults:
        raise BadSheet(faults)
    return len(rows)


async def exported(office: Office, language: str = "zh") -> str:
    """Give the rota of somebody's area and of all below as a sheet: lines, and shifts to come."""
    here = within(office.who, rota.c.area)
    weekly = select(rota, accounts.c.login).join(accounts, rota.c.account == accounts.c.id)
    ordered = weekly.where(here).order_by(rota.c.area, rota.c.days, rota.c.begins, accounts.c.login)
    rows = [_line(row) for row in (await office.connection.execute(ordered)).mappings()]
    coming = (
        select(shifts, accounts.c.login, areas.c.time_zone)
        .join(accounts, shifts.c.account == accounts.c.id)
        .join(areas, shifts.c.area == areas.c.id)
        .where(within(office.who, shifts.c.area), shifts.c.ends > office.now)
        .order_by(shifts.c.area, shifts.c.begins, accounts.c.login)
    )
    rows += [_shift(row) for row in (await office.connection.execute(coming)).mappings()]
    return written(rows, COLUMNS, HEADINGS["en" if language == "en" else "zh"])


def _line(row: Mapping[Any, Any]) -> dict[str, Any]:
    times = {"begins": clock(row["begins"]), "ends": clock(row["ends"])}
    span = {"since": row["since"] or "", "until": row["until"] or ""}
    return {"area": row["area"], "login": row["login"], "days": row["days"], **times, **span}


def _shift(row: Mapping[Any, Any]) -> dict[str, Any]:
    zone = zone_of(row["time_zone"])
    begins, ends = row["begins"].astimezone(zone), row["ends"].astimezone(zone)
    return {
        "area": row["area"],
        "login": row["login"],
        "days": begins.date().isoformat(),
        "begins": begins.strftime("%H:%M"),
        "ends": ends.strftime("%H:%M"),
    }


def _span(row: Mapping[str, Any], zone: Any) -> tuple[datetime, datetime]:
    """Give the moments of a shift of one date, by the area's clock."""
    if zone is None:
        raise Refused("not_found", "there is no such area here", "refused.area")
    ends = row["ends"] if row["ends"] > row["begins"] else row["ends"] + DAY
    return moment(row["day"], row["begins"], zone), moment(row["day"], ends, zone)


def clock(minutes: int) -> str:
    """Give minutes of the day as people write them: 08:00, 24:00."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def minutes_of(text: str) -> int | None:
    """Read a time of the day, 00:00 to 24:00; None for anything else."""
    found = _TIME.fullmatch(text.strip())
    if found is None or int(found[2]) > 59:
        return None
    minutes = int(found[1]) * 60 + int(found[2])
    return minutes if minutes <= DAY else None


def date_of(text: str) -> date | None:
    """Read a date: 2026-12-01, 2026/12/1, 2026年12月1日; None for anything else."""
    found = _DATE.fullmatch(text.strip())
    if found is None or int(found[1]) not in YEARS:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def days_of(text: str) -> str | None:
    """Read days of the week: 12345, 周一至周五, 一三五, 工作日+节假日; None for anything else."""
    found: set[str] = set()
    for part in re.split(r"[\s,，、+;；/]+", text.strip()):
        meant = DAYS.get(part.lower()) or _week(part)
        if meant is None:
            return None
        found |= set(meant)
    return "".join(sorted(found)) or None


def _week(part: str) -> str | None:
    if part and set(part.upper()) <= set("1234567" + HOLIDAY):
        return part.upper()
    plain = re.sub(r"周|星期|礼拜", "", part).replace("天", "日")
    ends = re.split(r"[-至到~]", plain)
    if len(ends) == 2 and all(each in _WEEK and len(each) == 1 for each in ends):
        first, last = (_WEEK.index(each) for each in ends)
        span = range(first, last + 1 if last >= first else last + 8)
        return "".join(str(each % 7 + 1) for each in span)
    if plain and set(plain) <= set(_WEEK):
        return "".join(str(_WEEK.index(each) + 1) for each in plain)
    return None


def _meant(row: Mapping[str, str]) -> tuple[dict[str, Any], Iterable[tuple[str, str, str]]]:
    """Give what a line means, and what is wrong with it."""
    day = date_of(row["days"])
    found: dict[str, Any] = {"area": row["area"], "login": row["login"], "day": day}
    found["days"] = days_of(row["days"]) if day is None else ""
    wrong = [(name, "is empty", "duty.sheet.empty") for name in ("area", "login") if not row[name]]
    if found["days"] is None:
        wrong.append(("days", "neither days of the week nor a date", "duty.sheet.days"))
    for name in ("begins", "ends"):
        found[name] = minutes_of(row[name])
        if found[name] is None:
            wrong.append((name, "is no time of the day, as 08:00", "duty.sheet.time"))
    for name in ("since", "until"):
        found[name] = date_of(row[name]) if row.get(name) else None
        if row.get(name) and found[name] is None:
            wrong.append((name, "is no date, as 2026-12-01", "duty.sheet.date"))
    return found, wrong
