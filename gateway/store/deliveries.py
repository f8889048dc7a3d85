"""Which deliveries were stored, so that a redelivery is told from a second equal reading.

They are bounded, and written with their readings; writing them is the journal's.
"""

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b

import msgspec

from edge.model import Delivery

# A session. mosquitto counts its window anew at each reconnect: killed again and again before it
# has read our acknowledgements, thousands of messages that are stored already come once more.
KEPT = 20_000
SESSIONS = 64

Marks = list[tuple[int, int]]

MARKS = msgspec.msgpack.Decoder(Marks)


class Deliveries:
    """The last deliveries of each session: packet number to digest."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, OrderedDict[int, int]] = OrderedDict()

    def is_known(self, delivery: Delivery, digest: str) -> bool:
        """Say whether this is one of them again.

        Only by the sender's own word: brokers use a packet number anew as soon as it is free,
        so that without the flag it is a message of its own, however equal.
        """
        known = self._known.get(delivery.session)
        if known is None or not delivery.redelivered:
            return False
        return known.get(delivery.packet) == _mark(digest)

    def learn(self, session: str, marks: Marks) -> None:
        """Take in what is on disk; what came later takes the place of the same number before."""
        known = self._known.setdefault(session, OrderedDict())
        for packet, mark in marks:
            known[packet] = mark
            known.move_to_end(packet)
        while len(known) > KEPT:
            known.popitem(last=False)
        self._known.move_to_end(session)
        while len(self._known) > SESSIONS:
            self._known.popitem(last=False)


def marks(deliveries: Sequence[tuple[Delivery, str]]) -> dict[str, Marks]:
    """Give packet numbers and marks by session."""
    sessions: dict[str, Marks] = {}
    for delivery, digest in deliveries:
        sessions.setdefault(delivery.session, []).append((delivery.packet, _mark(digest)))
    return sessions


def _mark(digest: str) -> int:
    """Give 64 bits of a digest of any length: together with flag and number that is plenty."""
    return int.from_bytes(blake2b(digest.encode(), digest_size=8).digest(), "big")
