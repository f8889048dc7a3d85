"""What the tests of the simulator share."""

from tests.broker import broker, start_broker

__all__ = ["broker", "start_broker"]
