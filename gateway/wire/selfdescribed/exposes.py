"""What a bridge of the zigbee2mqtt family says of its devices in `<base>/bridge/devices`.

It makes fields of each device's `exposes`; which of them are readings, names.py and mapping.py
decide, and who listens to them is introductions.py's business.
"""

from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from edge.model import Kind
from gateway.wire.fields import RANGES, Binary, Number
from gateway.wire.refusal import safe
from gateway.wire.selfdescribed.mapping import (
    Declared,
    Field,
    Type,
    Unmapped,
    Words,
    binary,
    field_of,
)
from gateway.wire.selfdescribed.names import (
    ACTION,
    BINARY,
    CALLS_FOR_HELP,
    UNDECLARED,
    is_safety_like,
    plain_name,
)
from gateway.wire.tokens import Path
from gateway.wire.topics import is_topic

AVAILABILITY = "availability"
_BRIDGE = "bridge"
_MOST_EXPOSES = 1_000
_LONGEST_NAME = 500
_DEEPEST = 8
_PUBLISHED, _SETTABLE = 1, 2
COORDINATOR = "Coordinator"
_COVER, _COMPOSITE = "cover", "composite"
_IS_THERE = binary(("state",), Kind.ONLINE, "online", "offline")
_UNDECLARED: dict[str, Field] = {
    **{name: binary((name,), kind, True, False) for name, kind in UNDECLARED.items()},
    "contact": binary(("contact",), Kind.CONTACT_OPEN, False, True),
    "battery": Number(("battery",), Kind.BATTERY, *RANGES[Kind.BATTERY]),
    ACTION: Words((ACTION,), Kind.SOS, CALLS_FOR_HELP),
}


class Exposed(Struct, frozen=True):
    """One device of a bridge: its fields, and the reasons for what is not read."""

    address: str  # what a household file calls it: a rename at the bridge leaves it
    title: str
    fields: dict[Path, Field]
    undeclared: dict[Path, Field]  # believed where they are said, and not missed where not
    unmapped: tuple[Unmapped, ...]


def devices(base: str, listed: list[object]) -> Iterator[tuple[str, Exposed]]:
    """Give the topic and the fields of each device; disabled ones and the coordinator have none."""
    for device in listed:
        if not isinstance(device, dict) or device.get("type") == COORDINATOR:
            continue
        name = device.get("friendly_name") or device.get("ieee_address")
        if not isinstance(name, str) or device.get("disabled") is True:
            continue
        topic = f"{base}/{name}"
        is_own = name.partition("/")[0] == _BRIDGE  # where the bridge speaks of itself
        if len(name) <= _LONGEST_NAME and is_topic(topic) and not is_own:
            yield topic, _exposed(topic, address_of(base, device), device.get("definition"))


def address_of(base: str, device: dict[str, object]) -> str:
    """Give the address of a device in a bridge's list; empty where it says none."""
    for key in ("ieee_address", "friendly_name"):
        name = device.get(key)
        if isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME:
            return f"{base}/{name}"
    return ""


def _exposed(topic: str, address: str, definition: object) -> Exposed:
    exposes = definition.get("exposes") if isinstance(definition, dict) else None
    title = _title(definition)
    if not isinstance(exposes, list):
        unknown = Unmapped(topic, "", "not known to the bridge")
        return Exposed(address, title, {}, _undeclared(set()), (unknown,))
    of_cover = any(isinstance(one, dict) and one.get("type") == _COVER for one in exposes)
    fields: dict[Path, Field] = {}
    names: set[str] = set()
    unmapped: list[Unmapped] = []
    for path, expose in islice(_flat(exposes, (), _DEEPEST), _MOST_EXPOSES):
        names.add(path[0])
        made = _made(path, expose, of_cover)
        if not isinstance(made, str):
            fields.setdefault(path, made)
        elif _is_missed(path[-1], expose):
            unmapped.append(Unmapped(topic, safe(path[-1]), made))
    return Exposed(address, title, fields, _undeclared(names), tuple(unmapped))


def _title(definition: object) -> str:
    if not isinstance(definition, dict):
        return ""
    words = (definition.get("vendor"), definition.get("model"))
    return safe(" ".join(word for word in words if isinstance(word, str) and word))


def _flat(
    exposes: list[object], above: Path, deeper: int
) -> Iterator[tuple[Path, dict[str, object]]]:
    """Give every expose with the path of its value, those within others included."""
    for expose in exposes:
        if not isinstance(expose, dict):
            continue
        name = expose.get("property") or expose.get("name")
        within = expose.get("features")
        if isinstance(within, list):
            # A composite's values stand in an object of their own, a lock's or light's do not.
            is_apart = expose.get("type") == _COMPOSITE and isinstance(name, str)
            if deeper:
                yield from _flat(within, (*above, str(name)) if is_apart else above, deeper - 1)
        elif isinstance(name, str) and 0 < len(name) <= _LONGEST_NAME:
            yield (*above, name), expose


def _made(path: Path, expose: dict[str, object], of_cover: bool) -> Field | str:
    access = _access(expose)
    if not access & _PUBLISHED:
        return "never published"
    try:
        kind = Type(str(expose.get("type")))
    except ValueError:
        return "not a yes or no, a word or a number"
    name, endpoint = expose.get("name"), expose.get("endpoint")
    listed = expose.get("values")
    declared = Declared(
        name=plain_name(
            name[:_LONGEST_NAME] if isinstance(name, str) else path[-1],
            endpoint if isinstance(endpoint, str) else "",
        ),
        path=path,
        type=kind,
        on=expose.get("value_on", True),
        off=expose.get("value_off", False),
        words=tuple(listed[:500]) if isinstance(listed, list) else (),
        unit=str(expose.get("unit") or ""),
        low=_bound(expose.get("value_min")),
        high=_bound(expose.get("value_max")),
        can_be_set=bool(access & _SETTABLE),
        of_cover=of_cover,
    )
    return field_of(declared)


def _is_missed(name: str, expose: dict[str, object]) -> bool:
    # A setting is no reading, and no number is an alarm unless it has an alarm's very name.
    if _access(expose) & _SETTABLE or not is_safety_like(name):
        return False
    return expose.get("type") != Type.NUMERIC or plain_name(name) in BINARY


def _access(expose: dict[str, object]) -> int:
    access = expose.get("access")
    # Bridges of old did not say.
    return access if isinstance(access, int) else _PUBLISHED


def _bound(value: object) -> float | None:
    return value if isinstance(value, int | float) and abs(value) < 1e15 else None


def _undeclared(names: set[str]) -> dict[Path, Field]:
    return {(name,): field for name, field in _UNDECLARED.items() if name not in names}


def is_there() -> Binary:
    """Give the field of a device's availability, which is one word or stands in `state`."""
    return _IS_THERE
