"""What will be written of a device: proposed by what was heard, settled by whoever installs it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from edge.model import Kind, Room
from gateway.commands.asking import Asking
from gateway.commands.ear import profile_text
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.household_file import Installed, editing
from gateway.commands.layout import safe, table
from gateway.commands.proposals import (
    device_id,
    is_door,
    is_family,
    listed,
    measured,
    room_id,
    room_of,
    sorts,
    word,
)
from gateway.config.edit import DEVICE, ROOM, Value, with_section
from gateway.config.household import hardware_name
from gateway.files import put
from gateway.heard import Heard
from gateway.language import Language, say
from gateway.wire.introduced import INTRODUCED

SECRETS = "secrets"
_KEY = re.compile(r"[0-9a-fA-F]{32}")


class Hardware(Struct, frozen=True):
    """The part of a device that a swap changes."""

    address: str
    profile: str
    kinds: frozenset[Kind]  # empty: one of a family, and it has not said yet which
    of_family: bool = False
    bindkey_file: str = ""

    @property
    def name(self) -> str:
        """Tell it from other hardware, as the configuration does."""
        return hardware_name(self.profile, self.address)

    def values(self) -> dict[str, Value]:
        """Give the lines of a household's file."""
        found: dict[str, Value] = {"profile": self.profile, "address": self.address}
        if kinds := listed(self.profile, self.kinds, of_family=self.of_family):
            found["kinds"] = kinds
        if self.bindkey_file:
            found["bindkey_file"] = self.bindkey_file
        return found


class Plan(Struct, frozen=True):
    """One device as it will stand in its household's file."""

    hardware: Hardware
    room: Room
    is_new_room: bool
    id: str
    name: str
    outer_door: bool = False

    def added_to(self, home: Installed) -> str:
        """Give the household's file with this device, and its room where that is new."""
        values: dict[str, Value] = {"id": self.id, "room": self.room.id}
        values |= self.hardware.values() | {"name": self.name}
        if self.outer_door:
            values["outer_door"] = True
        with editing(home.path):
            text = home.text
            if self.is_new_room:
                text = with_section(text, ROOM, {"id": self.room.id, "name": self.room.name})
            return with_section(text, DEVICE, values)

    def lines(self, language: Language) -> list[str]:
        """Say what will be written."""
        door = say(language, "value.yes" if self.outer_door else "value.no")
        rows = [
            ["id", self.id],
            [say(language, "plan.name"), self.name],
            [say(language, "plan.room"), f"{self.room.name} ({self.room.id})"],
            [say(language, "plan.profile"), profile_text(self.hardware.profile, language)],
            [say(language, "plan.address"), safe(self.hardware.address)],
        ]
        if is_door(self.hardware.kinds):
            rows.append([say(language, "plan.outer_door"), door])
        return [f"  {line}" for line in table(rows)]


def hardware_of(
    heard: Heard, profile: str | None, profiles: Mapping[str, frozenset[Kind]]
) -> Hardware:
    """Take what was heard, by its likeliest profile or by the one that was chosen."""
    name = profile or heard.profile
    address = heard.addresses.get(name, heard.address)
    if name == INTRODUCED:
        # Many say more than they have declared.
        return Hardware(address, name, frozenset(heard.kinds) | frozenset(heard.readings))
    kinds = profiles.get(name, frozenset(heard.kinds))
    said = heard.readings if name == heard.profile else ()
    return Hardware(address, name, measured(kinds, said), is_family(kinds))


def proposed(
    home: Installed,
    hardware: Hardware,
    room: Room | None,
    name: str | None,
    identity: str | None,
) -> Plan:
    """Fill in what nobody said. Without any room there is nothing to propose."""
    rooms = home.home.rooms
    where = room or room_of(hardware.address, rooms) or (rooms[0] if rooms else None)
    if where is None:
        raise CommandFailed(Exit.USAGE, "pair.no_room")
    taken = {device.id for device in home.home.devices}
    return Plan(
        hardware=hardware,
        room=where,
        is_new_room=all(each.id != where.id for each in rooms),
        id=identity or device_id(where.id, hardware.kinds, taken),
        name=name or proposed_name(home, where, hardware.kinds),
    )


def proposed_name(home: Installed, room: Room, kinds: frozenset[Kind]) -> str:
    """Name a role as its people speak: the room, and what such a device is called."""
    gap = "" if home.language is Language.ZH else " "
    return f"{room.name}{gap}{word(kinds, home.language)}"


def room_named(written: str, rooms: Sequence[Room]) -> Room:
    """Find a room by its id or name; one that is not there yet is made of what is written.

    A new one may be written as ID=NAME.
    """
    for room in rooms:
        if written in (room.id, room.name):
            return room
    identity, equals, name = written.partition("=")
    if not equals:
        identity, name = room_id(written, {room.id for room in rooms}), written
    return Room(identity.strip(), name.strip())


def asked_plan(plan: Plan, home: Installed, language: Language) -> Plan:
    """Let the technician settle room, name and role."""
    asking = Asking(language)
    rooms = list(home.home.rooms)
    names = [room.name for room in rooms] + [say(language, "pair.new_room")]
    at = next((n for n, room in enumerate(rooms) if room.id == plan.room.id), len(rooms))
    place = asking.choice("pair.which_room", names, at)
    is_new = place == len(rooms)
    room = room_named(asking.text("pair.room_name"), rooms) if is_new else rooms[place]
    plan = proposed(home, plan.hardware, room, None, None)
    name = asking.text("pair.name", plan.name)
    door = is_door(plan.hardware.kinds) and asking.yes("pair.outer_door", default=False)
    return replace(plan, name=name, outer_door=door)


def asked_sort(hardware: Hardware, kinds: frozenset[Kind], language: Language) -> Hardware:
    """Ask what a device of a family is that has not shown it yet; the answer may be: not known."""
    found = sorts(kinds, language)
    names = [*found, say(language, "pair.no_sort")]
    place = Asking(language).choice("pair.which_sort", names, len(found))
    return replace(hardware, kinds=[*found.values(), frozenset()][place])


def with_key_file(hardware: Hardware, written: str, home: Installed) -> Hardware:
    """Give the hardware with the file of its key, named as the configuration does."""
    path = Path(written.strip()).expanduser()
    name = path if (home.config / path).exists() else path.resolve()
    return replace(hardware, bindkey_file=str(name))


def _with_key(hardware: Hardware, key: str, home: Installed) -> Hardware:
    """Put the key of an encrypted device in a file of its own, named by its address."""
    whose = re.sub(r"[^0-9a-z]+", "", hardware.address.casefold())
    path = home.config / SECRETS / f"{home.home.id}-{whose}-key"
    try:
        path.parent.mkdir(mode=0o750, exist_ok=True)
        put(path, key.encode() + b"\n")
    except OSError as error:
        why = error.strerror or error
        raise CommandFailed(Exit.FAILED, "file.unwritable", file=path, why=why) from error
    _let_read(path, home)
    return replace(hardware, bindkey_file=f"{SECRETS}/{path.name}")


def _let_read(path: Path, home: Installed) -> None:
    """Let the gateway read a secret that somebody else wrote: the store is the gateway's."""
    import os  # noqa: PLC0415

    owner, group = home.path.stat().st_uid, home.store.stat().st_gid
    try:
        os.chown(path.parent, -1, group)
        os.chown(path, owner, group)
        path.chmod(0o640)
    except PermissionError:
        path.chmod(0o600)


def asked_key(home: Installed, hardware: Hardware, language: Language) -> Hardware:
    """Ask for the key of a device that sends encrypted; without one it stays as it is."""
    click.echo(say(language, "pair.encrypted"))
    while True:
        prompt = say(language, "pair.key")
        written = click.prompt(prompt, default="", show_default=False, prompt_suffix=" ").strip()
        key = re.sub(r"[\s:-]", "", written)
        if _KEY.fullmatch(key):
            return _with_key(hardware, key, home)
        if not written:
            return hardware
        if (home.config / Path(written).expanduser()).is_file():
            return with_key_file(hardware, written, home)
        click.echo(say(language, "pair.no_key"))
