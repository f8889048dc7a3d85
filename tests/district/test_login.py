"""The way in and the session: who gets in, who does not, and what a stolen cookie is good for."""

import asyncio
from datetime import timedelta

import httpx
import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import insert, select, update

from district import accounts, guesses, passwords
from district.guesses import BY_ADDRESS, BY_LOGIN, network_of, of_address, of_login
from district.passwords import Weakness, weakness
from district.schema import accounts as people
from district.schema import sessions
from district.web.guard import COOKIE, TLS_COOKIE
from tests.district.browsing import browser
from tests.district.world import World, smoke

PASSWORD = "eight calm geese 81"
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
KEPT = QUICK.hash(PASSWORD)
# What is no matter of the database is shown in one.
in_one_database = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a guess cost nothing: what it costs is shown by the tests that do without this."""
    monkeypatch.setattr(passwords, "_hasher", QUICK)
    monkeypatch.setattr(passwords, "NOBODY", QUICK.hash("nobody"))


async def set_password(world: World, login: str, **more: object) -> None:
    async with world.database.begin() as connection:
        row = update(people).where(people.c.login == login)
        await connection.execute(row.values(password=KEPT, **more))


async def tries(client: httpx.AsyncClient, **form: str) -> httpx.Response:
    return await client.post("/login", data={"login": "lin", "password": PASSWORD, **form})


async def test_who_knows_the_password_gets_in_and_out_again(world: World) -> None:
    await set_password(world, "lin")
    async with browser(world) as client:
        assert (await client.get("/")).headers["location"].startswith("/login")
        answer = await tries(client)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert (await client.get("/")).status_code == 200
        kept = client.cookies[COOKIE]
        await client.post("/logout")
        client.cookies.set(COOKIE, kept)
        assert (await client.get("/api/v1/incidents")).status_code == 401


@pytest.mark.usefixtures("quickly")
@in_one_database
async def test_behind_tls_the_cookie_is_bound_to_this_very_host(world: World) -> None:
    await set_password(world, "lin")
    async with browser(world, is_secure=True) as client:
        answer = await tries(client)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"{TLS_COOKIE}=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
        assert "domain" not in cookie.lower()
        assert (await client.get("/api/v1/incidents")).status_code == 200
        # A cookie that a neighbour of the domain could set opens nothing.
        mine = client.cookies[TLS_COOKIE]
        client.cookies.clear()
        client.cookies.set(COOKIE, mine)
        assert (await client.get("/api/v1/incidents")).status_code == 401


@pytest.mark.usefixtures("quickly")
@pytest.mark.parametrize("form", [{"password": "wrong"}, {"login": "nobody"}, {"login": ""}])
@in_one_database
async def test_what_is_wrong_with_a_login_is_not_said(world: World, form: dict[str, str]) -> None:
    await set_password(world, "lin")
    async with browser(world) as client:
        answer = await tries(client, **form)
    assert answer.status_code == 401
    assert "用户名、密码或验证码不对" in answer.text


@pytest.mark.usefixtures("quickly")
@in_one_database
async def test_a_program_has_no_way_in_by_password(world: World) -> None:
    await set_password(world, "lin", role="platform")
    async with browser(world) as client:
        assert "不对" in (await tries(client)).text


@pytest.mark.usefixtures("quickly")
async def test_who_guesses_has_to_wait_longer_and_longer(world: World) -> None:
    await set_password(world, "lin")
    async with browser(world) as client:
        for _ in range(5):
            assert "不对" in (await tries(client, password="guess")).text
        assert "请过几分钟再试" in (await tries(client)).text
        world.later(seconds=31)
        assert "不对" in (await tries(client, password="guess")).text
        world.later(seconds=31)
        assert "请过几分钟再试" in (await tries(client)).text
        world.later(seconds=31)
        assert (await tries(client)).status_code == 303


@pytest.mark.usefixtures("quickly")
@in_one_database
async def test_a_login_that_nobody_has_is_slowed_down_like_any_other(world: World) -> None:
    async with browser(world) as client:
        for _ in range(5):
            await tries(client, login="nobody")
        assert "请过几分钟再试" in (await tries(client, login="nobody")).text


@pytest.mark.usefixtures("quickly")
async def test_many_guesses_at_once_are_no_way_around_the_limit(world: World) -> None:
    await set_password(world, "lin")
    async with browser(world) as client:
        guessed = [tries(client, password=f"guess {n}") for n in range(12)]
        answers = [answer.text for answer in await asyncio.gather(*guessed)]
    assert sum("不对" in text for text in answers) == BY_LOGIN.free
    assert sum("请过几分钟再试" in text for text in answers) == 12 - BY_LOGIN.free


@pytest.mark.usefixtures("quickly")
async def test_one_address_cannot_try_one_login_after_the_other(world: World) -> None:
    await set_password(world, "lin")
    async with world.database.begin() as connection:
        for n in range(BY_ADDRESS.free):
            by = [of_address("192.0.2.7"), of_login(f"somebody {n}")]
            assert await guesses.count(connection, by, world.now)
    async with browser(world, address="192.0.2.7") as client:
        assert "请过几分钟再试" in (await tries(client)).text
    async with browser(world, address="192.0.2.8") as client:
        assert (await tries(client)).status_code == 303


@pytest.mark.usefixtures("quickly")
async def test_guesses_elsewhere_do_not_keep_anybody_out_of_their_own_desk(world: World) -> None:
    await set_password(world, "lin")
    async with browser(world, address="192.0.2.7") as desk:
        assert (await tries(desk)).status_code == 303
        async with browser(world, address="203.0.113.9") as stranger:
            for _ in range(6):
                await tries(stranger, password="guess")
            assert "请过几分钟再试" in (await tries(stranger)).text
        assert (await tries(desk)).status_code == 303


@pytest.mark.usefixtures("quickly")
async def test_a_right_login_does_not_pay_for_an_address_that_guesses(world: World) -> None:
    await set_password(world, "lin")
    by = [of_address("192.0.2.7")]
    async with world.database.begin() as connection:
        for _ in range(BY_ADDRESS.free - 2):
            await guesses.count(connection, by, world.now)
    async with browser(world, address="192.0.2.7") as client:
        assert (await tries(client)).status_code == 303
        await tries(client, login="other")
        await tries(client, login="another")
        assert "请过几分钟再试" in (await tries(client, login="a third")).text


@in_one_database
async def test_a_limit_is_forgotten_in_time(world: World) -> None:
    by = [of_address("192.0.2.7")]
    for _ in range(BY_ADDRESS.free):
        async with world.database.begin() as connection:
            assert await guesses.count(connection, by, world.now)
    async with world.database.begin() as connection:
        assert not await guesses.count(connection, by, world.later(seconds=59))
    async with world.database.begin() as connection:
        world.now += BY_ADDRESS.forgotten
        for _ in range(BY_ADDRESS.free - 1):
            assert await guesses.count(connection, by, world.now)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_an_address_stands_for_whoever_has_it(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.usefixtures("quickly")
async def test_a_one_time_code_is_needed_and_good_once(world: World) -> None:
    secret = pyotp.random_base32()
    await set_password(world, "lin", totp=secret)
    code = pyotp.TOTP(secret).at(world.now)
    async with browser(world) as client:
        assert "六位数" in (await tries(client)).text
        assert (await tries(client, code="000000" if code != "000000" else "1")).status_code == 401
        assert (await tries(client, code="１２３４５６")).status_code == 401
        assert (await tries(client, code=code)).status_code == 303
        assert (await tries(client, code=code)).status_code == 401


@pytest.mark.usefixtures("quickly")
@in_one_database
async def test_codes_are_guessed_no_faster_than_passwords(world: World) -> None:
    secret = pyotp.random_base32()
    await set_password(world, "lin", totp=secret)
    async with browser(world) as client:
        for _ in range(BY_LOGIN.free):
            assert "不对" in (await tries(client, code="wrong")).text
        answer = await tries(client, code=pyotp.TOTP(secret).at(world.now))
    assert "请过几分钟再试" in answer.text


# -- sessions


@pytest.mark.usefixtures("quickly")
@in_one_database
async def test_a_session_that_somebody_else_put_there_is_worth_nothing_after_a_login(
    world: World,
) -> None:
    await set_password(world, "lin")
    async with browser(world, "wu") as client:
        planted = client.cookies[COOKIE]
        await tries(client)
        client.cookies.clear()
        client.cookies.set(COOKIE, planted)
        assert (await client.get("/api/v1/incidents")).status_code == 401


@in_one_database
async def test_what_is_kept_of_a_session_opens_nothing(world: World) -> None:
    async with browser(world, "lin") as client:
        cookie = client.cookies[COOKIE]
        (row,) = await world.rows(sessions)
        assert cookie not in {str(value) for value in row}
        client.cookies.clear()
        client.cookies.set(COOKIE, row.id)
        assert (await client.get("/api/v1/incidents")).status_code == 401


async def test_a_session_ends_after_a_shift_and_when_nobody_uses_it(world: World) -> None:
    async with browser(world, "lin") as client:
        assert (await client.get("/api/v1/incidents")).status_code == 200
        world.later(hours=1, minutes=59)
        assert (await client.get("/api/v1/incidents")).status_code == 200
        world.later(hours=2, minutes=1)
        assert (await client.get("/api/v1/incidents")).status_code == 401


@in_one_database
async def test_a_session_that_is_used_all_the_time_ends_after_a_shift_too(world: World) -> None:
    async with browser(world, "lin") as client:
        for _ in range(11):
            world.later(hours=1)
            assert (await client.get("/api/v1/incidents")).status_code == 200
        world.later(hours=1)
        assert (await client.get("/api/v1/incidents")).status_code == 401


async def test_who_has_left_is_out_at_once(world: World) -> None:
    async with browser(world, "lin") as client:
        async with world.database.begin() as connection:
            gone = update(people).where(people.c.id == "lin").values(is_active=False)
            await connection.execute(gone)
        assert (await client.get("/api/v1/incidents")).status_code == 401


async def test_every_session_of_somebody_can_be_ended(world: World) -> None:
    async with browser(world, "lin") as one, browser(world, "lin") as other:
        async with world.database.begin() as connection:
            await accounts.end_all(connection, "lin")
        for each in (one, other):
            assert (await each.get("/api/v1/incidents")).status_code == 401


@in_one_database
async def test_a_new_role_counts_from_the_next_request_on(world: World) -> None:
    async with browser(world, "lin") as client:
        async with world.database.begin() as connection:
            row = update(people).where(people.c.id == "lin").values(role="viewer")
            await connection.execute(row)
        assert (await client.get("/api/v1/incidents")).status_code == 403


# -- other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://desk"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://desk"},
    ],
)
@in_one_database
async def test_another_site_cannot_act_with_our_cookie(
    world: World, headers: dict[str, str]
) -> None:
    await world.sends(smoke(), "e1")
    incident = (await world.incident()).id
    async with browser(world, "lin") as client:
        answer = await client.post(f"/api/v1/incidents/{incident}/take", json={}, headers=headers)
    assert answer.status_code == 403
    assert (await world.incident()).phase == "open"


@pytest.mark.usefixtures("quickly")
@in_one_database
async def test_another_site_cannot_log_a_browser_in_as_somebody_it_knows(world: World) -> None:
    await set_password(world, "lin")
    async with browser(world) as client:
        form = {"login": "lin", "password": PASSWORD}
        answer = await client.post("/login", data=form, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


# -- passwords


@pytest.mark.parametrize(
    ("password", "what"),
    [
        ("short", Weakness.LENGTH),
        ("x" * 201, Weakness.LENGTH),
        ("aaaabbbbcccc", Weakness.PLAIN),
        ("abcdefghijklmnop", Weakness.PLAIN),
        ("1234567890123", Weakness.PLAIN),
        ("qwertyuiopasdfghjkl", Weakness.PLAIN),
        ("poiuytrewqlkjhgf", Weakness.PLAIN),
        ("linjing@2026!zhiban", Weakness.NAME),
        ("password2026!", Weakness.GUESSED),
        ("P@ssw0rd2026!", Weakness.GUESSED),
        ("woaini5201314!", Weakness.GUESSED),
        ("shouhu20261123", Weakness.GUESSED),
        ("eight calm geese 81", None),
        ("宁海路的槐树开花了吗今年", None),
        ("7hq2-kd9w-x4mp-vz3t", None),
    ],
)
def test_a_password_that_would_be_guessed_first_is_refused(
    password: str, what: Weakness | None
) -> None:
    assert weakness(password, "linjing", "林静") is what


@in_one_database
async def test_a_password_kept_with_old_parameters_is_kept_anew_when_it_is_used(
    world: World,
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    async with world.database.begin() as connection:
        row = update(people).where(people.c.id == "lin").values(password=old)
        await connection.execute(row)
    async with browser(world) as client:
        assert (await tries(client)).status_code == 303
        async with world.database.begin() as connection:
            found = await connection.execute(select(people.c.password).where(people.c.id == "lin"))
            assert passwords.rehashed(found.scalar_one(), PASSWORD) is None
        assert (await tries(client)).status_code == 303


@pytest.mark.usefixtures("quickly")
@in_one_database
async def test_old_sessions_are_no_usual_place(world: World) -> None:
    await set_password(world, "lin")
    began = world.now - timedelta(days=31)
    async with world.database.begin() as connection:
        row = {"id": "old", "account": "lin", "began": began, "seen": began, "ends": began}
        await connection.execute(insert(sessions).values(**row, where="192.0.2.7"))
    async with browser(world, address="192.0.2.7") as client:
        for _ in range(BY_LOGIN.free):
            await tries(client, password="guess")
        assert "请过几分钟再试" in (await tries(client)).text
