"""The pages of visits and calls, of things in homes, and of the audit trail; each as a sheet."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field, StringConstraints
from starlette.datastructures import UploadFile

from district import ledger, proof, sheets, trail, visits
from district.access import Right, Who
from district.causes import month_before, month_of
from district.figures import Span
from district.ledger import Standing
from district.office import Office
from district.trail import Sought
from district.web import shield
from district.web.entry import enters
from district.web.guard import Here
from district.web.home_pages import NOTHING
from district.web.incident_routes import First
from district.web.rendering import Clock, clock_of, page
from district.web.roster_routes import as_sheet
from district.web.shapes import Body
from district.web.trail_detail import told
from district.web.trail_words import AUDITED
from district.web.words import WORDS, say
from district.web.working import done

router = APIRouter(include_in_schema=False)
Reads = Annotated[Who, Depends(enters(Right.RECORDS))]
ReadsTrail = Annotated[Who, Depends(enters(Right.AUDITS))]
Month = Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2})?$")]


@router.get("/visits")
async def rounds(
    who: Reads, here: Here, month: Month = "", first: First = 0, late: First = 0
) -> Response:
    """Show whom nobody has seen often enough, and the visits of a month; from which one on."""
    return await _rounds(here, who, month, None, first=first, late=late)


@router.post("/visits/check", max_body_size=shield.SHEET_BYTES)
async def check(request: Request, who: Reads, here: Here) -> Response:
    """Say which visit a photo was shown for."""
    sent = (await request.form(max_files=1, max_fields=5)).get("photo")
    content = await sent.read() if isinstance(sent, UploadFile) else b""
    found = await done(here, who, lambda at: proof.proves(at, content)) if content else None
    return await _rounds(here, who, "", found or {})


async def _rounds(
    here: Here,
    who: Who,
    month: str,
    checked: "dict[str, Any] | None",
    *,
    first: int = 0,
    late: int = 0,
) -> Response:
    clock = await clock_of(here, who)
    span = month_of(month, clock.zone, clock.now)

    async def work(office: Office) -> dict[str, Any]:
        found = await visits.noted(office, span.begins, span.ends, first, visits.AT_ONCE)
        count = await visits.counted(office, span.begins, span.ends)
        missed = await visits.overdue(office)
        shown = missed[late : late + visits.AT_ONCE]
        return {
            "visits": found,
            "late": shown,
            "of_visits": part(first, len(found), count, visits.AT_ONCE),
            "of_late": part(late, len(shown), len(missed), visits.AT_ONCE),
        }

    values = await done(here, who, work) | months_around(span, clock)

    values["visits_from"] = lambda begin: _link(month, begin, late)
    values["late_from"] = lambda begin: _link(month, first, begin)
    return await page(
        here, who, "visits.html", here_is="/visits", checked=checked, **NOTHING, **values
    )


@router.get("/visits.csv")
async def rounds_sheet(who: Reads, here: Here, month: Month = "") -> Response:
    """Give the visits of a month as CSV."""
    clock = await clock_of(here, who)
    span = month_of(month, clock.zone, clock.now)
    rows = await done(here, who, lambda at: visits.noted(at, span.begins, span.ends))
    return as_sheet(sheets.written(rows, visits.COLUMNS), f"visits-{span.begins:%Y-%m}.csv")


@router.get("/things")
async def things(
    who: Reads, here: Here, standing: Standing = Standing.THERE, first: First = 0
) -> Response:
    """Show the ledger of things."""

    async def work(office: Office) -> dict[str, Any]:
        found = await ledger.things(office, standing, first, ledger.AT_ONCE)
        count = await ledger.counted(office, standing)
        return {"things": found, "of": part(first, len(found), count, ledger.AT_ONCE)}

    values = await done(here, who, work)
    values |= {"standing": standing, "standings": list(Standing)}
    values["link"] = lambda begin: f"/things?standing={standing}&first={begin}"
    return await page(here, who, "things.html", here_is="/things", **NOTHING, **values)


@router.get("/things.csv")
async def things_sheet(who: Reads, here: Here, standing: Standing | None = None) -> Response:
    """Give the ledger of things as CSV."""
    rows = await done(here, who, lambda at: ledger.things(at, standing))
    return as_sheet(sheets.written(rows, ledger.COLUMNS), "things.csv")


class Seek(Body):
    """Which notes of the trail are sought; empty: whatever."""

    about: Annotated[str, StringConstraints(max_length=200)] = ""
    who: Annotated[str, StringConstraints(max_length=200)] = ""
    what: Annotated[str, StringConstraints(max_length=60)] = ""
    day: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    before: Annotated[int, Field(ge=0, lt=1 << 62)] | None = None

    def sought(self, clock: Clock, most: int) -> Sought:
        """Give what the trail is asked for; a day that is none is any."""
        begins = ends = None
        try:
            if self.day:
                begins = datetime.fromisoformat(self.day).replace(tzinfo=clock.zone)
                ends = begins + timedelta(days=1)
        except (ValueError, OverflowError):
            begins = None
        return Sought(self.about, self.who, self.what, begins, ends, self.before, most)

    def query(self) -> str:
        """Give it as a part of an address, without the place in the list."""
        fields = {key: getattr(self, key) for key in ("about", "who", "what", "day")}
        return urlencode({key: each for key, each in fields.items() if each})


@router.get("/audits")
async def audits(who: ReadsTrail, here: Here, seek: Annotated[Seek, Query()]) -> Response:
    """Show who saw and changed what."""
    clock = await clock_of(here, who)
    sought = seek.sought(clock, trail.AT_ONCE)
    notes = await done(here, who, lambda at: trail.notes(at, sought))

    def said_of(what: str) -> str:
        word = f"audit.{what}"
        return say(word, who.language) if word in WORDS else what

    values: dict[str, Any] = {
        "notes": notes,
        "sought": seek,
        "query": seek.query(),
        "said_of": said_of,
        "told": lambda detail: told(detail, clock, who.language),
    }
    values |= {"older": notes[-1]["seq"] if len(notes) == trail.AT_ONCE else None}
    sorts = sorted(key.removeprefix("audit.") for key in AUDITED)
    return await page(here, who, "audits.html", here_is="/audits", sorts=sorts, **NOTHING, **values)


@router.get("/audits.csv")
async def audits_sheet(who: ReadsTrail, here: Here, seek: Annotated[Seek, Query()]) -> Response:
    """Give the trail as CSV; that it was taken is noted."""
    sought = seek.sought(await clock_of(here, who), trail.MOST)

    async def work(office: Office) -> list[dict[str, Any]]:
        rows = await trail.notes(office, sought)
        await office.noted("audits exported", office.who.area, notes=len(rows))
        return rows

    return as_sheet(sheets.written(await done(here, who, work), trail.COLUMNS), "audits.csv")


def _link(month: str, first: int, late: int) -> str:
    return "/visits?" + urlencode({"month": month, "first": first, "late": late})


def part(first: int, shown: int, count: int, at_once: int) -> dict[str, Any]:
    """Give the place of what is shown of a list among all of it, and where the rest begins."""
    return {
        "first": first + 1,
        "last": first + shown,
        "count": count,
        "before": max(0, first - at_once) if first else None,
        "after": first + shown if shown and first + shown < count else None,
    }


def months_around(span: Span, clock: Clock) -> dict[str, Any]:
    """Give the names of a month, the one before and the one after, if that is no future."""
    after = span.ends if span.ends <= clock.now else None
    return {
        "month": f"{span.begins:%Y-%m}",
        "month_before": f"{month_before(span.begins):%Y-%m}",
        "month_after": f"{after:%Y-%m}" if after else "",
    }
