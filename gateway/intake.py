"""What is done with each packet that comes: a reading, an order of the home, a drill's next hour.

What a packet means is the node's, when it is put on disk settling.py's.
"""

import asyncio
from collections.abc import Callable

from msgspec import structs

from edge.model import Moment, Packet
from gateway.drill import CLOCK_DONE, CLOCK_SET, LedClock, clock_done, clock_order
from gateway.hearing import Hearing
from gateway.mqtt_commands import MqttCommands
from gateway.node import Node
from gateway.settling import Settling
from gateway.timekeeping import Timekeeping

TURN = 50  # packets between two looks at everything else


class Intake:
    """Takes in what is heard. What comes before the watching has begun is held until then."""

    def __init__(
        self,
        node: Node,
        hearing: Hearing,
        settling: Settling,
        timekeeping: Timekeeping,
        now: Callable[[], Moment],
        *,
        begin: Callable[[], None],
        orders: MqttCommands | None = None,
        led: LedClock | None = None,
    ) -> None:
        """Prepare; `led` is the clock that a drill's driver sets, whose first order is to begin."""
        self._node = node
        self._hearing = hearing
        self._settling = settling
        self._timekeeping = timekeeping
        self._now = now
        self._begin = begin
        self._orders = orders
        self._led = led
        self._held: list[Packet] | None = []  # until the watching has begun

    def begin(self) -> None:
        """Take in what was held; of another clock than a drill's it came at its first moment."""
        held, self._held = self._held, None
        for packet in held or ():
            # MQTT's must stay the object to acknowledge.
            is_free = self._led is not None and packet.delivery is None
            now = self._now()
            self._settling.take(structs.replace(packet, received=now) if is_free else packet)

    async def run(self) -> None:
        """Take in what the ears bring until cancelled."""
        async for batch in self._hearing.ears.batches():
            if self._held is None:
                self._timekeeping.watch_clock(self._now())
            for number, packet in enumerate(batch, start=1):
                if number % TURN == 0:
                    await asyncio.sleep(0)
                await self._take(packet)
            self._hearing.follow_introductions()
            self._settling.settle_soon()
            self._timekeeping.wake()

    async def _take(self, packet: Packet) -> None:
        if self._led is not None and packet.address == CLOCK_SET:
            await self._follow(self._led, packet)
        elif self._orders is not None and packet.address == self._orders.topic:
            self._obey(self._orders, packet)
        elif self._held is not None:
            self._held.append(packet)
        elif self._settling.take(packet):
            await asyncio.sleep(0)  # it is told before the next is taken in

    def _obey(self, orders: MqttCommands, packet: Packet) -> None:
        """Do what is asked over MQTT; on disk before the broker hears that it was taken."""
        if self._held is None:
            orders.take(packet)
        self._hearing.ears.acknowledge([packet])

    async def _follow(self, led: LedClock, packet: Packet) -> None:
        """Set the drill's clock, do all that is due by then, and report the step done."""
        self._hearing.ears.acknowledge([packet])
        order = clock_order(packet)
        if order is None:
            self._node.counts["clock order refused"] += 1
            return
        led.follow(order)
        if self._held is not None:
            self._begin()
        self._node.tick(self._now())
        self._settling.settle()
        # QoS 0: brokers with Nagle's algorithm would hold the next order back behind its PUBACK,
        # and a driver that misses this asks again.
        self._hearing.ears.publish(CLOCK_DONE, clock_done(order))
        await asyncio.sleep(0)
