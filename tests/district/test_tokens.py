"""What programs show instead of a password: made, listed, used, revoked, and never seen again."""

import re

import httpx
import pytest
from sqlalchemy import insert, update

from district.schema import accounts, audits, tokens
from tests.district.browsing import browser
from tests.district.world import World, smoke

FEED = "/api/v1/feed"


async def settled(world: World) -> None:
    """Add an administrator of a district, and a program of one community and of another."""
    people = (("admin", "yuhua", "admin"), ("prog", "ninghai", "platform"))
    async with world.database.begin() as connection:
        for login, area, role in (*people, ("other", "xuanwu", "platform")):
            row = {"id": login, "login": login, "name": login, "area": area, "role": role}
            await connection.execute(insert(accounts).values(**row, password="!"))


async def made(client: httpx.AsyncClient, **more: object) -> dict[str, str]:
    body = {"login": "prog", "name": "城市平台", "rights": ["feed"]} | more
    answer = await client.post("/api/v1/tokens", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()
    return found


async def feeds(world: World, token: str, path: str = FEED, address: str = "127.0.0.1") -> int:
    async with browser(world, address=address) as program:
        answer = await program.get(path, headers={"Authorization": f"Bearer {token}"})
        return answer.status_code


async def test_a_token_opens_the_feed_of_its_program_s_area_until_it_is_revoked(
    world: World,
) -> None:
    await settled(world)
    await world.sends(smoke(), "e1")
    await world.sends(smoke(sender="g2"), "e2")
    async with browser(world, "admin") as admin:
        token = await made(admin)
        async with browser(world) as program:
            headers = {"Authorization": f"Bearer {token['token']}"}
            answer = await program.get(FEED, headers=headers)
            assert [each["id"] for each in answer.json()] == ["e1"]
        assert await feeds(world, token["token"], "/api/v1/figures") == 403
        assert (await admin.delete(f"/api/v1/tokens/{token['id']}")).status_code == 204
        assert await feeds(world, token["token"]) == 401
    done = [(row.what, row.about) for row in await world.rows(audits)]
    assert done == [("token made", "prog"), ("token revoked", "prog")]


async def test_a_token_is_kept_as_its_hash_and_listed_without_what_opens(world: World) -> None:
    await settled(world)
    async with browser(world, "admin") as admin:
        token = await made(admin, rights=["figures", "feed", "feed"])
        assert await feeds(world, token["token"], address="192.0.2.7") == 200
        (row,) = await world.rows(tokens)
        assert token["token"] not in {str(value) for value in row}
        listed = (await admin.get("/api/v1/tokens")).text
        assert token["token"] not in listed
        assert row.hidden not in listed
        (line,) = (await admin.get("/api/v1/tokens")).json()
    assert (line["login"], line["rights"]) == ("prog", ["feed", "figures"])
    assert (line["used_from"], line["made_by"]) == ("192.0.2.7", "admin")


async def test_a_token_ends_on_its_day(world: World) -> None:
    await settled(world)
    async with browser(world, "admin") as admin:
        token = await made(admin, days=1)
    world.later(hours=23, minutes=59)
    assert await feeds(world, token["token"]) == 200
    world.later(minutes=1)
    assert await feeds(world, token["token"]) == 401


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "admin"}])
async def test_a_token_is_worth_as_much_as_its_account(
    world: World, change: dict[str, object]
) -> None:
    await settled(world)
    async with browser(world, "admin") as admin:
        token = await made(admin)
    async with world.database.begin() as connection:
        row = update(accounts).where(accounts.c.id == "prog").values(**change)
        await connection.execute(row)
    assert await feeds(world, token["token"]) == 401


async def test_a_token_is_made_and_revoked_on_the_page_and_shown_once(world: World) -> None:
    await settled(world)
    form = {"program": "prog", "token_name": "城市平台 2026", "good_for": "30", "feed": "true"}
    async with browser(world, "admin") as admin:
        answer = await admin.post("/tokens", data=form)
        (token,) = re.findall(r'class="secret-text">(shouhu_[\w-]+)<', answer.text)
        assert await feeds(world, token, address="192.0.2.7") == 200
        assert await feeds(world, token, "/api/v1/figures") == 403
        page = (await admin.get("/tokens")).text
        assert token not in page
        assert "城市平台 2026" in page and "192.0.2.7" in page
        (row,) = await world.rows(tokens)
        assert (row.ends - world.now).days == 30
        revoked = await admin.post(f"/tokens/{row.id}/revoke", data={})
        assert revoked.headers["location"] == "/tokens?said=revoked"
        assert await feeds(world, token) == 401
        assert "吊销" in (await admin.get("/tokens?said=revoked")).text


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"feed": ""}, 422, "没有保存"),
        ({"figures": "", "feed": "false"}, 422, "没有保存"),
        ({"feed": "false"}, 422, "至少选一项用途"),
        ({"good_for": "0"}, 422, "超出范围"),
        ({"token_name": ""}, 422, "必须填写"),
        ({"program": "lin"}, 422, "不发给人"),
        ({"program": "other"}, 404, ""),
    ],
)
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
async def test_what_is_wrong_with_a_token_is_said_and_none_is_made(
    world: World, form: dict[str, str], status: int, said: str
) -> None:
    await settled(world)
    usual = {"program": "prog", "token_name": "x", "good_for": "30", "feed": "true"}
    async with browser(world, "admin") as admin:
        answer = await admin.post("/tokens", data=usual | form)
    assert answer.status_code == status
    assert said in answer.text
    assert await world.rows(tokens) == []


in_one_database = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"login": "lin"}, 422),  # somebody who could then be acted for
        ({"login": "other"}, 404),
        ({"login": "nobody"}, 404),
        ({"rights": ["desk"]}, 422),
        ({"rights": ["accounts"]}, 422),
        ({"rights": []}, 422),
        ({"days": 0}, 422),
        ({"days": 1099}, 422),
        ({"name": "zero\x00"}, 422),
    ],
)
@in_one_database
async def test_no_token_for_people_for_more_or_for_elsewhere(
    world: World, body: dict[str, object], status: int
) -> None:
    await settled(world)
    async with browser(world, "admin") as admin:
        answer = await admin.post(
            "/api/v1/tokens", json={"login": "prog", "name": "x", "rights": ["feed"]} | body
        )
    assert answer.status_code == status
    assert await world.rows(tokens) == []


@pytest.mark.parametrize("shown", ["", "shouhu_", "shouhu_x", "\u00fc", "x" * 5000])
@in_one_database
async def test_what_is_no_token_opens_nothing(world: World, shown: str) -> None:
    async with browser(world, "sun") as client:
        answer = await client.get(FEED, headers={"Authorization": f"Bearer {shown}".encode()})
    assert answer.status_code in {401, 403}


@in_one_database
async def test_a_token_in_an_address_is_none(world: World) -> None:
    await settled(world)
    async with browser(world, "admin") as admin:
        token = (await made(admin))["token"]
    async with browser(world) as program:
        for name in ("token", "access_token", "authorization"):
            assert (await program.get(FEED, params={name: token})).status_code == 401
