"""What a far end of the uplink keeps: each event once, how often it came, and what it is to forget.

How events arrive and answers leave is the far ends' own.
"""

import threading
import time
from collections.abc import Callable

from gateway.wire.uplink.event import AlertData, Answer, Event, Kind, ReplyData


class Intake:
    """Applies each event once; `arrivals` says how often each came, `times` when it was applied."""

    def __init__(self) -> None:
        self.applied: dict[str, Event] = {}
        self.arrivals: list[str] = []
        self.times: dict[str, float] = {}
        self.is_away = False  # it neither applies nor answers anything
        self.loses_answers = 0
        self.refuses: set[str] = set()
        self.changed = threading.Condition()

    @property
    def incidents(self) -> set[str]:
        """Give the incidents that it counts."""
        events = list(self.applied.values())
        return {event.data.incident for event in events if isinstance(event.data, AlertData)}

    def until(self, that: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until something is so; raise AssertionError past the deadline."""
        deadline = time.monotonic() + seconds
        with self.changed:
            while not that():
                left = deadline - time.monotonic()
                assert left > 0, f"{len(self.applied)} applied, {len(self.incidents)} incidents"
                self.changed.wait(left)

    def answer(self, event: Event) -> Event | None:
        """Apply an event and give the answer to it; None where the answer gets lost."""
        self.arrivals.append(event.id)
        reply = self._reply(event)
        if self.loses_answers:
            self.loses_answers -= 1
            return None
        return Event(f"r{len(self.arrivals)}", "/district", Kind.REPLY, event.time, reply)

    def _reply(self, event: Event) -> ReplyData:
        if event.subject in self.refuses:
            return ReplyData(event.id, Answer.REJECTED, "no such household")
        if event.id in self.applied:
            return ReplyData(event.id, Answer.DUPLICATE)
        self.applied[event.id] = event
        self.times[event.id] = time.monotonic()
        return ReplyData(event.id, Answer.ACCEPTED)
