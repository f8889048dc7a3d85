"""Which alerts the platform has, by its own answer: noted once in each one's record.

That an alert goes up, and again until it is answered, is the sender's.
"""

from collections import OrderedDict
from collections.abc import Callable

import msgspec
from msgspec import Struct

from edge.model import Change, Event, Moment
from gateway.node import Node
from gateway.store import Store, StoreFailed
from gateway.store.uplink import Parcel
from gateway.wire.uplink.event import ReplyData

KEPT = 1000  # alerts of which it is known without asking the store
PLATFORM = "district"


class _Data(Struct):
    incident: str = ""


class _Sent(Struct):
    data: _Data


class Accepted:
    """Notes the platform's first acceptance of each alert."""

    def __init__(self, node: Node, store: Store, now: Callable[[], Moment]) -> None:
        self._node = node
        self._store = store
        self._now = now
        self._known: OrderedDict[str, None] = OrderedDict()

    def note(self, parcel: Parcel, reply: ReplyData) -> None:
        """Take in that the platform has this event of an alert."""
        try:
            incident = msgspec.json.decode(parcel.body, type=_Sent).data.incident
            if not incident or incident in self._known:
                return
            known = self._store.changes(incident)
        except (msgspec.MsgspecError, StoreFailed):
            return  # with its next event
        self._known[incident] = None
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        if not any(change.what is Event.PLATFORM for change in known):
            change = Change(incident, Event.PLATFORM, self._now(), PLATFORM, str(reply.answer))
            self._node.record(change)
