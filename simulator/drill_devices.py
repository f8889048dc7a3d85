"""The devices of the drill home that do not speak MQTT: a smoke alarm on a serial stick, and an SOS
button over Bluetooth.

It decides what they send and when they give a sign of life; sending is the drivers' part.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from importlib.resources import files

from edge.model import Kind
from gateway.wire.profile import Profile
from gateway.wire.profile_file import parse_profile
from simulator.devices import Sent, encode
from simulator.replay import Message

SIGN_EVERY = timedelta(hours=1)
ALARM, ALARM_ADDRESS = "enocean_smoke", "stick/01825dab"
BUTTON, BUTTON_ADDRESS = "bthome_sos", "A4:C1:38:8D:18:B2"
BUTTON_KEY = "231d39c1d7cc1ab1aee224cd096db932"  # shown nowhere, and good for no other button
_CHARGE = 87  # percent

Send = Callable[[Sent], bool]


class SmokeAlarm:
    """An EnOcean smoke alarm; it says that there is no smoke, too."""

    def __init__(self, send: Send) -> None:
        """Take the driver of the stick that hears it."""
        self._send = send
        self._profile = profile(ALARM)
        self.count = 0  # of its telegrams

    def say(self, is_burning: bool) -> None:
        """Say whether there is smoke."""
        for one in encode(self._profile, {Kind.SMOKE: is_burning}, address=ALARM_ADDRESS):
            self.count += 1
            self._send(one)

    def sign(self) -> None:
        """Give a sign of life."""
        self.say(False)


class SosButton:
    """An encrypted BTHome button; each message has a number of its own."""

    def __init__(self, send: Send) -> None:
        """Take the driver of the air around it."""
        self._send = send
        self._profile = profile(BUTTON)
        self.count = 0  # of its messages
        self._pressed: list[Sent] = []

    def press(self) -> None:
        """Be pressed."""
        self._pressed = self._say({Kind.SOS: True, Kind.BATTERY: _CHARGE})

    def repeat(self) -> None:
        """Send the press once more, as buttons do: radio is lossy."""
        for one in self._pressed:
            self._send(one)

    def sign(self) -> None:
        """Give a sign of life."""
        self._say({Kind.BATTERY: _CHARGE})

    def _say(self, values: dict[Kind, bool | int | float]) -> list[Sent]:
        self.count += 1
        key = bytes.fromhex(BUTTON_KEY)
        sent = encode(self._profile, values, address=BUTTON_ADDRESS, key=key, counter=self.count)
        for one in sent:
            self._send(one)
        return sent


class SignsOfLife:
    """Lets devices speak once an hour between the messages of others."""

    def __init__(self, *devices: SmokeAlarm | SosButton) -> None:
        """Take the devices; the first sign is given with the first message."""
        self._devices = devices
        self._last: datetime | None = None

    def between(self, messages: Iterator[Message]) -> Iterator[Message]:
        """Give the messages, with the signs sent where their hour has come."""
        for message in messages:
            if self._last is None or message.at - self._last >= SIGN_EVERY:
                self._last = message.at
                for device in self._devices:
                    device.sign()
            yield message


def profile(name: str) -> Profile:
    """Read a profile that comes along."""
    return parse_profile((files("device_profiles") / f"{name}.toml").read_text(), name)
