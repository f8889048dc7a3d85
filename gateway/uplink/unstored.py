"""The queue of the uplink on a disk that refuses: what cannot be stored goes up all the same.

Such an event says so (`stored`). What the far end has is not sent again only because that could not
be noted; it is noted when the disk works again.
"""

import contextlib
from collections.abc import Collection, Sequence

from msgspec import structs

from gateway.store.failure import StoreFailed
from gateway.store.uplink import Parcel, Uplinked, Waiting
from gateway.wire.uplink.event import AlertData, decode, encode

MOST = 5_000  # parcels in memory; the gravest stay


class Unstored:
    """The store's queue, and beside it what the store would not take."""

    def __init__(self, store: Uplinked) -> None:
        self._store = store
        self._kept: dict[str, Parcel] = {}
        self._taken: dict[str, None] = {}  # the far end has them, and the store does not know it

    def keep(self, parcels: Sequence[Parcel]) -> None:
        """Take what the store has just refused; given again it changes nothing."""
        for parcel in parcels:
            if parcel.id not in self._kept and parcel.id not in self._taken:
                self._kept[parcel.id] = _marked(parcel)
        if len(self._kept) > MOST:
            gravest = sorted(self._kept.values(), key=lambda each: each.rank)[:MOST]
            self._kept = {each.id: each for each in gravest}

    def next(self, most: int, but_not: Collection[str] = ()) -> list[Parcel]:
        """Give what goes first, from both. Raises StoreFailed only where memory has nothing."""
        found = [parcel for parcel in self._kept.values() if parcel.id not in but_not]
        try:
            self._note_taken()
            stored = self._store.next(most, [*but_not, *self._taken])
        except StoreFailed:
            if not found:
                raise
            stored = []
        for parcel in stored:
            self._kept.pop(parcel.id, None)  # the disk has taken it meanwhile
        known = {parcel.id for parcel in stored}
        found = [*(parcel for parcel in found if parcel.id not in known), *stored]
        return sorted(found, key=lambda each: each.rank)[:most]

    def settle(self, ids: Sequence[str]) -> None:
        """Take in that the far end has these, whatever the disk says to it."""
        for name in ids:
            if self._kept.pop(name, None) is not None:
                self._taken[name] = None
        try:
            self._store.settle(ids)
        except StoreFailed:
            self._taken |= dict.fromkeys(ids)

    def waiting(self) -> Waiting:
        """Give how much nobody has taken yet."""
        waiting = self._store.waiting()
        times = [parcel.made for parcel in self._kept.values()]
        times += [] if waiting.oldest is None else [waiting.oldest]
        count = max(0, waiting.count - len(self._taken)) + len(self._kept)
        return Waiting(count, min(times, default=None))

    def _note_taken(self) -> None:
        """Note in the store what the far end has, as far as the store knows of it."""
        if not self._taken:
            return
        with contextlib.suppress(StoreFailed):
            for name in self._store.settled(list(self._taken)):
                del self._taken[name]


def _marked(parcel: Parcel) -> Parcel:
    event = decode(parcel.body)
    if not isinstance(event.data, AlertData):
        return parcel
    unstored = structs.replace(event, data=structs.replace(event.data, stored=False))
    return structs.replace(parcel, body=encode(unstored))
