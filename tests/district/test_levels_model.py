"""Whatever people do, whoever is on duty, however long nobody watches: nothing is left to nobody.

A model of who is on duty, reckoned the plain way, beside the real levels, leases and auditor.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import insert, select

from district.auditor import audit_all
from district.database import Database
from district.incidents import Refused, close, hand_over, take
from district.levels import URGENT, pass_time
from district.office import Office
from district.phases import Act, Phase
from district.rota import Absence
from district.scheduling import add_shift, away
from district.schema import accounts, areas, incidents, steps
from edge.model import Outcome, Severity
from tests.district.world import PEOPLE, World, smoke

T = TypeVar("T")
LINE = ("lane", "ninghai", "yuhua", "city")  # from a lane to the city
WHERE = {login: area for login, _, area, _ in PEOPLE if area != "xuanwu"} | {"mei": "lane"}
MOVES = (Act.RISE, Act.PASS_ON)
LOGINS = st.sampled_from(sorted(WHERE))


class Levels(RuleBasedStateMachine):
    """Alerts come, people take them or not, shifts and absences begin and end, and time passes."""

    template: Path

    @initialize()
    def settle(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="levels"))
        path = shutil.copy(self.template, self.folder / "district.db")
        self.world = World(Database(f"sqlite:///{path}"))
        self.shifts: list[tuple[str, str, Any, Any]] = []
        self.away: list[tuple[str, Any, Any, str | None]] = []
        self.count, self.seen = 0, 0
        self.run(self.begin())

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.run(self.world.database.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    def run(self, work: "Coroutine[Any, Any, T]") -> T:
        return self.runner.run(work)

    async def begin(self) -> None:
        world = self.world
        await world.settle()
        async with world.database.begin() as connection:
            row = {"id": "lane", "parent": "ninghai", "path": "/city/yuhua/ninghai/lane/"}
            await connection.execute(insert(areas).values(**row, name="lane"))
            mei = {"id": "mei", "login": "mei", "name": "梅", "area": "lane", "role": "duty"}
            await connection.execute(insert(accounts).values(**mei, password="!"))
        world.who["mei"] = world.who["lin"].__class__("mei", "梅", "duty", "lane", row["path"])

    # -- what happens

    @rule(severity=st.sampled_from(list(Severity)))
    def an_alert_comes(self, severity: Severity) -> None:
        async def comes() -> None:
            name = f"a{self.count}"
            await self.world.sends(smoke(name, severity=severity), f"e{self.count}")
            async with self.world.database.begin() as connection:
                which = incidents.c.alert == name
                await connection.execute(
                    incidents.update().where(which).values(place="lane", area="lane")
                )

        self.count += 1
        self.run(comes())

    @rule(data=st.data(), login=LOGINS, minutes=st.integers(1, 90))
    def somebody_takes_one(self, data: st.DataObject, login: str, minutes: int) -> None:
        self.act(data, login, Act.TAKE, lambda doing: take(doing, timedelta(minutes=minutes)))

    @rule(data=st.data(), login=LOGINS, to=LOGINS)
    def somebody_hands_one_over(self, data: st.DataObject, login: str, to: str) -> None:
        self.act(data, login, Act.HAND_OVER, lambda doing: hand_over(doing, to))

    @rule(data=st.data(), login=LOGINS)
    def somebody_closes_one(self, data: st.DataObject, login: str) -> None:
        self.act(data, login, Act.CLOSE, lambda doing: close(doing, Outcome.WELL))

    def act(self, data: st.DataObject, login: str, act: Act, do: Any) -> None:
        # By the alert's name: an incident's id is another one in each run.
        open_ones = sorted((row.alert, row.id) for row in self.rows() if row.closed is None)
        if not open_ones:
            return
        _, incident = data.draw(st.sampled_from(open_ones))

        async def acts() -> None:
            try:
                async with self.world.acting(login, incident, act) as doing:
                    await do(doing)
            except Refused:
                pass  # somebody else has it, or it lies elsewhere

        self.run(acts())

    @rule(
        login=LOGINS,
        area=st.sampled_from(LINE),
        after=st.integers(-300, 300),
        hours=st.integers(1, 12),
    )
    def somebody_is_put_on_duty(self, login: str, area: str, after: int, hours: int) -> None:
        begins = self.world.now + timedelta(minutes=after)
        span = (begins, begins + timedelta(hours=hours))

        async def put() -> None:
            async with self.world.database.begin() as connection:
                office = Office(connection, self.world.who["sun"], self.world.now)
                await add_shift(office, area, login, *span)

        try:
            self.run(put())
        except Refused:
            assert LINE.index(WHERE[login]) < LINE.index(area), "who may act there may be on duty"
        else:
            self.shifts.append((area, login, *span))

    @rule(login=LOGINS, hours=st.integers(1, 24), other=st.none() | LOGINS)
    def somebody_is_away(self, login: str, hours: int, other: str | None) -> None:
        span = (self.world.now, self.world.now + timedelta(hours=hours))

        async def says() -> None:
            async with self.world.database.begin() as connection:
                office = Office(connection, self.world.who["sun"], self.world.now)
                await away(office, Absence(login, *span, other))

        try:
            self.run(says())
        except Refused:
            pass  # the other could not act there
        else:
            self.away.append((login, *span, other))

    @rule(minutes=st.one_of(st.integers(1, 20), st.integers(20, 2000)), watches=st.integers(1, 3))
    def time_passes(self, minutes: int, watches: int) -> None:
        """One watch or several; a long gap is one in which none of them ran."""
        self.world.later(minutes=minutes)

        async def look() -> None:
            now, database = self.world.now, self.world.database
            await asyncio.gather(*(pass_time(database, now) for _ in range(watches)))
            await audit_all(database, now)

        self.run(look())
        for row in self.new_moves():
            before, after = row.detail["from"], row.detail["to"]
            assert LINE.index(after) == LINE.index(before) + 1, "a level was left out"
            if row.what == Act.PASS_ON:
                assert not self.on_duty(before), "somebody was on duty and was passed over"
        for row in self.rows():
            waits = row.closed is None and row.phase == Phase.OPEN and row.rank <= URGENT
            if waits and row.area != "city":
                assert self.on_duty(row.area), "it waits where nobody is"

    # -- what must be so

    @invariant()
    def each_open_one_has_an_owner_or_a_deadline(self) -> None:
        if not hasattr(self, "world"):
            return
        for row in self.rows():
            if row.closed is not None:
                assert row.outcome is not None
            elif row.phase == Phase.TAKEN:
                assert row.owner is not None
                assert row.until == row.next_due
            else:
                assert row.owner is None
                assert row.next_due is not None
                assert row.next_due > self.world.now, "it is overdue after everybody has looked"
            assert row.area in LINE

    # -- the model

    def on_duty(self, area: str) -> set[str]:
        now = self.world.now
        here = [
            (whose, begins, ends) for where, whose, begins, ends in self.shifts if where == area
        ]
        if here:
            wanted = {whose for whose, begins, ends in here if begins <= now < ends}
        else:
            wanted = {login for login, home in WHERE.items() if home == area}
        able = {login for login, home in WHERE.items() if LINE.index(home) >= LINE.index(area)}
        return {there for whose in wanted for there in self.comes(whose, set())} & able

    def comes(self, login: str, asked: set[str]) -> set[str]:
        now = self.world.now
        away_now = [
            other
            for whose, begins, ends, other in self.away
            if whose == login and begins <= now < ends
        ]
        if not away_now:
            return {login}
        others = {other for other in away_now if other and other not in asked | {login}}
        return {there for other in others for there in self.comes(other, asked | {login})}

    def rows(self) -> list[Any]:
        return self.run(self.world.rows(incidents))

    def new_moves(self) -> list[Any]:
        async def moves() -> list[Any]:
            async with self.world.database.begin() as connection:
                wanted = select(steps).where(steps.c.seq > self.seen, steps.c.what.in_(MOVES))
                return list((await connection.execute(wanted.order_by(steps.c.seq))).all())

        found = self.run(moves())
        self.seen = max([self.seen, *(row.seq for row in found)])
        return found


@pytest.fixture(autouse=True)
def tables(sqlite_template: Path) -> None:
    Levels.template = sqlite_template


QUICK = settings(
    max_examples=8,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[*HealthCheck],
)


class TestLevels(Levels.TestCase):  # type: ignore[misc, name-defined]
    settings = QUICK


@pytest.mark.soak
@pytest.mark.timeout(1800)
class TestLevelsAtLength(Levels.TestCase):  # type: ignore[misc, name-defined]
    settings = settings(QUICK, max_examples=400, stateful_step_count=60)
