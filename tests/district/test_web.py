"""The desk over HTTP: the work itself."""

from district.schema import audits
from tests.district.browsing import browser
from tests.district.world import World, smoke

ACTS = {
    "take": {},
    "hand-over": {"to": "zhao"},
    "call": {"whom": "王芳", "result": "接通"},
    "dispatch": {"whom": "老周"},
    "on-scene": {"dispatch": "d1"},
    "done": {"dispatch": "d1"},
    "notes": {"text": "x"},
    "follow-ups": {"owner": "lin", "what": "x", "due": "2026-11-05T00:00:00Z"},
    "close": {"outcome": "well"},
}


async def test_the_whole_story_over_http(world: World) -> None:
    await world.sends(smoke(), "e1")
    async with browser(world, "lin") as client:
        (line,) = (await client.get("/api/v1/incidents")).json()
        path = f"/api/v1/incidents/{line['id']}"
        assert line["title"] == "厨房烟雾报警"
        for act, body in (("take", {}), ("call", ACTS["call"]), ("dispatch", ACTS["dispatch"])):
            assert (await client.post(f"{path}/{act}", json=body)).status_code == 200
        sent = (await client.get(path)).json()["sent"][0]["id"]
        for act in ("on-scene", "done"):
            answer = await client.post(f"{path}/{act}", json={"dispatch": sent})
            assert answer.status_code == 200
        closed = await client.post(f"{path}/close", json={"outcome": "helped", "note": "汤烧干了"})
        assert closed.json()["phase"] == "closed"
        assert (await client.get("/api/v1/incidents")).json() == []
        (line,) = (await client.get("/api/v1/incidents", params={"closed": True})).json()
        assert line["outcome"] == "helped"


async def test_nothing_is_closed_without_an_outcome(world: World) -> None:
    await world.sends(smoke(), "e1")
    incident = (await world.incident()).id
    async with browser(world, "lin") as client:
        for body in ({}, {"outcome": "whatever"}, {"outcome": None}):
            answer = await client.post(f"/api/v1/incidents/{incident}/close", json=body)
            assert answer.status_code == 422


async def test_who_looked_at_a_card_is_noted(world: World) -> None:
    await world.sends(smoke(), "e1")
    incident = await world.incident()
    async with browser(world, "qian") as client:
        await client.get(f"/api/v1/incidents/{incident.id}")
    (row,) = await world.rows(audits)
    assert (row.who, row.what, row.about) == ("钱敏", "card seen", incident.household)


async def test_what_a_home_says_is_shown_and_never_run(world: World) -> None:
    await world.sends(smoke(household="<script>alert(1)</script>"), "e1")
    async with browser(world, "lin") as client:
        page = (await client.get("/")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
