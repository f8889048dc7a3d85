"""What the tests of the gateway share."""

from tests.broker import broker, certificates, start_broker

__all__ = ["broker", "certificates", "start_broker"]
