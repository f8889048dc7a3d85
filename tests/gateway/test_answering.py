"""The page behind a link: looking changes nothing, an answer counts once, and only that alert."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from aiohttp import ClientSession, web
from msgspec import structs

from edge.household import Household
from edge.model import (
    Acknowledge,
    Alert,
    Close,
    Effects,
    Entry,
    Home,
    Kind,
    Moment,
    Notice,
    Outcome,
    State,
)
from gateway.links import Links
from gateway.page.answering import MOST_POSTED, Answering
from tests.broker import free_port
from tests.facts import reading
from tests.homes import at, home

HOME = structs.replace(home(), resident="王<script>alert(1)</script>桂英")
LINKS = Links((b"s" * 32,))


class Desk:
    """A household with smoke in its kitchen, and what its people are owed."""

    def __init__(self, where: Home = HOME) -> None:
        self.homes = {where.id: where}
        self.household = Household(where)
        self.moment = at(1)
        self.failure = ""
        self.notices: dict[str, Notice] = {}
        self.alerts: dict[str, Alert] = {}
        self.changes: list[str] = []
        smoke = reading("kitchen_smoke", Kind.SMOKE, True, self.moment)
        self._take(self.household.receive(Entry(where.id, self.moment, smoke)))

    def now(self) -> Moment:
        return self.moment

    def pass_time(self, duration: timedelta) -> None:
        self.moment = self.moment.plus(duration)
        self._take(self.household.advance(self.moment))

    def clear(self) -> None:
        smoke = reading("kitchen_smoke", Kind.SMOKE, False, self.moment)
        self._take(self.household.receive(Entry(HOME.id, self.moment, smoke)))

    def of(self, recipient: str) -> str:
        """Give the token in somebody's message."""
        name = next(n.id for n in self.notices.values() if n.recipient == recipient)
        return LINKS.token(name, self.moment.wall)

    @property
    def only(self) -> Alert:
        (alert,) = self.alerts.values()
        return alert

    def notice(self, name: str) -> Notice | None:
        return self.notices.get(name)

    def alert(self, name: str) -> Alert | None:
        return self.alerts.get(name)

    def acknowledge(self, alert: Alert, by: str, lease: timedelta) -> str:
        return self._do(Acknowledge(alert.id, by, lease))

    def close(self, alert: Alert, by: str, outcome: Outcome) -> str:
        finding = alert.finding
        return self._do(Close(alert.id, by, outcome, finding.rule, finding.subject))

    def _do(self, what: Acknowledge | Close) -> str:
        self._take(self.household.receive(Entry(HOME.id, self.moment, what)))
        return self.failure

    def _take(self, effects: Effects) -> None:
        self.alerts |= {alert.id: alert for alert in effects.alerts}
        self.notices |= {notice.id: notice for notice in effects.notices}
        self.changes += [str(change.what) for change in effects.changes]


class Visit:
    """Somebody who opens links."""

    def __init__(self, session: ClientSession, base: str) -> None:
        self._session = session
        self._base = base

    async def look(self, token: str, method: str = "GET") -> tuple[int, str]:
        async with self._session.request(method, f"{self._base}/a/{token}") as response:
            if response.status == 200:
                assert response.headers["Cache-Control"] == "no-store"
            return response.status, await response.text()

    async def answer(self, token: str, **form: str) -> tuple[int, str]:
        async with self._session.post(f"{self._base}/a/{token}", data=form) as response:
            return response.status, await response.text()


def visit(desk: Desk, story: Callable[[Visit], Awaitable[None]]) -> None:
    async def whole() -> None:
        app = web.Application(client_max_size=MOST_POSTED)
        Answering(LINKS, desk, desk.now, {HOME.id: timedelta(minutes=30)}).add_to(app)
        runner, port = web.AppRunner(app, shutdown_timeout=0.1), free_port()
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            async with asyncio.timeout(20), ClientSession() as session:
                await story(Visit(session, f"http://127.0.0.1:{port}"))
        finally:
            await runner.cleanup()

    asyncio.run(whole())


def test_to_look_changes_nothing_however_often_a_chat_does() -> None:
    desk = Desk()
    before = list(desk.changes)

    async def story(visitor: Visit) -> None:
        for method in ("GET", "GET", "HEAD"):
            status, _ = await visitor.look(desk.of("daughter"), method)
            assert status == 200

    visit(desk, story)
    assert desk.changes == before
    assert desk.only.state is State.RAISED


def test_who_takes_it_has_it_under_their_own_name_and_the_second_time_is_the_first() -> None:
    desk = Desk()

    async def story(visitor: Visit) -> None:
        for _ in range(2):
            status, page = await visitor.answer(desk.of("daughter"), do="take")
            assert status == 200 and "您已接手" in page
        _, page = await visitor.look(desk.of("duty"))
        assert "daughter 正在处理" in page and "我来处理" not in page

    visit(desk, story)
    assert desk.changes.count("acknowledged") == 1
    assert desk.only.lease is not None and desk.only.lease.owner == "daughter"


def test_the_page_says_who_else_was_told() -> None:
    async def story(visitor: Visit) -> None:
        _, page = await visitor.look(desk.of("daughter"))
        assert "duty" in page and "只通知了您" not in page

    desk = Desk()
    visit(desk, story)


def test_after_the_lease_it_can_be_taken_again() -> None:
    desk = Desk()

    async def story(visitor: Visit) -> None:
        await visitor.answer(desk.of("daughter"), do="take")
        desk.pass_time(timedelta(minutes=31))
        _, page = await visitor.look(desk.of("duty"))
        assert "我来处理" in page

    visit(desk, story)


def test_what_it_was_is_said_once_and_nothing_is_left_to_press() -> None:
    desk = Desk()

    async def story(visitor: Visit) -> None:
        desk.clear()
        _, page = await visitor.look(desk.of("daughter"))
        assert "请说明当时的情况" in page and "我来处理" not in page
        _, page = await visitor.answer(desk.of("daughter"), do="close", outcome="well")
        assert "这次警报已经结束" in page and "<button" not in page
        await visitor.answer(desk.of("duty"), do="close", outcome="helped")

    visit(desk, story)
    assert desk.only.outcome is Outcome.WELL


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"do": "erase"},
        {"do": "close"},
        {"do": "close", "outcome": "unknown"},
        {"outcome": "well"},
    ],
)
def test_what_nobody_can_press_does_nothing(form: dict[str, str]) -> None:
    desk = Desk()
    before = list(desk.changes)

    async def story(visitor: Visit) -> None:
        status, _ = await visitor.answer(desk.of("daughter"), **form)
        assert status == 200

    visit(desk, story)
    assert desk.changes == before


def test_a_link_that_is_old_forged_or_of_another_gateway_opens_nothing() -> None:
    desk = Desk()

    async def story(visitor: Visit) -> None:
        token = desk.of("daughter")
        stranger = Links((b"t" * 32,)).token(next(iter(desk.notices)), desk.moment.wall)
        unknown = LINKS.token("0" * 20, desk.moment.wall)
        for bad in (stranger, unknown, "x" * 35, "../../etc/passwd", token[:-1]):
            status, page = await visitor.look(bad)
            assert status == 404 and "王" not in page
            assert (await visitor.answer(bad, do="take"))[0] == 404
        desk.pass_time(timedelta(hours=80))
        status, page = await visitor.look(token)
        assert status == 410 and "过期" in page

    visit(desk, story)
    assert "acknowledged" not in desk.changes


def test_who_is_no_contact_any_more_opens_nothing() -> None:
    desk = Desk()
    left = tuple(each for each in HOME.contacts if each.id != "daughter")
    desk.homes = {HOME.id: structs.replace(HOME, contacts=left)}

    async def story(visitor: Visit) -> None:
        assert (await visitor.answer(desk.of("daughter"), do="take"))[0] == 404
        assert (await visitor.look(desk.of("duty")))[0] == 200

    visit(desk, story)
    assert "acknowledged" not in desk.changes


def test_a_name_is_a_name_and_never_a_program() -> None:
    desk = Desk()

    async def story(visitor: Visit) -> None:
        _, page = await visitor.look(desk.of("daughter"))
        assert "<script" not in page and "&lt;script" in page

    visit(desk, story)


def test_a_disk_that_refuses_is_said_and_the_answer_counts_all_the_same() -> None:
    desk = Desk()
    desk.failure = "disk full"

    async def story(visitor: Visit) -> None:
        _, page = await visitor.answer(desk.of("daughter"), do="take")
        assert "存储有故障" in page

    visit(desk, story)
    assert desk.only.state is State.ACKNOWLEDGED


def test_ten_megabytes_are_refused_at_the_door() -> None:
    desk = Desk()

    async def story(visitor: Visit) -> None:
        status, _ = await visitor.answer(desk.of("daughter"), do="x" * 1_000_000)
        assert status == 413

    visit(desk, story)
    assert "acknowledged" not in desk.changes
