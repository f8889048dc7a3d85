"""Turns the rows of a recording into what real devices would have published, and into the
drill household that hears them.

When the messages go out, and to which broker, is left to the drivers.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from simulator.recording import RecordingFault, Row, to_utc

Payload = dict[str, object]
REPEAT_EVERY = timedelta(hours=1)  # bridges repeat what they have cached: the sensor is alive


@dataclass(frozen=True, slots=True)
class Message:
    """One MQTT message, and when it was published."""

    at: datetime
    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Hardware:
    """What stands for a kind of row: its profile, the start of its address, its way to say it."""

    profile: str
    under: str
    says: Callable[[str], Payload]

    def address(self, sensor: str) -> str:
        """Give the topic of a sensor: no wildcard may be in it."""
        return self.under + re.sub(r"[+#\0]", "-", sensor)


def _is_on(value: str) -> bool:
    return value.strip().upper() in {"ON", "TRUE", "1", "OPEN"}


def _motion(value: str) -> Payload:
    return {"occupancy": _is_on(value), "battery": 97, "linkquality": 120}


def _contact(value: str) -> Payload:
    # zigbee2mqtt says contact = false when the door is open.
    return {"contact": not _is_on(value), "battery": 97, "linkquality": 105}


def _smoke(value: str) -> Payload:
    return {"smoke": _is_on(value), "battery": 100, "linkquality": 90}


def _use(value: str) -> Payload:
    return {"state": "ON" if _is_on(value) else "OFF", "linkquality": 130}


def _heart_rate(value: str) -> Payload:
    return {"heart_rate": round(_number(value)), "worn": True}


def _steps(value: str) -> Payload:
    return {"steps": round(_number(value))}


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise RecordingFault(f'"{value}" is no number; a bracelet\'s rows have numbers') from error


HARDWARE = {
    "motion": Hardware("zigbee2mqtt_motion", "zigbee2mqtt/", _motion),
    "door": Hardware("zigbee2mqtt_contact", "zigbee2mqtt/", _contact),
    "smoke": Hardware("zigbee2mqtt_smoke", "zigbee2mqtt/", _smoke),
    "item": Hardware("zigbee2mqtt_use", "zigbee2mqtt/", _use),
    "activity": Hardware("zigbee2mqtt_use", "zigbee2mqtt/", _use),
    "heart_rate": Hardware("mqtt_bracelet", "bracelet/", _heart_rate),
    "steps": Hardware("mqtt_bracelet", "bracelet/", _steps),
}


class Devices:
    """The devices of a recorded home as they publish: news where there is any, else repeats."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._repeated: datetime | None = None
        self._cached: dict[str, bytes] = {}
        self._walked: dict[str, float] = {}

    def messages(self, rows: Iterable[Row]) -> Iterator[Message]:
        """Give the messages in order of time; rows of kinds that no device stands for are left out.

        An hour that the clock repeats in autumn is played once: time never goes back.
        """
        for row in rows:
            hardware = HARDWARE.get(row.kind)
            if hardware is None:
                continue
            at = max(self._latest, to_utc(row.time, self._zone))
            yield from self.repeats(at)
            self._latest = at
            yield self._news(hardware, row)

    def repeats(self, until: datetime) -> Iterator[Message]:
        """Give what every device repeats until then, without anything having happened."""
        self._repeated = self._repeated or until
        while until - self._repeated >= REPEAT_EVERY:
            self._repeated += REPEAT_EVERY
            self._latest = max(self._latest, self._repeated)
            for topic, payload in self._cached.items():
                yield Message(self._latest, topic, payload)

    def _news(self, hardware: Hardware, row: Row) -> Message:
        topic = hardware.address(row.sensor)
        value = row.value
        if row.kind == "steps":
            # A recording has the steps of each minute; a bracelet counts them on.
            self._walked[topic] = self._walked.get(topic, 0.0) + _number(value)
            value = str(self._walked[topic])
        payload = json.dumps(hardware.says(value)).encode()
        self._cached[topic] = payload
        return Message(self._latest, topic, payload)


def household(sensors: Mapping[str, str], zone_name: str, phone: str) -> str:
    """Write the TOML of a drill household that hears a recording's sensors (name to kind).

    `phone` is the id of the channel, in gateway.toml, by which its one contact is told.
    """
    fitted = {n: HARDWARE[kind] for n, kind in sensors.items() if kind in HARDWARE}
    devices = [
        f'\n[[device]]\nid = "sensor-{number}"\nroom = "home"\nname = {_text(name)}\n'
        f'profile = "{hardware.profile}"\naddress = {_text(hardware.address(name))}\n'
        # A recording names a rarely used cupboard once a week; that is no dead sensor.
        f'silent_after = "7d"\nouter_door = {str(sensors[name] == "door").lower()}\n'
        for number, (name, hardware) in enumerate(fitted.items(), start=1)
    ]
    return _HEAD.format(zone=_text(zone_name), phone=_text(phone)) + "".join(devices)


_HEAD = """\
[household]
id = "recording"
name = "recording"
time_zone = {zone}
drill = true

[resident]
name = "resident"

[[contact]]
id = "caregiver"
name = "caregiver"
channels = [{phone}]

[[escalation.step]]
tell = ["caregiver"]

[[room]]
id = "home"
name = "home"
"""


def _text(value: str) -> str:
    # A JSON string is a TOML string, but for DEL, which no sensor's name has.
    return json.dumps(value, ensure_ascii=False)
