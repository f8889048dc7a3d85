"""What the tests of the gateway share."""

from tests.bluez import air, bus
from tests.broker import broker, certificates, start_broker
from tests.gateway.pairing_home import site

__all__ = ["air", "broker", "bus", "certificates", "site", "start_broker"]
