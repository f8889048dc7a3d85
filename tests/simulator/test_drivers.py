"""The drivers bring what devices send to the gateway's own sources, on all three transports."""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.model import Device, Kind, Packet, Value
from gateway.sources.serial_line import PortSettings
from gateway.wire.decoder import Decoder, Fitted
from gateway.wire.guard import Guard
from simulator.devices import encode
from simulator.drivers import cable as cable_module
from simulator.drivers.air import Air, NoBus
from simulator.drivers.bluez import Characteristic
from simulator.drivers.cable import Cable, CableStuck
from simulator.drivers.link import BrokerAddress, Link, LinkFailed
from tests.bluez import BleEar
from tests.broker import Broker
from tests.gateway.cable import SerialEar
from tests.gateway.ear import Ear, settings
from tests.profiles.made import CATALOGUE

MAC = "A4:C1:38:8D:18:B2"
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")


def said(
    name: str, address: str, packets: list[Packet], key: bytes = b""
) -> list[dict[Kind, Value]]:
    """Give what each packet means for a device of this profile."""
    profile = CATALOGUE[name]
    device = Device("one", "hall", "", profile.kinds, profile.source)
    guard = Guard({MAC: key} if key else {})
    decoder = Decoder([Fitted("wang", False, device, profile, address)], guard)
    decoded = [decoder.decode(packet) for packet in packets]
    return [{each.kind: each.value for each in one.readings} for one in decoded]


@pytest.mark.parametrize(
    ("name", "address", "values"),
    [
        ("enocean_smoke", "port/01825dab", {Kind.SMOKE: True}),
        ("rflink_smoke", "port/aa66", {Kind.SMOKE: True}),
        ("ld2410", "port", {Kind.PRESENCE: True}),
    ],
)
async def test_a_serial_device_is_heard_before_and_after_its_cable_was_pulled(
    name: str, address: str, values: dict[Kind, Value], tmp_path: Path
) -> None:
    spec = CATALOGUE[name].serial
    assert spec is not None
    sent = encode(CATALOGUE[name], values, address=address)
    with Cable(tmp_path / "串口") as cable:
        async with SerialEar(PortSettings("port", str(cable.path), spec, ())) as ear:
            await ear.hearing("port")
            assert all(cable.send(one) for one in sent)
            await ear.until(lambda: len(ear.packets) == len(sent))
            cable.unplug()
            assert not any(cable.send(one) for one in sent)
            await ear.until(lambda: not ear.hears("port"))
            cable.plug()
            await ear.hearing("port")
            assert all(cable.send(one) for one in sent)
            await ear.until(lambda: len(ear.packets) == 2 * len(sent))
    assert all(values.items() <= got.items() for got in said(name, address, ear.packets))


def test_what_a_gateway_asks_over_a_cable_can_be_read_and_nothing_stays(tmp_path: Path) -> None:
    with Cable(tmp_path / "bus") as cable:
        (tmp_path / "bus").write_bytes(b"\x01\x02")
        assert (cable.asked(), cable.asked()) == (b"\x01\x02", b"")
    assert list(tmp_path.iterdir()) == []


def test_a_cable_that_nobody_reads_does_not_wait_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cable_module, "PATIENCE", 0.05)
    with Cable(tmp_path / "stick") as cable, pytest.raises(CableStuck, match="wait to be read"):
        cable.write(bytes(1 << 20))


async def test_an_encrypted_button_is_heard_through_the_air(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Air() as air:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", air.address)
        (press,) = encode(CATALOGUE["bthome_sos"], {Kind.SOS: True}, address=MAC, key=KEY)
        assert not air.send(press)
        async with BleEar(MAC) as ear:
            await ear.until(lambda: air.is_scanned)
            await ear.until(lambda: air.send(press) and bool(ear.packets))
    assert said("bthome_sos", MAC, ear.packets, KEY)[0][Kind.SOS] is True


async def test_a_bracelets_value_is_heard_once_it_is_subscribed_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    profile = CATALOGUE["gatt_heart_rate"]
    (seen,) = encode(CATALOGUE["bthome"], {Kind.BATTERY: 50}, address=MAC)
    (beat,) = encode(profile, {Kind.HEART_RATE: 71}, address=MAC)
    with Air() as air:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", air.address)
        air.peripheral(MAC, {"180d": {"2a37": Characteristic()}})
        async with BleEar(MAC, connections={MAC: profile.characteristics}) as ear:

            def is_heard() -> bool:
                air.send(seen)  # whoever is to be connected must have been seen
                return air.send(beat) and any("/" in each.address for each in ear.packets)

            await ear.until(is_heard)
    values = [each for each in ear.packets if "/" in each.address]
    assert said("gatt_heart_rate", MAC, values)[0][Kind.HEART_RATE] == 71


def test_without_a_bus_the_air_says_what_is_missing_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(NoBus, match="dbus-daemon is not installed"), Air():
        pass
    assert list(tmp_path.iterdir()) == []


async def test_a_device_behind_the_broker_is_heard(broker: Broker) -> None:
    address = "zigbee2mqtt/厨房 烟感"
    wanted: dict[Kind, Value] = {Kind.SMOKE: True, Kind.BATTERY: 64}
    (alarm,) = encode(CATALOGUE["zigbee2mqtt_smoke"], wanted, address=address)

    def send() -> None:
        with Link(BrokerAddress(port=broker.port, client_id="device")) as link:
            assert link.send(alarm)

    async with Ear(settings(broker), address) as ear:
        await ear.until(lambda: ear.hears)
        await asyncio.to_thread(send)
        await ear.until(lambda: bool(ear.packets))
    (got,) = said("zigbee2mqtt_smoke", address, ear.packets)
    assert wanted.items() <= got.items()


def test_a_gateway_that_has_ended_is_not_waited_for(broker: Broker) -> None:
    address = BrokerAddress(port=broker.port, client_id="drill", patience=3600.0)
    with Link(address, lambda: False) as link, pytest.raises(LinkFailed, match="step 1"):
        link.step(datetime(2026, 3, 2, tzinfo=UTC))
