"""What a profile may have its device asked, and the faults of it, each with its place."""

from datetime import timedelta

import pytest

from gateway.wire.profile import Ask, ProfileError
from tests.profiles.made import CATALOGUE, profile_of

ASKED = """
profile = 1
id = "mine"
title = "bracelet"
source = "ble"
[[ask]]
characteristic = "0000FEE2-0000-1000-8000-00805F9B34FB"
send = "fe ea 10 06 6d 00"
every = "10m"
response = true
[[ask]]
characteristic = "8B00ACE7-EB0B-49B0-BBE9-9AEE0A26E1A3"
send = "01"
[[message]]
characteristic = "fee3"
field = [{ kind = "heart_rate", at = 5 }]
[[example]]
from = "made up"
characteristic = "fee3"
payload = "feea10066d48"
means = { heart_rate = 72 }
"""


def faults(text: str) -> tuple[str, ...]:
    """Give the faults of a profile."""
    with pytest.raises(ProfileError) as caught:
        profile_of(text)
    return caught.value.faults


def test_what_is_to_be_asked_is_read() -> None:
    assert profile_of(ASKED).asks == (
        Ask("fee2", bytes.fromhex("feea10066d00"), timedelta(minutes=10), response=True),
        Ask("8b00ace7-eb0b-49b0-bbe9-9aee0a26e1a3", b"\1"),
    )


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('"01"', '"0x01"', '[1].send: "0x01" is not hexadecimal'),
        ('"01"', '""', "[1].send: must be 1 to 512 bytes"),
        ('"01"', f'"{513 * "00"}"', "[1].send: must be 1 to 512 bytes"),
        ('"01"', "1", "[1].send: must be text, not 1"),
        ('send = "01"', "", "[1].send: is missing"),
        ('"8B00ACE7-', '"8B00ACE-', "[1].characteristic: must be like"),
        ('"0000FEE2-0000-1000-8000-00805F9B34FB"', '""', "[0].characteristic: must be like"),
        ('"0000FEE2-0000-1000-8000-00805F9B34FB"', "5", "[0].characteristic: must be text"),
        ('"10m"', '"often"', '[0].every: not a duration: "often"'),
        ('"10m"', '"0s"', "[0].every: must be 1s at least"),
        ("= true", '= "yes"', "[0].response: must be true or false"),
        ("every", "evry", '[0].evry: unknown key; did you mean "every"?'),
        ('source = "ble"', "", ': is for source = "ble" only'),
        ("[[message]]\ncharacteristic", "[[message]]\nservice_data", ": needs a [[message]] with"),
    ],
)
def test_a_fault_of_an_ask_is_told_with_its_place_and_its_mend(
    right: str, wrong: str, told: str
) -> None:
    mine = [fault for fault in faults(ASKED.replace(right, wrong)) if fault.startswith("ask")]

    assert len(mine) == 1
    assert mine[0].startswith(f"ask{told}")


@pytest.mark.parametrize("wrong", ['ask = "fee2"', "ask = [1]", "ask = 5"])
def test_what_is_no_table_is_told(wrong: str) -> None:
    text = wrong + ASKED.replace("[[ask]]", "[[message]]")

    assert "ask: must be an array of tables, [[ask]]" in faults(text)


def test_a_device_is_asked_sixteen_things_at_most() -> None:
    more = '[[ask]]\ncharacteristic = "fee2"\nsend = "00"\n'

    assert len(profile_of(ASKED + 14 * more).asks) == 16
    assert faults(ASKED + 15 * more) == ("ask: must stand there 16 times at most",)


@pytest.mark.parametrize("name", [name for name, each in CATALOGUE.items() if each.asks])
def test_a_battery_is_spared(name: str) -> None:
    often = [ask.every for ask in CATALOGUE[name].asks if ask.every is not None]

    assert all(every >= timedelta(minutes=1) for every in often)


def test_what_rings_are_asked_bears_their_checksum() -> None:
    for ask in CATALOGUE["colmi_ring"].asks:
        assert len(ask.send) == 16
        assert sum(ask.send[:-1]) & 0xFF == ask.send[-1]
