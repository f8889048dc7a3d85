"""The page of figures: an area and those right below it in a month, to be read, printed, taken."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import Response
from pydantic import StringConstraints
from sqlalchemy import select

from district import sheets
from district.access import Right, Who, within
from district.causes import causes, month_of, months
from district.figures import LATER_BAR, SOON_BAR, figures
from district.schema import areas
from district.web.entry import enters
from district.web.figure_routes import COLUMNS
from district.web.guard import Here
from district.web.home_pages import NOTHING
from district.web.ledger_pages import Month, months_around
from district.web.rendering import clock_of, page
from district.web.roster_routes import as_sheet
from district.web.words import WORDS, say

router = APIRouter(include_in_schema=False)
Reads = Annotated[Who, Depends(enters(Right.FIGURES))]
Area = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{0,64}$")]


@router.get("/figures")
async def shown(who: Reads, here: Here, month: Month = "", area: Area = "") -> Response:
    """Show the figures of a month."""
    clock = await clock_of(here, who)
    span, area = month_of(month, clock.zone, clock.now), area or who.area
    async with here.database.begin() as connection:
        found = await figures(connection, who, span, area)
        if not found:
            raise HTTPException(404, "there is no such area here")
        values: dict[str, Any] = {
            "figures": found,
            "own": found[0],
            "causes": await causes(connection, who, span, area),
            "months": await months(connection, who, area, span, zone=clock.zone),
        }
        parent = select(areas.c.parent).where(areas.c.id == area)
        above = select(areas.c.id).where(
            areas.c.id == parent.scalar_subquery(), within(who, areas.c.id)
        )
        values["above"] = (await connection.execute(above)).scalar_one_or_none()

    def rule_of(rule: str) -> str:
        word = f"rule.{rule}"
        return say(word, who.language) if word in WORDS else rule

    values |= {"bars": (SOON_BAR, LATER_BAR), "rule_of": rule_of}
    values |= months_around(span, clock)
    return await page(here, who, "figures.html", here_is="/figures", **NOTHING, **values)


@router.get("/figures.csv")
async def sheet(who: Reads, here: Here, month: Month = "", area: Area = "") -> Response:
    """Give the figures of a month as CSV."""
    clock = await clock_of(here, who)
    span = month_of(month, clock.zone, clock.now)
    async with here.database.begin() as connection:
        found = await figures(connection, who, span, area)
    rows = [msgspec.to_builtins(each) for each in found]
    return as_sheet(sheets.written(rows, COLUMNS), f"figures-{span.begins:%Y-%m}.csv")
