"""When the disk refuses: what it cannot take is told all the same, once, and recorded later."""

import pytest

from edge.model import Effects, Rung, Severity
from gateway.store import Store
from tests.gateway.outbox_rig import (
    BROKEN,
    WRONG,
    Bench,
    Way,
    a_notice,
    an_alert,
    effects_of,
    notices_apart,
    opened_store,
    settled,
    until,
)

store = pytest.fixture(opened_store)


async def test_what_could_not_be_stored_is_sent_and_says_so(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.disk.is_broken = True
    async with bench.running():
        bench.outbox.keep(Effects(alerts=[an_alert()], notices=[a_notice("n")]))
        await settled()
    (message,) = bench.ways["one"].messages
    assert message.notice.id == "n"
    assert "could not store" in message.text


async def test_what_could_not_be_stored_is_tried_again_and_on_the_next_channel(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(BROKEN, BROKEN), two=Way())
    bench.disk.is_broken = True
    async with bench.running():
        bench.outbox.keep(Effects(alerts=[an_alert()], notices=[a_notice("n")]))
        for _ in range(4):
            await settled()
            bench.later(10)
        await settled()
    assert bench.ways["one"].sent == ["n"] * 3
    assert len(bench.ways["two"].sent) == 1


async def test_what_was_sent_unstored_is_not_sent_again_when_it_is_stored_later(
    store: Store,
) -> None:
    bench = Bench(store, one=Way())
    effects = Effects(alerts=[an_alert()], notices=[a_notice("n")])
    bench.disk.is_broken = True
    async with bench.running():
        bench.outbox.keep(effects)
        await settled()
        bench.outbox.keep(effects)
        await settled()
        bench.disk.is_broken = False
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    assert bench.ways["one"].sent == ["n"]
    assert bench.receipts() == [("n", 1, Rung.ACCEPTED, "errcode 0: ok")]


async def test_a_receipt_that_could_not_be_stored_is_brought_later(store: Store) -> None:
    way = Way()
    way.gate.clear()
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(a_notice("n"))
        await settled()
        bench.disk.is_broken = True
        way.gate.set()
        await settled()
        bench.outbox.wake()
        await settled()
        assert way.sent == ["n"]
        bench.disk.is_broken = False
        bench.outbox.wake()
        await until(lambda: store.pending() == [])
    assert way.sent == ["n"]
    assert len(bench.receipts()) == 1


async def test_what_was_owed_when_the_disk_broke_is_sent_all_the_same(store: Store) -> None:
    bench = Bench(store, one=Way(BROKEN))
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: bench.receipts() != [])
        bench.disk.is_broken = True
        bench.outbox.keep(Effects(alerts=[an_alert()]))
        bench.later(1)
        await settled()
    assert bench.ways["one"].sent == ["n", "n"]


async def test_an_acknowledgement_that_cannot_be_stored_stops_the_unstored_too(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(BROKEN))
    bench.disk.is_broken = True
    async with bench.running():
        bench.outbox.keep(Effects(alerts=[an_alert()], notices=[a_notice("n")]))
        await settled()
        bench.outbox.keep(Effects(cancelled=["a"]))
        bench.later(60)
        await settled()
    assert bench.ways["one"].sent == ["n"]


async def test_what_comes_after_an_acknowledgement_that_cannot_be_stored_is_told_until_taken(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(BROKEN, BROKEN, BROKEN))
    bench.disk.is_broken = True
    async with bench.running():
        bench.outbox.keep(effects_of(a_notice("before", to="ann")))
        await settled()
        bench.outbox.keep(Effects(cancelled=["a"]))
        bench.outbox.keep(effects_of(a_notice("after", to="ann")))
        for _ in range(5):
            await settled()
            bench.later(60)
        await settled()
    assert bench.ways["one"].sent == ["before", "after", "after", "after"]


async def test_the_same_refused_effects_handed_over_again_and_again_cost_no_notice(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(BROKEN, BROKEN))
    bench.disk.is_broken = True
    effects = Effects(alerts=[an_alert()], notices=[a_notice("n", to="ann")], cancelled=["a"])
    async with bench.running():
        for _ in range(20):
            bench.outbox.keep(effects)
            await settled()
            bench.later(5)
        await settled()
    assert bench.ways["one"].sent == ["n", "n", "n"]


async def test_an_acknowledgement_that_cannot_be_stored_stops_what_the_store_still_owes(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(BROKEN))
    async with bench.running():
        bench.owe(a_notice("n", to="ann"))
        await until(lambda: bench.receipts() != [])
        bench.outbox.keep(Effects(cancelled=["a"]))
        for _ in range(5):
            bench.later(60)
            await settled()
        assert bench.ways["one"].sent == ["n"]
        bench.owe(a_notice("new", to="ann"))
        await until(lambda: bench.ways["one"].sent == ["n", "new"])


async def test_a_long_outage_of_the_disk_sends_nothing_twice(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.disk.is_broken = True
    kept = effects_of(*notices_apart(6000, Severity.EMERGENCY))
    async with bench.running():
        for _ in range(3):
            bench.outbox.keep(kept)
            await until(lambda: len(bench.ways["one"].sent) >= 6000, 30)
            bench.later(5)
            await settled()
    assert len(bench.ways["one"].sent) == 6000


async def test_what_an_outage_left_is_recorded_when_the_disk_is_back_and_then_forgotten(
    store: Store,
) -> None:
    bench = Bench(store, one=Way())
    bench.disk.is_broken = True
    kept = effects_of(*(a_notice(f"n{i}", about="a", to=("li", "ann")[i % 2]) for i in range(60)))
    async with bench.running():
        bench.outbox.keep(kept)
        await until(lambda: len(bench.ways["one"].sent) == 2)
        bench.disk.is_broken = False
        store.commit(kept, 0, bench.clock())
        bench.outbox.wake()
        await until(lambda: store.pending() == [])
        await settled()
        assert bench.outbox._owing._results == {}
    assert len(bench.ways["one"].sent) == 2
    told = {name for name, _, rung, _ in bench.receipts() if rung is Rung.ACCEPTED}
    assert told == {"n58", "n59"}


async def test_the_next_channel_that_was_tried_without_a_store_is_brought_to_it_later(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(WRONG), two=Way(BROKEN))
    bench.disk.is_broken = True
    kept = effects_of(a_notice("n"))
    async with bench.running():
        bench.outbox.keep(kept)
        await until(lambda: len(bench.ways["two"].sent) == 1)
        bench.disk.is_broken = False
        store.commit(kept, 0, bench.clock())
        bench.outbox.wake()
        await until(lambda: [o.notice.channel for o in store.pending()] == ["two"])
        bench.later(60)
        await until(lambda: store.pending() == [])
    assert [len(way.sent) for way in bench.ways.values()] == [1, 2]
