"""The two files as one store with one writer: what came in, what came of it, what is owed.

What gives way on a full disk is room.py's. What is written and when is its users'.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from edge.model import Alert, Change, Delivery, Effects, Entry, Moment, Notice, Receipt
from gateway.refuge import shelter
from gateway.store import alertfile
from gateway.store.ahead import Ahead
from gateway.store.alertfile import AlertFile
from gateway.store.bodies import Unreadable
from gateway.store.failure import StoreFailed
from gateway.store.files import Files
from gateway.store.journal import Journal, Snapshot
from gateway.store.notices import Outbound
from gateway.store.retention import DaySummary
from gateway.store.room import Room
from gateway.store.standing import News, Owed
from gateway.store.uplink import Parcel, Uplinked

ParcelsOf = Callable[[Effects], Sequence[Parcel]]

SPARE_BYTES = 64 << 20  # with less than this free the disk counts as short


class Store:
    """All that must survive. Any of its methods may raise StoreFailed; then nothing was changed."""

    def __init__(self, files: Files) -> None:
        self.quarantined = files.damaged
        self._files = files
        self._unreadable = Unreadable()
        self._retention = files.retention
        self._alerts = AlertFile(files.alerts, self._unreadable)
        self._outbound = Outbound(files.alerts, self._unreadable)
        self._journal = Journal(files.readings, self._unreadable)
        self._room = Room(files.ballast, files.retention, lambda: self._journal.last_seq)
        self.uplinked = Uplinked(files.alerts)
        self._parcels_of: ParcelsOf = _nothing_leaves
        self._refused: Callable[[Sequence[Parcel]], None] = lambda _: None
        self._ahead = Ahead(self._journal, self._room)
        if not files.is_read_only:
            self._ahead.take_up(self._alerts.loads())
        # A journal begun anew must not use numbers that the cursor has passed.
        self._journal.go_on_after(self._alerts.cursor()[0])

    @classmethod
    def open(
        cls,
        directory: Path,
        now: Moment,
        *,
        free_bytes: Callable[[], int] | None = None,
        spare_bytes: int = SPARE_BYTES,
    ) -> "Store":
        """Open or make the store as its only writer; `quarantined` names files found damaged."""
        files = Files.open(directory, now, free_bytes, spare_bytes)
        store = cls._of(files)
        files.ballast.lay()
        return store

    @classmethod
    def read_only(cls, directory: Path) -> "Store":
        """Open the store beside the daemon that writes to it, to look only.

        Where that daemon keeps its store in memory meanwhile, it is that one.
        """
        return cls._of(Files.look_into(shelter(directory) or directory))

    @classmethod
    def _of(cls, files: Files) -> "Store":
        try:
            return cls(files)
        except BaseException:
            files.close()
            raise

    def close(self) -> None:
        """Close both files and let the next writer in; a second time does nothing."""
        self._files.close()

    def when_closed(self, do: Callable[[], None]) -> None:
        """Have something done when the files are closed; what was given last is done first."""
        self._files.afterwards.append(do)

    def tell_far_end(
        self,
        parcels_of: ParcelsOf,
        refused: Callable[[Sequence[Parcel]], None] = lambda _: None,
    ) -> None:
        """From now on keep what this makes of effects, in the commit of those effects.

        `refused` is given what could not be kept, again with every further try.
        """
        self._parcels_of, self._refused = parcels_of, refused

    @property
    def unreadable(self) -> tuple[str, ...]:
        """Name the rows met so far that could not be read and were left out."""
        return tuple(sorted(self._unreadable.names))

    # -- the journal

    def append(
        self,
        entries: Sequence[Entry],
        deliveries: Sequence[tuple[Delivery, str]] = (),
        *,
        vital: bool = False,
    ) -> int:
        """Write what came in and the deliveries that brought it; give the last entry's number.

        A delivery comes with a digest of its address and payload. `vital`: an alert waits for it.
        """
        self.catch_up(vital=vital)
        return self._room.insist(lambda: self._journal.append(entries, deliveries), is_vital=vital)

    def catch_up(self, *, vital: bool = False) -> None:
        """Put what was carried with an alert where it belongs, into the journal."""
        self._ahead.catch_up(vital=vital)

    def is_stored(self, delivery: Delivery, digest: str) -> bool:
        """Say whether this redelivery is of a packet that was stored."""
        return self._journal.is_stored(delivery, digest)

    def entries(self, after: int, household: str | None = None) -> Iterator[tuple[int, Entry]]:
        """Give the entries after a number, in order; those of one household, or all."""
        self.catch_up()
        return self._journal.entries(after, household)

    def page(self, after: int, household: str, most: int) -> tuple[list[Entry], int]:
        """Give the next entries of one household, at most so many, and how far that looked.

        It looks through a bounded stretch of the journal, so there may be none; where it looked
        no further than `after`, there is no more.
        """
        self.catch_up()
        return self._journal.page(after, household, most)

    def last_seq(self) -> int:
        """Give the number of the last entry; 0 before the first."""
        return self._ahead.last_seq

    def save_snapshots(self, items: Iterable[Snapshot]) -> None:
        """Keep what was learned of households up to entries of the journal, in one commit.

        An item is household, version, cursor and state.
        """
        rows = list(items)
        self.catch_up()
        self._room.insist(lambda: self._journal.save_snapshots(rows))

    def snapshot(self, household: str) -> tuple[int, int, bytes] | None:
        """Give version, cursor and state of what was kept last."""
        return self._journal.snapshot(household)

    def summaries(self, household: str) -> list[DaySummary]:
        """Give the daily counts of what was swept from the journal."""
        return self._retention.summaries(household)

    def save_counters(self, counters: Mapping[str, int]) -> None:
        """Keep how far encrypted devices have counted; a power cut may cost the last of it."""
        self._room.insist(lambda: self._journal.save_counters(counters))

    def counters(self) -> dict[str, int]:
        """Give how far each encrypted device had counted, by its address."""
        return self._journal.counters()

    # -- alerts

    def commit(self, effects: Effects, cursor: int, at: Moment) -> None:
        """Write all that came of the entries up to `cursor`, as a whole; perhaps nothing."""
        reached = self._journal.last_seq
        parcels = self._parcels_of(effects)
        self._doubt(effects)
        try:
            self._room.insist(
                lambda: self._alerts.commit(effects, cursor, at, reached, parcels=parcels),
                is_vital=True,
            )
        except StoreFailed:
            self._refused(parcels)
            raise

    def carry(
        self,
        effects: Effects,
        entries: Sequence[Entry],
        deliveries: Sequence[tuple[Delivery, str]],
        at: Moment,
    ) -> bool:
        """Write entries and all that came of them in one commit; the journal has them afterwards.

        False where too much waits for the journal already; then nothing was written.
        """
        load, reached = self._ahead.load(entries, deliveries), self._journal.last_seq
        if load is None:
            return False
        parcels = self._parcels_of(effects)
        self._doubt(effects)
        self._room.insist(
            lambda: self._alerts.commit(
                effects, load.last, at, reached, load=load, parcels=parcels
            ),
            is_vital=True,
        )
        self._ahead.add(load)
        return True

    def cursor(self) -> tuple[int, Moment | None]:
        """Give the last entry whose effects are stored, and when that was."""
        return self._alerts.cursor()

    def touch(self, now: Moment) -> None:
        """Note that the daemon is alive."""
        self._room.insist(lambda: self._alerts.touch(now))

    def last_alive(self) -> Moment | None:
        """Give when the daemon was last alive; where that was lost, when the last entry came in."""
        return self._alerts.last_alive() or self._journal.last_at()

    def alerts(
        self,
        household: str | None = None,
        open_only: bool = True,
        limit: int | None = None,
        since: datetime | None = None,
    ) -> list[Alert]:
        """Give alerts, the latest first; open ones are those that nobody has closed.

        With `since` only those that were opened from then on.
        """
        where = alertfile.OPEN if open_only else alertfile.ALL
        return self._alerts.alerts(household, where, limit, since)

    def live_alerts(self, household: str) -> list[Alert]:
        """Give what a restart needs: the open alerts, and closed ones whose finding still holds."""
        return self._alerts.alerts(household, alertfile.LIVE, None)

    def alert(self, alert_id: str) -> Alert | None:
        """Give one alert as it stands."""
        return self._alerts.alert(alert_id)

    def changes(self, alert_id: str) -> list[Change]:
        """Give all that happened to an alert, in order."""
        return self._alerts.changes(alert_id)

    # -- what is owed

    def pending(self, now: Moment | None = None) -> list[Owed]:
        """Give the notices not done, the gravest first; with `now`, only what is due by then."""
        return self._outbound.pending(now)

    def owed_news(self, *, whole: bool = False) -> News:
        """Give what has changed in what is owed since this was last asked, or all of it.

        There is one who asks: the outbox.
        """
        return self._outbound.standing.news(whole=whole)

    def owed_count(self) -> int:
        """Give how many notices are not done."""
        return self._outbound.count()

    def record(self, receipt: Receipt, next_try: datetime | None, done: bool) -> None:
        """Keep what came of an attempt, and whether and when there is another."""
        self._room.insist(lambda: self._outbound.record(receipt, next_try, done), is_vital=True)

    def add_notice(self, notice: Notice) -> None:
        """Owe one more notice; one that is known already stays as it is."""
        self._room.insist(lambda: self._outbound.add_notice(notice), is_vital=True)

    def notice(self, name: str) -> Notice | None:
        """Give a notice by its id, sent or not."""
        return self._outbound.notice(name)

    def notices(self, alert_id: str) -> list[Notice]:
        """Give all that was ever owed about an alert, in order."""
        return self._outbound.notices(alert_id)

    def receipts(self, alert_id: str) -> list[Receipt]:
        """Give what came of every attempt to tell of an alert, in order."""
        return self._outbound.receipts(alert_id)

    def latest_receipts(self, most: int) -> list[tuple[Notice, Receipt]]:
        """Give what came of the latest attempts, the latest first, each with its notice."""
        return self._outbound.latest_receipts(most)

    # -- what goes

    def sweep(self, now: Moment, keep: timedelta) -> int:
        """Remove entries older than `keep`, and the oldest while the disk is short.

        Never an alert, and each day leaves its counts. Gives the number of rows removed, which is
        bounded: sweep again while it is not 0.
        """
        return self._room.insist(lambda: self._retention.sweep(now, keep, self._journal.last_seq))

    def tidy(self) -> None:
        """Clear the logs beside the files while nobody waits for a commit."""
        self._files.tidy()

    def erase(self, household: str) -> None:
        """Remove everything of one household from both files, and leave no trace of it there."""
        self.remove(household)
        self.wipe()

    def remove(self, household: str) -> None:
        """Remove everything of one household; what is left in free places `wipe` overwrites.

        Damaged files that were set aside go as a whole: nobody can take one household out of them.
        """
        self.catch_up()
        self._alerts.clear(self._journal.last_seq)
        self._alerts.erase(household)
        self._outbound.standing.doubt_all()
        self._journal.erase(household)
        self._retention.drop_set_aside()

    def wipe(self, until: float | None = None) -> None:
        """Leave no trace of what was removed. It takes as much room as the files once more.

        Past `until`, by time.monotonic(), it raises StoreFailed, and not all is overwritten.
        """
        self._files.wipe(until)

    # -- inside

    def _doubt(self, effects: Effects) -> None:
        owed = [notice.id for notice in effects.notices]
        self._outbound.standing.doubt(owed, effects.cancelled)


def _nothing_leaves(_: Effects) -> Sequence[Parcel]:
    return ()
