"""What a home must know of the gateway's own deafness: a lost source, a refused topic, no clock.

Whether a source hears is hearing.py's to say; what follows for the resident, the household's.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from edge.model import Blind, BlindCause, Device, Home, Moment, Sighted
from gateway.wire.profile import Transport

REFUSED = f"{Transport.MQTT}/refused"  # subject of what the broker does not let us hear
CLOCK = "clock"
US = "shouhu"
Told = tuple[str, Blind | Sighted]  # a home, and what it is to know


class Deafness:
    """Gives each change once, for every home with a device that it is about."""

    def __init__(self, homes: Sequence[Home]) -> None:
        self._homes = homes
        self._hears: dict[tuple[BlindCause, str], bool] = {}
        self._refused_to: dict[str, tuple[str, ...]] = {}  # devices, by household
        self._by_source = _index(homes, lambda device: device.source)
        self._by_bridge = _index(homes, lambda device: device.bridge)

    def of_source(
        self, cause: BlindCause, subject: str, hears: bool, now: Moment
    ) -> Iterator[Told]:
        """Tell that a source or a bridge is lost or back."""
        if self._hears.get((cause, subject)) is hears:
            return
        self._hears[cause, subject] = hears
        index = self._by_bridge if cause is BlindCause.BRIDGE_OFFLINE else self._by_source
        for home_id, deaf in index.get(subject, {}).items():
            yield home_id, Sighted(cause, subject) if hears else Blind(cause, subject, deaf, now)

    def of_refusals(self, deaf: Mapping[str, tuple[str, ...]], now: Moment) -> Iterator[Told]:
        """Tell which devices of each household the broker does not let us hear."""
        cause = BlindCause.REFUSED
        for home_id in self._by_source.get(Transport.MQTT, {}):
            devices = deaf.get(home_id, ())
            if self._refused_to.get(home_id) == devices:
                continue
            self._refused_to[home_id] = devices
            yield (
                home_id,
                Blind(cause, REFUSED, devices, now) if devices else Sighted(cause, REFUSED),
            )

    def of_clock(self, is_trusted: bool, now: Moment) -> Iterator[Told]:
        """Tell that the wall clock cannot be trusted, or that it can (again)."""
        cause = BlindCause.CLOCK_UNTRUSTED
        for home in self._homes:
            if is_trusted:
                yield home.id, Sighted(cause, CLOCK)
            else:
                yield home.id, Blind(cause, CLOCK, _every(home), now)


def stopped(home: Home, last: Moment) -> tuple[Blind, Sighted]:
    """Give what a home is to know of a stop of the gateway that began at `last` and is over."""
    cause = BlindCause.DOWNTIME
    return Blind(cause, US, _every(home), last), Sighted(cause, US)


def _every(home: Home) -> tuple[str, ...]:
    return tuple(device.id for device in home.devices)


def _index(
    homes: Sequence[Home], key: Callable[[Device], str]
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Give, by source or bridge and home, the devices that are heard through it."""
    found: dict[str, dict[str, list[str]]] = {}
    for home in homes:
        for device in home.devices:
            if subject := key(device):
                found.setdefault(subject, {}).setdefault(home.id, []).append(device.id)
    return {
        subject: {home_id: tuple(names) for home_id, names in by_home.items()}
        for subject, by_home in found.items()
    }
