"""The HTTP interface of figures."""

from datetime import timedelta
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import AwareDatetime

from district import sheets
from district.causes import causes, month_of
from district.figures import Figures, Span, figures
from district.web import shapes
from district.web.guard import Here, ReadsFigures
from district.web.problems import FAULTS
from district.web.rendering import clock_of

LONGEST = timedelta(days=400)
router = APIRouter(prefix="/api/v1", tags=["figures"], responses=FAULTS)
COLUMNS = tuple(name for name in Figures.__struct_fields__ if not name.startswith("by_"))


SHEET = {"content": {"text/csv": {"schema": {"type": "string"}}}}


class Wanted(shapes.Body):
    """From when to when, of which area."""

    begins: AwareDatetime | None = None
    ends: AwareDatetime | None = None
    area: shapes.Key | None = None


class WantedFigures(Wanted):
    """And in which form."""

    form: Literal["json", "csv"] = "json"


@router.get("/figures", response_model=list[dict[str, Any]], responses={200: SHEET})
async def read_figures(
    who: ReadsFigures, here: Here, wanted: Annotated[WantedFigures, Query()]
) -> list[dict[str, Any]] | Response:
    """Give the figures of an area and of those right below; without a span, of this month."""
    span = await _span(who, here, wanted)
    async with here.database.begin() as connection:
        found = await figures(connection, who, span, wanted.area or "")
    rows = [msgspec.to_builtins(each) for each in found]
    if wanted.form == "json":
        return rows
    headers = {"Content-Disposition": 'attachment; filename="figures.csv"'}
    text = sheets.written(rows, COLUMNS)
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/figures/causes")
async def read_causes(
    who: ReadsFigures, here: Here, wanted: Annotated[Wanted, Query()]
) -> dict[str, Any]:
    """Say where the false alerts came from; homes by name only to whom the roster is open."""
    span = await _span(who, here, wanted)
    async with here.database.begin() as connection:
        found = await causes(connection, who, span, wanted.area or who.area)
    said: dict[str, Any] = msgspec.to_builtins(found)
    return said


async def _span(who: ReadsFigures, here: Here, wanted: Wanted) -> Span:
    clock = await clock_of(here, who)
    present = clock.now + timedelta(seconds=1)  # a span is without its end
    until = min(wanted.ends or present, present)
    since = wanted.begins or month_of("", clock.zone, until).begins
    return Span(max(min(since, until), until - LONGEST), until, clock.now)
