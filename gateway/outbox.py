"""The outbox: every notice that is owed is sent, emergencies first, again until it was taken.

What is owed and to whom is decided before it came here; the words are messages.py's. Between a
send and its record lies a gap: a message may come twice under one id, it never comes not at all.
"""

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from msgspec import structs

from edge.model import Effects, Home, Moment, Notice, Receipt, Rung, Severity, digest
from gateway.channels import Channel, Message, Patient, SendFailed, Sent, Warmable
from gateway.channels.health import Health
from gateway.composing import Composer, note
from gateway.owed import Books, Item, Owing, Result
from gateway.retries import retry_of
from gateway.turns import Turns
from gateway.unreached import Unreached

SEND_TIMEOUT = timedelta(seconds=15)
STORE_RETRY = timedelta(seconds=1)
BREATH = timedelta(milliseconds=50)  # between two goes at what the store is to catch up with
log = structlog.get_logger()


class Outbox:
    """Sends what the store says is owed. `wake` it whenever that, or the clock, has changed."""

    def __init__(
        self,
        store: Books,
        channels: Mapping[str, Channel],
        homes: Mapping[str, Home],
        now: Callable[[], Moment],
        on_trouble: Callable[[str, str, str], None],
        *,
        composer: Composer | None = None,
        on_taken: Callable[[str], None] = lambda _channel: None,
        on_unreached: Callable[[Notice], None] = lambda _notice: None,
        timeout: timedelta = SEND_TIMEOUT,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._channels = channels
        self._homes = homes
        self._now = now
        self._composer = Composer(homes) if composer is None else composer
        self._health = Health(on_trouble)
        self._on_taken = on_taken
        self._unreached = Unreached(on_unreached)
        self._timeout = timeout
        self._chance = chance
        self._owing = Owing(store)
        self._turns = Turns()
        self._boot: str | None = None
        self._woken = asyncio.Event()
        self._has_news = True
        self._next_look: asyncio.TimerHandle | None = None

    def wake(self) -> None:
        """Look again at once at what is owed. To be called from the loop's own thread."""
        self._has_news = True
        self._woken.set()

    def keep(self, effects: Effects) -> None:
        """Send what the store refused all the same, marked as not stored.

        To be called with each refused effects once, in their order; its `cancelled` ends all that
        came before. `effects.alerts` must hold the alert of each notice, unless the store has it
        already. A notice that is handed over again, or stored later, is not sent again.
        """
        self._owing.keep(effects)
        self.wake()

    async def run(self) -> None:
        """Send for ever. What is on its way when this is cancelled will be sent once more."""
        try:
            async with asyncio.TaskGroup() as sends:
                sends.create_task(self._warm())
                while True:
                    self._woken.clear()
                    wait = self._dispatch(sends)
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(wait):
                            await self._woken.wait()
        finally:
            if self._next_look is not None:
                self._next_look.cancel()

    async def _warm(self) -> None:
        for channel in list(self._channels.values()):
            if isinstance(channel, Warmable):
                await channel.warm()

    # -- what is owed

    def _dispatch(self, sends: asyncio.TaskGroup) -> float | None:
        """Start everything that is due and has room; give the seconds until the next falls due."""
        if self._has_news:
            self._has_news = False
            self._owing.look()
        now = self._now()
        self._line_up(now)
        for item in self._turns.take(now.monotonic):
            item.is_flying = True
            sends.create_task(self._attempt(item))
        self._plan_look()
        self._health.look(now.monotonic)
        waits = (self._turns.wait(now.monotonic), self._health.wait(now.monotonic))
        return min((wait for wait in waits if wait is not None), default=None)

    def _line_up(self, now: Moment) -> None:
        """Let what is new wait for its time; on another clock than before, everything."""
        items = self._owing.fresh()
        if self._boot != now.boot:
            self._boot = now.boot
            self._turns.clear()
            items = [item for item in self._owing.items() if not item.is_flying]
        for item in items:
            if not item.is_over:
                retry = retry_of(item.notice.severity)
                wait = retry.wait(item.notice.due, item.next_try, now)
                self._turns.put(item, now.monotonic + wait.total_seconds())

    def _plan_look(self) -> None:
        """Look again without being woken while the store refuses, or has to catch up."""
        owing = self._owing
        if self._next_look is None and (owing.is_stuck or owing.is_behind):
            pause = STORE_RETRY if owing.is_stuck or owing.is_failing else BREATH
            loop = asyncio.get_running_loop()
            self._next_look = loop.call_later(pause.total_seconds(), self._look_again)

    def _look_again(self) -> None:
        self._next_look = None
        self.wake()

    # -- one attempt

    async def _attempt(self, item: Item) -> None:
        try:
            sent = await self._send(item)
        except SendFailed as failure:
            self._fail(item, failure)
        else:
            self._settle(item, sent, None)
            if sent.rung is not Rung.REFUSED:
                self._note_success(item.notice)
        finally:
            item.is_flying = False
            self._turns.landed(item)
            self._woken.set()

    async def _send(self, item: Item) -> Sent:
        message = self._message(item)
        if not isinstance(message, Message):
            return message
        channel = self._channels.get(message.notice.channel)
        if channel is None:
            raise SendFailed("the channel is not configured any more", permanent=True)
        try:
            return await self._in_time(channel, message, item)
        except SendFailed:
            raise
        except Exception as mistake:
            note("a channel has failed by a mistake", item.notice, mistake)
        # What it stumbled over may be in the message: the simplest one is still to be told.
        try:
            return await self._in_time(channel, self._composer.simplest(message), item)
        except SendFailed:
            raise
        except Exception as mistake:
            reason = f"a mistake of this program: {type(mistake).__name__}"
            raise SendFailed(reason, permanent=False) from mistake

    async def _in_time(self, channel: Channel, message: Message, item: Item) -> Sent:
        """Hand over within the channel's patience.

        Where that is long, an emergency does not wait for its end: the next channel begins when
        others would have failed.
        """
        patience = channel.patience if isinstance(channel, Patient) else self._timeout
        seconds = patience.total_seconds()
        loop, begun_elsewhere = asyncio.get_running_loop(), None
        if patience > self._timeout and item.notice.severity is Severity.EMERGENCY:
            begun_elsewhere = loop.call_later(
                2 * self._timeout.total_seconds(), self._lead_on, item
            )
        try:
            async with asyncio.timeout(seconds):
                return await channel.send(message)
        except TimeoutError as error:
            raise SendFailed(f"no answer within {seconds:g} s", permanent=False) from error
        finally:
            if begun_elsewhere is not None:
                begun_elsewhere.cancel()

    def _message(self, item: Item) -> Message | Sent:
        """Give the message, or what is to be recorded where nobody is to be told any more."""
        notice = item.notice
        home = self._homes.get(notice.household)
        if home is None:
            return Sent(Rung.REFUSED, "the household is not configured any more")
        recipient = self._composer.recipient(notice)
        if recipient is None:
            return Sent(Rung.REFUSED, "nobody of that name is to be told any more")
        alert = self._owing.alert(notice.alert)
        if alert is None and self._owing.is_failing:
            raise SendFailed("the store cannot be read", permanent=False)
        if alert is None:
            return Sent(Rung.REFUSED, "the alert is not known any more")
        now = self._now().wall
        return self._composer.message(
            alert, notice, recipient, now, reason=item.reason, is_stored=item.is_stored
        )

    def _is_drilled(self, notice: Notice) -> bool:
        """Say whether it is of a drill in a real home: whoever drills sees how the channel does."""
        home = self._homes.get(notice.household)
        return notice.drill and home is not None and not home.drill

    # -- what came of it

    def _fail(self, item: Item, failure: SendFailed) -> None:
        notice = item.notice
        retry = retry_of(notice.severity)
        is_enough = failure.permanent or item.attempts + 1 >= retry.failures
        if is_enough:
            self._lead_on(item)
        pause = retry.pause(item.attempts + 1, self._chance())
        self._settle(item, Sent(Rung.REFUSED, failure.reason), None if failure.permanent else pause)
        if not item.is_over:
            self._turns.put(item, self._now().monotonic + pause.total_seconds())
        counts = notice.channel in self._channels and not self._is_drilled(notice)
        if counts and not failure.spares_channel:
            now = self._now().monotonic
            self._health.failed(notice.channel, failure.reason, now, is_lasting=failure.permanent)

    def _note_success(self, notice: Notice) -> None:
        if not self._is_drilled(notice):
            self._health.succeeded(notice.channel)
            self._on_taken(notice.channel)
        self._turns.works(notice.channel)

    def _settle(self, item: Item, sent: Sent, pause: timedelta | None) -> None:
        """Record the attempt; without a pause to the next one the notice is done."""
        at = self._now().wall
        receipt = Receipt(item.notice.id, item.attempts + 1, sent.rung, at, sent.evidence)
        item.next_try = None if pause is None else at + pause
        self._owing.settle(item, Result(receipt, item.next_try, done=pause is None))

    def _lead_on(self, item: Item) -> None:
        """Let the recipient's next channel begin, once, if the message is owed still."""
        if not item.has_gone_on and self._owing.is_owed(item):
            item.has_gone_on = True
            self._go_on(item.notice)
            self.wake()
            recipient = self._composer.recipient(item.notice)
            if recipient is not None:
                ways = [way for way in recipient.channels if way in self._channels]
                self._unreached.failed(item.notice, ways)

    def _go_on(self, notice: Notice) -> None:
        """Owe the message on the recipient's next channel, unless it is or was owed there too.

        Should that fail as well, it leads further by itself.
        """
        recipient = self._composer.recipient(notice)
        ways = () if recipient is None else recipient.channels
        own = ways.index(notice.channel) + 1 if notice.channel in ways else 0
        others = [way for way in (*ways[own:], *ways[:own]) if way != notice.channel]
        channel = next((way for way in others if way in self._channels), None)
        if channel is not None and channel not in self._owing.channels(notice):
            further = digest(notice.id, channel)
            self._owing.add(structs.replace(notice, id=further, channel=channel))
