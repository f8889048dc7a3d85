"""A second factor can be demanded of a role: who has none comes as far as their own page."""

import pyotp
import pytest
from argon2 import PasswordHasher

from district import passwords
from tests.district.browsing import browser
from tests.district.test_login import PASSWORD, set_password, tries
from tests.district.test_staff import enrolled
from tests.district.world import World, smoke

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
OF_DUTY = {"second_factor": frozenset({"duty"})}


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)


async def test_who_has_none_sets_it_up_before_anything_else(world: World) -> None:
    await set_password(world, "lin")
    async with browser(world, set_so=OF_DUTY) as client:
        assert (await tries(client)).status_code == 303
        for path in ("/", "/homes", "/incidents/x", "/follow-ups"):
            assert (await client.get(path)).headers["location"] == "/me"
        for path in ("/api/v1/incidents", "/desk/stream", "/desk/list"):
            answer = await client.get(path)
            assert (answer.status_code, "authenticator" in answer.text) == (403, True)
        assert "请先在下面启用" in (await client.get("/me")).text
        secret, _ = await enrolled(world, client)
        assert (await client.get("/api/v1/incidents")).status_code == 200
        assert "请先在下面启用" not in (await client.get("/me")).text
        world.later(minutes=1)
        assert (await tries(client)).status_code == 401
        assert (await tries(client, code=pyotp.TOTP(secret).at(world.now))).status_code == 303


async def test_a_session_from_before_it_was_demanded_is_held_too(world: World) -> None:
    async with browser(world, "lin") as before:
        assert (await before.get("/api/v1/incidents")).status_code == 200
    await world.sends(smoke(), "e1")
    take = f"/incidents/{(await world.incident()).id}/take"
    async with browser(world, "lin", set_so=OF_DUTY) as client:
        assert (await client.get("/api/v1/incidents")).status_code == 403
        # A desk that stands open must not believe that it has taken it.
        answer = await client.post(take, headers={"Accept": "application/json"})
    assert (answer.status_code, (await world.incident()).phase) == (403, "open")


async def test_other_roles_are_not_asked_for_one(world: World) -> None:
    async with browser(world, "qian", set_so=OF_DUTY) as client:
        assert (await client.get("/api/v1/incidents")).status_code == 200


@pytest.mark.parametrize("is_demanded", [True, False])
async def test_it_is_not_done_without_where_it_is_demanded(
    world: World, *, is_demanded: bool
) -> None:
    await set_password(world, "lin", totp=pyotp.random_base32())
    async with browser(world, "lin", set_so=OF_DUTY if is_demanded else None) as client:
        page = (await client.get("/me")).text
        assert ("/me/no-totp" in page) is not is_demanded
        answer = await client.post("/me/no-totp", data={"password": PASSWORD})
        assert answer.status_code == (409 if is_demanded else 303)
        assert ("不能停用" in answer.text) is is_demanded
        assert ("已启用" in (await client.get("/me")).text) is is_demanded
