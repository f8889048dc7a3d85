"""Which keys the reader of profiles understands in each section, learned from its own faults."""

import re

import pytest

from gateway.wire.profile import ProfileError
from tests.profiles.made import profile_of

# A key that nothing resembles: the fault then lists every key that is known there.
STRANGER = "zzzzzzzz"
PLACE = "A place of bytes"
# Some keys are asked for only where they stand, or only beside others.
SECTIONS = {
    "The profile": [f"{STRANGER} = 1"],
    "The bridge": [f"[bridge]\n{STRANGER} = 1"],
    "The serial port": [
        f"source = 'serial'\n[serial]\n{STRANGER} = 1",
        f"source = 'serial'\n[serial]\nformat = 'line'\n{STRANGER} = 1",
    ],
    "The length": [f"[serial]\nlength = {{ {STRANGER} = 1, parts = [{{ {STRANGER} = 1 }}] }}"],
    "A checksum": [f"[serial]\nchecksum = [{{ {STRANGER} = 1 }}]"],
    "Polling": [f"[serial.poll]\n{STRANGER} = 1"],
    "An ask": [f"source = 'ble'\n[[ask]]\n{STRANGER} = 1"],
    "A message": [
        f"""[[message]]
            {STRANGER} = 1
            hex = 'a'
            format = 'tlv'"""
    ]
    + [
        f"source = 'ble'\n[[message]]\n{STRANGER} = 1\n{more}"
        for more in ("", "characteristic = '2a37'")
    ],
    "A walk": [f"[[message]]\nformat = 'tlv'\nhex = 'a'\ntlv = {{ {STRANGER} = 1 }}"],
    PLACE: [
        f"""source = 'serial'
            [[message]]
            who = [{{ {STRANGER} = 1 }}, {{ {STRANGER} = 1, type = "text" }}]"""
    ],
    "A condition": [
        f"""[[message]]
            when = [{{ {STRANGER} = 1, path = "a" }}]"""
    ],
    "A field": [
        f"""[[message]]
            [[message.field]]
            {STRANGER} = 1
            {field}"""
        for field in (
            "kind = 'smoke'",
            "kind = 'smoke'\nabove = 1",
            "kind = 'smoke'\nvalue = true",
            "kind = 'battery'",
        )
    ]
    + [
        f"""[[message]]
            format = 'tlv'
            hex = 'a'
            tlv = {{ length = 1 }}
            [[message.field]]
            {STRANGER} = 1
            kind = 'smoke'
            value = true"""
    ],
    "An example": [f"[[example]]\n{STRANGER} = 1"],
}


def understood(section: str) -> set[str]:
    """Give every key that the reader knows in a section."""
    faults = [fault for text in SECTIONS[section] for fault in faults_of(text)]
    lists = [re.findall(rf"{STRANGER}: unknown key; known: (.*)", fault) for fault in faults]
    return {key for found in lists for keys in found for key in keys.split(", ")}


def faults_of(text: str) -> tuple[str, ...]:
    """Give the faults of a profile that is not complete."""
    with pytest.raises(ProfileError) as caught:
        profile_of(text)
    return caught.value.faults
