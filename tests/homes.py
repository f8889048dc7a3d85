"""Homes and moments for tests; made up, like everybody who lives in them."""

from datetime import UTC, datetime, timedelta

from edge.model import (
    Contact,
    Device,
    Home,
    Kind,
    Moment,
    Patience,
    Room,
    Severity,
    Step,
)

START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
ALL = frozenset(Severity)
GRAVE = frozenset({Severity.EMERGENCY, Severity.URGENT})


def at(hours: float = 0.0, **more: float) -> Moment:
    """Give the moment so many hours after the start of the tests' time."""
    return Moment.of(START + timedelta(hours=hours, **more))


def contact(name: str, *channels: str, role: str = "family", language: str = "zh") -> Contact:
    """Make somebody who is told."""
    return Contact(name, name, role, "13800000000", language, channels or ("push",))


ROOMS = (
    Room("bedroom", "卧室"),
    Room("bathroom", "卫生间"),
    Room("kitchen", "厨房"),
    Room("hall", "门厅"),
)

DEVICES = (
    Device(
        "bedroom_motion",
        "bedroom",
        "卧室红外",
        frozenset({Kind.MOTION, Kind.BATTERY}),
        "mqtt",
        "zigbee2mqtt",
    ),
    Device(
        "bathroom_motion", "bathroom", "卫生间红外", frozenset({Kind.MOTION}), "mqtt", "zigbee2mqtt"
    ),
    Device(
        "kitchen_motion", "kitchen", "厨房红外", frozenset({Kind.MOTION}), "mqtt", "zigbee2mqtt"
    ),
    Device(
        "front_door",
        "hall",
        "大门",
        frozenset({Kind.CONTACT_OPEN}),
        "mqtt",
        "zigbee2mqtt",
        outer_door=True,
    ),
    Device(
        "kitchen_smoke",
        "kitchen",
        "厨房烟感",
        frozenset({Kind.SMOKE, Kind.BATTERY}),
        "mqtt",
        "zigbee2mqtt",
    ),
    Device(
        "sos_button",
        "bedroom",
        "呼叫按钮",
        frozenset({Kind.SOS}),
        "mqtt",
        "zigbee2mqtt",
        clears_after=timedelta(seconds=5),
    ),
)

LADDER = (
    Step(timedelta(0), ("daughter",), GRAVE),
    Step(timedelta(minutes=10), ("duty",), GRAVE),
    Step(timedelta(0), ("technician",), frozenset({Severity.FAULT})),
)


def home(
    name: str = "wang",
    *,
    drill: bool = False,
    zone: str = "Asia/Shanghai",
    steps: tuple[Step, ...] = LADDER,
    patience: Patience | None = None,
    devices: tuple[Device, ...] = DEVICES,
) -> Home:
    """Make the usual test home: four rooms, six devices, a daughter, a duty desk, a technician."""
    return Home(
        name,
        "王家",
        "王桂英",
        zone,
        ROOMS,
        devices,
        (
            contact("daughter", "push", "sms"),
            contact("duty", "desk", role="community"),
            contact("technician", "mail", role="technician", language="en"),
        ),
        steps,
        timedelta(minutes=15),
        patience or Patience(),
        drill,
    )
