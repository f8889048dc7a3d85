"""The hardware that is to be set up: the address that was named, or the one that was picked."""

import time
from collections.abc import Mapping
from typing import Any

import click

from edge.model import Kind
from gateway.catalogue import load_catalogue
from gateway.commands.asking import Asking
from gateway.commands.choosing import chosen
from gateway.commands.daemon import asked
from gateway.commands.ear import heard
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.household_file import Installed
from gateway.commands.layout import safe
from gateway.commands.planning import Hardware, asked_key, asked_sort, hardware_of
from gateway.commands.proposals import board_address, is_family, measured
from gateway.config import examine
from gateway.control import Look
from gateway.heard import Heard
from gateway.language import Language, Phrase, say
from gateway.nearest import near
from gateway.wire.introduced import INTRODUCED, is_of_bridge

LOOK = 600
POLL = 0.5
BOARD = "tasmota_switch_"  # profiles of what is wired to a board's switch


class Measured(Mapping[str, frozenset[Kind]]):
    """What a device of each profile can report; a self-described one says so itself."""

    def __init__(self, home: Installed) -> None:
        settings = examine(home.config).settings
        self._catalogue = load_catalogue(() if settings is None else settings.profiles)

    def __getitem__(self, name: str) -> frozenset[Kind]:
        return self._catalogue[name].kinds

    def __iter__(self) -> Any:
        return iter(self._catalogue)

    def __len__(self) -> int:
        return len(self._catalogue)


def picked(home: Installed, title: Phrase, language: Language) -> Hardware | None:
    """Let somebody pick one of the strangers, and settle its profile and key."""
    one = chosen(home.store, title, language)
    if one is None:
        return None
    click.echo(say(language, "pair.picked", address=safe(one.address)))
    hardware = hardware_of(one, _profile(one, home, language), Measured(home))
    if hardware.profile == INTRODUCED and not hardware.values().get("kinds"):
        hardware = _wired(hardware, home, language)
    if one.needs_key:
        hardware = asked_key(home, hardware, language)
    if hardware.of_family and not hardware.kinds:
        hardware = asked_sort(hardware, Measured(home)[hardware.profile], language)
    return hardware


def _wired(hardware: Hardware, home: Installed, language: Language) -> Hardware:
    """Ask what is wired to a board that says only that it is there."""
    if is_of_bridge(hardware.address):
        raise CommandFailed(Exit.FAILED, "pair.unwatched", address=safe(hardware.address))
    profiles = Measured(home)
    names = [name for name in profiles if name.startswith(BOARD)]
    name = names[Asking(language).choice("pair.which_wired", names)]
    return Hardware(board_address(hardware.address), name, profiles[name])


def _profile(one: Heard, home: Installed, language: Language) -> str:
    if not one.profile:
        profiles = Measured(home)
        while True:
            name = Asking(language).text("pair.profile_name")
            if name in profiles:
                return name
            click.echo(near(name, profiles).told(language))
    if not one.others:
        return one.profile
    names = [one.profile, *one.others]
    return names[Asking(language).choice("pair.which_profile", names)]


def found(
    home: Installed, wishes: Mapping[str, Any], language: Language, role: str = ""
) -> Hardware:
    """Take the address that was named; without a profile wait until it is heard and recognised.

    It may be that of `role` itself, whose hardware is set up anew.
    """
    address, profile = wishes["address"], wishes["profile"]
    profiles = Measured(home)
    if profile is not None and profile != INTRODUCED:
        if profile not in profiles:
            mend = near(profile, profiles)
            raise CommandFailed(Exit.NOT_FOUND, "decode.unknown", name=profile, mend=mend)
        kinds = profiles[profile]
        return Hardware(address, profile, measured(kinds), is_family(kinds))
    asked(home.store, Look(LOOK))
    if not wishes["as_json"]:
        click.echo(say(language, "pair.listening", address=address), err=True)
    deadline = time.monotonic() + wishes["wait"]
    while time.monotonic() < deadline:
        for each in heard(home.store, strangers=True).devices:
            if _is_meant(each, address) and each.profile and profile in (None, each.profile):
                if each.known not in (None, (home.home.id, role)):
                    known = "/".join(each.known or ())
                    raise CommandFailed(Exit.FAILED, "pair.known", address=address, role=known)
                return hardware_of(each, None, profiles)
        time.sleep(POLL)
    raise CommandFailed(Exit.NOT_FOUND, "pair.not_heard", address=address)


def _is_meant(each: Heard, address: str) -> bool:
    return address.casefold() in (a.casefold() for a in (each.address, *each.addresses.values()))
