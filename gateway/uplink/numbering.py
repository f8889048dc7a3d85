"""Where the numbers of what a gateway says of its alerts go on after a restart.

They are times, so they rise by themselves, but not on a box that wakes up in 1970 until somebody
tells it the time: what it said then would count as older than what it said before the power cut,
and a far end would not hear that an alert has worsened or is over.
"""

from contextlib import suppress

from gateway.store import Store, StoreFailed
from gateway.uplink.making import number_of
from gateway.wire.uplink.event import NoEvent, decode


def last_number(store: Store) -> int:
    """Give the highest number that was given out, as far as anybody may still compare with it."""
    found = 0
    with suppress(StoreFailed):
        newest = store.uplinked.newest()
        if newest is not None:
            with suppress(NoEvent):
                found = decode(newest.body).sequence
        # What the far end has taken is swept; what still stands was said at the latest then.
        for alert in store.alerts(open_only=True):
            found = max(found, *(number_of(change) for change in store.changes(alert.id)), 0)
    return found
