"""An invented district for tests: who works where, and what a gateway there sends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, insert, select

from district.access import Role, Who
from district.database import Database
from district.incidents import Doing, open_for
from district.intake.alerts import Taken
from district.intake.taking import Intake
from district.phases import Act
from district.schema import accounts, areas, gateways, households, incidents, steps
from edge.model import Outcome, Rule, Severity, State
from gateway.wire.uplink.event import (
    AlertData,
    CapSeverity,
    Category,
    Certainty,
    Event,
    Information,
    Kind,
    MessageType,
    Status,
    Urgency,
    cap_time,
    encode,
)

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
AREAS = (("city", None), ("yuhua", "city"), ("ninghai", "yuhua"), ("xuanwu", "city"))
PEOPLE = (
    ("lin", "林静", "ninghai", Role.DUTY),
    ("zhao", "赵磊", "ninghai", Role.DUTY),
    ("qian", "钱敏", "yuhua", Role.SUPERVISOR),
    ("sun", "孙浩", "city", Role.SUPERVISOR),
    ("wu", "吴桐", "xuanwu", Role.DUTY),
)
CAP = {
    Severity.EMERGENCY: CapSeverity.EXTREME,
    Severity.URGENT: CapSeverity.SEVERE,
    Severity.FAULT: CapSeverity.MODERATE,
    Severity.NOTE: CapSeverity.MINOR,
}


class World:
    """One district: `who` by login, and the ways to make something happen in it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.intake = Intake(database)
        self.who: dict[str, Who] = {}
        self.now = NOON

    async def settle(self) -> None:
        """Make the areas, the people and one registered gateway."""
        paths: dict[str, str] = {}
        async with self.database.begin() as connection:
            for name, parent in AREAS:
                paths[name] = f"{paths.get(parent or '', '/')}{name}/"
                row = {"id": name, "parent": parent, "path": paths[name], "name": name}
                await connection.execute(insert(areas).values(**row))
            for login, name, area, role in PEOPLE:
                row = {"id": login, "login": login, "name": name, "area": area, "role": role}
                await connection.execute(insert(accounts).values(**row, password="!"))
                self.who[login] = Who(login, name, role, area, paths[area])
            for gateway, area in (("g1", "ninghai"), ("g2", "xuanwu")):
                row = {"id": gateway, "area": area, "is_registered": True}
                await connection.execute(insert(gateways).values(**row))

    def later(self, **duration: float) -> datetime:
        """Let time pass; give the new time."""
        self.now += timedelta(**duration)
        return self.now

    async def sends(self, alert: "AlertData", event: str, **more: Any) -> Taken:
        """Let a gateway send one event."""
        sent = happened(alert, event, **more)
        return await self.intake.take(alert.sender, sent, encode(sent), self.now)

    @asynccontextmanager
    async def acting(self, login: str, incident: str, act: Act) -> AsyncIterator[Doing]:
        """Let somebody act on an incident."""
        async with self.database.begin() as connection:
            yield await open_for(connection, self.who[login], incident, act, self.now)

    async def rows(self, table: Table) -> list[Row[Any]]:
        """Give all rows of a table."""
        async with self.database.begin() as connection:
            return list((await connection.execute(select(table))).all())

    async def incident(self) -> Row[Any]:
        """Give the one incident that there is."""
        (only,) = await self.rows(incidents)
        return only

    async def story(self) -> list[tuple[str, str]]:
        """Give what happened, and by whom."""
        async with self.database.begin() as connection:
            found = await connection.execute(select(steps).order_by(steps.c.seq))
            return [(row.what, row.by) for row in found]

    async def household(self, local: str) -> Row[Any]:
        """Give a household by its gateway's name for it."""
        return next(row for row in await self.rows(households) if row.local == local)


def smoke(
    alert: str = "a1",
    state: State = State.RAISED,
    severity: Severity = Severity.EMERGENCY,
    **more: Any,
) -> AlertData:
    """Give what a gateway says of smoke in a kitchen."""
    values: dict[str, Any] = {
        "identifier": f"{alert}-{state}",
        "incident": alert,
        "sender": "g1",
        "sent": cap_time(NOON, UTC),
        "status": Status.ACTUAL,
        "msgType": MessageType.ALERT if state is State.RAISED else MessageType.UPDATE,
        "scope": "Private",
        "addresses": "district",
        "category": Category.FIRE,
        "severity": CAP[severity],
        "urgency": Urgency.IMMEDIATE,
        "certainty": Certainty.OBSERVED,
        "onset": cap_time(NOON, UTC),
        "household": "wang",
        "rule": Rule.SMOKE,
        "subject": "kitchen-smoke",
        "room": "kitchen",
        "state": state,
        "info": (Information("zh", "厨房烟雾报警", "王家厨房有烟"),),
        "because": {"device": "kitchen-smoke"},
    }
    return AlertData(**(values | more))


def happened(
    alert: AlertData, event: str, *, sequence: int = 1, epoch: str = "e1", time: datetime = NOON
) -> Event:
    """Give the event around it."""
    source = f"/gateways/{alert.sender}"
    return Event(
        event, source, Kind.ALERT, time, alert, alert.household, epoch=epoch, sequence=sequence
    )


WELL = Outcome.WELL
