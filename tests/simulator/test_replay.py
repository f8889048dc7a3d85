"""A recording as messages, and as the drill household that hears them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge.model import Freshness, Kind, Moment, Packet
from gateway.config import load
from gateway.wire.decoder import Decoder
from simulator.recording import Row
from simulator.replay import HARDWARE, REPEAT_EVERY, Devices, household

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 3, 2, 7, 0)  # noqa: DTZ001 - recordings have local times without a zone
GATEWAY = """\
[store]
directory = "store"
[[channel]]
id = "phone"
type = "apprise"
url = "json://127.0.0.1:9/"
"""


def row(kind: str, value: str, after: timedelta = timedelta(), sensor: str = "one") -> Row:
    return Row(MORNING + after, sensor, kind, value)


def said(*rows: Row) -> list[tuple[str, dict[str, object]]]:
    return [(m.topic, json.loads(m.payload)) for m in Devices(SHANGHAI).messages(rows)]


def test_an_opened_door_is_a_contact_that_is_not_closed() -> None:
    [(topic, payload)] = said(row("door", "ON", sensor="front door"))
    assert topic == "zigbee2mqtt/front door"
    assert payload["contact"] is False


def test_steps_of_a_minute_are_counted_on() -> None:
    assert [p["steps"] for _, p in said(row("steps", "10.0"), row("steps", "5.0"))] == [10, 15]


def test_a_kind_that_no_device_stands_for_is_left_out() -> None:
    assert said(row("light", "12"), row("other", "1")) == []


def test_a_sensor_name_cannot_become_a_wildcard() -> None:
    [(topic, _)] = said(row("motion", "ON", sensor="a+b/#"))
    assert topic == "zigbee2mqtt/a-b/-"


def test_every_device_repeats_itself_while_nothing_happens() -> None:
    devices = Devices(SHANGHAI)
    quiet = timedelta(hours=5, minutes=1)
    rows = [row("motion", "OFF"), row("motion", "ON", after=quiet)]
    messages = list(devices.messages(rows))
    repeats = messages[1:-1]
    assert [json.loads(m.payload)["occupancy"] for m in repeats] == [False] * 5
    assert {later.at - earlier.at for earlier, later in pairwise(repeats)} == {REPEAT_EVERY}


def test_the_hour_that_autumn_repeats_is_played_once() -> None:
    last_summer_hour = datetime(2026, 10, 25, 2, 50)  # noqa: DTZ001 - local, as in recordings
    rows = [
        Row(last_summer_hour + timedelta(minutes=m), "s", "motion", "ON") for m in (0, 9, 10, 20)
    ]
    times = [message.at for message in Devices(BERLIN).messages(rows)]
    assert times == sorted(times)


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Path]:
    sensors = {f'the "{kind}" one': kind for kind in HARDWARE}
    (tmp_path / "households").mkdir()
    (tmp_path / "gateway.toml").write_text(GATEWAY)
    (tmp_path / "households/recording.toml").write_text(
        household(sensors, "Asia/Shanghai", "phone")
    )
    yield tmp_path


def test_the_drill_household_hears_what_its_devices_say(drill: Path) -> None:
    decoder = Decoder(load(drill).fitted)
    now = Moment.of(datetime(2026, 3, 2, tzinfo=UTC))
    rows = [row(kind, "70", sensor=f'the "{kind}" one') for kind in HARDWARE]
    heard = [
        decoder.decode(Packet("mqtt", m.topic, m.payload, now, Freshness.LIVE))
        for m in Devices(SHANGHAI).messages(rows)
    ]
    kinds = {reading.kind for decoded in heard for reading in decoded.readings}
    assert [refused for decoded in heard for refused in decoded.refused] == []
    assert {Kind.MOTION, Kind.CONTACT_OPEN, Kind.SMOKE, Kind.USE} <= kinds
    assert {Kind.HEART_RATE, Kind.STEPS} <= kinds
    assert all(reading.drill for decoded in heard for reading in decoded.readings)
