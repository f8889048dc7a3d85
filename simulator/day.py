"""Decides what is done between rising and retiring: meals, ways out, visitors, rest.

The night is night's; where a day ends is today's to say.
"""

from collections.abc import Callable
from functools import partial
from math import exp
from operator import itemgetter

from simulator.diary import BATHROOM, BEDROOM, HALL, KITCHEN, LIVING_ROOM, Diary
from simulator.life import OUTSIDE, Doing, Stay
from simulator.today import Life, Today
from simulator.year import Spell

HOUR = 3600.0
SUNDAY = 6
DOZES, DOZES_FOR = 0.06, 50.0  # share of the times before the television, minutes
DOZING = ("television", "armchair")
LIES_DOWN = 0.5  # share of the rests in the bedroom
ERRANDS = (7.5, 20.0)  # hours between which they fall
SKIPPED_AFTER = 2 * HOUR  # a meal that late is not eaten any more
ROUNDS = (KITCHEN, LIVING_ROOM, BEDROOM, BATHROOM)

Appointment = tuple[float, int, Callable[[], None]]


class Day:
    """One waking day of the resident, with those who come."""

    def __init__(self, life: Life, today: Today) -> None:
        """Take a life and the day's conditions; `live` lives it."""
        self._life, self._today = life, today
        self._person = life.person
        self._random = life.random(today.day, "lived")
        self.diary = Diary(self._person, self._random, today.rises, today.lively)
        self.visitors: list[Stay] = []

    def live(self) -> Diary:
        """Give the diary, written until it is time for bed, or until rising if not at home."""
        today = self._today
        agenda = self._ill() if today.illness else self._agenda()
        if today.journey:
            agenda = self._travel(agenda, today.journey)
        for at, _, keep in sorted(agenda, key=itemgetter(0, 1)):
            self._pass(min(at, today.retires))
            if max(at, self.diary.at) < today.retires:
                keep()
        self._pass(today.retires)
        if self.diary.at < today.rises_again:
            self.diary.bathroom()
        return self.diary

    # --- the agenda

    def _agenda(self) -> list[Appointment]:
        meals = self._person.meals
        todo: list[tuple[float, Callable[[], None]]] = [
            (self._today.rises, self._get_up),
            (self._today.rises + self.diary.minutes(25), partial(self._meal, 0.4)),
            (self._about(meals.lunch), self._lunch),
            (self._about(meals.supper), self._supper),
        ]
        if self._random.random() < self._person.sleep.nap:
            todo.append((self._about(meals.lunch + 1.2), self._nap))
        todo += [(at, self._go_out) for at in self._outings()]
        todo += [(at, self._run_errand) for at in self._errands()]
        todo += [(at, partial(self._receive, minutes)) for at, minutes in self._visits()]
        return [(at, number, keep) for number, (at, keep) in enumerate(todo)]

    def _ill(self) -> list[Appointment]:
        """Keep to bed, with little meals."""
        rises = self._today.rises
        hours = (0.7, 3.5, 6.0, 9.5, 12.0)
        todo = [(self.diary.around(rises + hour * HOUR, 30), self._sip) for hour in hours]
        return [(at, number, keep) for number, (at, keep) in enumerate(todo)]

    def _about(self, hour: float) -> float:
        return self.diary.around(self._life.hour(self._today.day, hour), self._person.meals.spread)

    def _outings(self) -> list[float]:
        """Give when the ways out begin: in the morning, in the afternoon, after supper."""
        times = []
        for _ in range(_poisson(self._random.random(), self._today.outings)):
            dice = self._random.random()
            if dice < self._person.outings.evening:
                times.append(self.diary.around(self._hour(18.8), 45))
            elif dice < 0.6:
                times.append(max(self.diary.around(self._hour(9.6), 70), self._today.rises + HOUR))
            else:
                times.append(self.diary.around(self._hour(15.3), 70))
        return times

    def _errands(self) -> list[float]:
        """Give when somebody is out of the door for a few minutes."""
        number = _poisson(self._random.random(), self._person.outings.errands)
        return [self._hour(self._random.uniform(*ERRANDS)) for _ in range(number)]

    def _visits(self) -> list[tuple[float, float]]:
        """Give when somebody comes, and for how long."""
        company = self._person.company
        visits = [
            (self.diary.around(self._hour(self._random.choice((9.8, 15.0))), 60), company.minutes)
            for _ in range(_poisson(self._random.random(), company.visits / 7))
        ]
        if self._today.day.weekday() == SUNDAY and self._random.random() < company.sunday:
            visits.append((self.diary.around(self._hour(10.8), 30), 180.0))
        return visits

    def _hour(self, hour: float) -> float:
        return self._life.hour(self._today.day, hour)

    # --- keeping it

    def _get_up(self) -> None:
        self.diary.bathroom()
        uses = ("tap", "shower") if self._random.random() < 0.3 else ("tap",)
        self.diary.spend(Doing.WASH, BATHROOM, self.diary.at + self.diary.minutes(9), *uses)
        self.diary.spend(
            Doing.HOUSEWORK, BEDROOM, self.diary.at + self.diary.minutes(4), "cupboard"
        )

    def _lunch(self) -> None:
        if self.diary.at < self._hour(self._person.meals.lunch) + SKIPPED_AFTER:
            self._meal(1.0)

    def _supper(self) -> None:
        if self.diary.at < self._hour(self._person.meals.supper) + SKIPPED_AFTER:
            self._meal(0.8)

    def _meal(self, size: float) -> None:
        """Cook, eat, wash up."""
        diary, meals = self.diary, self._person.meals
        uses = ("fridge", "tap", "stove", "cupboard") if size > 0.5 else ("kettle", "fridge")
        diary.stint(Doing.COOK, KITCHEN, diary.at + diary.minutes(meals.cooking * size), *uses)
        table = KITCHEN if self._life.seed % 2 else LIVING_ROOM
        diary.stint(Doing.MEAL, table, diary.at + diary.minutes(meals.eating * size, 1.6))
        diary.spend(Doing.HOUSEWORK, KITCHEN, diary.at + diary.minutes(7 * size), "tap")

    def _nap(self) -> None:
        ends = self.diary.at + self.diary.minutes(self._person.sleep.nap_minutes, 1.7)
        if self._random.random() < 0.7:
            self.diary.sleep(Doing.NAP, BEDROOM, ends, ("bed",))
        else:
            self.diary.sleep(Doing.NAP, LIVING_ROOM, ends, ("armchair",))

    def _go_out(self) -> None:
        outings = self._person.outings
        lasts = self.diary.minutes(outings.minutes, outings.ratio)
        ends = min(self.diary.at + lasts, self._today.retires - HOUR / 2)
        if ends <= self.diary.at:
            return
        self.diary.spend(Doing.HOUSEWORK, HALL, self.diary.at + self.diary.minutes(1.0))
        self.diary.out(ends)
        self.diary.spend(Doing.HOUSEWORK, HALL, self.diary.at + self.diary.minutes(0.8))

    def _run_errand(self) -> None:
        self.diary.spend(Doing.HOUSEWORK, HALL, self.diary.at + 30)
        self.diary.out(min(self.diary.at + self.diary.minutes(4.0, 2.5), self._today.retires))
        self.diary.spend(Doing.HOUSEWORK, HALL, self.diary.at + 30)

    def _receive(self, minutes: float) -> None:
        """Open the door, sit together, see the visitor out."""
        diary = self.diary
        came = diary.at
        leaves = min(came + diary.minutes(minutes, 1.7), self._today.retires - HOUR / 4)
        if leaves - came < 5 * 60:
            return
        diary.spend(Doing.VISITOR, HALL, came + 45)
        diary.stint(Doing.VISITOR, LIVING_ROOM, leaves, "kettle")
        diary.spend(Doing.VISITOR, HALL, diary.at + 60)
        moves = (
            (OUTSIDE, came - 60, came),
            (HALL, came, came + 45),
            (LIVING_ROOM, came + 45, leaves),
            (HALL, leaves, diary.at),
            (OUTSIDE, diary.at, diary.at + 60),
        )
        who = 1 + len(self.visitors) // len(moves)
        for room, begins, ends in moves:
            doing, stirs = (Doing.VISITOR, 30.0) if room else (Doing.OUT, 0.0)
            self.visitors.append(Stay(who, room, doing, begins, ends, stirs))

    def _sip(self) -> None:
        self.diary.spend(Doing.COOK, KITCHEN, self.diary.at + self.diary.minutes(6), "kettle")
        self.diary.spend(Doing.MEAL, KITCHEN, self.diary.at + self.diary.minutes(9))

    def _travel(self, agenda: list[Appointment], journey: Spell) -> list[Appointment]:
        """Leave in the morning of the first day, come home in the afternoon of the last."""
        today = self._today
        leaves = self.diary.around(self._hour(9.5), 45) if journey.day == 0 else today.rises
        home = self.diary.around(self._hour(16.0), 60) if journey.is_last else today.rises_again
        kept = [each for each in agenda if each[0] < leaves or each[0] >= home]
        return [*kept, (leaves, -1, partial(self.diary.out, home))]

    # --- the time between

    def _pass(self, until: float) -> None:
        """Fill the time with what there is to do, one thing after the other."""
        while until - self.diary.at >= 60:
            if self._today.illness:
                self._lie_down(until)
            else:
                self._leisure(until)

    def _lie_down(self, until: float) -> None:
        ends = min(until, self.diary.at + self.diary.minutes(70, 2.5))
        if self._random.random() < 0.8:
            self.diary.stint(Doing.ILL, BEDROOM, ends, "bed", strolls=0.1)
        else:
            self.diary.stint(Doing.REST, LIVING_ROOM, ends, "armchair", strolls=0.3)

    def _leisure(self, until: float) -> None:
        leisure, diary = self._person.leisure, self.diary
        ends = min(until, diary.at + max(60.0, diary.minutes(leisure.stint, 5.0)))
        dice = self._random.random()
        evening = diary.at > self._hour(self._person.meals.supper)
        # In the evening half of what is not television becomes it.
        other = max(0.0, 1 - leisure.television) * (0.5 if evening else 1.0)
        television = 1 - other
        housework = leisure.housework / max(leisure.housework, 1 - leisure.television, 0.01)
        if dice < television * DOZES:
            dozes = diary.at + diary.minutes(DOZES_FOR, 2.5)
            diary.sleep(Doing.NAP, LIVING_ROOM, min(until, dozes), DOZING)
        elif dice < television:
            diary.stint(Doing.TELEVISION, LIVING_ROOM, ends, "television", "armchair")
        elif dice < television + other * housework:
            diary.stint(Doing.HOUSEWORK, self._random.choice(ROUNDS), ends, strolls=2.0)
        else:
            room = self._random.choice((LIVING_ROOM, LIVING_ROOM, BEDROOM))
            if room == BEDROOM and self._random.random() < LIES_DOWN:
                diary.sleep(Doing.NAP, BEDROOM, ends, ("bed",))
            else:
                diary.stint(Doing.REST, room, ends)


def _poisson(dice: float, mean: float) -> int:
    """Give the number that the dice stand for in a Poisson distribution."""
    number, chance = 0, exp(-mean)
    while dice > chance and number < 12:
        dice -= chance
        number += 1
        chance *= mean / number
    return number
