"""Who cannot be reached: a message has failed on every channel that its recipient has.

That it is tried on is the outbox's; that others are told at once, the alert's ladder's.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection

from edge.model import Notice

MOST = 1_000  # messages; of the oldest is forgotten on which channels they have failed
Message = tuple[str, str, str, str]


class Unreached:
    """Counts the channels on which each message has failed, since the start."""

    def __init__(self, tell: Callable[[Notice], None]) -> None:
        """Prepare; `tell` is given, once, each message that has failed everywhere."""
        self._tell = tell
        self._failed: OrderedDict[Message, set[str]] = OrderedDict()

    def failed(self, notice: Notice, ways: Collection[str]) -> None:
        """Take in that it has failed on its channel; `ways` are all by which they are reached."""
        due = notice.due.wall.isoformat()
        key = (notice.alert, notice.recipient, notice.reason, due)
        known = self._failed.setdefault(key, set())
        is_news = notice.channel not in known
        known.add(notice.channel)
        while len(self._failed) > MOST:
            self._failed.popitem(last=False)
        if is_news and known.issuperset(ways):
            self._tell(notice)
