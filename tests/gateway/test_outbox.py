"""The outbox over the real store: what is owed arrives, in order; what was cancelled does not."""

import time
from datetime import timedelta

import pytest

from edge.model import Effects, Rung, Severity
from gateway.store import Store
from tests.gateway.outbox_rig import (
    BROKEN,
    WRONG,
    Bench,
    Way,
    a_notice,
    notices_apart,
    opened_store,
    settled,
    until,
)

store = pytest.fixture(opened_store)


# -- sending


async def test_what_is_owed_is_sent_and_recorded_in_the_receivers_words(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    assert bench.receipts() == [("n", 1, Rung.ACCEPTED, "errcode 0: ok")]


async def test_the_message_is_the_recipients_and_names_the_others(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: bench.ways["one"].messages != [])
    (message,) = bench.ways["one"].messages
    assert message.title == "SMOKE: Mary, Kitchen"
    assert "Also told: Ann" in message.text
    assert message.recipient.id == "li"


async def test_a_woken_outbox_sends_without_delay(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        await settled()
        bench.owe(a_notice("n"))
        await settled()
        assert bench.ways["one"].sent == ["n"]


async def test_what_is_owed_from_before_the_start_is_sent(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.owe(a_notice("n"))
    async with bench.running():
        await until(lambda: store.pending() == [])


async def test_a_notice_waits_for_its_time_and_no_longer(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.clock.real = True
    async with bench.running():
        began = time.monotonic()
        due = bench.clock().wall + timedelta(seconds=0.3)
        bench.owe(a_notice("n", due=due))
        await until(lambda: bench.ways["one"].sent == ["n"])
        assert 0.29 <= time.monotonic() - began < 1.0


async def test_a_second_outbox_does_not_send_again_what_is_done(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    bench.outbox = bench.begin()
    async with bench.running():
        await settled()
    assert bench.ways["one"].sent == ["n"]


# -- order


async def test_emergencies_go_first(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.owe(
        a_notice("note", Severity.NOTE, about="1"),
        a_notice("fault", Severity.FAULT, about="2"),
        a_notice("urgent", Severity.URGENT, about="3"),
        a_notice("smoke", about="4"),
    )
    async with bench.running():
        await until(lambda: store.pending() == [])
    assert bench.ways["one"].sent == ["smoke", "urgent", "fault", "note"]


async def test_an_emergency_does_not_wait_behind_others_that_hang(store: Store) -> None:
    way = Way()
    way.gate.clear()
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(*notices_apart(10))
        await settled()
        bench.owe(a_notice("smoke"))
        await settled()
        assert way.sent[-1] == "smoke"
        assert len(way.sent) == 4


async def test_no_more_than_a_few_go_out_on_one_channel_at_once(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(*notices_apart(20))
        await until(lambda: store.pending() == [])
    assert bench.ways["one"].busiest[Severity.FAULT] <= 3
    assert len(bench.ways["one"].sent) == 20


async def test_a_channel_that_hangs_holds_up_no_other(store: Store) -> None:
    hanging, other = Way(), Way()
    hanging.gate.clear()
    bench = Bench(store, one=hanging, two=other)
    async with bench.running():
        bench.owe(*notices_apart(5))
        await settled()
        bench.owe(a_notice("fine", Severity.FAULT, "two"))
        await settled()
        assert other.sent == ["fine"]


# -- cancelled


async def test_what_was_cancelled_is_not_sent(store: Store) -> None:
    bench = Bench(store, one=Way(BROKEN))
    async with bench.running():
        bench.owe(a_notice("n"))
        await settled()
        store.commit(Effects(cancelled=["a"]), 0, bench.clock())
        bench.later(3600)
        await settled()
    assert bench.ways["one"].sent == ["n"]


async def test_what_is_cancelled_on_its_way_is_neither_tried_again_nor_passed_on(
    store: Store,
) -> None:
    way = Way(WRONG)
    way.gate.clear()
    bench = Bench(store, one=way, two=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await settled()
        store.commit(Effects(cancelled=["a"]), 0, bench.clock())
        way.gate.set()
        await until(lambda: bench.receipts() != [])
        bench.later(3600)
        await settled()
    assert bench.ways["two"].sent == []
    assert len(way.sent) == 1
