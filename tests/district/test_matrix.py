"""Every route of the district, with every role, in the own area, above, below and elsewhere."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import iter_route_contexts
from sqlalchemy.ext.asyncio import AsyncConnection

from district import accounts, tokens
from district.access import RIGHTS, Right, Role
from district.beginning import BY_HAND
from district.database import Database
from district.live import Live
from district.web.app import application, interface
from district.web.guard import COOKIE, District, right_of
from tests.district.matrix import CASES, HERE, MARK, OPEN, About, Case, settled
from tests.district.world import World

ABOVE, BELOW, ELSEWHERE = "yuhua", "alley", "xuanwu"
pytestmark = pytest.mark.asyncio(loop_scope="module")
# Who is refused is asked as every role; of those who are let in, one stands for the others.
quick_and_whole = pytest.mark.parametrize(
    "is_whole", [False, pytest.param(True, marks=pytest.mark.soak)], ids=["quick", "whole"]
)


class Forgetful(Database):
    """The database itself, but each request finds it as it was: what is written is taken back."""

    def __init__(self, real: Database) -> None:
        self.engine, self.url, self.is_postgres = real.engine, real.url, real.is_postgres

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        async with self.engine.connect() as connection, connection.begin() as transaction:
            yield connection
            await transaction.rollback()


class Asking:
    """Asks as anybody; keeps the cookies of all."""

    def __init__(self, world: World, filled: dict[str, str]) -> None:
        self._world = world
        self._filled = filled
        self._cookies: dict[str, str] = {}
        district = District(
            Forgetful(world.database), Live(world.database), lambda: world.now, is_secure=False
        )
        # A mistake of ours is an answer, too: 500.
        transport = httpx.ASGITransport(application(district), raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://desk")

    async def let_in(self) -> None:
        """Log everybody in."""
        async with self._world.database.begin() as connection:
            for area in (HERE, ABOVE, BELOW, ELSEWHERE):
                for role in Role:
                    who = f"{role}-{area}"
                    session = await accounts.begin(connection, who, "test", self._world.now)
                    self._cookies[who] = session.cookie

    async def asked(self, case: Case, who: str = "", **headers: str) -> httpx.Response:
        """Ask one thing."""
        path = case.path.format_map(self._filled | {"act": case.act})
        if who:
            headers["Cookie"] = f"{COOKIE}={self._cookies[who]}"
        if case.text is not None:
            headers["Content-Type"] = "text/csv"
        return await self._client.request(
            *(case.method, path),
            json=case.json,
            data=case.form,
            content=case.text,
            headers=headers,
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Give one district for all: what is decided here is the same in both databases."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("matrix") / "district.db")
    made = World(Database(f"sqlite:///{path}"))
    await made.settle()
    yield made
    await made.database.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def asking(world: World) -> Asking:
    made = Asking(world, await settled(world))
    await made.let_in()
    return made


def found() -> dict[tuple[str, str], Any]:
    """Give every route that there is, by method and path."""
    app = interface()
    return {
        (method, str(route.path)): route
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if (method, route.path) != ("HEAD", "/openapi.json")
    }


def roles_for(case: Case) -> list[Role]:
    found = [role for role in Role if case.right is None or case.right in RIGHTS[role]]
    return [role for role in found if role in case.only]


def asked_as(case: Case, *, is_whole: bool) -> list[Role]:
    """Give the roles that may do this, or one of them: another one from case to case."""
    allowed = [] if case.endless else roles_for(case)
    one = CASES.index(case) % len(allowed) if allowed else 0
    return allowed if is_whole else allowed[one : one + 1]


def is_let_in(answer: httpx.Response) -> bool:
    """Say whether whoever asked may do this, whatever came of it."""
    where = answer.headers.get("location", "")
    is_sent_away = where == "/me" or where.startswith("/login?next=")
    return answer.status_code not in {401, 403, 404} and not (
        answer.status_code == 303 and is_sent_away
    )


def told(case: Case, who: str, answer: httpx.Response) -> str:
    where = answer.headers.get("location", "")
    return f"{case.method} {case.path} {case.act} {who}: {answer.status_code} {where}"


async def test_every_route_has_its_entry_and_needs_what_the_entry_says() -> None:
    routes = found()
    assert len(routes) > 60
    entered = {(case.method, case.path) for case in CASES} | OPEN
    assert sorted(routes.keys() - entered) == []
    assert sorted(entered - routes.keys()) == []
    open_by_itself = {"/"}  # shows the way in
    wrong = [
        (case.method, case.path, case.right)
        for case in CASES
        if case.path not in open_by_itself
        and right_of(routes[case.method, case.path]) != case.right
    ]
    assert wrong == []


async def test_nobody_gets_anywhere_without_being_logged_in(asking: Asking) -> None:
    answers = [(case, await asking.asked(case)) for case in CASES]
    assert [told(case, "nobody", a) for case, a in answers if is_let_in(a)] == []
    assert [told(case, "nobody", a) for case, a in answers if MARK in a.text] == []


@quick_and_whole
async def test_each_role_may_do_what_its_rights_say_and_nothing_else(
    asking: Asking, *, is_whole: bool
) -> None:
    wrong = []
    for case in CASES:
        allowed = roles_for(case)
        refused = [role for role in Role if role not in allowed]
        for role in refused + asked_as(case, is_whole=is_whole):
            who = f"{role}-{HERE}"
            answer = await asking.asked(case, who)
            is_wrong = is_let_in(answer) is not (role in allowed) or answer.status_code >= 500
            if is_wrong and not (case.path == "/" and role not in allowed):
                wrong.append(told(case, who, answer))
            has_right = case.right is None or case.right in RIGHTS[role]
            if not has_right and MARK in answer.text:
                wrong.append(f"it is shown: {told(case, who, answer)}")
    assert not wrong, "\n".join(wrong)


@quick_and_whole
async def test_who_stands_above_may_do_below_what_their_role_may(
    asking: Asking, *, is_whole: bool
) -> None:
    wrong = []
    for case in CASES:
        for role in asked_as(case, is_whole=is_whole):
            answer = await asking.asked(case, f"{role}-{ABOVE}")
            if not is_let_in(answer) or answer.status_code >= 500:
                wrong.append(told(case, f"{role}-{ABOVE}", answer))
    assert not wrong, "\n".join(wrong)


@quick_and_whole
@pytest.mark.parametrize("area", [ELSEWHERE, BELOW])
async def test_what_is_elsewhere_or_above_does_not_exist(
    asking: Asking, area: str, *, is_whole: bool
) -> None:
    wrong = []
    for case in CASES:
        for role in asked_as(case, is_whole=is_whole):
            who = f"{role}-{area}"
            answer = await asking.asked(case, who)
            status = answer.status_code
            is_right = {
                About.PATH: status == 404,
                About.BODY: status in {403, 404, 409, 422},
                About.LIST: status == 200 or case.path == "/",
                About.NOTHING: True,
            }[case.about]
            if not is_right or MARK in answer.text or status >= 500:
                shown = " shows it" * (MARK in answer.text)
                wrong.append(told(case, who, answer) + shown)
    assert not wrong, "\n".join(wrong)


async def test_a_token_opens_what_it_is_for_and_nothing_else(world: World, asking: Asking) -> None:
    async with world.database.begin() as connection:
        _, token = await tokens.make(
            *(connection, BY_HAND, f"platform-{HERE}"),
            name="x",
            rights=[Right.FEED],
            ends=world.now + timedelta(days=1),
            now=world.now,
        )
    opened = []
    for case in [each for each in CASES if each.right is not None]:
        answer = await asking.asked(case, Authorization=f"Bearer {token}")
        if is_let_in(answer) and case.path != "/":
            opened.append((case.method, case.path))
    assert opened == [("GET", "/api/v1/feed")]


async def test_another_site_s_page_cannot_use_anybody_s_session(asking: Asking) -> None:
    changing = [case for case in CASES if case.method != "GET"]
    wrong = []
    for case in changing:
        (role, *_) = roles_for(case)
        answer = await asking.asked(case, f"{role}-{HERE}", Origin="https://evil.example")
        if answer.status_code != 403:
            wrong.append(told(case, role, answer))
    assert not wrong, "\n".join(wrong)
