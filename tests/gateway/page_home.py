"""A home with a page for tests: the real store, node and page, a made-up life, a clock in hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from aiohttp import ClientSession, CookieJar

from edge.model import Alert, Moment, Packet, Severity
from gateway.beside import Box
from gateway.channel_trial import Trials
from gateway.channels import Channel
from gateway.commanding import Commanding
from gateway.config import load
from gateway.control import Answer
from gateway.linking import Linking
from gateway.node import Node
from gateway.page.server import Page
from gateway.question_trial import QuestionTrials
from gateway.serving import Serving
from gateway.store import Store
from gateway.wire.decoder import Decoder
from tests.broker import free_port
from tests.gateway.page_people import PEOPLE

ZONE = ZoneInfo("Asia/Shanghai")
NIGHT = datetime(2026, 11, 20, 3, 12, 8, tzinfo=ZONE)
ROOMS = {
    "bedroom": "卧室",
    "bathroom": "卫生间",
    "kitchen": "厨房",
    "living": "客厅",
    "hall": "门厅",
}
DEVICES = {
    "bedroom-motion": ("bedroom", "zigbee2mqtt_motion", "卧室红外"),
    "bathroom-motion": ("bathroom", "zigbee2mqtt_motion", "卫生间红外"),
    "kitchen-motion": ("kitchen", "zigbee2mqtt_motion", "厨房红外"),
    "living-motion": ("living", "zigbee2mqtt_motion", "客厅红外"),
    "front-door": ("hall", "zigbee2mqtt_contact", "大门"),
    "kitchen-smoke": ("kitchen", "zigbee2mqtt_smoke", "厨房烟感"),
    "sos": ("bedroom", "zigbee2mqtt_sos", "床头呼叫按钮"),
}
# An ordinary day: the hour, the minute, who sees somebody.
DAY = (
    *((5, 50, "bedroom-motion"), (5, 58, "bathroom-motion"), (6, 10, "kitchen-motion")),
    *((6, 40, "kitchen-motion"), (7, 5, "living-motion"), (7, 40, "living-motion")),
    *((8, 20, "leaving"), (10, 2, "front-door")),
    *((10, 3, "living-motion"), (10, 30, "kitchen-motion"), (11, 20, "kitchen-motion")),
    *((11, 50, "kitchen-motion"), (12, 30, "living-motion"), (12, 50, "bedroom-motion")),
    *((14, 20, "bedroom-motion"), (14, 30, "bathroom-motion"), (15, 10, "living-motion")),
    *((16, 0, "living-motion"), (16, 50, "kitchen-motion"), (17, 30, "kitchen-motion")),
    *((18, 10, "living-motion"), (19, 0, "living-motion"), (19, 50, "living-motion")),
    *((20, 40, "bathroom-motion"), (21, 5, "bedroom-motion"), (21, 20, "bedroom-motion")),
    *((1, 40, "bathroom-motion"), (2, 0, "kitchen-smoke"), (2, 5, "sos")),
    *((13, 0, "kitchen-smoke"), (13, 5, "sos")),
)


# What a device says when something happens, or by itself.
SEES = (
    {"occupancy": True, "battery": 78, "linkquality": 140},
    {"occupancy": False, "battery": 78, "linkquality": 140},
)
SAYS: dict[str, tuple[dict[str, object], ...]] = {
    "front-door": ({"contact": False}, {"contact": True, "battery": 88, "linkquality": 96}),
    "kitchen-smoke": ({"smoke": False, "battery": 64, "linkquality": 120},),
    "sos": ({"battery": 91, "linkquality": 40},),
}


class House:
    """One gateway with its page; time goes on only by `lets_pass`."""

    def __init__(
        self, directory: Path, *, page: str = "", homes: tuple[str, ...] = ("wang",), **wishes: str
    ) -> None:
        """Set it up; `page` are lines of its section, `wishes` language and names by home."""
        self.port = free_port()
        _write(directory, f"port = {self.port}\n{page}", homes, wishes)
        self.config = load(directory)
        assert self.config.settings.page is not None
        self.moment = Moment.of(NIGHT)
        self.store = Store.open(self.config.settings.store.directory, self.moment)
        decoder = Decoder(self.config.fitted)
        self.node = Node(self.config.homes, decoder, self.store, ("push", "desk"))
        self.channels: dict[str, Channel] = {}
        self.serving = Serving()
        self.proven: list[str] = []  # channels, as often as they took something
        self.failure = ""
        self._links = Linking(self.config.settings.store.directory, "")
        self._page: Page | None = None

    # -- what happens in it

    def lives(self, days: int, *, until: datetime = NIGHT) -> "House":
        """Let ordinary days go by up to now, a little different each."""
        self.moment = Moment.of(until - timedelta(days=days))
        self.node.start(self.moment, "hash")
        for when, device in _lived(until - timedelta(days=days), until):
            if when > self.moment.wall:
                self.moment = Moment.of(when)
                self.node.tick(self.moment)
            if device == "leaving":  # seen in the room before the door is opened
                self._all_say("living-motion")
                self.moment = self.moment.plus(timedelta(minutes=1))
                self._all_say("front-door")
            else:
                self._all_say(device)
        self.moment = Moment.of(until)
        self.node.tick(self.moment)
        self.settle()
        self.node.save()
        return self

    def _all_say(self, device: str) -> None:
        for home in self.node.homes:
            for values in SAYS.get(device, SEES):
                self.says(device, home, **values)

    def says(self, device: str, home: str = "wang", **values: object) -> None:
        """Let a device say something."""
        topic = f"zigbee2mqtt/{home}/{device}"
        self.node.take(Packet("mqtt", topic, json.dumps(values).encode(), self.moment))

    def lets_pass(self, **duration: float) -> None:
        """Let time pass."""
        self.moment = self.moment.plus(timedelta(**duration))
        self.node.tick(self.moment)
        self.settle()

    def settle(self) -> str:
        """Put on disk what waits, and tell the page."""
        flushed = self.node.flush(self.moment)
        if self._page is not None:
            self._page.wake()
        return flushed.failure or self.failure

    def alerts(self) -> list[Alert]:
        """Give what somebody must see to, as it is on disk."""
        return [a for a in self.store.alerts() if a.finding.severity is not Severity.NOTE]

    # -- its page

    @property
    def url(self) -> str:
        """Give the page's address."""
        settings = self.config.settings.page
        is_plain = settings is None or settings.tls_certificate is None
        return f"{'http' if is_plain else 'https'}://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def served(self) -> AsyncIterator[ClientSession]:
        """Serve the page meanwhile, and give a visitor."""
        settings = self.config.settings.page
        assert settings is not None
        self._page = Page(settings, self.box())
        task = asyncio.create_task(self._page.run())
        try:
            jar = CookieJar(unsafe=True)  # of an address, not of a name
            async with ClientSession(self.url, cookie_jar=jar) as visitor:
                await until(self._listens)
                yield visitor
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            self.store.close()

    def box(self) -> Box:
        """Give what the page may ask."""
        fields = {
            "config": self.config,
            "node": self.node,
            "store": self.store,
            "channels": self.channels,
            "now": lambda: self.moment,
            "settle": self.settle,
            "ask": self._commanding().handle,
            "post": lambda topic, payload, answered: True,
            "checks": list,
            "counts": dict,
            "links": self._links,
            "serves": self.serving.note,
        }
        known = Box.__dataclass_fields__
        missing = {name: (lambda *_: "") for name in known.keys() - fields.keys()}
        return Box(**{name: value for name, value in (fields | missing).items() if name in known})

    def _commanding(self) -> Commanding:
        async def nothing(_: object) -> Answer:
            return Answer(False, "not here")

        return Commanding(
            *(self.node, self.store, self.config, lambda: self.moment, self.settle),
            links=self._links,
            trials=Trials(self.channels, self.node.homes, lambda: self.moment, self.proven.append),
            questions=QuestionTrials({}, lambda *_: True),
            hears=dict,
            counts=dict,
            show=nothing,
            install=nothing,
        )

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True


async def until(that: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while True:
            found = that()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)


def _lived(since: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
    day = since.replace(hour=0, minute=0, second=0)
    while day <= until:
        for number, (hour, minute, device) in enumerate(sorted(DAY)):
            shift = (day.toordinal() * 7919 + number * 104_729) % 23 - 11
            when = day.replace(hour=hour, minute=minute) + timedelta(minutes=shift)
            for again in range(1 + (day.toordinal() + number) % 4):
                later = when + timedelta(minutes=3 * again)
                if since <= later < until and (device.endswith("motion") or not again):
                    yield later, device
        day += timedelta(days=1)


def _write(directory: Path, page: str, homes: tuple[str, ...], wishes: dict[str, str]) -> None:
    (directory / "households").mkdir(parents=True)
    channels = "".join(
        f'[[channel]]\nid = "{name}"\ntype = "apprise"\nurl = "json://127.0.0.1:9/{name}"\n\n'
        for name in ("push", "desk")
    )
    (directory / "gateway.toml").write_text(
        f'[store]\ndirectory = "store"\n\n{channels}[page]\n{page}\n', encoding="utf-8"
    )
    (directory / "gateway.toml").chmod(0o600)
    for name in homes:
        text = _household(name, wishes.get(name, "雨花里 3 幢 201 王家"), wishes)
        (directory / "households" / f"{name}.toml").write_text(text, encoding="utf-8")


def _household(name: str, title: str, wishes: dict[str, str]) -> str:
    rooms = "".join(f'[[room]]\nid = "{r}"\nname = "{n}"\n\n' for r, n in ROOMS.items())
    devices = "".join(
        f'[[device]]\nid = "{device}"\nroom = "{room}"\nprofile = "{profile}"\n'
        f'address = "zigbee2mqtt/{name}/{device}"\nname = "{called}"\n'
        + ("outer_door = true\n" if device == "front-door" else "")
        + "\n"
        for device, (room, profile, called) in DEVICES.items()
    )
    head = (
        f'[household]\nid = "{name}"\nname = {msgspec.json.encode(title).decode()}\n'
        'time_zone = "Asia/Shanghai"\n\n[resident]\nname = "王桂兰"\n\n'
    )
    people = PEOPLE.format(language=wishes.get("language", "zh"))
    return head + rooms + devices + people + wishes.get("more", "")
