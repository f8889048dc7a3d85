"""Who went to see whom, who was not seen often enough, and what proves a carer's visit."""

import io
from datetime import datetime, timedelta
from typing import Any

import httpx
from PIL import Image

from district.schema import visits
from tests.district.browsing import browser
from tests.district.test_roster import HOMES, added
from tests.district.world import World, smoke

CARE = {"sort": "care"}


def photo(taken: datetime | None = None, *, colour: int = 0) -> bytes:
    """Give what a telephone's camera makes, in Nanjing; its clock shows Chinese time."""
    image, out = Image.new("RGB", (8, 8), (colour, 0, 0)), io.BytesIO()
    exif = image.getexif()
    if taken is not None:
        exif.get_ifd(0x8769).update({0x9003: f"{taken:%Y:%m:%d %H:%M:%S}", 0x9011: "+08:00"})
        exif.get_ifd(0x8825).update({1: "N", 2: (32.0, 3.0, 36.0), 3: "E", 4: (118.0, 46.0, 12.0)})
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


async def shows(client: httpx.AsyncClient, home: str, content: bytes, **more: Any) -> int:
    files = {"photo": ("p.jpg", content, "image/jpeg")}
    answer = await client.post(f"/homes/{home}/visits", data=CARE | more, files=files)
    return answer.status_code


async def label(world: World) -> str:
    return str((await world.household("wang")).visit_code)


async def test_who_was_not_seen_often_enough_is_overdue(world: World) -> None:
    async with browser(world, "qian") as client:
        wang = await added(client)
        li = await added(client, local="li", name="李家", visits_a_month=1)
        world.later(days=31)
    async with browser(world, "qian") as client:
        for _ in range(2):
            seen = await client.post(f"{HOMES}/{wang}/visits", json={"sort": "visit", "note": "好"})
            assert seen.status_code == 201
        (late,) = (await client.get(f"{HOMES}/overdue")).json()
        assert (late["id"], late["missing"]) == (li, 1)
        world.later(days=31)
    async with browser(world, "qian") as client:
        assert len((await client.get(f"{HOMES}/overdue")).json()) == 2
    async with browser(world, "wu") as client:
        assert (await client.get(f"{HOMES}/overdue")).json() == []


async def test_a_home_that_is_new_is_given_its_time(world: World) -> None:
    async with browser(world, "qian") as client:
        await added(client, visits_a_month=4)
        assert (await client.get(f"{HOMES}/overdue")).json() == []
        world.later(days=16)
    async with browser(world, "qian") as client:
        (late,) = (await client.get(f"{HOMES}/overdue")).json()
    assert late["missing"] == 2


async def test_a_care_bed_wants_proven_visits_besides(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client, visits_a_month=0, care_a_month=2)
        await client.get(f"/homes/{home}/label")
        world.later(days=40)
    async with browser(world, "lin") as client:
        await client.post(f"{HOMES}/{home}/visits", json={"sort": "visit"})
        proof = {"code": await label(world)}
        seen = await client.post(f"{HOMES}/{home}/visits", json=CARE | {"proof": proof})
        assert seen.status_code == 201
        (late,) = (await client.get(f"{HOMES}/overdue")).json()
    assert (late["missing"], late["care_missing"]) == (0, 1)


async def test_a_visit_of_the_future_or_of_long_ago_is_refused(world: World) -> None:
    async with browser(world, "lin") as client:
        await world.sends(smoke(), "e1")
        home = (await world.incident()).household
        for away in (timedelta(days=1), -timedelta(days=100)):
            at = (world.now + away).isoformat()
            seen = await client.post(f"{HOMES}/{home}/visits", json={"sort": "visit", "at": at})
            assert seen.status_code == 422


async def test_a_carer_s_visit_without_proof_is_refused(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        other = await added(client, local="li", name="李家")
        for each in (home, other):
            await client.get(f"/homes/{each}/label")
        theirs = (await world.household("li")).visit_code
    async with browser(world, "lin") as client:
        for proof in ({}, {"code": ""}, {"code": "AAAA-BBBB-CCCC"}, {"code": theirs}):
            seen = await client.post(f"{HOMES}/{home}/visits", json=CARE | {"proof": proof})
            assert seen.status_code == 422, proof
    assert await world.rows(visits) == []


async def test_the_code_of_an_old_label_proves_nothing(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        await client.get(f"/homes/{home}/label")
        old = await label(world)
        await client.post(f"/homes/{home}/label")
        proof = {"code": f"{old[:4]}-{old[4:]}"}
        seen = await client.post(f"{HOMES}/{home}/visits", json=CARE | {"proof": proof})
        assert seen.status_code == 422
        proof = {"code": (await label(world)).lower()}
        seen = await client.post(f"{HOMES}/{home}/visits", json=CARE | {"proof": proof})
        assert seen.status_code == 201


async def test_a_photo_proves_one_visit_by_its_hash_time_and_place(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        taken = photo(world.now + timedelta(hours=8) - timedelta(minutes=20))
        assert await shows(client, home, taken) == 303
        assert await shows(client, home, taken) == 409
        checked = await client.post("/visits/check", files={"photo": ("p.jpg", taken)})
        assert "是 钱敏" in checked.text
        other = await client.post("/visits/check", files={"photo": ("p.jpg", photo(colour=9))})
        assert "没有用这张照片" in other.text
    (kept,) = await world.rows(visits)
    assert kept.proof["place"] == "32.06000, 118.77000"
    assert kept.proof["taken"] == (world.now - timedelta(minutes=20)).isoformat()
    assert len(kept.photo) == 64


async def test_a_photo_of_another_time_or_without_one_or_none_at_all_is_refused(
    world: World,
) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        here = world.now + timedelta(hours=8)
        tried = (photo(here - timedelta(days=2)), photo(here + timedelta(hours=2)), photo())
        for content in (*tried, b"no photo", b"\xff\xd8\xff\xe0" + b"\0" * 40):
            assert await shows(client, home, content) == 422
    assert await world.rows(visits) == []


async def test_the_visits_of_a_month_go_out_as_a_sheet(world: World) -> None:
    async with browser(world, "qian") as client:
        home = await added(client)
        await client.post(f"{HOMES}/{home}/visits", json={"sort": "call", "note": "=1+1"})
        sheet = (await client.get("/visits.csv")).content.decode("utf-8-sig").splitlines()
    assert sheet[1].startswith("ninghai,王桂兰家,call,2026-11-02T04:00:00+00:00,钱敏,,'=1+1")
