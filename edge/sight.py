"""Who in the home could bear witness of life, and who is deaf.

What follows from blindness is left to those that ask.
"""

from msgspec import structs

from edge.model import Blind, BlindCause, Device, Home, Life, Moment, Sighted
from edge.signs import gives_life

# These causes deafen the whole home, whatever devices they name.
TOTAL = frozenset({BlindCause.DOWNTIME, BlindCause.CLOCK_UNTRUSTED})


class Sight:
    """Keeps the standing causes of blindness in a dict that belongs to the asker's state."""

    def __init__(self, home: Home, blinds: dict[str, Blind]) -> None:
        self._devices = home.devices
        self._witnesses = frozenset(d.id for d in home.devices if gives_life(d))
        self._blinds = blinds

    # -- what goes in

    def lose(self, what: Blind) -> None:
        """Take in a cause; one that is stated again goes on from where it began."""
        key = f"{what.cause}/{what.subject}"
        known = self._blinds.get(key)
        if known is not None and not _is_earlier(what.began, known.began):
            what = structs.replace(what, began=known.began)
        self._blinds[key] = what

    def regain(self, what: Sighted) -> None:
        """Take in that a cause has gone."""
        self._blinds.pop(f"{what.cause}/{what.subject}", None)

    def hear(self, life: Life) -> None:
        """Take in that a device is heard, whatever is said of its bridge."""
        for key, blind in list(self._blinds.items()):
            if blind.cause in TOTAL or life.device not in blind.devices:
                continue
            # What was on its way when the link broke proves nothing of the time after.
            if blind.began.reached(life.at):
                self._name(key, tuple(d for d in blind.devices if d != life.device))

    def refit(self) -> None:
        """Hold each cause against the home as it is set up now; one of nobody's is dropped."""
        for key, blind in list(self._blinds.items()):
            if blind.cause not in TOTAL:
                self._name(key, tuple(d.id for d in self._devices if _is_of(d, blind)))

    def _name(self, key: str, devices: tuple[str, ...]) -> None:
        if devices:
            self._blinds[key] = structs.replace(self._blinds[key], devices=devices)
        else:
            del self._blinds[key]

    # -- what comes out

    @property
    def is_blind(self) -> bool:
        """Say whether no witness is left."""
        return bool(self._blinds) and self._covers_all(*self._blinds.values())

    def blind_since(self, latest: Blind) -> Moment:
        """Give when the last witness was lost; `latest` is the cause that was heard of last."""
        if self._covers_all(latest):
            return latest.began
        # A cause that was known already is among the others with its older beginning.
        beginnings = [latest.began, *(blind.began for blind in self._blinds.values())]
        return max(beginnings, key=lambda began: began.wall)

    def deaf_since(self, devices: frozenset[str]) -> Moment | None:
        """Give since when one of these cannot be heard; None: all can."""
        hits = [
            blind.began
            for blind in self._blinds.values()
            if blind.cause in TOTAL or not devices.isdisjoint(blind.devices)
        ]
        return min(hits, key=lambda began: began.wall, default=None)

    def _covers_all(self, *blinds: Blind) -> bool:
        deaf: set[str] = set()
        for blind in blinds:
            if blind.cause in TOTAL:
                return True
            deaf.update(blind.devices)
        return bool(self._witnesses) and self._witnesses <= deaf


def _is_of(device: Device, blind: Blind) -> bool:
    if blind.cause is BlindCause.REFUSED:
        return device.id in blind.devices
    return blind.subject in (device.source, device.bridge)


def _is_earlier(one: Moment, other: Moment) -> bool:
    """Say so where the same clock tells; a wall clock may have been set between."""
    return one.boot == other.boot and one.monotonic < other.monotonic
