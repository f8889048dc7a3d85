"""The table of `shouhu devices`: those that are set up, home by home, and the strangers."""

from collections.abc import Sequence

from gateway.commands.ear import (
    age_text,
    battery_text,
    kinds_text,
    readings_text,
    signal_text,
    title_text,
)
from gateway.commands.homes import Known
from gateway.commands.layout import clipped, fitted, safe
from gateway.commands.screen import DIM, GREEN, PLAIN, RED, YELLOW, Line
from gateway.heard import Heard
from gateway.language import Language, say
from gateway.wire.introduced import INTRODUCED

WEAK = 15  # percent of a battery
FRESH = 10  # seconds in which a device stands out that has just spoken
COLUMNS = ("household", "device", "room", "kinds", "reading", "age", "battery", "signal", "state")
STRANGE = ("address", "proposal", "reading", "age", "signal", "count")
# How narrow each column may become where a terminal is, in what order; 0 leaves it out.
KNOWN_YIELD = ((3, 0), (2, 0), (0, 0), (4, 10), (1, 14), (7, 0), (4, 0), (8, 8))
STRANGE_YIELD = ((1, 20), (5, 0), (2, 10), (0, 18), (1, 10), (4, 0), (2, 0))


def known_lines(
    devices: Sequence[Heard], known: Known, language: Language, columns: int | None = None
) -> list[Line]:
    """Lay out the devices that are set up, with a head, within so many columns."""
    rows = [[say(language, f"column.{name}") for name in COLUMNS]]
    rows += [_row(each, known, language) for each in devices]
    styles = [DIM, *(_style(each) for each in devices)]
    return [Line(*pair) for pair in zip(fitted(rows, columns, KNOWN_YIELD), styles, strict=True)]


def stranger_lines(
    devices: Sequence[Heard], language: Language, columns: int | None = None
) -> list[Line]:
    """Lay out the strangers that something fits, and count the rest."""
    named = [each for each in devices if each.profile]
    named.sort(key=lambda each: each.age_s if each.age_s is not None else float("inf"))
    rows = [[say(language, f"column.{name}") for name in STRANGE]]
    rows += [_stranger(each, language) for each in named]
    styles = [DIM, *(GREEN if _is_fresh(each) else PLAIN for each in named)]
    laid = fitted(rows, columns, STRANGE_YIELD)
    lines = [Line(*pair) for pair in zip(laid, styles, strict=True)] if named else []
    if rest := len(devices) - len(named):
        lines.append(Line(say(language, "devices.unrecognised", count=rest), DIM))
    return lines


def _row(each: Heard, known: Known, language: Language) -> list[str]:
    household, device_id = each.known or ("", "")
    home = known.homes.get(household)
    device = next((one for one in home.devices if one.id == device_id), None) if home else None
    rooms = {room.id: room.name for room in home.rooms} if home else {}
    room = "" if device is None else rooms.get(device.room, device.room)
    name = "" if device is None else device.name
    return [
        known.name(household),
        clipped(f"{device_id} {name}".strip(), 40),
        room,
        clipped(kinds_text(each.kinds, language), 24),
        clipped(readings_text(each.readings, language), 32),
        age_text(each.age_s, language),
        battery_text(each),
        signal_text(each),
        _state(each, known, household, language),
    ]


def _state(each: Heard, known: Known, household: str, language: Language) -> str:
    if each.silent_since is not None:
        since = known.time(each.silent_since, household)[:16]
        return say(language, "devices.silent", since=since)
    if each.needs_key:
        return say(language, "devices.no_key")
    if each.troubles:
        return say(language, "list.comma").join(say(language, f"rule.{r}") for r in each.troubles)
    return say(language, "devices.never" if each.last is None else "devices.well")


def _style(each: Heard) -> str:
    if each.silent_since is not None:
        return RED
    is_weak = each.battery is not None and each.battery <= WEAK
    if each.last is None or each.needs_key or each.troubles or is_weak:
        return YELLOW
    return GREEN if _is_fresh(each) else PLAIN


def _is_fresh(each: Heard) -> bool:
    return each.age_s is not None and each.age_s < FRESH


def _stranger(each: Heard, language: Language) -> list[str]:
    is_introduced = each.profile == INTRODUCED
    profile = say(language, "devices.introduced") if is_introduced else each.profile
    title = title_text(each, language)
    proposal = f"{profile} ({title})" if title else profile
    if each.others:
        proposal += f" +{len(each.others)}"
    reading = readings_text(each.readings, language)
    if each.needs_key:
        reading = say(language, "devices.no_key")
    elif not each.count:
        reading = say(language, "devices.listed")
    return [
        clipped(safe(each.address), 40),
        clipped(proposal, 48),
        clipped(reading, 32),
        age_text(each.age_s, language),
        signal_text(each),
        str(each.count),
    ]
