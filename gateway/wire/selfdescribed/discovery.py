"""What a device says of itself by Home Assistant's MQTT discovery, on topics that end in "config".

It makes entities: a topic, a template and a field each. Who keeps them and listens for them is
introductions.py's business.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from edge.model import Kind
from gateway.wire.fields import Number
from gateway.wire.refusal import safe
from gateway.wire.selfdescribed.abbreviations import Config, in_full
from gateway.wire.selfdescribed.components import CONFIG, Component, is_introduction, prefix_of
from gateway.wire.selfdescribed.mapping import (
    Declared,
    Field,
    Type,
    Unmapped,
    Words,
    binary,
    calls_for_help,
    field_of,
    number,
    words,
)
from gateway.wire.selfdescribed.names import (
    ACTION,
    BINARY,
    CALLS_FOR_HELP,
    ENUM,
    is_safety_like,
    plain_name,
)
from gateway.wire.selfdescribed.operations import MISSING, as_number, as_text
from gateway.wire.selfdescribed.templates import PLAIN, Template, parse
from gateway.wire.selfdescribed.tokens import TemplateRefused
from gateway.wire.topics import is_topic

_MOST_COMPONENTS = 500
_LONGEST_TOPIC = 1_000
_LONGEST_PAYLOAD = 100


# A class says what "on" means: moisture is wet, battery is low, a door or window is open.
_CLASSES: Mapping[str, Kind] = {
    **dict.fromkeys(("motion", "occupancy", "moving"), Kind.MOTION),
    **dict.fromkeys(("door", "window", "opening", "garage_door"), Kind.CONTACT_OPEN),
    "presence": Kind.PRESENCE,
    "smoke": Kind.SMOKE,
    "carbon_monoxide": Kind.CO,
    "gas": Kind.GAS,
    "moisture": Kind.LEAK,
    "vibration": Kind.VIBRATION,
    "tamper": Kind.TAMPER,
    "battery": Kind.BATTERY_LOW,
}
# These classes say too little; with them, and without any, the value's own name decides.
_VAGUE = frozenset({"", "problem", "safety"})
# These names do not say whether "on" is open.
_CONTACTS = frozenset({"contact", "garage_door_contact"})
_NUMBERS: Mapping[str, Kind] = {
    "battery": Kind.BATTERY,
    "temperature": Kind.TEMPERATURE,
    "humidity": Kind.HUMIDITY,
    "illuminance": Kind.ILLUMINANCE,
}
_VALVE, _BREATH, _HEART, _OXYGEN = "valve", ("breath", "resp"), ("heart", "pulse"), "spo2"
# What such a value says while nothing is known.
_NOTHING = ("", "none", "unknown", "unavailable")


class Entity(Struct, frozen=True):
    """One value of a device: the topic it comes on, how to get at it, and what it means."""

    topic: str
    device: str  # what a household file calls it: "homeassistant/" and its first identifier
    template: Template
    field: Field

    def raw(self, text: str, document: object) -> object:
        """Give what the field is to read of a payload; None where it says nothing."""
        outcome = self.template.render(text, document)
        if outcome is MISSING or outcome is None:
            return None
        if isinstance(self.field, Number):
            value = as_number(outcome)
            return value if value is not None else as_text(outcome) or None
        shown = as_text(outcome)
        return None if shown.strip().casefold() in _NOTHING else shown


def entities(component: str, topic: str, config: Config) -> tuple[list[Entity], list[Unmapped]]:
    """Give what a discovery message introduces, and what of it cannot be read."""
    made: list[Entity] = []
    unmapped: list[Unmapped] = []
    for of, one in _parts(component, in_full(config)):
        device = _device(one, topic)
        try:
            made += _entities(of, one, device)
        except TemplateRefused as error:
            unmapped.append(Unmapped(device, _name(one), f"template: {safe(str(error))}"))
        except _NotRead as reason:
            if is_safety_like(_words_of(one)):
                unmapped.append(Unmapped(device, _name(one), str(reason)))
    return made, unmapped


class _NotRead(Exception):
    """Why an entity is no reading."""


def _parts(component: str, config: Config) -> Iterator[tuple[str, Config]]:
    """Give each component, those of a device bundle with what they share."""
    if component != Component.DEVICE:
        yield component, config
        return
    parts = config.pop("components", None)
    for part in list(parts.values())[:_MOST_COMPONENTS] if isinstance(parts, dict) else ():
        if isinstance(part, dict):
            one = config | in_full({"~": config.get("~")} | part)
            yield str(one.get("platform")), one


def _entities(component: str, config: Config, device: str) -> Iterator[Entity]:
    if component == Component.DEVICE_AUTOMATION:
        yield from _trigger(config, device)
        return
    if component not in (Component.BINARY_SENSOR, Component.SENSOR, Component.EVENT):
        return
    topic = _topic(config.get("state_topic"))
    if config.get("encoding") == "" or topic is None:
        return
    if component == Component.EVENT:
        field = calls_for_help((), _list(config.get("event_types")))
        if field is not None:
            yield Entity(topic, device, _event_template(config), field)
    else:
        template = _template(config)
        make = _binary if component == Component.BINARY_SENSOR else _sensor
        yield Entity(topic, device, template, make(config, _key(template, topic)))
    yield from _availability(config, device)


def _binary(config: Config, name: str) -> Field:
    of_class = _text(config.get("device_class"))
    kind = _CLASSES.get(of_class)
    if of_class in _VAGUE:
        kind = BINARY.get(name) if name not in _CONTACTS else None
    if kind is None or config.get("entity_category") == CONFIG:
        raise _NotRead(f'class "{of_class[:20]}"')
    if kind is Kind.CONTACT_OPEN and _VALVE in _words_of(config):
        raise _NotRead("a valve that opens is no door")
    on, off = _said(config.get("payload_on", "ON")), _said(config.get("payload_off", "OFF"))
    if on.strip().casefold() == off.strip().casefold():
        raise _NotRead("yes and no are the same")
    return binary((), kind, on, off)


def _sensor(config: Config, name: str) -> Field:
    of_class, unit = _text(config.get("device_class")), _text(config.get("unit_of_measurement"))
    if name == ACTION:
        return Words((), Kind.SOS, CALLS_FOR_HELP)
    if name in ENUM and not unit:
        made: Field | str = words((), ENUM[name], _list(config.get("options")))
    elif (kind := _number_kind(of_class, unit, _words_of(config))) is not None:
        made = number((), kind, unit)
    else:
        made = field_of(Declared(name=name, path=(), type=Type.NUMERIC, unit=unit))
    if isinstance(made, str):
        raise _NotRead(made)
    return made


def _number_kind(of_class: str, unit: str, said: str) -> Kind | None:
    if of_class in _NUMBERS:
        return _NUMBERS[of_class]
    if unit.casefold() in ("bpm", "beats/min") and not any(word in said for word in _BREATH):
        return Kind.HEART_RATE if any(word in said for word in _HEART) else None
    return Kind.SPO2 if unit == "%" and _OXYGEN in said else None


def _trigger(config: Config, device: str) -> Iterator[Entity]:
    """A button's trigger: a payload on a topic, with the action's name as its subtype."""
    topic, payload = _topic(config.get("topic")), config.get("payload")
    said = {plain_name(_text(config.get(key))) for key in ("type", "subtype", "payload")}
    if topic is not None and isinstance(payload, str) and payload and said & CALLS_FOR_HELP:
        on = frozenset({payload.strip().casefold()})
        yield Entity(topic, device, _template(config), Words((), Kind.SOS, on))


def _event_template(config: Config) -> Template:
    written = _text(config.get("value_template"))
    # The bridge's own template for events is a program; what it reads is the action.
    if "value_json.action" in written:
        return parse("{{ value_json.action }}")
    return parse(written) if written else parse("{{ value_json.event_type }}")


def _availability(config: Config, device: str) -> Iterator[Entity]:
    places = config.get("availability")
    if not isinstance(places, list):
        short = {"topic": "availability_topic", "value_template": "availability_template"}
        places = [config | {key: config.get(long) for key, long in short.items()}]
    for place in places:
        topic = _topic(place.get("topic"))
        on = _said(place.get("payload_available", "online"))
        off = _said(place.get("payload_not_available", "offline"))
        if topic is None or on == off:
            continue
        try:
            yield Entity(topic, device, _template(place), binary((), Kind.ONLINE, on, off))
        except TemplateRefused:
            continue  # only a comfort: silence is noticed without it


def _template(config: Config) -> Template:
    written = config.get("value_template")
    return parse(written) if isinstance(written, str) and written else PLAIN


def _key(template: Template, topic: str) -> str:
    """Give the name of the value: the last step of its path, or of its topic."""
    if template.path:
        return plain_name(template.path[-1])
    if template is not PLAIN:
        return ""
    return plain_name(topic.removesuffix("/state").rpartition("/")[2])


def _said(payload: object) -> str:
    plain = isinstance(payload, bool | int | float | str)
    return as_text(payload)[:_LONGEST_PAYLOAD] if plain else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[object]:
    return value[:500] if isinstance(value, list) else []


def _topic(value: object) -> str | None:
    """Give a topic on which a device can speak; who spoke on an introduction's would hide it."""
    if not isinstance(value, str) or len(value) > _LONGEST_TOPIC or is_introduction(value):
        return None
    return value if is_topic(value) else None


def _words_of(config: Config) -> str:
    keys = ("name", "object_id", "unique_id", "value_template", "device_class")
    return " ".join(_text(config.get(key))[:200] for key in keys).casefold()


def _name(config: Config) -> str:
    shown = (config.get(key) for key in ("name", "object_id", "unique_id"))
    return safe(next((name for name in shown if isinstance(name, str) and name), ""))


def _device(config: Config, topic: str) -> str:
    device = config.get("device")
    ids = device.get("identifiers") if isinstance(device, dict) else None
    first = ids[0] if isinstance(ids, list) and ids else ids
    for name in (first, config.get("unique_id")):
        if isinstance(name, str) and name and name.isprintable() and not set(name) & set("+#"):
            return f"{prefix_of(topic)}/{name[:200]}"
    return topic[:200]


def title_of(config: Config) -> str:
    """Give what a device calls itself."""
    device = in_full(config).get("device")
    if not isinstance(device, dict):
        return ""
    words = (device.get("manufacturer"), device.get("model"))
    made = " ".join(word for word in words if isinstance(word, str) and word)
    return safe(made or device.get("name") or "")
