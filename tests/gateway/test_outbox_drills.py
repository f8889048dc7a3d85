"""Messages of drills beside real ones: they hold nothing up, and say nothing of a channel."""

import pytest
from msgspec import structs

from edge.model import Notice
from gateway.store import Store
from tests.gateway.outbox_rig import WRONG, Bench, Way, a_notice, opened_store, settled, until

store = pytest.fixture(opened_store)


def drilled(number: int) -> Notice:
    """Make a message of a drill; each is about an alert of its own."""
    return structs.replace(a_notice(f"drill{number}", about=f"d{number}"), drill=True)


async def test_a_real_alarm_waits_for_no_drill_however_slow_its_receiver_is(store: Store) -> None:
    way = Way()
    way.gate.clear()
    bench = Bench(store, one=way)
    async with bench.running():
        bench.owe(*(drilled(number) for number in range(20)))
        await settled()
        bench.owe(a_notice("real"))
        await settled()
        assert "real" in way.sent


async def test_of_what_can_go_now_the_real_goes_before_the_drill(store: Store) -> None:
    way = Way()
    bench = Bench(store, one=way)
    bench.owe(drilled(1), drilled(2), a_notice("real"))
    async with bench.running():
        await until(lambda: store.pending() == [])
    assert way.sent[0] == "real"


async def test_a_channel_that_fails_in_a_drill_is_no_trouble_of_the_gateway(store: Store) -> None:
    bench = Bench(store, one=Way(standing=WRONG), two=Way(), three=Way())
    async with bench.running():
        bench.owe(drilled(1), drilled(2))
        await until(lambda: store.pending() == [])
    assert bench.troubles == []


async def test_a_drill_does_not_say_that_a_channel_works_again(store: Store) -> None:
    bench = Bench(store, one=Way(WRONG), two=Way(), three=Way())
    async with bench.running():
        bench.owe(a_notice("real"))
        await until(lambda: bool(bench.troubles))
        bench.owe(drilled(1))
        await until(lambda: store.pending() == [])
    assert [stands for name, _, stands in bench.troubles if name == "one"] == [True]
