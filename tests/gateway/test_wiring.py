"""Ports and Bluetooth addresses in the configuration: what does not fit is said with its mend."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.config import examine, load
from gateway.config.wiring import called, ports_of
from gateway.language import Language
from tests.gateway.test_config import GATEWAY, HOME

MAC = "A4:C1:38:8D:18:B2"
KEY = "9f3a51c07be248d6a1c45e02d97b6013"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a sound directory with more devices ("profile address") and these ports."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)

    def written(*devices: str, ports: dict[str, str] | None = None, more: str = "") -> Path:
        (tmp_path / "households").mkdir(exist_ok=True)
        (tmp_path / "push-url").write_text("json://127.0.0.1/token-of-push\n")
        (tmp_path / "push-url").chmod(0o600)
        lines = [
            f'\n[[serial]]\nid = "{name}"\nport = "{path}"\n'
            for name, path in (ports or {}).items()
        ]
        (tmp_path / "gateway.toml").write_text(GATEWAY + "".join(lines))
        tables = [
            f'\n[[device]]\nid = "d{number}"\nroom = "bedroom"\nprofile = "{device.split()[0]}"\n'
            f'address = "{device.split()[1]}"\n'
            for number, device in enumerate(devices)
        ]
        (tmp_path / "households" / "wang.toml").write_text(HOME + "".join(tables) + more)
        return tmp_path

    return written


def english(directory: Path) -> str:
    """Give the faults of a directory in English, one a line."""
    return "\n".join(fault.told(Language.EN) for fault in examine(directory).faults)


def said(directory: Path, *words: str) -> bool:
    """Say whether there is one fault, and all these words in it; in Chinese there is one too."""
    (fault,) = examine(directory).faults
    assert fault.told(Language.ZH)
    return all(word in fault.told(Language.EN) for word in words)


def test_a_device_on_a_port_that_is_not_described_is_told_with_what_to_add(write: Write) -> None:
    directory = write("bed_radar radar")
    assert said(directory, "gateway.toml", "wang/d0", '"radar"', '[[serial]] with id = "radar"')


def test_a_port_without_a_device_is_worth_a_remark_and_is_not_opened(write: Write) -> None:
    config = load(write(ports={"radar": "/dev/ttyUSB0"}))
    (warning,) = [w.told(Language.EN) for w in config.warnings if "port" in w.told(Language.EN)]
    assert "no device hangs on the port radar" in warning
    assert ports_of(config.settings.serial, config.fitted) == ()


@pytest.mark.parametrize("address", ["A4:C1:38:8D:18", "A4-C1-38-8D-18-B2", "a4c1388d18b2", "门磁"])
def test_what_is_no_bluetooth_address_is_told_with_one(write: Write, address: str) -> None:
    assert said(write(f"bthome {address}"), address, "A4:C1:38:8D:18:B2")


def test_a_bluetooth_address_may_be_written_small(write: Write) -> None:
    config = load(write(f"bthome {MAC.lower()}", f"bthome_sos {MAC}"))
    assert list(called(config.fitted)) == [MAC]


def test_one_bluetooth_device_is_not_two_of_the_same_profile(write: Write) -> None:
    assert said(write(f"bthome {MAC}", f"bthome {MAC.lower()}"), "wang/d1", "in other letters")
    assert MAC in english(write(f"bthome {MAC}", f"bthome {MAC}"))


def test_devices_that_need_other_settings_do_not_share_a_port(write: Write) -> None:
    directory = write("bed_radar radar", "ld2410 radar", ports={"radar": "/dev/ttyUSB0"})
    assert said(directory, "wang/d1", "other settings of the port radar", "port of its own")


def test_two_ports_are_not_the_same(write: Write) -> None:
    directory = write(
        "bed_radar one", "bed_radar two", ports={"one": "/dev/ttyS1", "two": "/dev/ttyS1"}
    )
    assert said(directory, "one and two are the same: /dev/ttyS1")


def test_modules_of_several_kinds_share_a_bus_and_each_is_asked_its_own(write: Write) -> None:
    directory = write(
        "modbus_smoke bus/01/3",
        "modbus_sos bus/01/4",
        "modbus_leak bus/0a/1",
        "modbus_greystone_co bus/05",
        ports={"bus": "/dev/ttyS1"},
    )
    assert english(directory) == ""
    config = load(directory)
    (port,) = ports_of(config.settings.serial, config.fitted)
    asked = {(slave, poll.request[7:]): poll.every for slave, poll in port.polls}
    inputs = "0200000008"
    assert asked == {
        ("01", inputs): timedelta(seconds=1),  # as the button of the same module needs it
        ("0a", inputs): timedelta(seconds=2),
        ("05", "0300000008"): timedelta(seconds=5),
    }


@pytest.mark.parametrize(
    ("device", "right"),
    [
        ("modbus_smoke bus/1/3", "bus/01/1"),
        ("modbus_smoke bus/01/9", "bus/01/1"),
        ("modbus_smoke bus/0A/3", "bus/0a/3"),
        ("modbus_smoke bus/zz/3", "bus/01/1"),
        ("enocean_smoke bus/01825DAB", "bus/01825dab"),
        ("enocean_smoke bus/0182", "bus/01010101"),
        ("bed_radar bus/1", "bus"),
    ],
)
def test_an_address_that_no_message_can_have_is_told_as_it_should_be(
    write: Write, device: str, right: str
) -> None:
    directory = write(device, ports={"bus": "/dev/ttyS1"})
    assert said(directory, "wang/d0", device.split()[1], f"write it as {right}")


def test_a_device_that_does_not_say_which_one_it_is_is_told(write: Write) -> None:
    directory = write("enocean_smoke stick", ports={"stick": "/dev/ttyUSB0"})
    assert said(directory, "wang/d0", "which device on the port stick", 'address = "stick/"')


def test_a_device_whose_messages_name_more_or_less_of_it_is_sound(write: Write) -> None:
    ports = {"rflink": "/dev/ttyUSB0"}
    assert english(write("rflink_pir rflink/aa66", ports=ports)) == ""
    assert english(write("rflink_pir rflink/aa66/01", ports=ports)) == ""
    assert "which device" in english(write("rflink_pir rflink", ports=ports))


def test_a_missing_key_file_is_told(write: Write) -> None:
    directory = write(f"bthome {MAC}", more='bindkey_file = "door.key"\n')
    assert said(directory, "households/wang.toml", "device[1].bindkey_file", "no such file")


@pytest.mark.parametrize("content", ["not a key", KEY[:-1], KEY + "00", "", "密钥"])
def test_a_key_file_without_a_key_is_told_and_its_content_is_not(
    write: Write, content: str
) -> None:
    directory = write(f"bthome {MAC}", more='bindkey_file = "door.key"\n')
    (directory / "door.key").write_text(content + "\n")
    (directory / "door.key").chmod(0o600)
    assert said(directory, "device[1].bindkey_file")
    assert len(content) < 9 or content not in english(directory)


def test_a_key_is_kept_by_the_address_of_its_device_and_never_shown(write: Write) -> None:
    directory = write(f"bthome {MAC.lower()}", more='bindkey_file = "door.key"\n')
    (directory / "door.key").write_text(KEY.upper() + "\n")
    (directory / "door.key").chmod(0o600)
    config = load(directory)
    assert list(config.keys) == [MAC]
    assert KEY.lower() not in repr(config).lower()
