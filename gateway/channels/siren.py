"""A siren, a lamp or a relay in the home, by MQTT: on with an alert, off when it is over.

It is the one channel that works with every wire to the outside cut. That the broker has the command
is all that can be proven; whether anybody heard it is not known.
"""

from collections.abc import Callable, Collection
from datetime import timedelta

from msgspec import Struct

from edge.model import Moment, Reason, Rung, Severity
from gateway.channels import Message, SendFailed, Sent

# A weak battery or a monthly test is nothing to sound for.
SOUNDED = frozenset({Severity.EMERGENCY, Severity.URGENT})
LEFT = "left as it is"
# Topic, payload and whether it was possible: False while the broker cannot be reached.
Publish = Callable[[str, bytes], bool]


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
        self, settings: SirenSettings, publish: Publish, now: Callable[[], Moment] | None = None
    ) -> None:
        self._settings = settings
        self._publish = publish
        self._now = now
        self._sounding: dict[str, Moment | None] = {}  # alert -> since
        self._owes_off = False

    @property
    def sounding(self) -> frozenset[str]:
        """Give the alerts for which it sounds."""
        return frozenset(self._sounding)

    async def send(self, message: Message) -> Sent:
        """Switch it; raise SendFailed while the broker cannot be reached."""
        payload = self._payload(message)
        if payload is not None and not self._publish(self._settings.topic, payload):
            raise SendFailed("the broker cannot be reached", permanent=False)
        alert = message.alert.id
        if message.notice.reason is Reason.RESOLVED:
            self._sounding.pop(alert, None)
        elif payload is not None:
            self.recall(alert, None if self._now is None else self._now())
        said = LEFT if payload is None else payload.decode(errors="replace")
        return Sent(Rung.SENT, said)

    def recall(self, alert: str, since: Moment | None) -> None:
        """Know that it was switched on for an alert."""
        self._sounding[alert] = since
        self._owes_off = False

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
        if self._owes_off and self._publish(self._settings.topic, self._settings.off):
            self._owes_off = False

    def switch(self, *, is_on: bool) -> bool:
        """Switch it by hand, for a test; say whether the broker took it. Off is owed if not."""
        said = self._settings.on if is_on else self._settings.off
        is_taken = self._publish(self._settings.topic, said)
        self._owes_off = not is_on and not is_taken
        return is_taken

    def wait(self, now: Moment) -> float | None:
        """Give the seconds until `settle` has something to do, if no alert changes before."""
        if self._owes_off:
            return 1.0
        ends = [
            (since.plus(self._settings.sounds_for).monotonic - now.monotonic)
            for since in self._sounding.values()
            if since is not None
        ]
        return max(min(ends), 0.0) if ends else None

    def _is_long(self, since: Moment | None, now: Moment) -> bool:
        return since is not None and since.plus(self._settings.sounds_for).reached(now)

    def _payload(self, message: Message) -> bytes | None:
        if message.notice.severity not in SOUNDED:
            return None
        if message.notice.reason is Reason.RESOLVED:
            others = self._sounding.keys() - {message.alert.id}
            return None if others else self._settings.off
        return self._settings.drill if message.notice.drill else self._settings.on
