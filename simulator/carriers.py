"""Brings what devices send to where they are heard: the broker, a serial cable, the air.

It takes drivers that are ready and starts nothing; what is sent is voice's.
"""

import time
from collections.abc import Mapping

from gateway.wire.profile import Transport
from simulator.devices import Sent
from simulator.drivers import Driver
from simulator.drivers.cable import Cable

READ_WITHIN = 1.0  # seconds until somebody must have read what is on a cable
TAKEN_IN = 0.003  # seconds from writing to reading, and from reading to having it


class Carriers:
    """The drivers of one home; what none of them carries is counted and lost."""

    def __init__(
        self,
        broker: Driver | None,
        cables: Mapping[str, Cable],
        air: Driver | None,
        patience: float = READ_WITHIN,
    ) -> None:
        """Take the broker, the serial cables by the id of their port, and the air.

        `patience` is how many seconds what is on a cable is waited for to be read.
        """
        self._patience = patience
        self._broker, self._cables, self._air = broker, cables, air
        self._is_apart = False  # something is underway that the broker keeps in no order
        self.lost = 0

    def send(self, sent: Sent) -> bool:
        """Send it where it is heard; say whether it was."""
        driver = self._driver(sent)
        self._is_apart = self._is_apart or sent.source != Transport.MQTT
        is_heard = driver is not None and driver.send(sent)
        self.lost += not is_heard
        return is_heard

    def settle(self) -> bool:
        """Wait until what went by cable or air is taken from there; say whether anything had.

        The broker keeps no order between that and what it brings itself, as orders to a clock.
        """
        if not self._is_apart:
            return False
        self._is_apart = False
        time.sleep(TAKEN_IN)  # the system hands on what is written to a pty a little later
        deadline = time.monotonic() + self._patience
        while not all(cable.is_read() for cable in self._cables.values()):
            if time.monotonic() > deadline:
                break
            time.sleep(TAKEN_IN / 10)
        time.sleep(TAKEN_IN)
        return True

    def _driver(self, sent: Sent) -> Driver | None:
        match sent.source:
            case Transport.MQTT:
                return self._broker
            case Transport.SERIAL:
                return self._cables.get(sent.address.partition("/")[0])
        return self._air
