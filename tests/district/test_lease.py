"""Who has an alert: the desk as long as its lease stands, the home again when it lapses.

A real uplink of a gateway and a real intake of a district, over a real broker, in made-up time.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiomqtt
import pytest

from district.incidents import call, close, take
from district.intake.mqtt import BrokerSettings, MqttIntake
from district.levels import pass_time
from district.live import Live
from district.orders import due
from district.phases import Act, Phase
from district.schema import incidents, orders
from edge.model import Alert, Outcome, State
from gateway.config.uplink import UplinkSettings
from gateway.sources.mqtt_settings import MqttSettings
from gateway.uplink.service import Uplink
from gateway.wire.uplink.event import CommandData, Event, Kind, Order, decode, encode
from tests.broker import Broker
from tests.district.mqtt_gateways import until
from tests.district.world import World, smoke
from tests.gateway.boxed import Boxed
from tests.homes import home


class Line:
    """A home with its gateway at one end and a district at the other, of one clock."""

    def __init__(self, world: World, broker: Broker, directory: Path) -> None:
        self.world = world
        self.home = Boxed(directory, home())
        path = MqttSettings(broker.host, broker.port, name="district", client_id="g1")
        settings = SimpleNamespace(store=SimpleNamespace(directory=directory))
        self.home.config.settings, self.home.config.consents = settings, {}
        self.uplink = Uplink(UplinkSettings("g1", (path,)), self.home.box)
        self.home.workers.append(self.uplink)
        self.live = Live(world.database)
        self.intake = MqttIntake(
            *(BrokerSettings(broker.host, broker.port), world.database, self.live),
            lambda: world.now,
        )
        world.now = self.home.now.wall

        self._run: asyncio.Task[None] | None = None

    async def online(self) -> None:
        """Let the gateway find the district again."""
        self._run = asyncio.create_task(self.uplink.run())

    async def offline(self) -> None:
        """Let the gateway lose the district."""
        if self._run is not None:
            self._run.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._run

    @property
    def alert(self) -> Alert:
        """Give the one alert of the home."""
        (only,) = self.home.node.households["wang"].book.alerts
        return only

    def after(self, **duration: float) -> None:
        """Let time pass at both ends."""
        self.home.after(**duration)
        self.world.now = self.home.now.wall

    async def looks(self) -> None:
        """Let the district's watch look."""
        await self.live.tell(await pass_time(self.world.database, self.world.now))

    async def becomes(self, **values: object) -> bool:
        """Look, and say whether the incident is so now."""
        await self.looks()
        row = await self.world.incident()
        return all(getattr(row, name) == value for name, value in values.items())

    async def desk(self, act: Act, do: Any) -> None:
        """Let 林静 do something with the incident."""
        incident = (await self.world.incident()).id
        async with self.world.acting("lin", incident, act) as doing:
            news = await do(doing)
        await self.live.tell(news)

    async def has_arrived(self, *states: State) -> bool:
        """Say whether the desk has heard these last words of the home."""
        rows = await self.world.rows(incidents)
        return bool(rows) and rows[0].home_state in states


@asynccontextmanager
async def line(world: World, broker: Broker, directory: Path) -> AsyncIterator[Line]:
    made = Line(world, broker, directory)
    intake = asyncio.create_task(made.intake.run())
    try:
        # Before anybody listens there, the first word would have to come again.
        await until(lambda: "shouhu/v1/+/up" in broker.log())
        await made.online()
        yield made
    finally:
        await made.offline()
        intake.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await intake
        made.home.store.close()


async def test_the_home_is_silent_while_the_desk_has_it_and_goes_on_when_the_lease_lapses(
    world: World, broker: Broker, tmp_path: Path
) -> None:
    async with line(world, broker, tmp_path / "box") as both:
        both.home.says("zigbee2mqtt/kitchen_smoke", smoke=True)
        both.home.settle()
        await until(lambda: both.has_arrived(State.RAISED))
        await both.desk(Act.TAKE, lambda doing: take(doing, timedelta(minutes=30)))
        await until(lambda: both.alert.lease is not None)
        assert both.alert.lease is not None
        assert both.alert.lease.owner == "林静"
        await until(lambda: both.has_arrived(State.ACKNOWLEDGED))
        assert all(order.is_done for order in await world.rows(orders))

        told = both.home.store.owed_count()
        both.after(minutes=29)
        await both.looks()
        assert both.home.store.owed_count() == told, "nobody is told while the desk has it"
        assert (await world.incident()).phase == Phase.TAKEN

        both.after(minutes=2)
        assert [what for what, _ in await world.story()].count("home") == 1, "it says so once"
        await both.looks()
        assert both.alert.state is State.RAISED
        assert both.home.store.owed_count() > told, "the home's own people are told again"
        await until(lambda: both.has_arrived(State.RAISED))
        # What the intake writes at this moment waits for the next look.
        await until(lambda: both.becomes(phase=Phase.OPEN, owner=None))
        both.after(minutes=3)
        await until(lambda: both.becomes(area="yuhua"))


async def test_who_takes_it_for_longer_keeps_the_home_silent_for_longer(
    world: World, broker: Broker, tmp_path: Path
) -> None:
    async with line(world, broker, tmp_path / "box") as both:
        both.home.says("zigbee2mqtt/kitchen_smoke", smoke=True)
        both.home.settle()
        await until(lambda: both.has_arrived(State.RAISED))
        await both.desk(Act.TAKE, lambda doing: take(doing, timedelta(minutes=30)))
        await until(lambda: both.alert.lease is not None)
        both.after(minutes=25)
        await both.desk(Act.CALL, lambda doing: call(doing, "王桂英", "接通"))
        await both.desk(Act.TAKE, lambda doing: take(doing, timedelta(minutes=30)))
        later = both.world.now + timedelta(minutes=29)
        await until(lambda: both.alert.lease is not None and both.alert.lease.until.wall > later)
        both.after(minutes=20)
        await both.looks()
        assert both.alert.state is State.ACKNOWLEDGED
        assert (await world.incident()).phase == Phase.TAKEN


async def test_an_order_that_comes_late_lasts_no_longer_than_the_lease_here(world: World) -> None:
    await world.sends(smoke(), "e1")
    async with world.acting("lin", (await world.incident()).id, Act.TAKE) as doing:
        await take(doing, timedelta(minutes=30))
    world.later(minutes=20)
    async with world.database.begin() as connection:
        (sent,) = await due(connection, world.now)
    event = decode(sent.body)
    assert isinstance(event.data, CommandData)
    assert (event.data.lease_s, event.time) == (600, world.now)


async def test_the_word_of_a_lease_before_this_one_does_not_end_the_order(world: World) -> None:
    await world.sends(smoke(), "e1")
    held = {"state": State.ACKNOWLEDGED, "taken_by": "赵磊", "taken_until": world.now}
    async with world.acting("lin", (await world.incident()).id, Act.TAKE) as doing:
        await take(doing, timedelta(minutes=30))
    await world.sends(smoke(**held), "e2", sequence=2)
    assert [order.is_done for order in await world.rows(orders)] == [False]
    held |= {"taken_by": "林静", "taken_until": world.now + timedelta(minutes=30)}
    await world.sends(smoke(**held), "e3", sequence=3)
    assert [order.is_done for order in await world.rows(orders)] == [True]


async def test_what_was_called_again_while_the_desk_ended_it_afar_is_open_at_both_ends(
    world: World, broker: Broker, tmp_path: Path
) -> None:
    async with line(world, broker, tmp_path / "box") as both:
        both.home.says("zigbee2mqtt/sos_button", action="emergency")
        both.home.settle()
        await until(lambda: both.has_arrived(State.RAISED))
        await both.offline()
        both.after(minutes=1)
        await both.desk(Act.CLOSE, lambda doing: close(doing, Outcome.WELL))
        await until(lambda: ordered(world, 1))
        both.after(minutes=1)
        both.home.says("zigbee2mqtt/sos_button", action="emergency")
        both.home.settle()
        both.after(minutes=1)
        await both.online()
        await until(lambda: both.becomes(phase=Phase.OPEN, closed=None))
        await until(lambda: all_done(world))
        assert both.alert.state is State.RAISED, "nobody at the desk knew of the second press"

        await both.desk(Act.CLOSE, lambda doing: close(doing, Outcome.WELL))
        await until(lambda: both.home.node.households["wang"].book.alerts == [])


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
async def test_an_order_from_before_the_second_press_does_not_end_the_alert(
    world: World, broker: Broker, tmp_path: Path
) -> None:
    both = Line(world, broker, tmp_path / "box")
    both.home.says("zigbee2mqtt/sos_button", action="emergency")
    both.after(minutes=1)
    ended = CommandData(Order.CLOSE, "wang", both.alert.id, "林静", outcome=Outcome.WELL)
    late = Event("o1", "/district", Kind.COMMAND, both.home.now.wall, ended)
    both.after(minutes=1)
    both.home.says("zigbee2mqtt/sos_button", action="emergency")
    both.after(minutes=1)
    takes = CommandData(Order.TAKE, "wang", both.alert.id, "林静")
    then = Event("o2", "/district", Kind.COMMAND, both.home.now.wall, takes)
    await both.online()
    try:
        await until(lambda: "shouhu/v1/g1/down" in broker.log())
        async with aiomqtt.Client(broker.host, broker.port) as client:
            for each in (late, then):
                await client.publish("shouhu/v1/g1/down", encode(each), qos=1)
            await until(lambda: both.alert.lease)
        assert both.alert.state is State.ACKNOWLEDGED
    finally:
        await both.offline()
        both.home.store.close()


async def ordered(world: World, count: int) -> bool:
    """Say whether so many orders were sent."""
    return [order.tries > 0 for order in await world.rows(orders)].count(True) == count


async def all_done(world: World) -> bool:
    """Say whether no order waits any more."""
    return all(order.is_done for order in await world.rows(orders))
