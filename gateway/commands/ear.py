"""What the running daemon hears, asked for page by page, and how it reads in a table."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from edge.model import Kind, Value
from gateway.commands.daemon import asked
from gateway.commands.layout import clipped, safe
from gateway.heard import Heard
from gateway.language import Language, Phrase, say
from gateway.requests import Devices
from gateway.sources.ble_words import phrased
from gateway.wire.introduced import INTRODUCED

UNITS = {
    Kind.BATTERY: "%",
    Kind.HUMIDITY: "%",
    Kind.SPO2: "%",
    Kind.TEMPERATURE: "°C",
    Kind.BODY_TEMPERATURE: "°C",
    Kind.ILLUMINANCE: " lx",
    Kind.HEART_RATE: "/min",
}
# What stands in columns of its own, or says nothing of the home.
ASIDE = frozenset({Kind.BATTERY, Kind.LINK_QUALITY, Kind.ONLINE})
# What nearly every device has says nothing of what one is for.
COMMON = ASIDE | {Kind.BATTERY_LOW, Kind.TEST}
SHOWN = 3  # readings in a table
AGES = (("s", 60), ("min", 60), ("h", 48), ("d", 10**9))


class Ear(Struct, frozen=True):
    """All that is heard, for how many seconds strangers still are, and what hinders that."""

    devices: list[Heard]
    looking: int
    remarks: list[Phrase]


def heard(store: Path, *, strangers: bool) -> Ear:
    """Ask the daemon for every device."""
    found: dict[tuple[object, ...], Heard] = {}
    first: object = 0
    while True:
        assert isinstance(first, int)
        facts = asked(store, Devices(first, strangers)).facts
        for each in msgspec.convert(facts["devices"], list[Heard]):
            # A stranger that spoke between two pages stands on both.
            found[each.transport, each.address, each.known] = each
        first = facts["next"]
        if first is None:
            looking = msgspec.convert(facts["looking"], int)
            return Ear(list(found.values()), looking, remarks_of(facts))


def remarks_of(facts: dict[str, object]) -> list[Phrase]:
    """Give what hinders a look, as the daemon says."""
    remarks = msgspec.convert(facts.get("remarks", []), list[Phrase])
    return [_spoken(remark) for remark in remarks]


def _spoken(remark: Phrase) -> Phrase:
    """Put the words of the log that a remark quotes into both languages."""
    key = phrased(str(remark.values.get("why", "")))
    return remark if key is None else Phrase(remark.key, {**remark.values, "why": Phrase(key)})


def kinds_text(kinds: Iterable[Kind], language: Language) -> str:
    """Name what a device measures, what matters first."""
    order = list(Kind)
    wanted = sorted((kind for kind in kinds if kind not in COMMON), key=order.index)
    names = [say(language, f"kind.{kind}") for kind in wanted[:SHOWN]]
    more = "\u2026" if len(wanted) > SHOWN else ""
    return say(language, "list.comma").join(names) + more


def readings_text(readings: dict[Kind, Value], language: Language) -> str:
    """Say what a device said last."""
    order = list(Kind)
    wanted = sorted((kind for kind in readings if kind not in ASIDE), key=order.index)
    said = [reading_text(kind, readings[kind], language) for kind in wanted[:SHOWN]]
    return say(language, "list.comma").join(said)


def reading_text(kind: Kind, value: Value, language: Language) -> str:
    """Say one reading with its unit."""
    return f"{say(language, f'kind.{kind}')} {value_text(kind, value, language)}"


def value_text(kind: Kind, value: Value, language: Language) -> str:
    """Say a value with its unit."""
    if isinstance(value, bool):
        return say(language, "value.yes" if value else "value.no")
    return f"{value:g}{UNITS.get(kind, '')}"


def age_text(seconds: float | None, language: Language) -> str:
    """Say how long ago something was."""
    if seconds is None:
        return "-"
    count = seconds
    for unit, most in AGES:
        if count < most:
            return say(language, f"age.{unit}", count=int(count))
        count /= most if unit != "h" else 24
    return "-"


def battery_text(heard: Heard) -> str:
    """Say how full a battery is."""
    if heard.battery is not None:
        return f"{heard.battery:.0f}%"
    weak = heard.readings.get(Kind.BATTERY_LOW)
    return "-" if weak is None else "!" if weak else "ok"


def signal_text(heard: Heard) -> str:
    """Say how well a device is heard."""
    if heard.signal is None:
        return "-"
    return f"{heard.signal} dBm" if heard.signal < 0 else f"{heard.signal}/255"


def profile_text(profile: str, language: Language) -> str:
    """Name a profile; a device that introduces itself has none."""
    return say(language, "devices.introduced") if profile == INTRODUCED else profile


def title_text(heard: Heard, language: Language) -> str:
    """Name the make of a device."""
    title = heard.title_zh if language is Language.ZH else heard.title
    return clipped(safe(title or heard.title), 36)
