"""What the tests of the gateway share."""

from tests.bluez import air, bus
from tests.broker import broker, certificates, start_broker

__all__ = ["air", "broker", "bus", "certificates", "start_broker"]
