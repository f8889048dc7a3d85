"""The pages of duty: who answers now, and an area's plan as a picture and in words.

What their forms do is duty_forms.py's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import Response
from msgspec import Struct

from district import duty_sheet, duty_views
from district.access import Right, Who
from district.auditor import is_late
from district.duty_views import Plan, Turn
from district.rota import KINDS, moment, zone_of
from district.web.entry import enters
from district.web.guard import District, Here
from district.web.incident_routes import Key
from district.web.rendering import page

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TONES = 6  # colours of people, over and over; the names stand beside
router = APIRouter(include_in_schema=False)
Looks = Annotated[Who, Depends(enters(Right.ROTA))]


class Bar(Struct, frozen=True):
    """A part of a day, in minutes from its beginning, for its picture."""

    at: int
    width: int
    text: str
    tone: int | None  # None: nobody


class Sheet(Struct, frozen=True):
    """One day of a plan: its picture and its words."""

    day: datetime
    weekday: str
    minutes: int  # 1440; an hour more or less where the clocks change
    bars: tuple[Bar, ...]
    turns: tuple[Turn, ...]
    now: int | None  # minutes of it that have passed


@router.get("/duty")
async def overview(who: Looks, here: Here) -> Response:
    """Show who has to answer now, area by area."""
    return await show_overview(here, who)


@router.get("/duty/{area}")
async def plan(area: Key, who: Looks, here: Here) -> Response:
    """Show an area's plan."""
    return await show_plan(here, who, area)


async def show_overview(here: District, who: Who, status: int = 200, **values: Any) -> Response:
    """Show the first page, with what was refused or done."""
    now = here.now()
    async with here.database.begin() as connection:
        posts = await duty_views.posts(connection, who, now)
        away = await duty_views.away(connection, who, now)
        staff = await duty_views.colleagues(connection, who)
        late = await is_late(connection, now)
    mine = [post for post in posts if any(one.account == who.id for one in post.people)]
    shown: dict[str, Any] = {"said": "", "faults": [], "typed": {}}
    shown |= {"posts": posts, "mine": mine, "away": away, "staff": staff, "is_late": late}
    keeps = who.has(Right.SCHEDULE)
    return await page(
        *(here, who, "duty.html", status), here_is="/duty", keeps=keeps, **(shown | values)
    )


async def show_plan(
    here: District, who: Who, area: str, status: int = 200, **values: Any
) -> Response:
    """Show an area's plan, with what was refused. Raises HTTPException 404."""
    now = here.now()
    async with here.database.begin() as connection:
        found = await duty_views.plan(connection, who, area, now)
    if found is None:
        raise HTTPException(404, "there is no such area here")
    shown: dict[str, Any] = {"said": "", "typed": {}, "plan": found, "kinds": KINDS}
    shown |= {"sheets": sheets(found, now), "hours": duty_sheet.clock}
    shown |= {"zone": zone_of(found.time_zone), "keeps": who.has(Right.SCHEDULE)}
    return await page(here, who, "duty_area.html", status, here_is="/duty", **(shown | values))


def sheets(found: Plan, now: datetime) -> list[Sheet]:
    """Part a plan into its days, by the area's calendar."""
    zone = zone_of(found.time_zone)
    tones = {name: number % TONES for number, name in enumerate(sorted(_names(found.turns)))}
    made = []
    day = found.turns[0].begins.astimezone(zone).date()
    last = found.turns[-1].ends
    while (begins := moment(day, 0, zone)) < last:
        day += DAY
        made.append(_sheet(found, begins, moment(day, 0, zone), tones, now))
    return made


def _sheet(
    found: Plan, begins: datetime, ends: datetime, tones: dict[str, int], now: datetime
) -> Sheet:
    turns = tuple(
        Turn(max(turn.begins, begins), min(turn.ends, ends), turn.people)
        for turn in found.turns
        if turn.begins < ends and begins < turn.ends
    )
    local = begins.astimezone(zone_of(found.time_zone))
    counts = {one.day: one.counts_as for one in found.days}
    return Sheet(
        day=local,
        weekday=counts.get(local.date(), str(local.isoweekday())),
        minutes=(ends - begins) // MINUTE,
        bars=tuple(_bar(turn, begins, tones) for turn in turns),
        turns=turns,
        now=(now - begins) // MINUTE if begins <= now < ends else None,
    )


def _bar(turn: Turn, day: datetime, tones: dict[str, int]) -> Bar:
    at, width = (turn.begins - day) // MINUTE, (turn.ends - turn.begins) // MINUTE
    text = "、".join(one.name for one in turn.people)
    return Bar(at, width, text, tones[turn.people[0].name] if turn.people else None)


def _names(turns: Sequence[Turn]) -> set[str]:
    return {one.name for turn in turns for one in turn.people}
