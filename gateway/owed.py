"""What is owed, and what came of it, also while the store fails: the memory beside the store.

A disk that is full or broken must not cost an alert: what it cannot take is kept here until it can.
When to send is the outbox's.
"""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from edge.model import Alert, Effects, Notice, Receipt
from gateway.store import Owed, StoreFailed

MOST_UNRECORDED = 5000


class Ledger(Protocol):
    """Where the notices stand. Cancelled and finished ones are not pending."""

    def pending(self) -> Sequence[Owed]:
        """Give what is owed, due or not."""

    def record(self, receipt: Receipt, next_try: datetime | None, done: bool) -> None:
        """Keep what came of an attempt."""

    def add_notice(self, notice: Notice) -> None:
        """Owe one more; nothing happens where the id is known."""


class Alerts(Protocol):
    """Where the alerts stand."""

    def alert(self, alert_id: str) -> Alert | None:
        """Give an alert as it is now."""

    def notices(self, alert_id: str) -> Sequence[Notice]:
        """Give all that was ever owed about an alert."""


class Books(Ledger, Alerts, Protocol):
    """The store, as far as the outbox needs it."""


class Item(Struct):
    """A notice on its way, and how often it was tried."""

    notice: Notice
    attempts: int = 0
    next_try: datetime | None = None
    is_stored: bool = True


class Result(Struct, frozen=True):
    """What came of an attempt, as the store is to keep it."""

    receipt: Receipt
    next_try: datetime | None
    done: bool


class Owing:
    """The store's notices together with those that it could not take.

    `is_failing` says whether the store refused when it was last asked.
    """

    def __init__(self, store: Books) -> None:
        self.is_failing = False
        self._store = store
        self._known: dict[str, Item] = {}
        self._unstored: dict[str, Item] = {}
        self._alerts: dict[str, Alert] = {}  # of the unstored notices
        self._unrecorded: dict[str, Result] = {}

    def keep(self, effects: Effects) -> None:
        """Take in what could not be stored."""
        for name, item in list(self._unstored.items()):
            if item.notice.alert in effects.cancelled:
                del self._unstored[name]
        self._alerts.update({alert.id: alert for alert in effects.alerts})
        for notice in effects.notices:
            if notice.id not in self._unrecorded:
                self._unstored.setdefault(notice.id, Item(notice, is_stored=False))

    def items(self) -> list[Item]:
        """Give everything that is owed; what the store says is believed while it can be read."""
        with self._watched():
            owed = self._store.pending()
            self._known = {o.notice.id: Item(o.notice, o.attempts, o.next_try) for o in owed}
            self._catch_up()
        items = {**self._unstored, **self._known}
        for name, result in self._unrecorded.items():
            if result.done:
                items.pop(name, None)
            elif name in items:
                items[name].attempts = max(items[name].attempts, result.receipt.attempt)
        return list(items.values())

    def is_owed(self, notice: Notice) -> bool:
        """Say whether it still is: it may have been cancelled while it was on its way."""
        if notice.id in self._unstored:
            return True
        with self._watched():
            return any(owed.notice.id == notice.id for owed in self._store.pending())
        return True

    def alert(self, alert_id: str) -> Alert | None:
        """Give the alert that a notice is about; the unstored one is the newer."""
        if alert_id in self._alerts:
            return self._alerts[alert_id]
        with self._watched():
            return self._store.alert(alert_id)
        return None

    def channels(self, notice: Notice) -> set[str]:
        """Give the channels on which this person has, or is to have, this same message."""
        notices = [item.notice for item in (*self._unstored.values(), *self._known.values())]
        with self._watched():
            notices += self._store.notices(notice.alert)
        same = _message(notice)
        return {notice.channel} | {n.channel for n in notices if _message(n) == same}

    def add(self, notice: Notice) -> None:
        """Owe one more."""
        if notice.alert not in self._alerts:
            with self._watched():
                self._store.add_notice(notice)
                return
        self._unstored.setdefault(notice.id, Item(notice, is_stored=False))

    def settle(self, item: Item, result: Result) -> None:
        """Note what came of an attempt."""
        name = item.notice.id
        if name in self._unstored:
            # It stays known here, for the store may be given it later and would send it again.
            self._unstored[name].attempts = result.receipt.attempt
            if result.done:
                del self._unstored[name]
        else:
            with self._watched():
                self._store.record(result.receipt, result.next_try, result.done)
                self._unrecorded.pop(name, None)
                return
        self._unrecorded[name] = result
        if len(self._unrecorded) > MOST_UNRECORDED:
            del self._unrecorded[next(iter(self._unrecorded))]

    def _catch_up(self) -> None:
        """Bring to the store what it could not take before; raise StoreFailed if it still cannot.

        The alerts of memory are let go with their last notice: the store has newer ones then.
        """
        for name in self._known:
            self._unstored.pop(name, None)
        for name, result in list(self._unrecorded.items()):
            if name in self._known:
                self._store.record(result.receipt, result.next_try, result.done)
                del self._unrecorded[name]
                if result.done:
                    del self._known[name]
        if not self._unstored:
            self._alerts.clear()

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Swallow the store's refusal: what follows the block is done in its place."""
        try:
            yield
            self.is_failing = False
        except StoreFailed:
            self.is_failing = True


def _message(notice: Notice) -> tuple[str, ...]:
    """Name what is one message, on however many channels."""
    due = notice.due.wall.isoformat()
    return notice.alert, notice.recipient, notice.reason, due
