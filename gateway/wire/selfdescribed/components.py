"""Which topics of Home Assistant's MQTT discovery introduce something, and of which component.

What the message then says, discovery.py reads.
"""

from enum import StrEnum
from typing import Final

CONFIG: Final = "config"
DEVICES: Final = "/bridge/devices"


class Component(StrEnum):
    """The components whose entities are readings, and the bundle of several."""

    BINARY_SENSOR = "binary_sensor"
    SENSOR = "sensor"
    EVENT = "event"
    DEVICE_AUTOMATION = "device_automation"
    DEVICE = "device"


# These are introductions too; nothing of them is read.
_OTHERS = frozenset(
    {
        *("alarm_control_panel", "button", "camera", "climate", "cover", "device_tracker", "fan"),
        *("humidifier", "image", "lawn_mower", "light", "lock", "notify", "number", "scene"),
        *("select", "siren", "switch", "tag", "text", "update", "vacuum", "valve", "water_heater"),
    }
)
_COMPONENTS = _OTHERS | {component.value for component in Component}


def component_of(topic: str) -> str | None:
    """Give the component that a discovery topic is of; None for every other topic."""
    levels = topic.split("/")
    at = _place(levels)
    return None if at is None else levels[at]


def is_introduction(topic: str) -> bool:
    """Say whether devices are introduced on a topic, by a bridge or one by one."""
    return topic.endswith(DEVICES) or component_of(topic) is not None


def prefix_of(topic: str) -> str:
    """Give what stands before the component in a discovery topic."""
    levels = topic.split("/")
    return "/".join(levels[: _place(levels)])


def _place(levels: list[str]) -> int | None:
    if levels[-1] != CONFIG:
        return None
    # <prefix>/<component>/<node>/<object>/config before <prefix>/<component>/<object>/config
    for at in (-4, -3):
        if len(levels) > -at and levels[at] in _COMPONENTS:
            return at
    return None
