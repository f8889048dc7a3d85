"""When a channel fails: again, by another way, and somebody hears of it."""

from datetime import timedelta

import pytest
from msgspec import structs

from edge.model import Moment, Receipt, Rung, Severity
from gateway.retries import EMERGENCY, ORDINARY, remaining
from gateway.store import Store
from tests.gateway.outbox_rig import (
    BROKEN,
    START,
    WRONG,
    Bench,
    Way,
    a_notice,
    opened_store,
    settled,
    until,
)

store = pytest.fixture(opened_store)


# -- failure


async def test_a_failure_is_tried_again_with_growing_pauses_under_the_same_id(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(BROKEN, BROKEN))
    async with bench.running():
        bench.owe(a_notice("n", to="ann"))
        await settled()
        bench.later(0.9)
        await settled()
        assert bench.ways["one"].sent == ["n"]
        bench.later(0.1)
        await settled()
        assert bench.ways["one"].sent == ["n", "n"]
        bench.later(1.9)
        await settled()
        assert len(bench.ways["one"].sent) == 2
        bench.later(0.1)
        await until(lambda: store.pending() == [])
    assert bench.receipts() == [
        ("n", 1, Rung.REFUSED, "it does not answer"),
        ("n", 2, Rung.REFUSED, "it does not answer"),
        ("n", 3, Rung.ACCEPTED, "errcode 0: ok"),
    ]


async def test_it_is_tried_for_ever_and_never_more_rarely_than_the_longest_pause(
    store: Store,
) -> None:
    way = Way(standing=BROKEN)
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(a_notice("n", to="ann"))
        await settled()
        for _ in range(30):
            bench.later(EMERGENCY.longest.total_seconds())
            await settled()
    assert len(way.sent) == 31


async def test_an_emergency_takes_the_next_channel_after_two_failures(store: Store) -> None:
    bench = Bench(store, one=Way(standing=BROKEN), two=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await settled()
        assert bench.ways["two"].sent == []
        bench.later(1)
        await settled()
        assert len(bench.ways["two"].sent) == 1
        bench.later(2)
        await settled()
        assert bench.ways["one"].sent == ["n"] * 3
    assert len(bench.ways["two"].sent) == 1
    assert [owed.notice.id for owed in store.pending()] == ["n"]


async def test_others_take_the_next_channel_after_three_failures(store: Store) -> None:
    bench = Bench(store, one=Way(standing=BROKEN), two=Way())
    async with bench.running():
        bench.owe(a_notice("n", Severity.FAULT))
        await settled()
        bench.later(5)
        await settled()
        assert bench.ways["two"].sent == []
        bench.later(10)
        await settled()
        assert len(bench.ways["two"].sent) == 1


async def test_a_lasting_failure_takes_the_next_channel_at_once_and_is_not_tried_again(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(WRONG), two=Way(WRONG), three=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
        bench.later(1000)
        await settled()
    assert [len(way.sent) for way in bench.ways.values()] == [1, 1, 1]
    ids = {notice.id for notice in store.notices("a")}
    assert len(ids) == 3


async def test_the_next_channel_has_the_same_notice_after_a_restart(store: Store) -> None:
    bench = Bench(store, one=Way(standing=BROKEN), two=Way())
    bench.owe(a_notice("n"))
    for _ in range(4):
        bench.outbox = bench.begin()
        async with bench.running():
            await settled()
            bench.later(100)
            await settled()
    assert len(bench.ways["two"].sent) == 1


async def test_a_message_that_went_out_on_every_channel_is_not_doubled(store: Store) -> None:
    bench = Bench(store, one=Way(standing=BROKEN), two=Way(), three=Way(standing=WRONG))
    async with bench.running():
        bench.owe(*(a_notice(f"n-{way}", channel=way) for way in ("one", "two", "three")))
        await settled()
        for _ in range(5):
            bench.later(60)
            await settled()
    assert bench.ways["two"].sent == ["n-two"]
    assert bench.ways["three"].sent == ["n-three"]


async def test_a_hanging_channel_is_given_up_after_the_whole_time_out(store: Store) -> None:
    way = Way()
    way.gate.clear()
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: bench.receipts() != [])
    assert bench.receipts() == [("n", 1, Rung.REFUSED, "no answer within 0.3 s")]


async def test_a_channel_that_is_not_configured_leads_to_the_next(store: Store) -> None:
    bench = Bench(store, two=Way())
    async with bench.running():
        bench.owe(a_notice("n"))
        await until(lambda: store.pending() == [])
    assert len(bench.ways["two"].sent) == 1


# -- time


async def test_a_pause_survives_a_restart(store: Store) -> None:
    bench = Bench(store, one=Way(BROKEN, BROKEN, BROKEN))
    async with bench.running():
        bench.owe(a_notice("n", Severity.FAULT, to="ann"))
        await until(lambda: bench.receipts() != [])
    bench.outbox = bench.begin()
    async with bench.running():
        bench.later(4.9)
        await settled()
        assert len(bench.ways["one"].sent) == 1
        bench.later(0.1)
        await settled()
        assert len(bench.ways["one"].sent) == 2


async def test_a_clock_that_jumps_back_over_a_restart_delays_no_longer_than_a_pause(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(BROKEN))
    async with bench.running():
        bench.owe(a_notice("n", to="ann"))
        await until(lambda: bench.receipts() != [])
    bench.clock.at = Moment(START - timedelta(days=9000), 0.0, "next boot", trusted=False)
    bench.outbox = bench.begin()
    async with bench.running():
        await settled()
        bench.later(EMERGENCY.longest.total_seconds())
        await until(lambda: store.pending() == [])


def test_what_was_due_before_the_box_was_started_anew_is_due_at_once() -> None:
    due = Moment(START + timedelta(hours=1), 5.0, "old")
    now = Moment(START, 90000.0, "new")
    assert remaining(due, now) == timedelta(0)
    assert remaining(Moment(START, 7.5, "new"), Moment(START, 5.0, "new")).total_seconds() == 2.5


async def test_what_a_clock_in_2099_wrote_is_not_kept_until_then(store: Store) -> None:
    bench = Bench(store, one=Way(), two=Way(BROKEN))
    bench.clock.at = Moment(START + timedelta(days=73 * 365), 50.0, "boot in 2099")
    wrong = bench.clock()
    bench.owe(
        structs.replace(a_notice("first"), due=wrong),
        structs.replace(a_notice("again", channel="two"), due=wrong),
    )
    store.record(Receipt("again", 1, Rung.REFUSED, wrong.wall, "?"), wrong.wall, done=False)
    bench.clock.at = Moment(START, 50.0, "boot today")
    bench.outbox = bench.begin()
    async with bench.running():
        await until(lambda: bench.ways["one"].sent == ["first"])
        for _ in range(3):
            bench.later(EMERGENCY.longest.total_seconds())
            await settled()
        await until(lambda: store.pending() == [])


async def test_one_clock_gives_way_to_another_and_what_waits_is_due(store: Store) -> None:
    bench = Bench(store, one=Way(BROKEN))
    bench.clock.at = Moment(START, 5000.0, "the box's own")
    async with bench.running():
        bench.owe(a_notice("n", Severity.FAULT, to="ann"))
        await until(lambda: bench.receipts() != [])
        bench.clock.at = Moment(START, 1.0, "a drill's")
        bench.later(ORDINARY.longest.total_seconds())
        await until(lambda: store.pending() == [])


def test_pauses_double_up_to_a_limit_and_differ_by_chance() -> None:
    assert [ORDINARY.pause(n, 1.0).total_seconds() for n in (1, 2, 3)] == [5, 10, 20]
    assert ORDINARY.pause(10_000, 1.0) == ORDINARY.longest
    assert ORDINARY.pause(1, 0.0) == ORDINARY.first / 2


# -- the channel's own state


async def test_a_channel_that_goes_down_and_comes_back_is_told_once_each(store: Store) -> None:
    bench = Bench(store, one=Way(BROKEN, BROKEN, BROKEN, BROKEN))
    async with bench.running():
        bench.owe(a_notice("n", to="ann"))
        for _ in range(8):
            await settled()
            bench.later(60)
        await until(lambda: store.pending() == [])
    assert bench.troubles == [("one", "it does not answer", True), ("one", "", False)]


async def test_one_failure_by_itself_is_no_trouble_but_a_lasting_one_is(store: Store) -> None:
    bench = Bench(store, one=Way(BROKEN), two=Way(WRONG))
    async with bench.running():
        bench.owe(a_notice("n", to="ann"), a_notice("m", channel="two"))
        await until(lambda: len(bench.receipts()) >= 2)
    assert ("one", "it does not answer", True) not in bench.troubles
    assert ("two", "no such robot", True) in bench.troubles
