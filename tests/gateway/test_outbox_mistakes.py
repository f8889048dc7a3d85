"""When the home was set up anew, or we have made a mistake: whoever is left is told, plainly."""

import pytest
from msgspec import structs

from edge.model import Rung
from gateway.store import Store
from tests.gateway.outbox_rig import (
    HOME,
    Bench,
    Way,
    a_notice,
    opened_store,
    settled,
    until,
)

store = pytest.fixture(opened_store)


# -- the configuration has changed since


async def test_somebody_who_is_no_contact_any_more_is_not_told(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(a_notice("n", to="gone"))
        await until(lambda: store.pending() == [])
    assert bench.ways["one"].sent == []
    evidence = "nobody of that name is to be told any more"
    assert bench.receipts() == [("n", 1, Rung.REFUSED, evidence)]


async def test_a_household_that_is_not_watched_any_more_is_not_told_of(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(structs.replace(a_notice("n"), household="moved out"))
        await until(lambda: store.pending() == [])
    assert bench.ways["one"].sent == []
    evidence = "the household is not configured any more"
    assert bench.receipts() == [("n", 1, Rung.REFUSED, evidence)]


async def test_an_emergency_on_a_channel_that_is_gone_takes_another_and_says_why(
    store: Store,
) -> None:
    bench = Bench(store, three=Way())
    async with bench.running():
        bench.owe(a_notice("n", channel="gone"))
        await until(lambda: store.pending() == [])
    assert len(bench.ways["three"].sent) == 1
    evidence = "the channel is not configured any more"
    assert ("n", 1, Rung.REFUSED, evidence) in bench.receipts()
    assert [trouble for trouble in bench.troubles if trouble[2]] == []


# -- a mistake of our own


async def test_a_message_that_cannot_be_worded_is_told_in_the_plainest_words(
    store: Store,
) -> None:
    bench = Bench(store, one=Way())
    bench.homes["h"] = structs.replace(HOME, zone_name="Atlantis/Nowhere")
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    (message,) = bench.ways["one"].messages
    assert message.title == "SMOKE: Mary"
    assert message.text.splitlines() == [
        "SMOKE: Mary",
        "Mary (Willow Lane 5)",
        "Kitchen",
        "2025-11-23 03:12 UTC",
        "Ref. a-n",
    ]


async def test_a_channel_that_fails_by_a_mistake_is_given_the_plainest_words(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    bench = Bench(store, one=Way(KeyError("Mary")))
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    assert [message.title for message in bench.ways["one"].messages] == [
        "SMOKE: Mary, Kitchen",
        "SMOKE: Mary",
    ]
    logged = "".join(capsys.readouterr())
    assert "KeyError" in logged
    assert "Mary" not in logged


async def test_a_channel_that_always_fails_by_a_mistake_leads_to_the_next_and_stops_nothing(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(standing=ValueError("mistake")), two=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        for _ in range(5):
            await settled()
            bench.later(60)
        await settled()
    assert len(bench.ways["two"].sent) == 1
    evidence = "a mistake of this program: ValueError"
    assert ("n", 2, Rung.REFUSED, evidence) in bench.receipts()


async def test_names_that_no_encoding_can_carry_are_told_all_the_same(store: Store) -> None:
    bench = Bench(store, one=Way(UnicodeError("surrogates not allowed")))
    bench.homes["h"] = structs.replace(HOME, resident="Ma\ud800ry")
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    assert bench.ways["one"].messages[-1].title == "SMOKE: Ma?ry"
