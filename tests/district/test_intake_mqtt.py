"""Gateways speak to the district over a real mosquitto; workers that share the work may die."""

import asyncio
import textwrap
from datetime import timedelta
from pathlib import Path

import pytest

from district.database import DatabaseFailed
from district.incidents import take
from district.intake.mqtt import BrokerSettings
from district.phases import Act
from district.schema import gateways, incidents
from edge.model import State
from gateway.wire.uplink.event import (
    Answer,
    CommandData,
    Event,
    HeartbeatData,
    Kind,
    encode,
)
from tests.broker import Broker, StartBroker
from tests.district.mqtt_gateways import DEADLINE, gateway, until, workers
from tests.district.world import NOON, World, happened, smoke
from tests.postgres import Postgres


async def test_an_alert_is_answered_and_stands_on_the_desk(world: World, broker: Broker) -> None:
    async with workers(world, broker), gateway(broker) as box:
        reply = await box.send(happened(smoke(), "e1"))
        assert reply.answer is Answer.ACCEPTED
    assert (await world.incident()).alert == "a1"


async def test_several_workers_share_the_events_and_apply_each_once(
    world: World, broker: Broker
) -> None:
    async with workers(world, broker, 3), gateway(broker) as box:
        sends = (box.send(happened(smoke(f"a{n}"), f"e{n}", sequence=n)) for n in range(30))
        replies = await asyncio.gather(*sends)
    assert {each.answer for each in replies} <= {Answer.ACCEPTED, Answer.DUPLICATE}
    assert len(await world.rows(incidents)) == 30


async def test_what_is_taken_at_the_desk_reaches_the_gateway_at_once(
    world: World, broker: Broker
) -> None:
    async with workers(world, broker) as (worker,), gateway(broker) as box:
        await box.send(happened(smoke(), "e1"))
        incident = (await world.incident()).id
        async with world.acting("lin", incident, Act.TAKE) as doing:
            news = await take(doing)
        await worker.live.tell(news)
        await until(lambda: box.orders)
    order = box.orders[0].data
    assert isinstance(order, CommandData)
    assert (order.by, order.alert) == ("林静", "a1")
    (kept,) = box.kept
    assert kept is not None, "for a gateway that is away, a broker would heap them up"
    assert 0 < kept <= 15


async def test_an_order_waits_for_a_gateway_that_is_away(world: World, broker: Broker) -> None:
    async with workers(world, broker) as (worker,):
        async with gateway(broker) as box:
            await box.send(happened(smoke(), "e1"))
        incident = (await world.incident()).id
        async with world.acting("lin", incident, Act.TAKE) as doing:
            await worker.live.tell(await take(doing))
        async with gateway(broker) as box:
            async with asyncio.timeout(DEADLINE):
                while not box.orders:
                    world.later(seconds=10)
                    await asyncio.sleep(0.5)
            await box.send(happened(smoke(state=State.ACKNOWLEDGED, taken_by="林静"), "e2"))
            assert {each.id for each in box.orders} == {box.orders[0].id}


async def test_a_silent_gateway_is_told_from_a_quiet_home(world: World, broker: Broker) -> None:
    async def stands(is_online: bool) -> bool:
        rows = {row.id: row for row in await world.rows(gateways)}
        return bool(rows["g1"].is_online) is is_online

    async with workers(world, broker):
        async with gateway(broker) as box:
            beat = HeartbeatData(NOON, "boot-7", 30, 3, 12)
            event = Event("beat-1", "/gateways/g1", Kind.HEARTBEAT, NOON, beat)
            await until(lambda: stands(True))
            await box.publish("beat", encode(event))

            async def is_noted() -> bool:
                (row,) = [row for row in await world.rows(gateways) if row.id == "g1"]
                return (row.boot, row.waiting) == ("boot-7", 3)

            await until(is_noted)
            await box.publish("state", b"offline", qos=1, retain=True)
        await until(lambda: stands(False))


async def test_noise_on_the_topic_is_counted_and_stops_nothing(
    world: World, broker: Broker
) -> None:
    async with workers(world, broker) as (worker,), gateway(broker) as box:
        for noise in (b"", b"{", b"\xff" * 1000, b"[" * 100_000, b"x" * 300_000):
            await box.publish("up", noise, qos=1)
        await box.send(happened(smoke(), "e1"))
        await until(lambda: worker.refused >= 5)


async def test_work_goes_on_when_the_broker_comes_back(world: World, broker: Broker) -> None:
    async with workers(world, broker):
        async with gateway(broker) as box:
            await box.send(happened(smoke(), "e1"))
        broker.kill()
        broker.start()
        async with gateway(broker) as box:
            await box.send(happened(smoke("a2"), "e2", sequence=2))
    assert len(await world.rows(incidents)) == 2


async def test_an_order_that_nobody_needs_any_more_is_not_sent(
    world: World, broker: Broker
) -> None:
    async with workers(world, broker) as (worker,), gateway(broker) as box:
        await box.send(happened(smoke(), "e1"))
        incident = (await world.incident()).id
        async with world.acting("lin", incident, Act.TAKE) as doing:
            await take(doing, timedelta(minutes=1))
        world.later(minutes=5)
        await worker.live.tell(())
        await box.send(happened(smoke("a2"), "e2", sequence=2))
        assert box.orders == []


async def test_an_event_that_somebody_is_in_the_way_of_holds_up_no_other(
    world: World, broker: Broker
) -> None:
    if not world.database.is_postgres:
        pytest.skip("SQLite has one writer at a time: nobody is in the way of a row")
    async with workers(world, broker), gateway(broker) as box:
        await box.send(happened(smoke(), "e1"))
        incident = (await world.incident()).id
        async with world.acting("lin", incident, Act.NOTE):
            late = happened(smoke(state=State.RESOLVED), "e2", sequence=2)
            await box.publish("up", encode(late), qos=1)
            others = (box.send(happened(smoke(f"b{n}"), f"f{n}", sequence=n)) for n in range(9))
            replies = await asyncio.gather(*others)
            assert "e2" not in box.replies
        assert {each.answer for each in replies} == {Answer.ACCEPTED}
        # Nobody has sent it again: it was kept, not acknowledged, and tried again.
        await until(lambda: "e2" in box.replies)
        assert box.replies["e2"].answer is Answer.ACCEPTED


async def test_what_is_no_event_of_ours_is_rejected_by_its_name(
    world: World, broker: Broker
) -> None:
    async with workers(world, broker), gateway(broker) as box:
        strange = b'{"id": "x1", "type": "shouhu.alert.v9", "specversion": "1.0"}'
        await box.publish("up", strange, qos=1)
        await until(lambda: "x1" in box.replies)
    assert box.replies["x1"].answer is Answer.REJECTED


async def test_a_state_that_the_broker_has_kept_is_no_sign_of_life(
    world: World, broker: Broker
) -> None:
    async def states() -> dict[str, tuple[bool, object]]:
        return {row.id: (row.is_online, row.heard) for row in await world.rows(gateways)}

    async with gateway(broker):
        async with workers(world, broker):

            async def is_online() -> bool:
                return (await states())["g1"][0]

            await until(is_online)
        assert await states() == {"g1": (True, None), "g2": (False, None)}


async def test_what_comes_while_the_database_is_away_is_kept_and_answered(
    world: World, broker: Broker, request: pytest.FixtureRequest
) -> None:
    if not world.database.is_postgres:
        pytest.skip("SQLite is never away")
    postgres: Postgres = request.getfixturevalue("postgres")
    url = world.database.url.render_as_string()
    async with workers(world, broker), gateway(broker) as box:
        await box.send(happened(smoke(), "e1"))
        postgres.refuse(url, refuses=True)
        await box.publish("up", encode(happened(smoke("a2"), "e2", sequence=2)), qos=1)
        with pytest.raises(DatabaseFailed):
            await world.rows(incidents)
        postgres.refuse(url, refuses=False)
        await until(lambda: "e2" in box.replies)
    assert len(await world.rows(incidents)) == 2


def written_rules() -> str:
    """Give the access list that docs/district.md tells people to write."""
    text = (Path(__file__).parents[2] / "docs/district.md").read_text(encoding="utf-8")
    begin = text.index("    user district\n")
    return textwrap.dedent(text[begin : text.index("\n\n", begin)]) + "\n"


async def test_by_the_written_rules_a_gateway_speaks_for_itself_only(
    world: World, start_broker: StartBroker, tmp_path: Path
) -> None:
    users = {"district": "desk", "g1": "one", "g2": "two"}
    broker = start_broker(users=users, acl=written_rules())
    secret = tmp_path / "secret"
    secret.write_text("desk\n")
    settings = BrokerSettings(broker.host, broker.port, "district", secret)
    async with workers(world, broker, settings=settings):
        for name in ("up", "state"):
            broker.publish_all([(f"shouhu/v1/g1/{name}", b"offline", 1, False)], user="g2")
        async with gateway(broker, "g1", password="one") as box:
            reply = await box.send(happened(smoke(), "e1"))
            assert reply.answer is Answer.ACCEPTED
            await box.publish("up", encode(happened(smoke("a2"), "e2", sequence=2)), qos=1)
            await until(lambda: "e2" in box.replies)
    assert "Denied PUBLISH from" in broker.log()
    assert len(await world.rows(incidents)) == 2
