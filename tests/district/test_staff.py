"""Who works here: made, let in again and let go by an administrator of the area; and oneself."""

import re

import httpx
import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from district import passwords
from district.schema import accounts, audits, recovery_codes
from tests.district.browsing import browser
from tests.district.world import World

# What of it depends on the database has tests of its own, in both.
pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)

PASSWORD = "eight calm geese 81"
OWN = "nine loud cranes 92"
NEW = {"login": "he", "name": "何芳", "role": "duty", "area": "ninghai", "language": "zh"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passwords be hashed in a moment: how long it takes is test_login.py's."""
    quickly = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quickly)


async def becomes(world: World, login: str, **values: object) -> None:
    async with world.database.begin() as connection:
        row = update(accounts).where(accounts.c.id == login)
        await connection.execute(row.values(**values))


async def admin(world: World) -> None:
    await becomes(world, "qian", role="admin")


async def with_password(world: World, login: str) -> None:
    await becomes(world, login, password=passwords._hasher.hash(PASSWORD))


def shown_password(page: httpx.Response) -> str:
    found = re.search(r'<p class="code">([a-z0-9-]+)</p>', page.text)
    assert found, page.text
    return found[1]


async def logs_in(client: httpx.AsyncClient, login: str, password: str, code: str = "") -> str:
    form = {"login": login, "password": password, "code": code}
    answer = await client.post("/login", data=form)
    return answer.headers.get("location", str(answer.status_code))


async def account(world: World, login: str) -> str:
    return next(row.id for row in await world.rows(accounts) if row.login == login)


async def test_a_new_colleague_gets_a_password_that_is_good_until_they_choose_their_own(
    world: World,
) -> None:
    await admin(world)
    async with browser(world, "qian") as client:
        first = shown_password(await client.post("/accounts", data=NEW))
        assert first not in (await client.get("/accounts")).text
    async with browser(world) as client:
        assert await logs_in(client, "he", first) == "/me"
        assert (await client.get("/homes")).headers["location"] == "/me"
        assert (await client.get("/api/v1/incidents")).status_code == 403
        form = {"old": first, "new": OWN, "again": OWN}
        assert (await client.post("/me/password", data=form)).status_code == 303
        assert (await client.get("/api/v1/incidents")).status_code == 200
        assert (await client.get("/homes")).status_code == 200
    async with browser(world) as client:
        assert await logs_in(client, "he", first) == "401"
        assert await logs_in(client, "he", OWN) == "/"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"old": "wrong", "new": OWN, "again": OWN}, "密码不对"),
        ({"old": PASSWORD, "new": OWN, "again": OWN + "1"}, "两遍不一样"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "和旧密码一样"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "没有保存"),
        ({"old": PASSWORD, "new": "", "again": ""}, "必须填写"),
    ],
)
async def test_a_password_that_is_no_good_is_not_taken(
    world: World, form: dict[str, str], said: str
) -> None:
    await with_password(world, "lin")
    async with browser(world, "lin") as client:
        answer = await client.post("/me/password", data=form)
        assert answer.status_code == 422
        assert said in answer.text
        assert PASSWORD not in answer.text
    async with browser(world) as client:
        assert await logs_in(client, "lin", PASSWORD) == "/"


async def test_a_new_password_ends_all_other_sessions(world: World) -> None:
    await with_password(world, "lin")
    async with browser(world, "lin") as elsewhere, browser(world, "lin") as client:
        form = {"old": PASSWORD, "new": OWN, "again": OWN}
        await client.post("/me/password", data=form)
        assert (await client.get("/api/v1/incidents")).status_code == 200
        assert (await elsewhere.get("/api/v1/incidents")).status_code == 401


async def test_whose_screen_stands_open_cannot_be_guessed_at(world: World) -> None:
    await with_password(world, "lin")
    async with browser(world, "lin") as client:
        for _ in range(5):
            answer = await client.post("/me/offer", data={"password": "guess"})
            assert "密码不对" in answer.text
        answer = await client.post("/me/offer", data={"password": PASSWORD})
        assert "请过几分钟再试" in answer.text


# -- the authenticator


async def enrolled(world: World, client: httpx.AsyncClient) -> tuple[str, list[str]]:
    """Give the secret and the recovery codes."""
    page = await client.post("/me/offer", data={"password": PASSWORD})
    (secret,) = re.findall(r'class="secret-text">([A-Z2-7]+)<', page.text)
    assert "<svg" in page.text
    wrong = await client.post("/me/totp", data={"code": "000000"})
    assert wrong.status_code == 422
    assert secret in wrong.text
    code = pyotp.TOTP(secret).at(world.now)
    page = await client.post("/me/totp", data={"code": code})
    return secret, re.findall(r"<li><code>([a-z0-9-]+)</code>", page.text)


async def test_an_authenticator_holds_from_its_first_code_on(world: World) -> None:
    await with_password(world, "lin")
    async with browser(world, "lin") as client:
        await client.post("/me/offer", data={"password": PASSWORD})
        async with browser(world) as other:
            assert await logs_in(other, "lin", PASSWORD) == "/"
        secret, codes = await enrolled(world, client)
        assert len(codes) == 10
        world.later(minutes=1)
    async with browser(world) as client:
        assert await logs_in(client, "lin", PASSWORD) == "401"
        code = pyotp.TOTP(secret).at(world.now)
        assert await logs_in(client, "lin", PASSWORD, code) == "/"


async def test_a_recovery_code_opens_once_and_is_kept_as_a_hash(world: World) -> None:
    await with_password(world, "lin")
    async with browser(world, "lin") as client:
        _, codes = await enrolled(world, client)
    assert codes[0] not in str(await world.rows(recovery_codes))
    async with browser(world) as client:
        assert await logs_in(client, "lin", PASSWORD, codes[0].upper()) == "/"
        assert await logs_in(client, "lin", PASSWORD, codes[0]) == "401"
        assert await logs_in(client, "lin", PASSWORD, codes[1]) == "/"
        assert "还有 8 个备用码" in (await client.get("/me")).text
        page = await client.post("/me/codes", data={"password": PASSWORD})
        new = re.findall(r"<li><code>([a-z0-9-]+)</code>", page.text)
        assert await logs_in(client, "lin", PASSWORD, codes[2]) == "401"
        assert await logs_in(client, "lin", PASSWORD, new[0]) == "/"


async def test_one_s_code_is_not_good_for_somebody_else(world: World) -> None:
    for login in ("lin", "zhao"):
        await with_password(world, login)
    async with browser(world, "lin") as client:
        _, codes = await enrolled(world, client)
    async with browser(world, "zhao") as client:
        await enrolled(world, client)
        assert await logs_in(client, "zhao", PASSWORD, codes[0]) == "401"


async def test_who_has_lost_the_telephone_is_let_in_again_without_it(world: World) -> None:
    await admin(world)
    await with_password(world, "lin")
    async with browser(world, "lin") as theirs:
        await enrolled(world, theirs)
        async with browser(world, "qian") as client:
            path = "/accounts/lin/reset"
            new = shown_password(await client.post(path, data={"without_totp": "true"}))
        assert (await theirs.get("/me")).headers["location"].startswith("/login")
        assert await logs_in(theirs, "lin", PASSWORD) == "401"
        assert await logs_in(theirs, "lin", new) == "/me"
    assert await world.rows(recovery_codes) == []


async def test_a_reset_lets_in_who_has_guessed_too_often(world: World) -> None:
    await admin(world)
    await with_password(world, "lin")
    async with browser(world, address="10.0.0.9") as client:
        for _ in range(6):
            await logs_in(client, "lin", "guess")
        async with browser(world, "qian") as office:
            new = shown_password(await office.post("/accounts/lin/reset", data={}))
        assert await logs_in(client, "lin", new) == "/me"


# -- administrators


async def test_who_leaves_is_out_at_once_and_may_come_back(world: World) -> None:
    await admin(world)
    async with browser(world, "lin") as theirs, browser(world, "qian") as client:
        assert (await client.post("/accounts/lin/close", data={})).status_code == 303
        assert (await theirs.get("/api/v1/incidents")).status_code == 401
        assert (await client.post("/accounts/lin/open", data={})).status_code == 303
        assert (await theirs.get("/api/v1/incidents")).status_code == 401
    async with browser(world, "lin") as theirs:
        assert (await theirs.get("/api/v1/incidents")).status_code == 200


async def test_sessions_are_seen_and_ended(world: World) -> None:
    await admin(world)
    async with browser(world, "lin") as theirs, browser(world, "qian") as client:
        assert "test" in (await client.get("/accounts/lin")).text
        await client.post("/accounts/lin/revoke", data={})
        assert (await theirs.get("/api/v1/incidents")).status_code == 401
        assert "现在没有登录" in (await client.get("/accounts/lin")).text


async def test_a_new_role_or_area_ends_the_sessions_of_the_old_one(world: World) -> None:
    await admin(world)
    async with browser(world, "lin") as theirs, browser(world, "qian") as client:
        form = {"name": "林静", "role": "viewer", "area": "ninghai", "language": "zh"}
        assert (await client.post("/accounts/lin/change", data=form)).status_code == 303
        assert (await theirs.get("/api/v1/figures")).status_code == 401
    async with browser(world, "lin") as theirs:
        assert (await theirs.get("/api/v1/incidents")).status_code == 403


async def test_nobody_changes_their_own_role_or_locks_themselves_out(world: World) -> None:
    await admin(world)
    await with_password(world, "qian")
    async with browser(world, "qian") as client:
        form = {"name": "钱敏", "role": "supervisor", "area": "yuhua"}
        assert (await client.post("/accounts/qian/change", data=form)).status_code == 403
        assert (await client.post("/accounts/qian/close", data={})).status_code == 403
        assert (await client.post("/accounts/qian/reset", data={})).status_code == 403
        form = {"name": "钱敏敏", "language": "en"}
        assert (await client.post("/accounts/qian/change", data=form)).status_code == 303
        assert "My account" in (await client.get("/me")).text


async def test_accounts_of_other_areas_do_not_exist(world: World) -> None:
    await admin(world)
    async with browser(world, "qian") as client:
        page = (await client.get("/accounts")).text
        assert "林静" in page
        assert "吴桐" not in page
        assert "孙浩" not in page
        for login in ("wu", "sun"):
            assert (await client.get(f"/accounts/{login}")).status_code == 404
            for act in ("change", "close", "open", "revoke", "reset"):
                form = {"name": "x"} if act == "change" else {}
                path = f"/accounts/{login}/{act}"
                assert (await client.post(path, data=form)).status_code in {404, 409}
        for area in ("city", "xuanwu"):
            answer = await client.post("/accounts", data=NEW | {"area": area})
            assert answer.status_code == 422
        moved = {"name": "林静", "role": "duty", "area": "xuanwu"}
        assert (await client.post("/accounts/lin/change", data=moved)).status_code == 422
    rows = {row.login: row for row in await world.rows(accounts)}
    assert rows["wu"].is_active and rows["lin"].area == "ninghai" and "he" not in rows


@pytest.mark.parametrize("login", ["lin", "a b", "-x", "何", "x" * 41])
async def test_a_login_that_is_taken_or_none_at_all_is_refused(world: World, login: str) -> None:
    await admin(world)
    async with browser(world, "qian") as client:
        answer = await client.post("/accounts", data=NEW | {"login": login})
    assert answer.status_code in {409, 422}
    assert "何芳" in answer.text  # what was typed is still there


async def test_a_program_has_no_password(world: World) -> None:
    await admin(world)
    async with browser(world, "qian") as client:
        page = await client.post("/accounts", data=NEW | {"role": "platform"})
        assert "发放令牌" in page.text
        theirs = await account(world, "he")
        assert (await client.post(f"/accounts/{theirs}/reset", data={})).status_code == 422
        form = {"name": "x", "role": "duty", "area": "ninghai"}
        assert (await client.post(f"/accounts/{theirs}/change", data=form)).status_code == 409


async def test_what_is_done_to_accounts_is_noted_without_any_password(world: World) -> None:
    await admin(world)
    await with_password(world, "lin")
    async with browser(world, "qian") as client:
        first = shown_password(await client.post("/accounts", data=NEW))
        await client.post("/accounts/lin/close", data={})
    noted = await world.rows(audits)
    assert {row.what for row in noted} == {"account added", "account closed"}
    assert first not in str(noted)
