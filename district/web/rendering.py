"""Pages made of templates: for whom, in whose language, with the times of their area.

What stands on a page is its route's; the words are words.py's and office_words.py's.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from district import views
from district.access import Right, Who
from district.auditor import is_late
from district.schema import areas
from district.web.guard import District
from district.web.words import LANGUAGES, say

TEMPLATES = Path(__file__).with_name("templates")
# What the head of each page leads to: address, word, and the right without which it is not shown.
NAV: tuple[tuple[str, str, Right], ...] = (
    ("/", "nav.desk", Right.DESK),
    ("/follow-ups", "nav.follow_ups", Right.DESK),
    ("/duty", "nav.duty", Right.ROTA),
    ("/homes", "nav.homes", Right.RECORDS),
    ("/visits", "nav.visits", Right.RECORDS),
    ("/things", "nav.things", Right.RECORDS),
    ("/figures", "nav.figures", Right.FIGURES),
    ("/accounts", "nav.accounts", Right.ACCOUNTS),
    ("/areas", "nav.areas", Right.ACCOUNTS),
    ("/gateways", "nav.gateways", Right.ACCOUNTS),
    ("/audits", "nav.audits", Right.AUDITS),
)
_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Clock:
    """Times as people at this desk read them."""

    def __init__(self, zone: ZoneInfo, now: datetime, language: str) -> None:
        self.zone = zone
        self.now = now
        self._language = language

    def at(self, moment: datetime) -> str:
        """Give the hour, and the day where it is another one."""
        local = moment.astimezone(self.zone)
        here = self.now.astimezone(self.zone)
        if local.date() == here.date():
            return local.strftime("%H:%M")
        return local.strftime("%m-%d %H:%M" if local.year == here.year else "%Y-%m-%d %H:%M")

    def day(self, moment: datetime) -> str:
        """Give the day."""
        return moment.astimezone(self.zone).strftime("%Y-%m-%d")

    def exact(self, moment: datetime) -> str:
        """Give day and hour, to the second."""
        return moment.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def age(self, moment: datetime) -> str:
        """Give how long ago that was."""
        minutes = max(self.now - moment, timedelta(0)) // timedelta(minutes=1)
        if minutes < 1:
            return say("less_than_a_minute", self._language)
        if minutes < 60:
            return say("minutes", self._language, n=minutes)
        return say("hours", self._language, n=minutes // 60, m=minutes % 60)

    def unanswered(self, moment: datetime) -> int:
        """Give the whole minutes of waiting, at most 5: each has its colour."""
        return min(5, max(self.now - moment, timedelta(0)) // timedelta(minutes=1))


async def clock_of(here: District, who: Who) -> Clock:
    """Give the clock of somebody's area."""
    async with here.database.begin() as connection:
        zone = select(areas.c.time_zone).where(areas.c.id == who.area)
        name = (await connection.execute(zone)).scalar_one()
    return Clock(ZoneInfo(name), here.now(), who.language)


async def page(
    here: District, who: Who, template: str, status: int = 200, **values: Any
) -> Response:
    """Show a page to somebody; who answers at the desk sees on each whether anybody waits."""
    clock = await clock_of(here, who)
    watches = who.has(Right.DESK) and not who.is_held
    if watches and "emergencies" not in values:
        async with here.database.begin() as connection:
            values |= await around(connection, who, clock.now)
    shown = {"who": who, "now": clock.now, "clock": clock, "watches": watches, **values}
    return rendered(template, who.language, status, **shown)


async def around(connection: AsyncConnection, who: Who, now: datetime) -> dict[str, Any]:
    """Give what each page says, whatever else it shows: how many wait for somebody."""
    emergencies, urgent = await views.waiting(connection, who)
    late = await is_late(connection, now)
    return {"emergencies": emergencies, "urgent": urgent, "is_late": late}


def language_of(request: Request) -> str:
    """Give the language of whoever asks: their account's, else the first that the browser names."""
    if told := getattr(request.state, "language", ""):
        return str(told)
    for each in request.headers.get("accept-language", "").lower().split(","):
        if (found := each.strip()[:2]) in LANGUAGES:
            return found
    return "zh"


def rendered(template: str, language: str, status: int = 200, **values: Any) -> Response:
    """Show a page in a language."""

    def words(key: str, **more: object) -> str:
        return say(key, language, **more)

    text = _environment.get_template(template).render(
        say=words, language=language, nav=NAV, **values
    )
    return HTMLResponse(text, status)
