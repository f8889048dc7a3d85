"""What the sensors of a home show about each other: who sees nobody any more, and who sees ghosts.

How each is recognised stands in sightless and imagining; what follows is supervision's.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from msgspec import Struct, field

from edge.alive import is_heard_of
from edge.device_state import DeviceState
from edge.imagining import IMAGINES, Outing, weighed
from edge.model import Device, Life, Moment, Oddity
from edge.sightless import SEES, Sightings

# Who moves is seen again within it; one imagined movement an hour comes so soon one time in twenty.
SEEN_AGAIN = timedelta(minutes=3)

IMAGINING = Oddity.IMAGINING  # looked up once: every sign of life asks
Judged = tuple[str, Oddity | None]  # a device, and what is odd about it from now on


class Attention(Struct, omit_defaults=True):
    """What is remembered for it, besides what each device's own state holds."""

    sightings: Sightings = field(default_factory=Sightings)
    outing: Outing = field(default_factory=Outing)

    glimpsed: Moment | None = None  # the last sign of life inside, believed or not

    def believes(self, life: Life, oddity: Oddity | None) -> bool:
        """Say whether a sign of life is somebody's; who imagines things needs a second witness.

        That is any sign of life inside shortly before, its own too: a person goes on moving.
        """
        before = self.glimpsed
        if not life.outer_door:
            self.glimpsed = life.at
        if oddity is not IMAGINING:
            return True
        if before is None or before.boot != life.at.boot:
            return False
        return life.at.since(before) <= SEEN_AGAIN

    def take(
        self, device: Device, states: Mapping[str, DeviceState], now: Moment
    ) -> Iterator[Judged]:
        """Take in that a device sees somebody; give what that shows of others."""
        if device.outer_door:
            for alone in self.outing.end(now):
                yield from _suspected(alone, states)
            return
        self.outing.see(device.id, now)
        state = states[device.id]
        if state.odd is not None:
            return
        is_news = self.sightings.see(device.id, now)
        lived = self.sightings.lived
        if not SEES.isdisjoint(device.kinds):
            state.seeing.see(lived, now)
        for name, each in states.items() if is_news else ():
            if each.seeing.is_sightless(lived, now) and is_heard_of(each, now):
                yield name, Oddity.SIGHTLESS


def _suspected(alone: str, states: Mapping[str, DeviceState]) -> Iterator[Judged]:
    """Weigh who spoke alone while, as it seems, nobody was at home."""
    for name, state in states.items():
        state.imagines = weighed(state.imagines, spoke=name == alone)
        if state.imagines >= IMAGINES and state.odd is None:
            yield name, Oddity.IMAGINING
        elif not state.imagines and state.oddity is Oddity.IMAGINING:
            yield name, None
