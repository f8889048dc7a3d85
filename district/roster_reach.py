"""What of the roster a sheet's lines are held against: all that lies within somebody's area.

What a line then does is roster_sheet.py's.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from sqlalchemy import select

from district import roster
from district.access import within
from district.office import Office
from district.roster_columns import CONTACTS
from district.schema import areas, gateways, households, people


class Reached(Struct, frozen=True):
    """What lies within somebody's area, to look a whole sheet up in."""

    areas: frozenset[str]
    gateways: frozenset[str]
    homes: dict[tuple[str, ...], dict[str, Any]]
    elsewhere: frozenset[tuple[str, ...]]  # homes of other areas behind their gateways
    people: dict[str, list[dict[str, Any]]]
    without: dict[tuple[str, str], list[dict[str, Any]]]  # no gateway yet, by area and name

    @classmethod
    async def by(cls, office: Office) -> "Reached":
        """Look at all that somebody reaches."""
        execute, who = office.connection.execute, office.who
        near = await execute(select(areas.c.id).where(within(who, areas.c.id)))
        behind = await execute(select(gateways.c.id).where(within(who, gateways.c.area)))
        homes = {which(row): row for row in await roster.listed(office)}
        without: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in homes.values():
            if row["gateway"] is None and row["is_registered"] and row["ended"] is None:
                without.setdefault((row["area"], row["name"]), []).append(row)
        away = await execute(
            select(households.c.gateway, households.c.local)
            .join(gateways, households.c.gateway == gateways.c.id)
            .where(within(who, gateways.c.area), ~within(who, households.c.area))
        )
        return cls(
            areas=frozenset(near.scalars()),
            gateways=frozenset(behind.scalars()),
            homes=homes,
            elsewhere=frozenset(tuple(row) for row in away),
            people=await people_there(office),
            without=without,
        )

    def wrong(self, row: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
        """Say what of a line is not theirs, or is over."""
        if row["area"] and row["area"] not in self.areas:
            yield "area", f"there is no area {row['area']} here", "refused.area"
        if row.get("gateway") and row["gateway"] not in self.gateways:
            yield "gateway", f"there is no gateway {row['gateway']} here", "refused.gateway"
        if which(row) in self.elsewhere:
            yield "local", "this home is of another area", "sheet.elsewhere"
        known = self.homes.get(which(row))
        if known is not None and known["ended"] is not None:
            yield "local", "it is not watched any more", "refused.ended"
        if len(self._awaiting(row)) > 1:
            yield "name", "several homes of this name have no gateway", "sheet.several"

    def waits(self, row: Mapping[str, str]) -> dict[str, Any] | None:
        """Give the registered home that has waited for the gateway of this line."""
        found = self._awaiting(row)
        return found[0] if len(found) == 1 else None

    def _awaiting(self, row: Mapping[str, str]) -> list[dict[str, Any]]:
        known = self.homes.get(which(row))
        if not row.get("gateway") or (known is not None and known["is_registered"]):
            return []
        found = self.without.get((row["area"], row["name"]), [])
        same = [home for home in found if home["local"] == row["local"]]
        return same or found


def which(home: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what a home is known by: its gateway and name; without one its area and name."""
    if home.get("gateway"):
        return (home["gateway"], home["local"])
    return ("", home["local"], home["area"])


async def people_there(office: Office) -> dict[str, list[dict[str, Any]]]:
    """Give those who would stand in a sheet, by home."""
    wanted = (
        select(people)
        .join(households, people.c.household == households.c.id)
        .where(within(office.who, households.c.area))
        .order_by(people.c.kind.desc(), people.c.place, people.c.id)
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in (await office.connection.execute(wanted)).mappings():
        there = found.setdefault(row["household"], [])
        most = 1 if row["kind"] == "resident" else CONTACTS
        if sum(each["kind"] == row["kind"] for each in there) < most:
            there.append(dict(row))
    return found
