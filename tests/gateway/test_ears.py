"""What a gateway listens to follows from its devices."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.clock import SystemClock
from gateway.config import load
from gateway.ears import Ears
from gateway.wire.decoder import Decoder
from tests.gateway.test_wiring import MAC, write

__all__ = ["write"]

Write = Callable[..., Path]
PORTS = {"rflink": "/dev/ttyUSB0", "radar": "/dev/ttyUSB1"}
MOTION = 'profile = "zigbee2mqtt_motion"\naddress = "zigbee2mqtt/王家卧室红外"'
DOOR = f'profile = "bthome"\naddress = "{MAC}"'


async def ears(directory: Path) -> Ears:
    config = load(directory)
    filters = Decoder(config.fitted).subscriptions()
    return Ears(config, filters, SystemClock().now, lambda *_: None)


async def test_each_transport_and_each_port_can_be_lost_by_itself(write: Write) -> None:
    directory = write("rflink_smoke rflink/123456", "bed_radar radar", f"bthome {MAC}", ports=PORTS)
    assert (await ears(directory)).subjects == ["mqtt", "serial/rflink", "serial/radar", "ble"]


async def test_without_a_device_on_a_transport_nothing_of_it_is_opened(write: Write) -> None:
    assert (await ears(write(ports=PORTS))).subjects == ["mqtt"]


async def test_a_box_without_mqtt_devices_looks_for_no_broker(write: Write) -> None:
    directory = write("rflink_smoke rflink/123456", ports={"rflink": "/dev/ttyUSB0"})
    household = directory / "households" / "wang.toml"
    household.write_text(household.read_text().replace(MOTION, DOOR))
    found = await ears(directory)
    assert found.subjects == ["serial/rflink", "ble"]
    found.publish("nobody/listens", b"")
    found.acknowledge([])


@pytest.mark.parametrize("profile", ["bthome", "gatt_heart_rate"])
async def test_every_source_s_subject_is_what_its_devices_name(write: Write, profile: str) -> None:
    directory = write(f"{profile} {MAC}", "bed_radar radar", ports={"radar": "/dev/ttyUSB1"})
    devices = {device.source for home in load(directory).homes for device in home.devices}
    assert devices == set((await ears(directory)).subjects)
