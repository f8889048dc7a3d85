"""What each sort of sensor notices: when it is blind, how long it holds, what it misses.

Where people are is people's; how it is said mouth's.
"""

from collections.abc import Callable
from math import inf
from random import Random

from edge.model import Kind
from simulator.agenda import Agenda
from simulator.fitting import DAY, MINUTE, Fitting
from simulator.mouth import LOW_PERCENT, Mouth

SHORT_USE = (20.0, 240.0)  # seconds a kettle, a tap, a stove is on
DOOR_STANDS_OPEN = (5.0, 20.0)
CHARGING_TAKES = 90 * MINUTE
BEATS_SPREAD = 3.0


class Body:
    """What can be measured of the resident, kept up to date by people."""

    __slots__ = ("_since", "_steps", "_steps_a_second", "is_here", "pulse")

    def __init__(self, steps: float) -> None:
        """Take somebody who has walked so many steps already."""
        self.pulse = 70.0
        self.is_here = True
        self._steps, self._steps_a_second, self._since = steps, 0.0, 0.0

    def walks(self, at: float, steps_a_second: float) -> None:
        """Go on at another pace."""
        self._steps = self.steps(at)
        self._since, self._steps_a_second = at, steps_a_second

    def steps(self, at: float) -> float:
        """Give the steps counted so far."""
        return self._steps + self._steps_a_second * (at - self._since)


class Infrared:
    """Sees movements; after one it is blind for a while, and it says "nobody" late or never."""

    __slots__ = ("_agenda", "_off_at", "_random", "blind_until", "mouth")

    def __init__(self, mouth: Mouth, agenda: Agenda, random: Random) -> None:
        self.mouth, self._agenda, self._random = mouth, agenda, random
        self.blind_until, self._off_at = -inf, -inf
        if mouth.sensor.traits.says_clear:
            mouth.state[Kind.MOTION] = False

    def moved(self, at: float) -> None:
        """Somebody moves in view."""
        traits = self.mouth.sensor.traits
        if at < self.blind_until or self._random.random() < traits.misses:
            return
        self.blind_until = at + traits.blind
        is_standing = at < self._off_at
        if not traits.says_clear:
            self.mouth.say(at, Kind.MOTION, True)
            return
        self._off_at = at + max(traits.hold, 1.0)
        if not is_standing:
            self.mouth.say(at, Kind.MOTION, True)
            self._agenda.at(self._off_at, self._clear)

    def _clear(self, at: float) -> None:
        if at < self._off_at:
            self._agenda.at(self._off_at, self._clear)
        else:
            self.mouth.say(at, Kind.MOTION, False)


class Presence:
    """Sees bodies: a radar in its rooms, a bed somebody in it; both may count heartbeats."""

    __slots__ = ("_agenda", "_body", "_is_left", "_random", "_until", "is_on", "mouth")

    def __init__(self, mouth: Mouth, agenda: Agenda, random: Random, body: Body) -> None:
        self.mouth, self._agenda, self._random, self._body = mouth, agenda, random, body
        self.is_on, self._is_left, self._until = False, True, -inf
        mouth.state[Kind.PRESENCE] = False

    def begin(self, at: float) -> None:
        """Measure from now on, where it can."""
        if Kind.HEART_RATE in self.mouth.sensor.kinds:
            self._measure(at)

    def entered(self, at: float) -> None:
        """Somebody has come into view, or moves there."""
        self._is_left = False
        if not self.is_on and self._random.random() >= self.mouth.sensor.traits.misses:
            self.is_on = True
            self.mouth.say(at, Kind.PRESENCE, True)

    def lain_until(self, at: float, until: float) -> None:
        """Somebody lies down there, up to a time."""
        self._until = max(self._until, until)
        self.entered(at)
        self._agenda.at(until, self._get_up)

    def _get_up(self, at: float) -> None:
        if at >= self._until:
            self.left(at)

    def left(self, at: float) -> None:
        """Nobody is in view any more."""
        self._is_left = True
        if self.is_on:
            self._agenda.at(at + self.mouth.sensor.traits.hold, self._clear)

    def imagine(self, at: float) -> None:
        """See a curtain for somebody."""
        if not self.is_on:
            self.is_on = True
            self.mouth.say(at, Kind.PRESENCE, True)
            self.left(at)

    def _clear(self, at: float) -> None:
        if self._is_left and self.is_on:
            self.is_on = False
            self.mouth.say(at, Kind.PRESENCE, False)

    def _measure(self, at: float) -> None:
        every = self.mouth.sensor.traits.measures or 10 * MINUTE
        if self.is_on and self._body.pulse > 0:
            beats = round(self._random.gauss(self._body.pulse, BEATS_SPREAD))
            self.mouth.say(at, Kind.HEART_RATE, max(30, beats))
            self.mouth.state.pop(Kind.HEART_RATE, None)
        self._agenda.at(at + every, self._measure)


class Item:
    """A door of a cupboard or a house, a plug, a tap: it is used, for a moment or for longer."""

    __slots__ = ("_agenda", "_is_on", "_random", "_used_until", "mouth")

    def __init__(self, mouth: Mouth, agenda: Agenda, random: Random) -> None:
        self.mouth, self._agenda, self._random = mouth, agenda, random
        self._is_on, self._used_until = False, -inf
        mouth.state[self._kind] = False

    def used(self, at: float) -> None:
        """Somebody uses it for a moment."""
        is_contact = self.mouth.sensor.fitting is Fitting.CONTACT
        lasts = self._random.uniform(*(DOOR_STANDS_OPEN if is_contact else SHORT_USE))
        self.used_until(at, at + lasts)

    def used_until(self, at: float, until: float) -> None:
        """Somebody uses it up to a time."""
        traits = self.mouth.sensor.traits
        if traits.misses and self._random.random() < traits.misses:
            return
        self._used_until = max(self._used_until, until)
        if not self._is_on:
            self._is_on = True
            self._say(at, True)
            self._agenda.at(self._used_until, self._done)

    def _done(self, at: float) -> None:
        if at < self._used_until:
            self._agenda.at(self._used_until, self._done)
            return
        self._is_on = False
        self._say(at, False)

    def _say(self, at: float, is_on: bool) -> None:
        self.mouth.say(at, self._kind, is_on)

    @property
    def _kind(self) -> Kind:
        kinds = self.mouth.sensor.kinds
        return next(k for k in (Kind.CONTACT_OPEN, Kind.USE, Kind.ACTIVITY) if k in kinds)


class Bracelet:
    """Counts heartbeats and steps where it is heard, and comes off to be charged."""

    __slots__ = ("_agenda", "_body", "_charging_until", "_random", "mouth")

    def __init__(self, mouth: Mouth, agenda: Agenda, random: Random, body: Body) -> None:
        self.mouth, self._agenda, self._random, self._body = mouth, agenda, random, body
        self._charging_until = -inf

    def begin(self, at: float) -> None:
        """Measure from now on."""
        self._measure(at)

    def _measure(self, at: float) -> None:
        mouth = self.mouth
        every = mouth.sensor.traits.measures * self._random.uniform(0.97, 1.03)
        self._agenda.at(at + every, self._measure)
        if at >= self._charging_until > -inf:
            self._charging_until = -inf
            mouth.charge(at)
        elif self._charging_until == -inf and mouth.battery(at) < LOW_PERCENT:
            self._charging_until = at + CHARGING_TAKES
        if self._body.is_here:
            self._say(at, is_worn=self._charging_until == -inf)

    def _say(self, at: float, is_worn: bool) -> None:
        mouth, kinds = self.mouth, self.mouth.sensor.kinds
        mouth.state = {}
        if Kind.STEPS in kinds:
            mouth.state[Kind.STEPS] = round(self._body.steps(at))
        if Kind.WORN in kinds:
            mouth.state[Kind.WORN] = is_worn
        if Kind.HEART_RATE in kinds and is_worn and self._body.pulse > 0:
            beats = round(self._random.gauss(self._body.pulse, BEATS_SPREAD))
            mouth.state[Kind.HEART_RATE] = max(30, beats)
        mouth.report(at)


Instrument = Infrared | Presence | Item | Bracelet


def instrument(mouth: Mouth, agenda: Agenda, random: Random, body: Body) -> Instrument | None:
    """Give what makes a sensor notice things; None where it notices nothing of ordinary life."""
    match mouth.sensor.fitting:
        case Fitting.INFRARED:
            return Infrared(mouth, agenda, random)
        case Fitting.RADAR | Fitting.BED:
            return Presence(mouth, agenda, random, body)
        case Fitting.CONTACT | Fitting.USE:
            return Item(mouth, agenda, random)
        case Fitting.BRACELET:
            return Bracelet(mouth, agenda, random, body)
        case Fitting.ALARM:
            kinds = (Kind.SMOKE, Kind.GAS, Kind.CO, Kind.LEAK)
            mouth.state.update({kind: False for kind in kinds if kind in mouth.sensor.kinds})
    return None


def reporting(mouth: Mouth, agenda: Agenda, random: Random, begins: float) -> None:
    """Let a sensor say now and then that it lives, by a clock that runs a little wrong."""
    traits = mouth.sensor.traits
    if not traits.reports:
        return
    every = traits.reports * (1 + random.uniform(-traits.drift, traits.drift) * 1e-6)

    def report(at: float) -> None:
        mouth.report(at)
        if not mouth.is_dead:
            agenda.at(at + every, report)

    agenda.at(begins + random.random() * every, report)


def imagining(
    mouth: Mouth, sees: Callable[[float], None], agenda: Agenda, random: Random, begins: float
) -> None:
    """Let a sensor see now and then what is not there."""
    a_second = mouth.sensor.traits.false_a_day / DAY
    if not a_second:
        return

    def see(at: float) -> None:
        sees(at)
        agenda.at(at + random.expovariate(a_second), see)

    agenda.at(begins + random.expovariate(a_second), see)
