"""What a Tasmota board says of itself in `tasmota/discovery/<mac>/config`.

It says how to know that the board is there, and how many switches it has; what hangs on a switch it
does not say, so that a technician picks a profile for it.
"""

import re
from typing import Final

from edge.model import Kind
from gateway.wire.refusal import safe
from gateway.wire.selfdescribed.abbreviations import Config
from gateway.wire.selfdescribed.discovery import Entity
from gateway.wire.selfdescribed.mapping import Unmapped, binary
from gateway.wire.selfdescribed.templates import PLAIN
from gateway.wire.topics import is_topic

_TOPIC = re.compile(r"tasmota/discovery/[0-9A-F]{12}/config", re.ASCII)
_LONGEST: Final = 200
_TELE: Final = 2  # of the three prefixes: commands, answers, telemetry
_MOST_SWITCHES: Final = 32


def is_of_tasmota(topic: str) -> bool:
    """Say whether a board introduces itself on this topic."""
    return _TOPIC.fullmatch(topic) is not None


def board(config: Config) -> tuple[list[Entity], list[Unmapped]]:
    """Give what a board introduces, and what of it cannot be read."""
    prefixes = config.get("tp")
    if not isinstance(prefixes, list) or len(prefixes) <= _TELE:
        return [], []
    topic = _text(config.get("ft"))
    for hole, filling in (
        ("%prefix%", prefixes[_TELE]),
        ("%topic%", config.get("t")),
        ("%hostname%", config.get("hn")),
        ("%id%", str(config.get("mac"))[-6:]),
    ):
        topic = topic.replace(hole, _text(filling))[:_LONGEST]
    if not topic or not is_topic(f"{topic}LWT"):
        return [], []
    here, gone = _text(config.get("onln")) or "Online", _text(config.get("ofln")) or "Offline"
    entity = Entity(f"{topic}LWT", topic, PLAIN, binary((), Kind.ONLINE, here, gone))
    return [entity], _switches(topic, config)


def _switches(topic: str, config: Config) -> list[Unmapped]:
    modes, names = config.get("swc"), config.get("swn")
    modes = modes[:_MOST_SWITCHES] if isinstance(modes, list) else []
    names = names if isinstance(names, list) else []
    return [
        Unmapped(topic, safe(_name(names, at)), "what hangs on a switch is not said")
        for at, mode in enumerate(modes)
        if isinstance(mode, int) and mode >= 0
    ]


def _name(names: list[object], at: int) -> str:
    return (_text(names[at]) if at < len(names) else "") or f"Switch{at + 1}"


def _text(value: object) -> str:
    return value[:_LONGEST] if isinstance(value, str) else ""
