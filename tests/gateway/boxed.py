"""A node with its store for what runs beside it, in made-up time: what it publishes is kept."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
from msgspec import structs

from edge.model import (
    Alert,
    Change,
    Device,
    Freshness,
    Home,
    Kind,
    Moment,
    Packet,
    Patience,
    Rule,
)
from gateway.catalogue import load_catalogue
from gateway.config.question import QuestionSettings
from gateway.linking import Linking
from gateway.node import Node
from gateway.store import Store
from gateway.wire.decoder import Decoder, Fitted
from gateway.wire.profile import Profile
from tests.homes import DEVICES, at, home

BUTTON = Device(
    "well_button",
    "bedroom",
    "床头按钮",
    frozenset({Kind.USE, Kind.BATTERY}),
    "mqtt",
    clears_after=timedelta(minutes=1),
    answers=True,
)
PROFILES = {
    "bedroom_motion": "zigbee2mqtt_motion",
    "bathroom_motion": "zigbee2mqtt_motion",
    "kitchen_motion": "zigbee2mqtt_motion",
    "front_door": "zigbee2mqtt_contact",
    "kitchen_smoke": "zigbee2mqtt_smoke",
    "sos_button": "zigbee2mqtt_sos",
    "well_button": "shelly_button",
}
ASKING = home(
    devices=(*DEVICES, BUTTON),
    patience=Patience(ceiling=timedelta(hours=2), pre_alarm=timedelta(minutes=10)),
)


class Boxed:
    """One home, and everything that a worker may ask of the gateway around it."""

    def __init__(
        self,
        directory: Path,
        of: Home = ASKING,
        questions: Mapping[str, QuestionSettings] | None = None,
        url: str = "",
    ) -> None:
        self.home = of
        self.now = at(1)
        self.directory = directory
        self.published: list[tuple[str, str]] = []
        self.is_reached = True  # the broker
        self.refusal = ""  # what it answers to whatever it is sent
        self.workers: list[Any] = []
        fitted = [Fitted(of.id, of.drill, d, _profile(d), _address(d))
                  for d in of.devices]  # fmt: skip
        self.store = Store.open(directory, self.now)
        self.node = Node([of], Decoder(fitted), self.store)
        self.links = Linking(directory, url)
        self.config = SimpleNamespace(
            questions=questions or {}, leases={of.id: timedelta(minutes=30)}
        )
        self.node.start(self.now, "hash")
        self.settle()
        for name in ("bedroom_motion", "bathroom_motion", "kitchen_motion"):
            self.moves(name, moved=False)

    @property
    def box(self) -> Any:
        """Give it as a worker takes it."""
        return SimpleNamespace(
            node=self.node, store=self.store, config=self.config, links=self.links,
            now=lambda: self.now, settle=self.settle, post=self.post,
        )  # fmt: skip

    def settle(self) -> str:
        """Put on disk what was done, and let the workers look, as the daemon does."""
        failure = self.node.flush(self.now).failure
        for worker in self.workers:
            worker.wake()
        return failure

    def post(self, topic: str, payload: bytes, answered: Callable[[str], None]) -> bool:
        if self.is_reached:
            self.published.append((topic, payload.decode()))
            answered(self.refusal)
        return self.is_reached

    def after(self, **duration: float) -> None:
        """Let time pass, deadline by deadline."""
        end = self.now.plus(timedelta(**duration))
        while (due := self.node.next_check()) is not None and due < end.monotonic:
            self.now = max(self.now.plus(timedelta(seconds=0.01)), _moment(self.now, due),
                           key=lambda moment: moment.monotonic)  # fmt: skip
            self.node.tick(self.now)
        self.now = end
        self.node.tick(self.now)
        self.settle()

    def moves(self, device: str = "bedroom_motion", *, moved: bool = True) -> None:
        self.says(f"zigbee2mqtt/{device}", occupancy=moved)

    def presses(self, freshness: Freshness = Freshness.LIVE) -> None:
        """The button that says that all is well."""
        topic = f"shellies/{_address(BUTTON)}/input_event/0"
        self.says(topic, freshness, event="S", event_cnt=1)

    def says(self, topic: str, freshness: Freshness = Freshness.LIVE, **values: object) -> None:
        self.node.take(Packet("mqtt", topic, msgspec.json.encode(values), self.now, freshness))
        self.settle()

    def alerts(self, rule: Rule) -> list[Alert]:
        found = self.store.alerts(self.home.id, open_only=False)
        return [alert for alert in found if alert.finding.rule is rule]

    def changes(self, rule: Rule) -> list[Change]:
        return [change for alert in self.alerts(rule) for change in self.store.changes(alert.id)]


@cache
def _profile_named(name: str) -> Profile:
    return load_catalogue()[name]


def _profile(device: Device) -> Profile:
    return _profile_named(PROFILES[device.id])


def _address(device: Device) -> str:
    return "shellybutton1-1" if device is BUTTON else f"zigbee2mqtt/{device.id}"


def _moment(now: Moment, monotonic: float) -> Moment:
    return now.plus(timedelta(seconds=monotonic - now.monotonic))


def with_patience(**patience: timedelta) -> Home:
    """Give the home with another patience."""
    return structs.replace(ASKING, patience=structs.replace(ASKING.patience, **patience))
