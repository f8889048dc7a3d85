"""Devices that say over MQTT what they are: a bridge's list of devices, Home Assistant's discovery.

It reads their messages by what they said of themselves; subscribing is left to others.
"""

from gateway.wire.selfdescribed.introductions import Introductions

__all__ = ["Introductions"]
