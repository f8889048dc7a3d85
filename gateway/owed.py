"""What is owed, and what came of it, also while the store fails: the memory beside the store.

A disk that is full or broken must not cost an alert: what it cannot take is kept here until it can.
When to send is the outbox's.
"""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Protocol

from msgspec import Struct, structs

from edge.model import Alert, Effects, Notice, Reason, Receipt, Rung
from gateway.store import News, Owed, StoreFailed

SUPERSEDED = "superseded by a later message"
MOST_AT_ONCE = 10  # results brought to the store in one go: each is a synced commit


class Ledger(Protocol):
    """Where the notices stand. Cancelled and finished ones are not pending."""

    def owed_news(self, *, whole: bool = False) -> News:
        """Give what has changed in what is owed, due or not, since the last call, or all of it."""

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


class Item(Struct, eq=False):
    """A notice on its way, and how often it was tried."""

    notice: Notice
    reason: Reason  # by which it is worded: the notice's own, or that of one it stands for
    attempts: int = 0
    next_try: datetime | None = None
    is_stored: bool = True
    is_derived: bool = False  # owed by the outbox itself: nobody else brings it to the store
    is_flying: bool = False
    is_over: bool = False  # done, cancelled or superseded
    superseded_at: datetime | None = None
    has_gone_on: bool = False  # the recipient's next channel was seen to


class Result(Struct, frozen=True):
    """What came of an attempt, as the store is to keep it."""

    receipt: Receipt
    next_try: datetime | None
    done: bool


class Owing:
    """The store's notices together with those that it could not take.

    Of two messages to one person on one channel about one alert only the later is owed.
    `is_failing` says whether the store refused when it was last asked, `is_stuck` whether it did
    at the last look, `is_behind` whether it was not yet given all that it could take.
    """

    def __init__(self, store: Books) -> None:
        self.is_failing = False
        self.is_stuck = False
        self.is_behind = False
        self._store = store
        self._is_current = False
        self._items: dict[str, Item] = {}
        self._newest: dict[tuple[str, str, str], Item] = {}
        self._fresh: list[Item] = []
        self._alerts: dict[str, Alert] = {}  # newer than the store's
        # What the store was not yet told. That of an unstored notice is kept until the notice is
        # stored or cancelled: by it a notice that was sent is known when it comes again.
        self._results: dict[str, tuple[Item, Result]] = {}
        self._cancelled: set[str] = set()  # although the store still has them as owed

    def keep(self, effects: Effects) -> None:
        """Take in what could not be stored; what is known already changes nothing."""
        self._cancel(set(effects.cancelled), {notice.id for notice in effects.notices})
        self._alerts.update({alert.id: alert for alert in effects.alerts})
        for notice in effects.notices:
            self._admit(Item(notice, notice.reason, is_stored=False))

    def look(self) -> None:
        """Take in what the store says, and bring it some of what it was not told."""
        with self._watched():
            news = self._store.owed_news(whole=not self._is_current)
            self._is_current = False  # until all of it was taken in
            self._take_in(news)
            self._is_current = True
            self._bring()
            self.is_stuck = False
            return
        self.is_stuck = True

    def items(self) -> list[Item]:
        """Give everything that is owed, as far as it is known."""
        return list(self._items.values())

    def fresh(self) -> list[Item]:
        """Give what came to be owed since this was last asked."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def is_owed(self, item: Item) -> bool:
        """Say whether it still is: that may have ended while it was on its way."""
        self.look()
        return not item.is_over and item.superseded_at is None

    def alert(self, alert_id: str) -> Alert | None:
        """Give the alert that a notice is about; the unstored one is the newer."""
        if alert_id in self._alerts:
            return self._alerts[alert_id]
        with self._watched():
            return self._store.alert(alert_id)
        return None

    def channels(self, notice: Notice) -> set[str]:
        """Give the channels on which this person has, or is to have, this same message."""
        notices = [item.notice for item in self._items.values()]
        notices += [item.notice for item, _ in self._results.values()]
        with self._watched():
            notices += self._store.notices(notice.alert)
        same = _message(notice)
        return {n.channel for n in notices if _message(n) == same}

    def add(self, notice: Notice) -> None:
        """Owe one more."""
        if notice.alert not in self._alerts and self._has_stored(notice):
            self.look()
        else:
            self._admit(Item(notice, notice.reason, is_stored=False, is_derived=True))

    def settle(self, item: Item, result: Result) -> None:
        """Note what came of an attempt."""
        item.attempts = result.receipt.attempt
        if item.is_over and not item.is_stored:
            return  # cancelled: the store will never hear of it
        if item.superseded_at is not None:
            result = structs.replace(result, next_try=None, done=True)
        if result.done:
            self._end(item)
        if item.is_stored:
            with self._watched():
                self._record(item, result)
                return
        self._results[item.notice.id] = item, result
        self.is_behind = self.is_behind or item.is_stored

    # -- what comes in

    def _admit(self, item: Item) -> None:
        name = item.notice.id
        if name in self._items or name in self._results:
            return
        self._items[name] = item
        self._fresh.append(item)
        older = self._newest.get(_way(item.notice))
        self._newest[_way(item.notice)] = item
        if older is not None:
            self._supersede(older, item)

    def _supersede(self, older: Item, later: Item) -> None:
        """Let the later one stand for both; it repeats nothing where the first was never sent."""
        older.superseded_at = later.notice.due.wall
        if older.is_flying:
            return
        if later.notice.reason is Reason.REPEATED:
            later.reason = older.reason
        self._end(older)
        # The lowest rung is the only one that claims nothing. No attempt is counted for it.
        receipt = Receipt(
            older.notice.id, older.attempts, Rung.REFUSED, older.superseded_at, SUPERSEDED
        )
        self._results[older.notice.id] = older, Result(receipt, None, done=True)
        self.is_behind = True

    def _cancel(self, alerts: set[str], fresh: set[str]) -> None:
        """Owe nothing about these alerts but the fresh, though the store cannot be told of it."""
        for name, item in list(self._items.items()):
            if item.notice.alert in alerts and name not in fresh:
                self._end(item)
                if item.is_stored:
                    self._cancelled.add(name)
        for name, (item, _) in list(self._results.items()):
            if item.notice.alert in alerts and name not in fresh and not item.is_stored:
                del self._results[name]

    def _end(self, item: Item) -> None:
        item.is_over = True
        self._items.pop(item.notice.id, None)
        if self._newest.get(_way(item.notice)) is item:
            del self._newest[_way(item.notice)]

    # -- the store

    def _take_in(self, news: News) -> None:
        if not (news.is_whole or news.owed or news.gone):
            return
        gone = set(news.gone)
        if news.is_whole:
            gone = {*self._items, *self._cancelled} - {o.notice.id for o in news.owed}
        self._cancelled -= gone
        for item in [self._items[name] for name in gone if name in self._items]:
            if item.is_stored:
                self._end(item)
        for o in news.owed:
            self._meet(o)
        self._find_stored()

    def _meet(self, owed: Owed) -> None:
        notice = owed.notice
        item = self._items.get(notice.id)
        if item is None and notice.id in self._results:
            item = self._results[notice.id][0]
        if item is not None:
            self._mark_stored(item)
        elif notice.id not in self._cancelled:
            self._admit(Item(notice, notice.reason, owed.attempts, owed.next_try))

    def _find_stored(self) -> None:
        """Learn what else the store has taken, and give it what the outbox itself came to owe.

        The alerts of memory are let go when nothing unstored is about them: the store's are newer.
        """
        unstored = [item for item in self._items.values() if not item.is_stored]
        unstored += [item for item, _ in self._results.values() if not item.is_stored]
        about = {item.notice.alert for item in unstored}
        known = {alert: {n.id for n in self._store.notices(alert)} for alert in about}
        for item in unstored:
            stored = known[item.notice.alert]
            if item.notice.id in stored:
                self._mark_stored(item)
                self._end(item)  # it is not owed, or it would have been met
            elif item.is_derived and stored:
                self._store.add_notice(item.notice)
                self._mark_stored(item)
        left = {item.notice.alert for item in unstored if not item.is_stored}
        self._alerts = {name: alert for name, alert in self._alerts.items() if name in left}

    def _mark_stored(self, item: Item) -> None:
        if not item.is_stored:
            item.is_stored = self.is_behind = True

    def _bring(self) -> None:
        """Tell the store some of what it was not told; raise StoreFailed if it still refuses."""
        told = (pair for pair in self._results.values() if pair[0].is_stored)
        pairs = list(islice(told, MOST_AT_ONCE))
        for item, result in pairs:
            self._record(item, result)
        self.is_behind = len(pairs) == MOST_AT_ONCE

    def _has_stored(self, notice: Notice) -> bool:
        with self._watched():
            self._store.add_notice(notice)
            return True
        return False

    def _record(self, item: Item, result: Result) -> None:
        self._store.record(result.receipt, result.next_try, result.done)
        self._results.pop(item.notice.id, None)

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Swallow the store's refusal: what follows the block is done in its place."""
        try:
            yield
            self.is_failing = False
        except StoreFailed:
            self.is_failing = True


def _way(notice: Notice) -> tuple[str, str, str]:
    return notice.alert, notice.recipient, notice.channel


def _message(notice: Notice) -> tuple[str, ...]:
    """Name what is one message, on however many channels."""
    due = notice.due.wall.isoformat()
    return notice.alert, notice.recipient, notice.reason, due
