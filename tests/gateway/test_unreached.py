"""Who is reached on no channel is named once; what somebody has taken is sent to nobody."""

from datetime import timedelta

import pytest
from msgspec import structs

from edge.model import Effects, Moment, Severity
from gateway.store import Store
from tests.gateway.outbox_rig import (
    BROKEN,
    START,
    WRONG,
    Bench,
    Way,
    a_notice,
    an_alert,
    opened_store,
    settled,
    until,
)

store = pytest.fixture(opened_store)


async def test_who_is_refused_for_good_on_the_last_of_three_channels_is_named_at_once(
    store: Store,
) -> None:
    bench = Bench(store, one=Way(WRONG), two=Way(WRONG), three=Way(WRONG))
    async with bench.running():
        bench.owe(a_notice("n", Severity.URGENT))
        await until(lambda: bool(bench.unreached))
        await settled()
    assert [len(way.sent) for way in bench.ways.values()] == [1, 1, 1]
    assert bench.unreached == [("a", "li")]


async def test_nobody_is_given_up_while_one_channel_is_still_to_be_tried(store: Store) -> None:
    bench = Bench(store, one=Way(WRONG), two=Way(WRONG), three=Way())
    async with bench.running():
        bench.owe(a_notice("n", Severity.URGENT))
        await until(lambda: store.pending() == [])
    assert bench.unreached == []


async def test_in_an_emergency_all_channels_fail_before_somebody_is_named(store: Store) -> None:
    ways = {name: Way(standing=BROKEN) for name in ("one", "two", "three")}
    bench = Bench(store, **ways)
    async with bench.running():
        bench.owe(*(a_notice(name, channel=name) for name in ways))
        await settled()
        assert bench.unreached == []  # each is tried once more
        bench.later(1)
        await until(lambda: bool(bench.unreached))
        bench.later(60)
        await settled()
    assert bench.unreached == [("a", "li")]  # however often they go on failing


async def test_a_repeated_alert_names_them_anew(store: Store) -> None:
    bench = Bench(store, one=Way(standing=WRONG))
    async with bench.running():
        bench.owe(a_notice("n", to="ann"))
        await until(lambda: len(bench.unreached) == 1)
        bench.later(60)
        bench.owe(a_notice("m", to="ann", due=START + timedelta(seconds=60)))
        await until(lambda: len(bench.unreached) == 2)


async def test_a_channel_that_is_not_set_up_any_more_is_none(store: Store) -> None:
    bench = Bench(store, two=Way(WRONG))
    async with bench.running():
        bench.owe(a_notice("n", Severity.URGENT, channel="two"))
        await until(lambda: bool(bench.unreached))


@pytest.mark.parametrize("severity", [Severity.EMERGENCY, Severity.URGENT])
async def test_what_somebody_takes_is_sent_and_tried_again_to_nobody(
    store: Store, severity: Severity
) -> None:
    held = Way()
    held.gate.clear()
    bench = Bench(store, one=Way(standing=BROKEN), two=Way(standing=BROKEN), three=held)
    async with bench.running():
        told = [a_notice(f"{who}", severity, to=who) for who in ("li", "ann")]
        later = structs.replace(
            a_notice("later", severity, channel="two"), due=Moment.of(START + timedelta(hours=1))
        )
        bench.owe(*told, later)
        await settled()
        tried = sum(len(way.sent) for way in bench.ways.values())
        assert tried
        store.commit(Effects(alerts=[an_alert()], cancelled=["a"]), 0, bench.clock())
        bench.outbox.wake()
        held.gate.set()  # what was on its way comes to its end
        for _ in range(20):
            bench.later(600)
            await settled()
        assert sum(len(way.sent) for way in bench.ways.values()) == tried
    assert store.pending() == []
    assert bench.unreached == []
