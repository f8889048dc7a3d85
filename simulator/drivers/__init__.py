"""Bring what simulated devices send to where real ones would: brokers, ports, the air."""

from typing import Protocol

from simulator.devices import Sent


class Driver(Protocol):
    """One way by which devices are heard."""

    def send(self, sent: Sent) -> bool:
        """Send; say whether anybody could hear it."""
