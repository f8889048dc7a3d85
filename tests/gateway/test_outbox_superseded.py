"""When messages pile up: of two about one alert the later is sent, and waiting costs nothing."""

import time
from datetime import timedelta

import pytest

from edge.model import Effects, Notice, Reason, Rung, Severity
from gateway.owed import SUPERSEDED
from gateway.store import Store
from tests.gateway.outbox_rig import (
    BROKEN,
    START,
    Bench,
    Way,
    a_notice,
    an_alert,
    notices_apart,
    opened_store,
    settled,
    until,
)

store = pytest.fixture(opened_store)


def repeated(number: int, to: str = "ann", channel: str = "one") -> Notice:
    due = START + timedelta(minutes=3 * number)
    return a_notice(f"r{number}-{to}", due=due, to=to, channel=channel, reason=Reason.REPEATED)


async def test_a_day_of_repeats_reaches_each_person_as_one_message_when_the_receiver_is_back(
    store: Store,
) -> None:
    way = Way(standing=BROKEN)
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(a_notice("first-li"), a_notice("first-ann", to="ann"))
        for number in range(1, 481):
            bench.clock.advance(180)
            bench.owe(repeated(number, "li"), repeated(number, "ann"))
            await settled()
        way.standing = None
        way.messages.clear()
        bench.later(60)
        await until(lambda: store.pending() == [])
    assert sorted(message.notice.id for message in way.messages) == ["r480-ann", "r480-li"]


async def test_a_pile_from_before_the_start_is_sent_as_its_last_message(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.clock.advance(86400)
    bench.owe(a_notice("first", to="ann"), *(repeated(n) for n in range(1, 200)))
    async with bench.running():
        await until(lambda: store.pending() == [], 20)
    assert bench.ways["one"].sent == ["r199-ann"]


async def test_who_never_got_the_first_is_not_told_that_it_comes_again(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.clock.advance(600)
    bench.owe(a_notice("first", to="ann"), repeated(1), repeated(2))
    async with bench.running():
        await until(lambda: bench.ways["one"].messages != [])
    (message,) = bench.ways["one"].messages
    assert message.title == "SMOKE: Mary, Kitchen"


async def test_who_got_the_first_is_told_that_it_comes_again(store: Store) -> None:
    bench = Bench(store, one=Way())
    async with bench.running():
        bench.owe(a_notice("first"))
        await until(lambda: store.pending() == [])
        bench.clock.advance(180)
        bench.owe(repeated(1, "li"))
        await until(lambda: store.pending() == [])
    titles = [message.title for message in bench.ways["one"].messages]
    assert titles == ["SMOKE: Mary, Kitchen", "[AGAIN] SMOKE: Mary, Kitchen"]


async def test_who_was_never_told_hears_once_that_it_happened_and_is_over(store: Store) -> None:
    way = Way(BROKEN)
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(a_notice("first", to="ann"))
        await until(lambda: bench.receipts() != [])
        over = a_notice("over", due=START + timedelta(seconds=30), to="ann", reason=Reason.RESOLVED)
        effects = Effects(alerts=[an_alert()], notices=[over], cancelled=["a"])
        store.commit(effects, 0, bench.clock())
        bench.later(30)
        await until(lambda: store.pending() == [])
    assert way.sent == ["first", "over"]
    assert way.messages[-1].title == "[OVER] SMOKE: Mary, Kitchen"
    assert "From today 11:12 to today 11:12" in way.messages[-1].text


async def test_what_was_superseded_is_recorded_without_an_attempt(store: Store) -> None:
    bench = Bench(store, one=Way())
    bench.clock.advance(600)
    bench.owe(a_notice("first", to="ann"), repeated(1))
    async with bench.running():
        await until(lambda: store.pending() == [])
    assert ("first", 0, Rung.REFUSED, SUPERSEDED) in bench.receipts()


async def test_others_and_other_channels_and_other_alerts_keep_their_own_message(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(), two=Way())
    bench.clock.advance(600)
    bench.owe(
        a_notice("li"),
        a_notice("li-two", channel="two"),
        a_notice("ann", to="ann"),
        a_notice("other", about="b"),
    )
    async with bench.running():
        await until(lambda: store.pending() == [])
    assert sorted(bench.ways["one"].sent) == ["ann", "li", "other"]
    assert bench.ways["two"].sent == ["li-two"]


async def test_a_later_message_does_not_wait_for_an_earlier_one_that_hangs(store: Store) -> None:
    way = Way(BROKEN)
    way.gate.clear()
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(a_notice("first", to="ann"))
        await until(lambda: way.sent == ["first"])
        bench.clock.advance(180)
        bench.owe(repeated(1))
        await until(lambda: way.sent == ["first", "r1-ann"])
        way.gate.set()
        await until(lambda: store.pending() == [])
        bench.later(600)
        await settled()
    assert way.sent == ["first", "r1-ann"]
    assert ("first", 1, Rung.REFUSED, "it does not answer") in bench.receipts()


async def test_the_later_of_two_is_known_after_a_restart_though_the_earlier_was_graver(
    store: Store,
) -> None:
    bench = Bench(store, one=Way())
    later = a_notice("later", Severity.NOTE, to="ann", reason=Reason.RESOLVED)
    bench.owe(a_notice("graver", Severity.URGENT, to="ann"), later)
    async with bench.running():
        await until(lambda: store.pending() == [])
    assert bench.ways["one"].sent == ["later"]


# -- many that cannot stand for each other


async def test_a_dead_receiver_is_asked_once_a_second_however_much_is_owed(store: Store) -> None:
    way = Way(standing=BROKEN)
    bench = Bench(store, one=way)
    for notice in notices_apart(300):
        store.add_notice(notice)
    store.commit(Effects(alerts=[an_alert(name=f"a{i}") for i in range(300)]), 0, bench.clock())
    async with bench.running():
        await until(lambda: len(way.sent) == 300, 20)
        await settled_sends(way)
        bench.later(20)
        await settled_sends(way)
        bench.later(20)
        await settled_sends(way)
        way.sent.clear()
        for _ in range(30):
            bench.later(1)
            await settled()
        assert len(way.sent) <= 31
        assert len(set(way.sent)) == len(way.sent), "each has its turn"
        way.standing = None
        bench.later(600)
        await until(lambda: store.pending() == [], 30)


async def test_a_wake_costs_nothing_while_two_thousand_wait(store: Store) -> None:
    bench = Bench(store, one=Way(standing=BROKEN))
    due = START + timedelta(seconds=300)
    notices = [a_notice(f"n{i}", Severity.FAULT, due=due, about=f"a{i}") for i in range(2000)]
    bench.owe(*notices)
    async with bench.running():
        await settled()
        began = time.process_time()
        for _ in range(500):
            bench.outbox.wake()
            await settled()
        spent = time.process_time() - began
    assert bench.ways["one"].sent == []
    assert spent < 2.0, "500 wakes, of 50 turns of the loop each"


async def settled_sends(way: Way) -> None:
    """Wait until nothing more is sent without the clock."""
    count = -1
    while count != len(way.sent):
        count = len(way.sent)
        for _ in range(20):
            await settled()
