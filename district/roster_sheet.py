"""The roster as a sheet, out and in: what a community keeps in a spreadsheet today.

A sheet comes in whole or not at all, with every fault of every line at once; before that it says
what it would add and change. Homes that are there already are brought up to date.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from msgspec import Struct
from sqlalchemy import delete, insert, select

from district import residents, roster
from district.access import within
from district.identity import fresh
from district.incidents import Refused
from district.joining import Wish, join
from district.live import News, Topic
from district.office import Office
from district.roster import Risk
from district.roster_columns import (
    HOME,
    NUMBERS,
    PERSON,
    RISKS,
    people_cells,
    people_of,
    read,
)
from district.roster_reach import Reached, people_there, which
from district.schema import areas, households, people
from district.sheets import BadSheet, Fault

# For open pages where homes got their gateways: of any of these there may be an incident.
NEWS = (News(Topic.AGAIN, "", ""),)
# What a line says nothing of.
EMPTY: dict[str, Any] = {
    **dict.fromkeys(("address", "door_code", "medical", "plan"), ""),
    "gateway": None,
    "risk": Risk.ORDINARY,
    "visits_a_month": 2,
    "care_a_month": 0,
}


class Plan(Struct, frozen=True):
    """What a sheet would do: who is new, gets a gateway, changes (and in what), stays the same."""

    added: tuple[str, ...]
    joined: tuple[tuple[str, str], ...]
    changed: tuple[tuple[str, tuple[str, ...]], ...]
    same: int
    digest: str  # of all of it: what is done must be what was shown


class _Line(Struct, frozen=True):
    """One line beside what is there."""

    number: int
    home: dict[str, Any]
    people: list[dict[str, Any]]
    known: Any
    there: list[dict[str, Any]]
    # Where a known home gets its gateway by this line: what that has spoken of until now, or "".
    joins: str | None = None

    @property
    def is_known(self) -> bool:
        """Say whether the home is registered already."""
        return self.known is not None and self.known["is_registered"]

    def differs(self) -> list[str]:
        """Say what of the home is otherwise in the sheet; an empty cell says nothing."""
        kept = self.home.keys() & roster.CHANGEABLE
        what = sorted(key for key in kept if self.known[key] != self.home[key])
        if _bare(self.replaced()) != _bare(self.replacing()):
            what.append("people")
        return what

    def replaced(self) -> list[dict[str, Any]]:
        """Give those who are there of the kinds that the line names."""
        kinds = {each["kind"] for each in self.people}
        return [each for each in self.there if each["kind"] in kinds]

    def replacing(self) -> list[dict[str, Any]]:
        """Give those who are to be there instead; of one who stays an empty cell says nothing."""
        before = {(each["kind"], each["name"]): each for each in self.there}
        return [_merged(before.get((each["kind"], each["name"]), {}), each) for each in self.people]


def _merged(before: Mapping[str, Any], person: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: before[key] for key in person if key in before}
    return dict(person) | kept | {key: each for key, each in person.items() if each}


def _bare(found: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(each[key] for key in ("kind", *PERSON, "born")) for each in found]


async def planned(office: Office, text: str) -> Plan:
    """Say what a sheet would do; writes nothing. Raises BadSheet."""
    return _plan(await _lines(office, text))


async def take_in(office: Office, text: str, digest: str = "") -> Plan:
    """Do what a sheet says, all or none. Raises BadSheet, or Refused where another plan was shown.

    To be called in a transaction that its caller gives up where this raises.
    """
    # One sheet after the other: the second one sees what the first one has added.
    mine = select(areas.c.id).where(within(office.who, areas.c.id)).order_by(areas.c.id)
    await office.connection.execute(mine.with_for_update(key_share=True))
    found = await _lines(office, text)
    plan = _plan(found)
    if digest and plan.digest != digest:
        raise Refused("conflict", "somebody has changed the roster since", "refused.changed")
    faults: list[Fault] = []
    await _register(office, [line for line in found if line.known is None])
    for line in found:
        try:
            await _write(office, line)
        except Refused as refused:
            faults.append(Fault(line.number, "", str(refused), refused.key))
    if faults:
        raise BadSheet(faults)
    return plan


async def exported(office: Office) -> list[dict[str, Any]]:
    """Give the homes of somebody's area as a sheet has them; that they took them is noted."""
    rows = [row for row in await roster.listed(office) if row["ended"] is None]
    theirs = await people_there(office)
    await office.noted("roster exported", office.who.area, homes=len(rows))
    return [row | people_cells(theirs.get(row["id"], [])) for row in rows]


async def _lines(office: Office, text: str) -> list[_Line]:
    """Read a sheet beside what is there. Raises BadSheet with every fault of every line."""
    rows, faults = read(text)
    reached = await Reached.by(office)
    for row in rows:
        faults += [Fault(int(row["line"]), *wrong) for wrong in reached.wrong(row)]
    if faults:
        raise BadSheet(sorted(faults, key=lambda fault: fault.line))
    found = [_line(row, reached) for row in rows]
    if faults := list(_twice(found)):
        raise BadSheet(faults)
    return found


def _line(row: Mapping[str, str], reached: "Reached") -> _Line:
    home: dict[str, Any] = {name: row[name] for name in HOME if row.get(name)}
    for name in NUMBERS.keys() & home.keys():
        home[name] = int(home[name])
    if "risk" in home:
        home["risk"] = RISKS.get(home["risk"], home["risk"])
    heard = reached.homes.get(which(row))
    waits = reached.waits(row)
    known = heard if waits is None else waits
    there = [] if known is None else reached.people.get(known["id"], [])
    joins = None if waits is None else f"{heard['id']} {heard['version']}" if heard else ""
    return _Line(int(row["line"]), home, people_of(row), known, there, joins)


def _twice(found: Iterable[_Line]) -> Iterable[Fault]:
    """Say which lines are of one home, the one by its gateway, the other without."""
    seen: dict[str, int] = {}
    for line in found:
        if line.known is None:
            continue
        if (first := seen.setdefault(line.known["id"], line.number)) != line.number:
            why = f"the same home as in line {first}"
            yield Fault(line.number, "local", why, "sheet.twice", {"n": first})


def _plan(found: list[_Line]) -> Plan:
    added, joined, changed, same = [], [], [], 0
    told = sha256()
    for line in found:
        told.update(repr((sorted(line.home.items()), line.people)).encode())
        if not line.is_known:
            added.append(line.home["name"])
            continue
        told.update(f"{line.known['id']} {line.known['version']} {line.joins}".encode())
        if line.joins is not None:
            joined.append((line.home["name"], line.home["gateway"]))
        if what := line.differs():
            changed.append((line.home["name"], tuple(what)))
        elif line.joins is None:
            same += 1
    return Plan(tuple(added), tuple(joined), tuple(changed), same, told.hexdigest())


async def _register(office: Office, new: list[_Line]) -> None:
    """Register what nobody has heard of, all at once: SQLite does nothing else meanwhile."""
    homes, theirs = [], []
    for line in new:
        home = {**EMPTY, **line.home, **roster.registered(office), "id": fresh()}
        homes.append(home)
        theirs += _placed(home["id"], line.people)
    if homes:
        await office.connection.execute(insert(households), homes)
    if theirs:
        await office.connection.execute(insert(people), theirs)
    await office.noted_each("household added", [home["id"] for home in homes])


def _placed(home: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"id": fresh(), "household": home, "place": place, **person}
        for place, person in enumerate(found)
    ]


async def _write(office: Office, line: _Line) -> None:
    if line.known is None:
        return
    if not line.is_known:
        home = dict(line.home)
        gateway, local = home.pop("gateway", None), home.pop("local")
        name = await roster.add(office, gateway, local, **home)
        for person in line.people:
            await residents.put_person(office, name, **person)
        return
    what, version = line.differs(), line.known["version"]
    if line.joins is not None:
        wish = Wish(line.home["gateway"], line.home["local"])
        version = (await join(office, line.known["id"], wish)).version
    if kept := {key: line.home[key] for key in what if key != "people"}:
        await roster.change(office, line.known["id"], kept, version)
    if "people" in what:
        await _replace(office, line)


async def _replace(office: Office, line: _Line) -> None:
    home = line.known["id"]
    await office.reached(home)
    gone = [each["id"] for each in line.replaced()]
    await office.connection.execute(delete(people).where(people.c.id.in_(gone)))
    if rows := _placed(home, line.replacing()):
        await office.connection.execute(insert(people), rows)
    await office.changed("people changed", home)
