"""The way in leaves its trail: who came, who was turned away and from where, who left."""

from typing import Any

import httpx
import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from district import passwords
from district.guesses import BY_ADDRESS, BY_LOGIN
from district.live import Live
from district.schema import accounts, audits
from district.serving import web_config
from district.settings import Settings
from district.web.guard import District
from tests.district.browsing import browser
from tests.district.test_login import PASSWORD, set_password, tries
from tests.district.test_roster import HOMES
from tests.district.test_trail import trail
from tests.district.test_visits import CARE, added, photo
from tests.district.world import NOON, World

HERE, THERE = "192.0.2.7", "203.0.113.9"
in_one_database = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "NOBODY", quick.hash("nobody"))


async def noted(world: World) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Give the whole trail: what, by whom, about whom, and the detail."""
    return [(row.what, row.who, row.about, row.detail) for row in await world.rows(audits)]


async def test_who_came_and_went_is_in_the_trail_with_from_where_and_how(world: World) -> None:
    secret = pyotp.random_base32()
    await set_password(world, "lin", totp=secret)
    async with browser(world, address=HERE) as client:
        await tries(client)  # asked for the code: that is no failure
        await tries(client, code=pyotp.TOTP(secret).at(world.now))
        await client.post("/logout")
        await client.post("/logout")
    assert await noted(world) == [
        ("logged in", "林静", "lin", {"from": HERE, "by": "authenticator"}),
        ("logged out", "林静", "lin", {}),
    ]
    async with browser(world, "qian") as client:
        page = (await client.get("/audits")).text
    assert f"来自：{HERE}" in page and "凭：密码和验证器" in page


async def test_who_was_turned_away_is_noted_by_address_and_nothing_of_what_was_typed(
    world: World,
) -> None:
    await set_password(world, "lin")
    async with browser(world, address=THERE) as client:
        for _ in range(BY_LOGIN.free + 2):
            await tries(client, password="secret guess")
    found = await noted(world)
    until = world.now + BY_LOGIN.first
    failed = ("login failed", THERE, "lin", {})
    locked = ("login locked", THERE, "lin", {"until": until.isoformat()})
    assert found == [failed] * (BY_LOGIN.free - 1) + [locked]
    assert "secret" not in str(await world.rows(audits))
    assert {each["what"] for each in await trail(world, "qian")} == {"login failed", "login locked"}
    async with browser(world, "sun") as city:
        page = (await city.get("/audits?about=lin")).text
    assert "登录失败，已锁定" in page
    assert "到：2026-11-02 12:00:30" in page  # by the clock there


@in_one_database
@pytest.mark.parametrize("values", [{"is_active": False}, {"role": "platform"}])
async def test_a_try_at_an_account_that_is_closed_or_a_program_s_is_noted_too(
    world: World, values: dict[str, object]
) -> None:
    await set_password(world, "lin", **values)
    async with browser(world, address=THERE) as client:
        await tries(client)
    assert await noted(world) == [("login failed", THERE, "lin", {})]


async def test_what_was_typed_as_a_login_that_nobody_has_stands_nowhere(world: World) -> None:
    async with browser(world, address=THERE) as client:
        for number in range(BY_ADDRESS.free + 1):
            await tries(client, login=f"my secret {number}")
    until = (world.now + BY_ADDRESS.first).isoformat()
    # Told once, and to the top alone.
    assert await noted(world) == [("address locked", THERE, "city", {"until": until})]
    assert [each["who"] for each in await trail(world, "sun")] == [THERE]
    assert await trail(world, "qian") == []


@in_one_database
async def test_a_wrong_code_and_a_wrong_password_once_in_are_noted(world: World) -> None:
    await set_password(world, "lin", totp=pyotp.random_base32())
    async with browser(world, "lin", address=THERE) as client:
        await tries(client, code="wrong")
        await client.post("/me/codes", data={"password": "guess"})
    assert await noted(world) == [
        ("login failed", THERE, "lin", {}),
        ("password wrong", "林静", "lin", {}),
    ]


@in_one_database
async def test_sessions_that_somebody_ends_are_noted(world: World) -> None:
    async with browser(world, "lin"), browser(world, "lin") as client:
        await client.post("/me/sessions")
    assert await noted(world) == [("sessions ended", "林静", "lin", {})]


@in_one_database
async def test_a_login_by_a_recovery_code_is_told_apart(world: World) -> None:
    await set_password(world, "lin")
    async with browser(world, "lin", address=HERE) as client:
        page = await client.post("/me/offer", data={"password": PASSWORD})
        secret = page.text.partition('class="secret-text">')[2].partition("<")[0]
        page = await client.post("/me/totp", data={"code": pyotp.TOTP(secret).at(world.now)})
        code = page.text.partition("<li><code>")[2].partition("<")[0]
        await tries(client, code=code)
    assert (await noted(world))[-1][3] == {"from": HERE, "by": "recovery code"}


@in_one_database
async def test_who_is_to_be_visited_and_what_a_photo_proves_are_looked_at_by_name(
    world: World,
) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        content = photo(NOON.replace(hour=12, tzinfo=None))
        files = {"photo": ("p.jpg", content, "image/jpeg")}
        await client.post(f"/homes/{home}/visits", data=CARE, files=files)
        await client.get(f"{HOMES}/overdue")
        await client.post("/visits/check", files=files)
    found = [(what, about) for what, _, about, _ in await noted(world)]
    assert ("overdue seen", "yuhua") in found
    assert ("photo checked", home) in found


@in_one_database
@pytest.mark.parametrize(
    ("proxy", "told", "noted_from"),
    [
        ("127.0.0.1", THERE, THERE),
        ("192.0.2.80", THERE, THERE),
        ("192.0.2.80", f"10.9.9.9, {THERE}", THERE),  # what the client itself had sent before
        (HERE, THERE, HERE),
    ],
)
async def test_only_a_proxy_that_is_ours_says_from_where_somebody_comes(
    world: World, proxy: str, told: str, noted_from: str
) -> None:
    await set_password(world, "lin")
    settings = Settings("", proxies=("192.0.2.80",))
    config = web_config(settings, District(world.database, Live(world.database), lambda: world.now))
    config.load()
    transport = httpx.ASGITransport(config.loaded_app, client=(proxy, 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://desk") as client:
        form = {"login": "lin", "password": "guess"}
        await client.post("/login", data=form, headers={"X-Forwarded-For": told})
    assert [who for _, who, _, _ in await noted(world)] == [noted_from]


@in_one_database
async def test_a_password_made_by_hand_opens_nothing_but_one_s_own_page(world: World) -> None:
    await set_password(world, "lin")
    async with world.database.begin() as connection:
        row = update(accounts).where(accounts.c.id == "lin").values(must_change=True)
        await connection.execute(row)
    async with browser(world) as client:
        assert (await tries(client)).headers["location"] == "/me"
        for path in ("/", "/homes", "/incidents/x", "/follow-ups"):
            assert (await client.get(path)).headers["location"] == "/me"
        answer = await client.post("/incidents/x/take", data={})
        assert answer.headers["location"] == "/me"
        assert (await client.get("/desk/stream")).status_code == 403
