"""How the topics of a device follow from its address, and its address from a topic.

A template is a topic with one placeholder:
  {address}       the device's own address, as its household has it
  {address:tele}  the same with %prefix% replaced, in Tasmota's FullTopic manner; an address without
                  %prefix% gets "tele/" before it
  {base}          each level above the device: whoever speaks for it speaks there
"""

import re
from collections.abc import Collection

from msgspec import Struct

_PLACEHOLDER = re.compile(r"\{(address|base)(?::([a-z]+))?\}", re.ASCII)
_PREFIX = "%prefix%"
_NEVER = frozenset("+#\0")
LONGEST_TOPIC = 65_535
# What MQTT 5, 1.5.4, keeps out of a topic; a broker ends the connection for it.
_UNSAYABLE = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef+#]")


class Template(Struct, frozen=True):
    """A topic with a hole in it."""

    before: str
    of: str  # "address" or "base"
    prefix: str  # Tasmota's tele or stat; empty elsewhere
    after: str

    @classmethod
    def parse(cls, text: str) -> "Template":
        """Read a template; raise ValueError with what would be right."""
        found = _PLACEHOLDER.search(text)
        if found is None:
            raise ValueError('must hold "{address}", "{address:tele}" or "{base}"')
        before, after = text[: found.start()], text[found.end() :]
        if set(before + after) & (_NEVER | set("{}")):
            raise ValueError("must hold one placeholder, and no + or # beside it")
        return cls(before, found[1], found[2] or "", after)

    def topics(self, address: str) -> list[str]:
        """Give the topics of a device; more than one only for {base}."""
        return [self.before + filling + self.after for filling in self._fillings(address)]

    def filters(self, address: str) -> list[str]:
        """Give filters that hear the device and those beside it, so that strangers are seen."""
        above, slash, last = address.rpartition("/")
        if self.of == "base" or _PREFIX in last:
            return self.topics(address)
        # "+" alone would hear everything that a broker carries at its root.
        return [
            wide if wide != "+" else exact
            for wide, exact in zip(
                self.topics(f"{above}{slash}+"), self.topics(address), strict=True
            )
        ]

    def address_in(self, topic: str) -> str | None:
        """Give an address that has this topic, or None where the topic does not fit."""
        before = f"{self.before}{self.prefix}/" if self.prefix else self.before
        if not (topic.startswith(before) and topic.endswith(self.after)):
            return None
        hole = topic[len(before) : len(topic) - len(self.after)]
        if not hole:
            return None
        return f"{hole}/device" if self.of == "base" else hole

    @property
    def fixed_length(self) -> int:
        """Give how much of it is fixed: of two templates that fit a topic, the longer is meant."""
        return len(self.before) + len(self.prefix) + len(self.after)

    def _fillings(self, address: str) -> list[str]:
        if self.of == "base":
            levels = address.split("/")[:-1]
            return ["/".join(levels[: n + 1]) for n in range(len(levels))]
        if not self.prefix:
            return [address]
        if _PREFIX in address:
            return [address.replace(_PREFIX, self.prefix)]
        return [f"{self.prefix}/{address}"]


def address_fault(address: str) -> str:
    """Say why no device can have this address; empty where it is sound."""
    if not address:
        return "must not be empty"
    if set(address) & _NEVER:
        return "must not hold +, # or NUL: no topic can"
    if len(address.encode(errors="replace")) > LONGEST_TOPIC // 2:
        return "is too long for a topic"
    return ""


def is_topic(text: str) -> bool:
    """Say whether a device can speak there and a broker takes a subscription to it."""
    if not 0 < len(text.encode(errors="replace")) <= LONGEST_TOPIC or text.startswith("$"):
        return False
    is_sayable = all(ord(sign) & 0xFFFE != 0xFFFE for sign in text)
    return is_sayable and _UNSAYABLE.search(text) is None


def is_within(topic: str, filters: Collection[str]) -> bool:
    """Say whether a topic without wildcards fits one of the filters with one "+"."""
    levels = topic.split("/")
    if "+" in levels:
        return False
    wide = ("/".join([*levels[:n], "+", *levels[n + 1 :]]) for n in range(len(levels)))
    return any(filter_ in filters for filter_ in wide)
