"""What clients of bluetoothd do with characteristics: read, write, subscribe.

Which there are, and who is connected, is left to bluez.py.
"""

import asyncio
from collections.abc import Callable

from dbus_fast import Message

from gateway.wire.advertisement import short_uuid
from simulator.drivers.bluez_objects import CHARACTERISTIC, Properties, Tree, yes

Answer = tuple[str, list[object]]  # signature and body
Answering = Callable[[str, bytes], object]  # is given a characteristic and what is written to it


class Refusal(Exception):
    """What is asked cannot be had: the name of a D-Bus error, and its words."""


def read(tree: Tree, message: Message) -> Answer:
    """Give the value."""
    return "ay", [_that_can(tree, message, "read")["Value"].value]


def write(tree: Tree, message: Message, device: Answering) -> Answer:
    """Let the device have the value."""
    value, options = message.body
    is_request = options["type"].value == "request"
    can = _that_can(tree, message, "write" if is_request else "write-without-response")
    # The device hears it after BlueZ has said that it is on its way.
    uuid = short_uuid(can["UUID"].value)
    asyncio.get_running_loop().call_soon(device, uuid, bytes(value))
    return "", []


def start_notify(tree: Tree, message: Message) -> Answer:
    """Subscribe."""
    _that_can(tree, message, "notify", "indicate")
    tree.change(message.path or "", CHARACTERISTIC, Notifying=yes(True))
    return "", []


def stop_notify(tree: Tree, message: Message) -> Answer:
    """End a subscription."""
    tree.change(message.path or "", CHARACTERISTIC, Notifying=yes(False))
    return "", []


def _that_can(tree: Tree, message: Message, *ways: str) -> Properties:
    properties = tree.objects[message.path or ""][CHARACTERISTIC]
    if not set(ways) & set(properties["Flags"].value):
        raise Refusal("org.bluez.Error.NotSupported", "Operation is not supported")
    return properties
