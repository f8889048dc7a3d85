"""What was taken in and is not yet on disk, and what came of putting it there."""

from dataclasses import dataclass, field
from hashlib import blake2b

from edge.model import Delivery, Effects, Entry, Packet

KEPT = 10_000  # entries kept in memory while the disk refuses them


@dataclass
class Batch:
    """What was taken in and is not yet on disk."""

    entries: list[Entry] = field(default_factory=list)
    deliveries: list[tuple[Delivery, str]] = field(default_factory=list)
    packets: list[Packet] = field(default_factory=list)
    effects: Effects = field(default_factory=Effects)
    marks: set[tuple[str, int, str]] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.entries or self.deliveries or self.packets or self.effects)

    def take_over(self, later: "Batch") -> int:
        """Add what came later, within bounds; give the number of entries that had to go."""
        self.entries += later.entries
        self.deliveries += later.deliveries
        self.effects.extend(later.effects)
        self.marks |= later.marks
        gone = max(0, len(self.entries) - KEPT)
        del self.entries[:gone], self.deliveries[: max(0, len(self.deliveries) - KEPT)]
        if len(self.marks) > 2 * KEPT:
            self.marks = {(d.session, d.packet, mark) for d, mark in self.deliveries}
        return gone


@dataclass(frozen=True)
class Flushed:
    """What a flush came to: packets to acknowledge, and what the store refused now, and why.

    The refused effects are tried again later; their notices wait for nobody.
    """

    packets: list[Packet]
    refused: Effects = field(default_factory=Effects)
    failure: str = ""
    is_behind: bool = False  # the journal lacks what was carried with an alert: flush again soon


def mark(packet: Packet) -> str:
    """Give a digest of what a packet says, to tell a redelivery from a reused packet number."""
    text = packet.address.encode(errors="surrogateescape") + b"\0" + packet.payload
    return blake2b(text, digest_size=8).hexdigest()
