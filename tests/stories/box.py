"""A box of made-up time: the real store, profiles and node, killed and started again at will."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path

import msgspec
from msgspec import structs

from edge.model import Alert, BlindCause, Device, Event, Freshness, Moment, Packet
from gateway.catalogue import load_catalogue
from gateway.node import Node
from gateway.store import Store
from gateway.wire.decoder import Decoder, Fitted
from gateway.wire.profile import Profile
from tests.homes import START, home

BRIDGE = "zigbee2mqtt"
LIVE, RETAINED = Freshness.LIVE, Freshness.RETAINED


class Box:
    """One home behind one bridge; `profiles` says what each device is, as "profile" by its id.

    One that is not behind the bridge has its address with it, as "profile port/device".
    """

    def __init__(self, directory: Path, devices: tuple[Device, ...], profiles: Mapping[str, str]):
        catalogue = load_catalogue()
        self._fitted = [_fitted(device, profiles[device.id], catalogue) for device in devices]
        self.home = home(devices=tuple(one.device for one in self._fitted))
        self._said: dict[str, dict[str, object]] = {}
        self._directory = directory
        self._starts = count(1)
        self._wall = START
        self._retained: dict[str, bytes] = {}
        self.start()

    # -- the box

    def start(self) -> None:
        """Start it: the clock of another start, and all that the broker has kept at once."""
        self._boot, self._booted = f"start {next(self._starts)}", self._wall
        self._store = Store.open(self._directory, self.now)
        self._node = Node([self.home], Decoder(self._fitted), self._store)
        self._node.start(self.now, "hash")
        while self._node.rebuild(self.now):
            self._flush()
        for topic, payload in self._retained.items():
            self._take(topic, payload, RETAINED)
        self._flush()

    def dies(self, **off: float) -> None:
        """Cut its power; it is started again after a while."""
        self._flush()  # what was acknowledged is on disk
        self._store.touch(self.now)
        self._store.close()
        self._wall += timedelta(**off)
        self.start()

    def saves(self) -> None:
        """Keep what was learned, as it does now and then."""
        self._flush()
        self._node.save()

    @property
    def now(self) -> Moment:
        """Give the present by the clocks of this start."""
        monotonic = 20 + (self._wall - self._booted).total_seconds()
        return Moment(self._wall, monotonic, self._boot)

    def after(self, **duration: float) -> "Box":
        """Let time pass."""
        self._wall += timedelta(**duration)
        self._node.tick(self.now)
        return self

    # -- what comes in

    def says(self, device: str, *, keeps: bool = False, **values: object) -> None:
        """A device behind the bridge says something; `keeps` lets the broker remember it."""
        self._said[device] = self._said.get(device, {}) | values
        topic, payload = f"{BRIDGE}/{device}", msgspec.json.encode(self._said[device])
        if keeps:
            self._retained[topic] = payload
        self._take(topic, payload)

    def bridge(self, state: str) -> None:
        """The bridge says of itself that it is online or offline, or its broker for it."""
        self._retained[f"{BRIDGE}/bridge/state"] = payload = msgspec.json.encode({"state": state})
        self._take(f"{BRIDGE}/bridge/state", payload)

    def starts_bridge(self) -> None:
        """The bridge starts: it says what it remembers of all devices, as if it were live."""
        self.bridge("offline")
        self.after(seconds=20).bridge("online")
        self.after(seconds=5)
        for device in self._said:
            self.calls(device, "online")
            self.says(device)

    def calls(self, device: str, state: str) -> None:
        """The bridge says of a device that it is online or offline."""
        topic = f"{BRIDGE}/{device}/availability"
        self._retained[topic] = payload = msgspec.json.encode({"state": state})
        self._take(topic, payload)

    def answers(self, port: str, frame: str) -> None:
        """A device on a serial port answers what it was asked."""
        self._node.take(Packet("serial", port, bytes.fromhex(frame), self.now))
        self._flush()

    def hears(self, source: str, is_heard: bool) -> None:
        """A source is lost or back."""
        self._node.hearing(BlindCause.SOURCE_LOST, source, is_heard, self.now)

    # -- what came of it

    def alerts(self) -> list[Alert]:
        """Give every alert as it is on disk, the oldest first."""
        self._flush()
        found = self._store.alerts(self.home.id, open_only=False, limit=1000)
        return sorted(found, key=lambda alert: alert.opened.wall)

    def events(self, alert: Alert) -> list[tuple[Event, str]]:
        """Give what happened to an alert, with its details."""
        return [(change.what, change.detail) for change in self._store.changes(alert.id)]

    @property
    def seen_at(self) -> str:
        """Give when somebody was last seen to live."""
        return str(self._node.households[self.home.id].inactivity.state.seen_at)

    def _take(self, topic: str, payload: bytes, freshness: Freshness = LIVE) -> None:
        self._node.take(Packet("mqtt", topic, payload, self.now, freshness))
        if self._node.writing.is_urgent:
            self._flush()

    def _flush(self) -> None:
        assert not self._node.flush(self.now).failure


def _fitted(device: Device, wanted: str, catalogue: Mapping[str, Profile]) -> Fitted:
    name, _, address = wanted.partition(" ")
    profile = catalogue[name]
    device = structs.replace(device, silent_after=profile.silent_after)
    return Fitted("wang", False, device, profile, address or f"{BRIDGE}/{device.id}")
