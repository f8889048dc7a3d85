"""The page on which a sheet of the roster comes in: choose it, see what it would do, do it."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import UploadFile

from district import roster_sheet, sheets
from district.access import Right, Who
from district.incidents import Refused
from district.roster_columns import COLUMNS, HEADINGS
from district.sheets import BadSheet
from district.web import shield
from district.web.entry import enters
from district.web.guard import Here
from district.web.home_pages import NOTHING
from district.web.rendering import page
from district.web.roster_routes import as_sheet
from district.web.working import done, worked

router = APIRouter(include_in_schema=False)
Keeps = Annotated[Who, Depends(enters(Right.ROSTER))]


@router.get("/homes/sheet")
async def choose(who: Keeps, here: Here) -> Response:
    """Show where to choose a sheet."""
    return await _shown(here, who)


@router.get("/homes/sheet.csv")
async def taken(who: Keeps, here: Here, empty: bool = False) -> Response:
    """Give the roster as a sheet, or one with its heading alone, in the reader's language."""
    rows = [] if empty else await done(here, who, roster_sheet.exported)
    heading = COLUMNS if who.language == "en" else [HEADINGS[each] for each in COLUMNS]
    return as_sheet(sheets.written(rows, COLUMNS, heading), "roster.csv")


@router.post("/homes/sheet", max_body_size=shield.SHEET_BYTES)
async def come_in(request: Request, who: Keeps, here: Here) -> Response:
    """Show what a sheet would do; with the digest of what was shown, do it."""
    sent = await request.form(max_files=1, max_fields=5, max_part_size=shield.SHEET_BYTES)
    file, digest = sent.get("file"), str(sent.get("digest", ""))
    shows = partial(_shown, here, who)
    try:
        if isinstance(file, UploadFile):
            text = sheets.decoded(await file.read())
        else:
            text = str(sent.get("sheet", ""))
        if not digest:
            plan = await done(here, who, lambda at: roster_sheet.planned(at, text))
            return await shows(plan=plan, text=text)
        plan = await worked(here, who, lambda at: roster_sheet.take_in(at, text, digest))
        if plan.joined:
            await here.live.tell(roster_sheet.NEWS)
    except BadSheet as bad:
        return await shows(422, faults=bad.faults)
    except Refused as refused:
        plan = await done(here, who, lambda at: roster_sheet.planned(at, text))
        wrong = [("", refused.key or "refused.conflict")]
        return await shows(409, plan=plan, text=text, wrong=wrong)
    return RedirectResponse("/homes?said=sheet", 303)


async def _shown(here: Here, who: Who, status: int = 200, **values: Any) -> Response:
    shown = {**NOTHING, "plan": None, "text": "", "faults": [], "headings": HEADINGS, **values}
    return await page(here, who, "sheet.html", status, here_is="/homes", **shown)
