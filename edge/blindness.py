"""Which causes of blindness stand, whom they deafen, and which of them have lasted.

Short ones are told to nobody. What follows from them for the home is left to supervision.
"""

from datetime import timedelta

from msgspec import Struct, structs

from edge.model import Blind, BlindCause, Home, Moment, Reading, Sighted
from edge.quiet import Quiet
from edge.returns import Proof, Returns

GRACE = timedelta(minutes=3)  # a broker that restarts is no reason to call anybody
STATED = frozenset({BlindCause.SOURCE_LOST, BlindCause.BRIDGE_OFFLINE, BlindCause.REFUSED})
LINKS = STATED | {BlindCause.MUTE}


class Darkness(Struct):
    """One cause, as it was first stated, with the devices that are still deaf by it."""

    blind: Blind
    grace: Quiet | None = None  # how long it stands, the box's own downtime left out
    is_lasting: bool = False
    heard: set[str] = set()  # devices that proved since that it is not true of them
    proof: Proof | None = None  # it is over, and is not believed yet
    returns: int = 0  # how often it was over and began again

    def is_over(self, now: Moment) -> bool:
        """Say whether it has been over for as long as that has to hold."""
        return self.proof is not None and self.proof.until.reached(now)

    @property
    def clock(self) -> Quiet:
        """Give the clock of the grace."""
        if self.grace is None:
            self.grace = Quiet(self.blind.began)
        return self.grace

    def judge(self, now: Moment) -> None:
        """Settle whether it has lasted by now; that stays true until its end."""
        self.is_lasting = self.is_lasting or has_lasted(self.clock, GRACE, now)


class Blindness:
    """Keeps the causes, and how often each came back, in dicts that belong to the asker's state."""

    def __init__(self, home: Home, darks: dict[str, Darkness], returns: dict[str, Returns]) -> None:
        self._home = home
        self._darks = darks
        self._returns = returns
        self._disproved: list[Sighted] = []

    # -- what goes in

    def lose(self, what: Blind) -> None:
        """Take in a cause; one that is stated again goes on from where it began."""
        if what.cause is BlindCause.DOWNTIME:
            for dark in self._darks.values():
                dark.judge(what.began)
                dark.clock.pause(what.began)
        key = f"{what.cause}/{what.subject}"
        known = self._darks.get(key)
        if known is None:
            self._darks[key] = Darkness(what)
        else:
            known.blind = structs.replace(known.blind, devices=what.devices)
            known.returns += known.proof is not None
            known.heard, known.proof = set(), None

    def conclude(self, what: Blind) -> None:
        """Take in a cause that nobody stated and that has lasted already."""
        self._darks[f"{what.cause}/{what.subject}"] = Darkness(what, is_lasting=True)

    def regain(self, what: Sighted, now: Moment) -> None:
        """Take in that a cause has gone."""
        self._end(f"{what.cause}/{what.subject}", now)
        if what.cause is not BlindCause.DOWNTIME:
            return
        for dark in self._darks.values():
            if dark.blind.cause is BlindCause.SOURCE_LOST:
                # A box that shuts down stops its broker first; it gets its time to start.
                dark.clock.restart(now)
            else:
                dark.clock.resume(now)

    def _end(self, key: str, now: Moment) -> None:
        """Let a cause be over; of a link that comes and goes that is believed once it holds."""
        dark = self._darks.get(key)
        if dark is None or dark.proof is not None:
            return
        dark.judge(now)
        if dark.is_lasting and dark.blind.cause in STATED:
            dark.proof = self._returns.setdefault(key, Returns()).proof(now)
        if dark.proof is None:
            del self._darks[key]

    def hear(self, reading: Reading) -> bool:
        """Take in that a device is heard, whatever is said of its bridge; say if that is news."""
        is_news = False
        for key, dark in list(self._darks.items()):
            if dark.proof is not None or not _disproves(reading, dark.blind):
                continue
            is_news = True
            if dark.blind.cause is BlindCause.MUTE:
                # One word through a bridge that was taken for dead, and it lives.
                del self._darks[key]
                self._disproved.append(Sighted(dark.blind.cause, dark.blind.subject))
            else:
                dark.heard.add(reading.device)
                self._hear_one(key, reading)
        return is_news

    def _hear_one(self, key: str, reading: Reading) -> None:
        left = tuple(name for name in self._darks[key].blind.devices if name != reading.device)
        if left:
            self._name(key, left)
        else:
            self._end(key, reading.received)

    def take_disproved(self) -> list[Sighted]:
        """Give which conclusions, since this was last asked, turned out not to be true."""
        disproved, self._disproved = self._disproved, []
        return disproved

    def refit(self, now: Moment) -> None:
        """Hold each cause against the home as it is set up now; one of nobody's is dropped."""
        for key, dark in list(self._darks.items()):
            carry_over(dark.clock, now)
            dark.proof = dark.proof and dark.proof.carried_over(now)
            deaf = self._deafened(dark.blind)
            self._name(key, tuple(name for name in deaf if name not in dark.heard))

    def _name(self, key: str, devices: tuple[str, ...]) -> None:
        dark = self._darks[key]
        if not devices and dark.blind.cause in LINKS:
            del self._darks[key]
        else:
            dark.blind = structs.replace(dark.blind, devices=devices)

    def _deafened(self, blind: Blind) -> list[str]:
        match blind.cause:
            case BlindCause.SOURCE_LOST:
                return [d.id for d in self._home.devices if d.source == blind.subject]
            case BlindCause.BRIDGE_OFFLINE:
                return [d.id for d in self._home.devices if d.bridge == blind.subject]
            case BlindCause.MUTE | BlindCause.REFUSED:
                return [d.id for d in self._home.devices if d.id in blind.devices]
            case _:
                return [device.id for device in self._home.devices]

    # -- what comes out

    @property
    def deaf(self) -> set[str]:
        """Give the devices that cannot be heard; for want of the time of day nobody is deaf."""
        return {
            name
            for dark in self._darks.values()
            if dark.blind.cause is not BlindCause.CLOCK_UNTRUSTED and dark.proof is None
            for name in dark.blind.devices
        }

    def lasting(self, now: Moment) -> list[Darkness]:
        """Give the causes that have lasted; the box's own downtime is told to nobody."""
        for key, dark in list(self._darks.items()):
            dark.judge(now)
            if dark.is_over(now):
                del self._darks[key]
        return [
            dark
            for dark in self._darks.values()
            if dark.is_lasting and dark.blind.cause is not BlindCause.DOWNTIME
        ]

    def dues(self) -> list[Moment]:
        """Give when those that stand will have lasted, and those that are over be believed so."""
        darks = self._darks.values()
        dues = [d.clock.reaches(GRACE) for d in darks if not d.is_lasting]
        ends = [d.proof.until for d in darks if d.proof is not None]
        return [*ends, *(due for due in dues if due is not None)]


def _disproves(reading: Reading, blind: Blind) -> bool:
    if blind.cause not in LINKS or reading.device not in blind.devices:
        return False
    # What was on its way when the link broke proves nothing of the time after.
    at, began = reading.received, blind.began
    return at.boot != began.boot or at.monotonic > began.monotonic


def has_lasted(quiet: Quiet, age: timedelta, now: Moment) -> bool:
    """Say whether a clock shows so much, also where it is paused."""
    due = quiet.reaches(age)
    return due.reached(now) if due is not None else quiet.counted >= age


def carry_over(quiet: Quiet, now: Moment) -> None:
    """Go on by the clock of this start of the box: those of earlier ones mean nothing to it."""
    if quiet.heard_since is not None and quiet.heard_since.boot != now.boot:
        quiet.pause(now)
        quiet.resume(now)
