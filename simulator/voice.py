"""Puts what a home's sensors say into the bytes of their profiles, each thing worked out once.

Sending them is the drivers'.
"""

from collections.abc import Iterable

from edge.model import Kind, Value
from gateway.wire.fields import TESTABLE
from gateway.wire.places import Advert
from gateway.wire.profile import Profile, Transport
from simulator.devices import EncodingError, Sent, encode
from simulator.home import Sensor
from simulator.life import Signal
from simulator.numbering import numbered

_REMEMBERED = 20_000  # sayings; a bracelet counts its steps without end
_ANY = "any/device"

_Values = tuple[tuple[Kind, Value], ...]
_sayings: dict[tuple[str, str, _Values], tuple[Sent, ...]] = {}

# What a sensor says of itself or of life only when it is so, whatever else its example has.
_NEVER = TESTABLE | {
    *(Kind.TAMPER, Kind.BATTERY_LOW, Kind.MOTION, Kind.PRESENCE, Kind.CONTACT_OPEN),
    *(Kind.VIBRATION, Kind.USE, Kind.ACTIVITY),
}


class Voice:
    """The sensors of one home, speaking."""

    def __init__(self, sensors: Iterable[Sensor], first: int = 1) -> None:
        """Take the sensors; sealed ones number their messages from `first`."""
        self._sensors = {sensor.id: sensor for sensor in sensors}
        self._first = first
        self._numbers: dict[str, int] = {}  # how many messages a device has sent over the air

    def said(self, signal: Signal) -> tuple[Sent, ...]:
        """Give the messages of a signal. Raises EncodingError where a profile has no way."""
        sensor = self._sensors[signal.sensor]
        if sensor.bindkey:
            return self._sealed(sensor, signal)
        values = tuple(signal.values.items())
        if sensor.profile.source is Transport.BLE:
            sent = _saying(sensor.profile, sensor.address, values)
            number = self._counted(sensor, len(sent))
            return tuple(numbered(one, number + place) for place, one in enumerate(sent))
        if not _is_by_topic(sensor.profile):
            return _saying(sensor.profile, sensor.address, values)
        sent = _saying(sensor.profile, _ANY, values)
        return tuple(
            Sent(one.source, one.address.replace(_ANY, sensor.address, 1), one.payload)
            for one in sent
        )

    def _sealed(self, sensor: Sensor, signal: Signal) -> tuple[Sent, ...]:
        number = self._numbers.get(sensor.id, self._first)
        sent = encode(
            sensor.profile,
            signal.values,
            address=sensor.address,
            key=bytes.fromhex(sensor.bindkey),
            counter=number,
            never=_NEVER,
        )
        self._counted(sensor, len(sent))
        return tuple(sent)

    def _counted(self, sensor: Sensor, count: int) -> int:
        """Give the number of the first of so many messages, and go on behind the last."""
        number = self._numbers.get(sensor.id, self._first)
        self._numbers[sensor.id] = number + count
        return number


def _saying(profile: Profile, address: str, values: _Values) -> tuple[Sent, ...]:
    said = (profile.id, address, values)
    sent = _sayings.get(said)
    if sent is None:
        if len(_sayings) >= _REMEMBERED:
            _sayings.clear()
        sent = _sayings[said] = tuple(encode(profile, dict(values), address=address, never=_NEVER))
    return sent


def _is_by_topic(profile: Profile) -> bool:
    """Say whether the address of a device is nowhere but in its topic."""
    is_mqtt = profile.source is Transport.MQTT
    return is_mqtt and not any(
        message.who or isinstance(message.place, Advert) for message in profile.messages
    )


__all__ = ["EncodingError", "Voice"]
