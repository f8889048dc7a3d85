"""A siren, a lamp or a relay in the home, by MQTT: on with an alert, off when it is over.

It is the one channel that works with every wire to the outside cut. That the broker has the command
is all that can be proven; whether anybody heard it is not known.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

from msgspec import Struct

from edge.model import Moment, Reason, Rung, Severity
from gateway.channels import Message, SendFailed, Sent

# A weak battery or a monthly test is nothing to sound for.
SOUNDED = frozenset({Severity.EMERGENCY, Severity.URGENT})
LEFT = "left as it is"
# Seconds until it is switched off again: where the broker could not be reached, where it said no.
OFF_AGAIN, OFF_LATER = 1.0, 30.0
UNREACHED = "the broker cannot be reached"
# Topic, payload, and who hears why the broker does not have it, or nothing; False: it cannot be
# reached, and nothing will be heard.
Post = Callable[[str, bytes, Callable[[str], None]], bool]


class SirenSettings(Struct, frozen=True):
    """Where the siren listens, and what it is told; `drill` is None where a drill is silent."""

    topic: str
    on: bytes = b"ON"
    off: bytes = b"OFF"
    drill: bytes | None = None
    sounds_for: timedelta = timedelta(minutes=5)


class SirenChannel:
    """One siren. An alert switches it on; it is off when none that did calls for it any more."""

    is_rooted = True

    def __init__(
        self, settings: SirenSettings, post: Post, now: Callable[[], Moment] | None = None
    ) -> None:
        self._settings = settings
        self._post = post
        self._now = now
        self._sounding: dict[str, Moment | None] = {}  # alert -> since
        self._owes_off = False
        self._is_going_off = False  # the broker has not answered yet
        self._off_due = 0.0  # by the monotonic clock: it is not switched off again before

    @property
    def sounding(self) -> frozenset[str]:
        """Give the alerts for which it sounds."""
        return frozenset(self._sounding)

    async def send(self, message: Message) -> Sent:
        """Switch it; raise SendFailed where the broker does not have the command."""
        payload, alert = self._payload(message), message.alert.id
        if payload is not None:
            answer = self._posted(payload)
            is_lost = answer.done() and answer.result() != ""
            # On its way, it may sound although the broker's word for that gets lost.
            if message.notice.reason is not Reason.RESOLVED and not is_lost:
                self.recall(alert, None if self._now is None else self._now())
            if why := await answer:
                raise SendFailed(why, permanent=False)
        if message.notice.reason is Reason.RESOLVED:
            self._sounding.pop(alert, None)
        said = LEFT if payload is None else payload.decode(errors="replace")
        return Sent(Rung.SENT, said)

    def recall(self, alert: str, since: Moment | None) -> None:
        """Know that it was switched on for an alert."""
        self._sounding[alert] = since
        self._owes_off, self._off_due = False, 0.0

    def settle(self, calling: Collection[str], now: Moment) -> None:
        """Switch it off when no alert calls any more: each was answered, is over, or sounded long.

        What the broker does not take is owed until it does.
        """
        had = bool(self._sounding)
        self._sounding = {
            alert: since
            for alert, since in self._sounding.items()
            if alert in calling and not self._is_long(since, now)
        }
        self._owes_off = (self._owes_off or had) and not self._sounding
        if self._owes_off and not self._is_going_off and now.monotonic >= self._off_due:
            self._go_off(now)

    def _go_off(self, now: Moment) -> None:
        self._is_going_off, self._off_due = True, now.monotonic + OFF_LATER
        if not self._post(self._settings.topic, self._settings.off, self._went_off):
            self._is_going_off, self._off_due = False, 0.0

    def _went_off(self, why: str) -> None:
        self._is_going_off = False
        self._owes_off = bool(why) and not self._sounding

    def switch(self, *, is_on: bool) -> Awaitable[str]:
        """Switch it by hand, for a test; give why the broker does not have that, or nothing.

        It is sent at once; off is owed until the broker has it.
        """
        self._owes_off = not is_on
        return self._posted(self._settings.on if is_on else self._settings.off)

    def wait(self, now: Moment) -> float | None:
        """Give the seconds until `settle` has something to do, if no alert changes before."""
        if self._owes_off:
            return max(self._off_due - now.monotonic, OFF_AGAIN)
        ends = [
            (since.plus(self._settings.sounds_for).monotonic - now.monotonic)
            for since in self._sounding.values()
            if since is not None
        ]
        return max(min(ends), 0.0) if ends else None

    def _posted(self, payload: bytes) -> asyncio.Future[str]:
        """Send at once; give what will be the broker's answer: why it does not have it, or "".

        Where nothing could be sent it is there at once.
        """
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def answered(why: str) -> None:
            if payload == self._settings.off:
                self._went_off(why)
            if not answer.done():
                answer.set_result(why)

        if not self._post(self._settings.topic, payload, answered):
            answer.set_result(UNREACHED)
        return answer

    def _is_long(self, since: Moment | None, now: Moment) -> bool:
        return since is not None and since.plus(self._settings.sounds_for).reached(now)

    def _payload(self, message: Message) -> bytes | None:
        if message.notice.severity not in SOUNDED:
            return None
        if message.notice.reason is Reason.RESOLVED:
            others = self._sounding.keys() - {message.alert.id}
            return None if others else self._settings.off
        return self._settings.drill if message.notice.drill else self._settings.on
