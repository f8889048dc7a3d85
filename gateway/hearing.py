"""What one gateway hears, and what it is deaf to: lost sources, refused topics, new introductions.

How a transport works is its source's business, what a packet means the node's.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import structlog
from paho.mqtt.client import topic_matches_sub

from edge.model import BlindCause, Moment
from gateway.config import Config
from gateway.deafness import REFUSED
from gateway.drill import CLOCK_SET
from gateway.ears import Ears
from gateway.introductions import keep
from gateway.node import Node
from gateway.wire.decoder import Decoder
from gateway.wire.profile import Transport

UNKNOWN = (False, "")  # of a source that has said nothing yet
log = structlog.get_logger()


class Hearing:
    """The ears of one gateway and the state of each; from `begin` on the homes are told of it."""

    def __init__(
        self,
        config: Config,
        node: Node,
        decoder: Decoder,
        now: Callable[[], Moment],
        *,
        is_led: bool,
    ) -> None:
        """Prepare; nothing is opened yet. `is_led`: a drill, whose driver sets the clock."""
        self._node = node
        self._decoder = decoder
        self._now = now
        self._directory = config.settings.store.directory
        self._subscribed = config.settings.subscribe
        ordered = config.settings.command_topic
        self._further = [*([ordered] if ordered else []), *([CLOCK_SET] if is_led else [])]
        self._follows_devices = not config.settings.subscribe and not is_led
        self._states: dict[str, tuple[bool, str]] = {}
        self._settle: Callable[[], object] | None = None  # as long as nobody is told of anything
        self.ears = Ears(config, self._wanted(), now, self.note)

    def begin(self, settle: Callable[[], object]) -> None:
        """Hold each home blind to what is not heard yet; `settle` puts on disk what comes later."""
        now = self._now()
        for subject in self.ears.subjects:
            self._node.hearing(BlindCause.SOURCE_LOST, subject, False, now)
            if subject in self._states:
                hears, _ = self._states[subject]
                self._node.hearing(BlindCause.SOURCE_LOST, subject, hears, now)
        if self._state(Transport.MQTT)[0]:
            self._heed_refusals()
        self._settle = settle

    def note(self, subject: str, hears: bool, detail: str) -> None:
        """Take in that a source hears, or why it does not."""
        was = self._states.get(subject)
        if was == (hears, detail):
            return
        self._states[subject] = hears, detail
        log.info("source", source=subject, hears=hears, detail=detail)
        if self._settle is None:
            return
        if was is None or was[0] != hears:
            self._node.hearing(BlindCause.SOURCE_LOST, subject, hears, self._now())
            self._settle()
        if hears and subject == Transport.MQTT:
            self._heed_refusals()
            self._settle()

    def follow_introductions(self) -> None:
        """Hear devices where they say that they speak, and remember that they said so."""
        introduced = self._decoder.introduced
        if not introduced.is_changed:
            return
        if self._follows_devices:
            self.ears.want(self._wanted())
        if self.ears.refused and self._settle is not None:
            self._heed_refusals()
        introduced.is_changed = False
        keep(self._directory, introduced.kept())

    # -- what is said of it

    @property
    def states(self) -> dict[str, tuple[bool, str]]:
        """Give by source whether it is heard, and what is wrong or worth knowing."""
        return {name: self._state(name) for name in self.ears.subjects}

    def heard(self) -> dict[str, bool]:
        """Give by source whether it is heard."""
        return {name: hears for name, (hears, _) in self.states.items()}

    def said(self) -> dict[str, str]:
        """Give the same in words: "yes", or "no: the broker refuses us"."""
        return {
            name: ": ".join(part for part in ("yes" if hears else "no", detail) if part)
            for name, (hears, detail) in self.states.items()
        }

    def why_deaf(self, source: str) -> str:
        """Give what is wrong with a source; empty where it is heard, or has said nothing."""
        if source == REFUSED:
            return self._states.get(Transport.MQTT, (True, ""))[1]
        hears, detail = self._states.get(source, (True, ""))
        return "" if hears else detail

    def counts(self) -> Counter[str]:
        """Give how much was refused or could not be used, by reason."""
        return self._node.counts + self.ears.counts()

    # -- inside

    def _wanted(self) -> list[str]:
        """Give the topics that are heard over MQTT."""
        return [*(self._subscribed or self._decoder.subscriptions()), *self._further]

    def _state(self, subject: str) -> tuple[bool, str]:
        return self._states.get(subject, UNKNOWN)

    def _heed_refusals(self) -> None:
        """Tell the homes which devices the broker does not let us hear."""
        filters = self.ears.refused
        deaf: Mapping[str, tuple[str, ...]] = {}
        if filters:
            deaf = self._decoder.heard_on(partial(_fits, filters))
        self._node.refused(deaf, self._now())


def _fits(filters: Sequence[str], topic: str) -> bool:
    return any(topic_matches_sub(name, topic) for name in filters)
