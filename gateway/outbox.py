"""The outbox: every notice that is owed is sent, emergencies first, again until it was taken.

What is owed and to whom is decided before it came here; the words are messages.py's. Between a
send and its record lies a gap: a message may come twice under one id, it never comes not at all.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import structs

from edge.model import Contact, Effects, Home, Moment, Notice, Receipt, Rung, Severity, digest
from gateway.channels import Channel, Message, SendFailed, Sent, Warmable
from gateway.channels.health import Health
from gateway.messages import render
from gateway.owed import Books, Item, Owing, Result
from gateway.retries import remaining, retry_of

ORDINARY_AT_ONCE = 3  # sends at the same time on one channel
EMERGENCIES_AT_ONCE = 8  # in a lane of their own: they never wait for others
SEND_TIMEOUT = timedelta(seconds=15)
# Facts of one moment are told apart by microseconds: so little is not in the future.
AT_ONCE = timedelta(milliseconds=1)
STORE_RETRY = timedelta(seconds=1)


class Outbox:
    """Sends what the store says is owed. `wake` it whenever that, or the clock, has changed."""

    def __init__(
        self,
        store: Books,
        channels: Mapping[str, Channel],
        homes: Mapping[str, Home],
        now: Callable[[], Moment],
        on_trouble: Callable[[str, str, bool], None],
        *,
        timeout: timedelta = SEND_TIMEOUT,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._channels = channels
        self._homes = homes
        self._now = now
        self._health = Health(on_trouble)
        self._timeout = timeout
        self._chance = chance
        self._owing = Owing(store)
        self._woken = asyncio.Event()
        self._flying: set[str] = set()
        self._lanes: Counter[tuple[str, bool]] = Counter()
        self._resting: dict[str, Moment] = {}

    def wake(self) -> None:
        """Look again at once at what is owed. To be called from the loop's own thread."""
        self._woken.set()

    def keep(self, effects: Effects) -> None:
        """Send what the store refused all the same, marked as not stored.

        `effects.alerts` must hold the alert of each notice, unless the store has it already. The
        same notices may be handed over again and again, and may still be stored later.
        """
        self._owing.keep(effects)
        self.wake()

    async def run(self) -> None:
        """Send for ever. What is on its way when this is cancelled will be sent once more."""
        async with asyncio.TaskGroup() as sends:
            sends.create_task(self._warm())
            while True:
                self._woken.clear()
                wait = self._dispatch(sends)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(None if wait is None else wait.total_seconds()):
                        await self._woken.wait()

    async def _warm(self) -> None:
        for channel in list(self._channels.values()):
            if isinstance(channel, Warmable):
                await channel.warm()

    # -- what is owed

    def _dispatch(self, sends: asyncio.TaskGroup) -> timedelta | None:
        """Start everything that is due and has room; say when the next falls due."""
        now = self._now()
        waits = []
        for wait, item in self._due(now):
            if wait > AT_ONCE:
                waits.append(wait)
            elif self._has_room(item.notice):
                self._flying.add(item.notice.id)
                self._lanes[_lane(item.notice)] += 1
                sends.create_task(self._attempt(item))
        if self._owing.is_failing:
            waits.append(STORE_RETRY)
        return min(waits, default=None)

    def _due(self, now: Moment) -> list[tuple[timedelta, Item]]:
        """Give what is owed and not on its way, the most urgent first, with its time to wait."""
        items = self._owing.items()
        names = {item.notice.id for item in items}
        self._resting = {name: at for name, at in self._resting.items() if name in names}
        grounded = [item for item in items if item.notice.id not in self._flying]
        return [(self._wait(item, now), item) for item in sorted(grounded, key=_urgency)]

    def _wait(self, item: Item, now: Moment) -> timedelta:
        name = item.notice.id
        if name not in self._resting and item.next_try is not None:
            # Written before a restart by a clock that may have jumped since: believed so far only.
            longest = retry_of(item.notice.severity).longest
            self._resting[name] = now.plus(min(item.next_try - now.wall, longest))
        return remaining(self._resting.get(name, item.notice.due), now)

    def _has_room(self, notice: Notice) -> bool:
        is_emergency = notice.severity is Severity.EMERGENCY
        most = EMERGENCIES_AT_ONCE if is_emergency else ORDINARY_AT_ONCE
        return self._lanes[_lane(notice)] < most

    # -- one attempt

    async def _attempt(self, item: Item) -> None:
        notice = item.notice
        try:
            sent = await self._send(item)
        except SendFailed as failure:
            self._fail(item, failure)
        else:
            self._settle(item, sent, None)
            if sent.rung is not Rung.REFUSED:
                self._health.succeeded(notice.channel)
        finally:
            self._flying.discard(notice.id)
            self._lanes[_lane(notice)] -= 1
            self.wake()

    async def _send(self, item: Item) -> Sent:
        notice = item.notice
        message = self._message(item)
        if message is None:
            return Sent(Rung.REFUSED, "nobody of that name is to be told any more")
        channel = self._channels.get(notice.channel)
        if channel is None:
            raise SendFailed("there is no channel of that name", permanent=True)
        try:
            async with asyncio.timeout(self._timeout.total_seconds()):
                return await channel.send(message)
        except TimeoutError as error:
            seconds = self._timeout.total_seconds()
            raise SendFailed(f"no answer within {seconds:g} s", permanent=False) from error

    def _message(self, item: Item) -> Message | None:
        notice = item.notice
        home = self._homes.get(notice.household)
        recipient = self._recipient(notice)
        alert = self._owing.alert(notice.alert)
        if alert is None and self._owing.is_failing:
            raise SendFailed("the store cannot be read", permanent=False)
        if home is None or recipient is None or alert is None:
            return None
        names = {contact.id: contact.name for contact in home.contacts}
        told = [names[name] for name in alert.told if name in names and name != recipient.id]
        title, text = render(alert, notice, home, told, is_stored=item.is_stored)
        return Message(notice, title, text, alert, recipient)

    def _recipient(self, notice: Notice) -> Contact | None:
        home = self._homes.get(notice.household)
        contacts = () if home is None else home.contacts
        return next((c for c in contacts if c.id == notice.recipient), None)

    # -- what came of it

    def _fail(self, item: Item, failure: SendFailed) -> None:
        notice, now = item.notice, self._now()
        retry = retry_of(notice.severity)
        is_enough = failure.permanent or item.attempts + 1 >= retry.failures
        if is_enough and self._owing.is_owed(notice):
            self._go_on(notice)
        pause = retry.pause(item.attempts + 1, self._chance())
        self._resting[notice.id] = now.plus(pause)
        self._settle(item, Sent(Rung.REFUSED, failure.reason), None if failure.permanent else pause)
        self._health.failed(notice.channel, failure.reason, is_lasting=failure.permanent)

    def _settle(self, item: Item, sent: Sent, pause: timedelta | None) -> None:
        """Record the attempt; without a pause to the next one the notice is done."""
        at = self._now().wall
        receipt = Receipt(item.notice.id, item.attempts + 1, sent.rung, at, sent.evidence)
        next_try = None if pause is None else at + pause
        self._owing.settle(item, Result(receipt, next_try, done=pause is None))

    def _go_on(self, notice: Notice) -> None:
        """Owe the message on the recipient's next channel that does not have it yet."""
        recipient = self._recipient(notice)
        taken = self._owing.channels(notice)
        ways = () if recipient is None else recipient.channels
        channel = next((way for way in ways if way not in taken), None)
        if channel is not None:
            further = digest(notice.id, channel)
            self._owing.add(structs.replace(notice, id=further, channel=channel))


def _lane(notice: Notice) -> tuple[str, bool]:
    return notice.channel, notice.severity is Severity.EMERGENCY


def _urgency(item: Item) -> tuple[int, bool, datetime, str]:
    notice = item.notice
    return notice.severity.rank, item.attempts > 0, notice.due.wall, notice.id
