"""What the forms on the pages of duty do; they work without scripts.

Programs use duty_routes.py; both end in scheduling.py.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select

from district import duty_sheet, scheduling
from district.access import Right, Who
from district.incidents import Refused
from district.live import News, Topic
from district.office import Office
from district.rota import DAY, KINDS, Absence, Weekly, moment, zone_of
from district.schema import areas
from district.sheets import BadSheet, decoded
from district.web.duty_pages import Looks, show_overview, show_plan
from district.web.entry import MOST_FIELDS, enters, typed
from district.web.guard import District, Here
from district.web.incident_routes import STATUS, Key
from district.web.shield import SHEET_BYTES
from district.web.words import say
from district.web.working import worked

AGAIN = (News(Topic.AGAIN, "", ""),)
router = APIRouter(include_in_schema=False)
Keeps = Annotated[Who, Depends(enters(Right.SCHEDULE))]
Fields = Mapping[str, str]


@router.post("/duty/sheet", max_body_size=SHEET_BYTES)
async def take_in(request: Request, who: Keeps, here: Here) -> Response:
    """Enter the lines of a sheet."""
    form = await request.form(max_files=1, max_fields=2)
    sent = form.get("sheet")
    content = b"" if sent is None or isinstance(sent, str) else await sent.read()
    try:
        text = decoded(content)
        count = await worked(here, who, lambda office: duty_sheet.take_in(office, text))
    except BadSheet as bad:
        return await show_overview(here, who, 422, faults=bad.faults)
    await here.live.tell(AGAIN)
    return await show_overview(here, who, said=say("duty.sheet_added", who.language, n=count))


@router.post("/duty/away")
async def away(request: Request, who: Looks, here: Here) -> Response:
    """Note that somebody is away, or is back."""
    fields = await typed(request)
    try:
        await worked(here, who, lambda office: _away(office, fields))
    except Refused as refused:
        said, status = _why(who, refused), STATUS[refused.code]
        return await show_overview(here, who, status, said=said, typed=fields)
    await here.live.tell(AGAIN)
    return RedirectResponse("/duty", 303)


@router.post("/duty/{area}/{act}")
async def change(area: Key, act: str, request: Request, who: Keeps, here: Here) -> Response:
    """Do what a form of an area's page says."""
    if (do := FORMS.get(act)) is None:
        raise HTTPException(404, "there is no such form")
    fields = await _typed(request)
    try:
        await worked(here, who, lambda office: do(office, area, fields))
    except Refused as refused:
        if refused.key == "refused.area":
            raise HTTPException(404, str(refused)) from refused
        return await _again(here, who, area, refused, fields)
    await here.live.tell(AGAIN)
    return RedirectResponse(f"/duty/{area}", 303)


async def _again(here: District, who: Who, area: str, refused: Refused, fields: Fields) -> Response:
    status, said = STATUS[refused.code], _why(who, refused)
    return await show_plan(here, who, area, status, said=said, typed=fields)


async def _typed(request: Request) -> dict[str, str]:
    """Give the fields; the days that are ticked become one."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    found = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    ticked = [value for value in form.getlist("days") if isinstance(value, str)]
    return found | {"days": "".join(each for each in KINDS if each in ticked)}


def _why(who: Who, refused: Refused) -> str:
    return say(refused.key or "refused.form", who.language)


# -- each form


async def _line(office: Office, area: str, given: Fields) -> None:
    times = (_minutes(given, "begins"), _minutes(given, "ends"))
    span = (_date(given, "since"), _date(given, "until"))
    account = given.get("account", "")
    await scheduling.add_weekly(office, area, Weekly(account, given["days"], *times, *span))


async def _shift(office: Office, area: str, given: Fields) -> None:
    zone = select(areas.c.time_zone).where(areas.c.id == area)
    name = (await office.connection.execute(zone)).scalar_one_or_none()
    day, begins, ends = _date(given, "day"), _minutes(given, "begins"), _minutes(given, "ends")
    if day is None:
        raise Refused("invalid", "on which day?", "refused.form")
    here = zone_of(name or "")
    over = ends if ends > begins else ends + DAY
    span = (moment(day, begins, here), moment(day, over, here))
    await scheduling.add_shift(office, area, given.get("account", ""), *span)


async def _remove(office: Office, _area: str, given: Fields) -> None:
    await scheduling.remove(office, given.get("entry", ""))


async def _count(office: Office, area: str, given: Fields) -> None:
    day = _date(given, "day")
    if day is None:
        raise Refused("invalid", "which day?", "refused.form")
    kind, name = given.get("counts_as", "H"), given.get("name", "")[:200]
    await scheduling.count_day(office, area, day, kind, name)


async def _forget(office: Office, area: str, given: Fields) -> None:
    await scheduling.forget_day(office, area, _date(given, "day") or date.min)


async def _limits(office: Office, area: str, given: Fields) -> None:
    seconds = _number(given, "emergency"), _number(given, "urgent") * 60
    await scheduling.limit(office, area, *seconds, _number(given, "fault") * 3600)


FORMS: dict[str, Callable[[Office, str, Fields], Awaitable[None]]] = {
    "line": _line,
    "shift": _shift,
    "remove": _remove,
    "day": _count,
    "forget": _forget,
    "limits": _limits,
}


async def _away(office: Office, given: Fields) -> None:
    if given.get("absence"):
        await scheduling.back(office, given["absence"])
        return
    zone = select(areas.c.time_zone).where(areas.c.id == office.who.area)
    here = zone_of((await office.connection.execute(zone)).scalar_one())
    span = []
    for name in ("begins", "ends"):
        try:
            local = datetime.fromisoformat(given.get(name, "")).replace(tzinfo=here)
            span.append(local.astimezone(UTC))
        except (ValueError, OverflowError) as error:
            raise Refused("invalid", f"{name}: no time", "refused.form") from error
    whose = given.get("account") or office.who.id
    why = given.get("why", "").strip()[:200]
    absence = Absence(whose, span[0], span[1], given.get("stand_in") or None, why)
    await scheduling.away(office, absence)


def _minutes(given: Fields, name: str) -> int:
    found = duty_sheet.minutes_of(given.get(name, ""))
    if found is None:
        raise Refused("invalid", f"{name}: no time of the day", "refused.time")
    return found


def _date(given: Fields, name: str) -> date | None:
    if not given.get(name):
        return None
    if (found := duty_sheet.date_of(given[name])) is None:
        raise Refused("invalid", f"{name}: no date", "refused.form")
    return found


def _number(given: Fields, name: str) -> int:
    text = given.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 8):
        raise Refused("invalid", f"{name}: no number", "refused.limit")
    return int(text)
