"""What a profile says of one kind of device: its topics, fields, time-outs and examples.

It reads the text of a profile and lists every fault; where the text lies is the catalogue's
business, and using it the decoder's.
"""

import tomllib
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct

from edge.model import Kind, Value
from gateway.wire.fields import RANGES, Binary, Field, Number, Path, Token, token
from gateway.wire.refusal import Refusal
from gateway.wire.section import Section
from gateway.wire.topics import Template

VERSION = 1


class ProfileError(ValueError):
    """A profile that cannot be used, with every fault in it."""

    def __init__(self, name: str, faults: list[str]) -> None:
        super().__init__("\n".join(f"{name}: {fault}" for fault in faults))
        self.name = name
        self.faults = tuple(faults)


class Format(StrEnum):
    """How the bytes of a message are to be read."""

    JSON = "json"  # an object
    EITHER = "either"  # an object, or one bare value for the first field


class Message(Struct, frozen=True):
    """One topic of a device, and what is to be found there."""

    template: Template
    format: Format
    fields: tuple[Field, ...]
    alone: tuple[Field, ...] = ()  # read only where none of the fields said anything
    time: Path | None = None


class Example(Struct, frozen=True):
    """A message somebody has really seen or documented, and what it means."""

    source: str
    topic: str
    payload: str
    readings: dict[Kind, Value]
    is_retained: bool
    bridge_online: bool | None
    refused: tuple[Refusal, ...]


class Profile(Struct, frozen=True):
    """One kind of device."""

    id: str
    title: str
    title_zh: str
    source: str  # the transport that hears it, e.g. "mqtt"
    bridge: str  # the bridge between; empty where there is none
    kinds: frozenset[Kind]
    messages: tuple[Message, ...]
    bridge_message: Message | None
    hears_neighbours: bool  # subscribe so widely that devices nobody has set up are seen too
    hold: timedelta
    silent_after: timedelta
    clears_after: timedelta | None
    examples: tuple[Example, ...]

    def bridge_of(self, address: str) -> str:
        """Give the name of the bridge that speaks for an address, e.g. "zigbee2mqtt".

        Two bridges under different bases have different names, so one of them can be lost alone.
        """
        if self.bridge_message is None:
            return ""
        levels = address.split("/")[:-1]
        if self.bridge in levels:
            return "/".join(levels[: levels.index(self.bridge) + 1])
        return "/".join(levels) or self.bridge


def parse_profile(text: str, name: str) -> Profile:
    """Read a profile from its TOML text; raise ProfileError with every fault in it."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(name, [f"not TOML: {error}"]) from error
    faults: list[str] = []
    profile = _profile(Section(table, "", faults), name)
    if faults:
        raise ProfileError(name, faults)
    return profile


def _profile(top: Section, name: str) -> Profile:
    if top.raw("profile") != VERSION:
        top.fault("profile", f"must be {VERSION}, the version of the format")
    if top.text("id") != name:
        top.fault("id", f'must be the name of the file, "{name}"')
    messages = tuple(_message(section) for section in top.sections("message"))
    if not messages:
        top.fault("message", "is missing; at least one [[message]] must say what to read")
    bridge, bridge_message = _bridge(top.section("bridge"))
    examples = tuple(_example(section) for section in top.sections("example"))
    if not examples:
        top.fault("example", "is missing; at least one [[example]] must show a real message")
    profile = Profile(
        id=name,
        title=(title := top.text("title")),
        title_zh=top.text("title_zh", title),
        source=top.text("source", "mqtt"),
        bridge=bridge,
        kinds=frozenset(field.kind for m in messages for field in m.fields + m.alone),
        messages=messages,
        bridge_message=bridge_message,
        hears_neighbours=top.flag("hears_neighbours"),
        hold=top.duration("hold") or timedelta(minutes=30),
        silent_after=top.duration("silent_after") or timedelta(hours=24),
        clears_after=top.duration("clears_after"),
        examples=examples,
    )
    top.finish()
    return profile


def _bridge(section: Section | None) -> tuple[str, Message | None]:
    if section is None:
        return "", None
    name = section.text("name")
    field = Binary(_path(section, "path"), Kind.ONLINE, _meanings(section))
    message = Message(_template(section), _format(section), (field,))
    section.finish()
    return name, message


def _message(section: Section) -> Message:
    template, form = _template(section), _format(section)
    time = _path(section, "time") if section.has("time") else None
    read = [_field(field) for field in section.sections("field")]
    fields = tuple(field for field, is_alone in read if field is not None and not is_alone)
    alone = tuple(field for field, is_alone in read if field is not None and is_alone)
    if not read:
        section.fault("field", "is missing; a message without a field says nothing")
    section.finish()
    return Message(template, form, fields, alone, time)


def _template(section: Section) -> Template:
    try:
        return Template.parse(section.text("topic"))
    except ValueError as error:
        section.fault("topic", str(error))
        return Template("", "address", "", "")


def _format(section: Section) -> Format:
    return section.one_of("format", Format, Format.JSON) or Format.JSON


def _field(section: Section) -> tuple[Field | None, bool]:
    kind = section.one_of("kind", Kind)
    path = _path(section, "path")
    is_alone = section.flag("alone")
    field: Field | None = None
    if kind in RANGES:
        field = _number(section, path, kind)
    elif kind is not None:
        field = Binary(path, kind, _meanings(section))
    if kind is not None:
        section.finish()
    return field, is_alone


def _path(section: Section, key: str) -> Path:
    """Read "a.b" or, where a name has a dot in it, ["a.b", "c"]."""
    if isinstance(section.raw(key), list):
        return tuple(str(step) for step in section.list_of(key, (str,)))
    written = section.text(key)
    return tuple(written.split("."))


def _meanings(section: Section) -> dict[Token, bool | None]:
    lists: list[tuple[str, bool | None]] = [("on", True), ("off", False), ("ignore", None)]
    meanings: dict[Token, bool | None] = {}
    for key, meaning in lists:
        for value in section.list_of(key, (bool, str, int)):
            if meanings.setdefault(token(value), meaning) is not meaning:
                section.fault(key, f"{value!r} is already in another list")
    if True not in meanings.values():
        section.fault("on", "is missing; it must list the values that mean yes")
    return meanings


def _number(section: Section, path: Path, kind: Kind) -> Number:
    low, high = RANGES[kind]
    given = [float(str(end)) for end in section.list_of("range", (int, float))]
    if given and (len(given) != 2 or not low <= given[0] < given[1] <= high):
        section.fault("range", f"must be [lowest, highest] within [{low}, {high}]")
    elif given:
        low, high = given
    missing = frozenset(float(str(value)) for value in section.list_of("missing", (int, float)))
    scale, offset = section.number("scale", 1.0), section.number("offset", 0.0)
    return Number(path, kind, low, high, scale, offset, missing)


def _example(section: Section) -> Example:
    readings: dict[Kind, Value] = {}
    means = section.section("means")
    for kind in Kind:
        value = means.raw(kind.value) if means is not None else None
        if isinstance(value, bool | int | float):
            readings[kind] = value
        elif means is not None and value is not None:
            means.fault(kind.value, "must be true, false or a number")
    if means is not None:
        means.finish()
    online = section.flag("bridge_online") if section.has("bridge_online") else None
    names = {reason.value: reason for reason in Refusal}
    reasons = [str(reason) for reason in section.list_of("refused", (str,))]
    for reason in reasons:
        if reason not in names:
            section.fault("refused", f'unknown "{reason}"; known: {", ".join(names)}')
    example = Example(
        source=section.text("from"),
        topic=section.text("topic"),
        payload=section.text("payload"),
        readings=readings,
        is_retained=section.flag("retained"),
        bridge_online=online,
        refused=tuple(names[reason] for reason in reasons if reason in names),
    )
    section.finish()
    return example
