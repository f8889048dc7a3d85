"""The devices of the handbook's first home, their coordinator, and whoever makes them measure."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from edge.model import Kind, Value
from gateway.catalogue import load_catalogue
from simulator.devices import encode
from simulator.drivers.air import Air
from simulator.drivers.link import BrokerAddress, Link
from tests.profiles.introduced import device, expose

BASE = "zigbee2mqtt"
JOIN = f"{BASE}/bridge/request/permit_join"
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")


class Thing(NamedTuple):
    """One device: its make, where it is heard, and what it says when it is tried."""

    profile: str
    address: str
    friendly: str
    room: int  # its number in the list of rooms
    tried: Mapping[Kind, Value]
    quiet: Mapping[Kind, Value]
    exposes: list[dict[str, object]]

    @property
    def shown(self) -> str:
        """Give the address as lists of devices have it."""
        return f"{BASE}/{self.address}" if self.friendly else self.address


_BATTERY = expose("battery", "numeric", unit="%")
MOTION = Thing(
    *("zigbee2mqtt_motion", "0x00158d0001a2b3c4", "红外 1", 1),
    *({Kind.MOTION: True}, {Kind.MOTION: False}, [expose("occupancy"), _BATTERY]),
)
SPARE = MOTION._replace(address="0x00158d0001ffffff", friendly="红外 2")
BUTTON = Thing(
    *("zigbee2mqtt_sos", "0x00158d0002000001", "按钮", 2),
    *({Kind.SOS: True}, {Kind.BATTERY: 90}),
    [expose("action", "enum", values=["emergency", "disarm"]), _BATTERY],
)
SMOKE = Thing(
    *("zigbee2mqtt_smoke", "0x00158d0002000002", "烟感", 4),
    *({Kind.TEST: True}, {Kind.SMOKE: False}, [expose("smoke"), expose("test"), _BATTERY]),
)
DOOR = Thing(
    *("zigbee2mqtt_contact", "0x00158d0002000003", "大门", 5),
    *({Kind.CONTACT_OPEN: True}, {Kind.CONTACT_OPEN: False}),
    [expose("contact", value_on=False, value_off=True), _BATTERY],
)
WINDOW = Thing(
    *("bthome", "A4:C1:38:8D:18:B2", "", 2),
    *({Kind.CONTACT_OPEN: True}, {Kind.CONTACT_OPEN: False}, []),
)
THINGS = (MOTION, BUTTON, SMOKE, DOOR, WINDOW)


class Home:
    """The coordinator at its broker, and the air; every device can be made to speak."""

    def __init__(self, port: int, password: Path, air: Air) -> None:
        """Prepare; `start` is what its service does."""
        self._address = BrokerAddress(
            port=port, username="zigbee2mqtt", password_file=password, client_id="zigbee2mqtt"
        )
        self._air = air
        self._catalogue = load_catalogue()
        self._count = 0
        self._link: Link | None = None
        self._joining = Client(
            CallbackAPIVersion.VERSION2, "joining", protocol=MQTTProtocolVersion.MQTTv311
        )
        self.has_joined = False

    def start(self) -> None:
        """Report to the broker; whoever asks may have the devices join."""
        assert self._address.password_file is not None
        self._link = Link(self._address)
        self._link.__enter__()
        self._tells("state", {"state": "online"})
        self._lists()
        word = self._address.password_file.read_text().strip()
        self._joining.username_pw_set("zigbee2mqtt", word)
        self._joining.on_connect = lambda client, *_: client.subscribe(JOIN, qos=1)
        self._joining.on_message = self._joins
        self._joining.connect(self._address.host, self._address.port)
        self._joining.loop_start()

    def close(self) -> None:
        """Unplug it."""
        self._joining.loop_stop()
        if self._link is not None:
            self._link.__exit__(None, None, None)

    def tries(self, thing: Thing) -> Callable[[], None]:
        """Give what makes a device speak as it does when it is tried."""
        return lambda: self._sends(thing, thing.tried)

    def rests(self, thing: Thing) -> Callable[[], None]:
        """Give what makes a device speak of nothing in particular."""
        return lambda: self._sends(thing, thing.quiet)

    def _sends(self, thing: Thing, values: Mapping[Kind, Value]) -> None:
        self._count += 1
        profile = self._catalogue[thing.profile]
        if thing.friendly:
            assert self._link is not None
            for sent in encode(profile, values, address=f"{BASE}/{thing.friendly}"):
                self._link.send(sent)
        else:
            for sent in encode(
                profile, values, address=thing.address, key=KEY, counter=self._count
            ):
                self._air.send(sent)

    def _joins(self, _client: Client, _data: Any, _message: Any) -> None:
        self.has_joined = True
        self._lists(MOTION, SPARE, BUTTON, SMOKE, DOOR)

    def _lists(self, *things: Thing) -> None:
        told = [device(t.friendly, *t.exposes, ieee_address=t.address) for t in things]
        self._tells("devices", [{"friendly_name": "Coordinator", "type": "Coordinator"}, *told])

    def _tells(self, what: str, facts: object) -> None:
        assert self._link is not None
        self._link.publish(f"{BASE}/bridge/{what}", json.dumps(facts).encode(), retain=True)
