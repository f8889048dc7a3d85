"""Whole nights of an alert: who is told at which hour until somebody has taken it, and after."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from edge.availability import Availability, Leave, Span
from edge.household import Household
from edge.model import (
    Arrive,
    Configured,
    Effects,
    Entry,
    Event,
    HandOver,
    Home,
    Kind,
    Moment,
    Reason,
    Severity,
    State,
    Step,
    Unreached,
)
from tests.homes import GRAVE, contact, home
from tests.stories.story import Story

HALF_AN_HOUR = timedelta(minutes=30)
NIGHT = Span(22 * 60, 7 * 60)
WEEKDAYS = frozenset(range(5))


def of_people(zone: str = "Asia/Shanghai", **availabilities: Availability) -> Home:
    """Make a home with a daughter, a neighbour five minutes later, a duty desk, a technician."""
    people = [
        contact("daughter", "push", "sms"),
        contact("neighbour", "call"),
        contact("duty", "desk", role="community"),
        contact("technician", "mail", role="technician"),
    ]
    people = [
        structs.replace(each, availability=availabilities.get(each.id, each.availability))
        for each in people
    ]
    steps = (
        Step(timedelta(0), ("daughter",), GRAVE),
        Step(timedelta(minutes=5), ("neighbour",), GRAVE),
        Step(timedelta(minutes=15), ("duty",), GRAVE),
        Step(timedelta(0), ("technician",), frozenset({Severity.FAULT})),
    )
    return structs.replace(home(zone=zone, steps=steps), contacts=tuple(people))


class Night(Story):
    """A story that begins at any hour, and tells what people heard by the home's clock."""

    def begin_at(self, *when: int) -> "Night":
        began = datetime(*when, tzinfo=self.zone)  # type: ignore[misc, arg-type]
        self.now = Moment.of(began.astimezone(UTC))
        self.household = Household(self.home)
        self.outcome = Effects()
        self._put(Configured("night"))
        return self

    def leak(self) -> "Night":
        self.reads("kitchen_smoke", Kind.LEAK, True)
        return self

    def tampered(self) -> "Night":
        self.reads("kitchen_smoke", Kind.TAMPER, True)
        return self

    def heard(self) -> list[tuple[str, str, str]]:
        """Give when who was told why, once for all channels."""
        zone = self.zone
        told = [
            (f"{n.due.wall.astimezone(zone):%d %H:%M:%S}", n.recipient, str(n.reason))
            for n in self.outcome.notices
        ]
        return list(dict.fromkeys(told))

    def does(self, what: HandOver | Arrive | Unreached) -> "Night":
        self._put(what)
        return self


def night(of: Home, *when: int) -> Night:
    return Night(of).begin_at(*(when or (2026, 3, 2, 23, 0)))


def test_smoke_is_told_further_within_a_minute_and_to_all_of_the_first_tier_by_three() -> None:
    asleep = Availability(hours=(Span(7 * 60, 21 * 60),))
    story = night(of_people(neighbour=asleep, daughter=Availability(quiet=(NIGHT,))))
    story.smoke().after(minutes=6, seconds=30)
    assert [
        (at, sorted(who for when, who, _ in story.heard() if when == at))
        for at in dict.fromkeys(when for when, _, _ in story.heard())
    ] == [
        ("02 23:00:00", ["daughter", "duty"]),
        ("02 23:01:00", ["daughter", "duty", "neighbour"]),
        ("02 23:03:00", ["daughter", "duty", "neighbour"]),
        ("02 23:06:00", ["daughter", "duty", "neighbour"]),
    ]
    reasons = {(who, why) for at, who, why in story.heard() if at == "02 23:01:00"}
    assert ("neighbour", "escalated") in reasons and ("daughter", "repeated") in reasons
    channels = {(n.recipient, n.channel) for n in story.outcome.notices}
    assert {("daughter", "push"), ("daughter", "sms")} <= channels


def test_what_nobody_takes_all_night_is_told_ever_more_seldom_and_never_for_the_last_time() -> None:
    story = night(of_people()).leak()
    story.after(hours=24)
    daughter = [at for at, who, _ in story.heard() if who == "daughter"]
    assert daughter[:6] == [
        "02 23:00:00",
        "02 23:30:00",
        "03 00:00:00",
        "03 01:00:00",
        "03 03:00:00",
        "03 05:00:00",
    ]
    assert len(daughter) == 15  # from then on every two hours
    [first] = [at for at, who, why in story.heard() if who == "neighbour" and why == "escalated"]
    assert first == "02 23:05:00"


def test_an_emergency_of_hours_is_told_every_ten_minutes_still() -> None:
    story = night(of_people()).smoke()
    story.after(hours=9)
    times = [n.due for n in story.outcome.notices if n.recipient == "daughter"]
    gaps = {later.since(sooner) for sooner, later in pairwise(times)}
    assert max(gaps) == timedelta(minutes=10)
    assert story.now.since(times[-1]) < timedelta(minutes=10)


def test_a_step_that_is_out_of_reach_is_not_waited_for() -> None:
    story = night(of_people()).leak()
    story.after(seconds=20).does(Unreached(story.alert("leak").id, "daughter"))
    assert story.heard()[1:] == [("02 23:00:20", "neighbour", "escalated")]
    story.after(seconds=10).does(Unreached(story.alert("leak").id, "neighbour"))
    assert story.heard()[2:] == [("02 23:00:30", "duty", "escalated")]
    story.after(seconds=10).does(Unreached(story.alert("leak").id, "duty"))
    assert len(story.heard()) == 3  # there is nobody left: all are told again in their time
    missed = [c.detail for c in story.outcome.changes if c.what is Event.MISSED]
    assert missed == ["daughter", "neighbour", "duty"]
    story.after(minutes=15)
    assert {who for at, who, _ in story.heard() if at == "02 23:15:30"} == {
        *("daughter", "neighbour", "duty")
    }


def test_smoke_that_reaches_none_of_those_who_are_there_wakes_the_others_at_once() -> None:
    off = Availability(hours=(Span(9 * 60, 17 * 60),))
    story = night(of_people(neighbour=off, duty=off)).smoke()
    story.after(seconds=4).does(Unreached(story.alert("smoke").id, "daughter"))
    woken = {who for at, who, _ in story.heard() if at == "02 23:00:04"}
    assert woken == {"daughter", "neighbour", "duty"}


@pytest.mark.parametrize("severity", ["leak", "tamper"])
def test_a_deleted_robot_makes_no_storm(severity: str) -> None:
    asleep = Availability(hours=(Span(9 * 60, 17 * 60),), quiet=(NIGHT,))
    people = of_people(neighbour=asleep, technician=Availability())
    step = Step(timedelta(0), ("technician", "neighbour"), frozenset(Severity))
    story = night(structs.replace(people, steps=(step,)))
    story.reads("kitchen_smoke", Kind.LEAK if severity == "leak" else Kind.TAMPER, True)
    for _ in range(60):  # whatever is sent to either fails for good at once
        for person in ("technician", "neighbour"):
            story.does(Unreached(story.alert(severity).id, person))
        story.after(seconds=1)
    assert len(story.heard()) <= 3
    story.after(hours=11)
    assert "neighbour" in {who for _, who, _ in story.heard()}


def test_who_is_on_leave_or_off_duty_is_passed_over_at_once() -> None:
    away = Availability(leaves=(Leave(date(2026, 3, 2), date(2026, 3, 3)),))
    office = Availability(hours=(Span(9 * 60, 17 * 60, WEEKDAYS),))
    story = night(of_people(daughter=away, neighbour=office)).leak()
    assert story.heard() == [("02 23:00:00", "duty", "first")]


def test_an_alert_that_is_handed_over_is_theirs_until_their_time_is_up() -> None:
    story = night(of_people()).leak()
    story.after(minutes=2)
    story.takes("leak", by="duty")
    story.after(minutes=10).does(
        HandOver(story.alert("leak").id, "duty", "neighbour", HALF_AN_HOUR)
    )
    assert story.alert("leak").lease is not None
    assert story.alert("leak").lease.owner == "neighbour"  # type: ignore[union-attr]
    assert story.heard()[-1] == ("02 23:12:00", "neighbour", "handed")
    assert story.alert("leak").id in story.outcome.cancelled
    story.after(minutes=29)
    assert story.heard()[-1] == ("02 23:12:00", "neighbour", "handed")
    story.after(minutes=1)
    assert story.heard()[-1] == ("02 23:42:00", "daughter", "returned")
    assert story.alert("leak").state is State.RAISED


def test_of_two_who_were_given_it_in_one_breath_only_the_latter_is_told() -> None:
    story = night(of_people()).leak()
    story.takes("leak", by="duty")
    sooner, later = (
        HandOver(story.alert("leak").id, "duty", to, HALF_AN_HOUR)
        for to in ("neighbour", "daughter")
    )
    effects = story.household.receive(Entry("wang", story.now, sooner))
    effects.extend(story.household.receive(Entry("wang", story.now, later)))
    assert {n.recipient for n in effects.notices} == {"daughter"}


def test_what_nobody_has_taken_cannot_be_handed_over() -> None:
    story = night(of_people()).leak()
    story.does(HandOver(story.alert("leak").id, "duty", "neighbour", HALF_AN_HOUR))
    assert story.alert("leak").state is State.RAISED
    assert len(story.heard()) == 1


def test_who_is_on_the_scene_has_it_and_is_left_time() -> None:
    story = night(of_people()).smoke()
    story.after(seconds=40).does(Arrive(story.alert("smoke").id, "赵秀英", HALF_AN_HOUR))
    alert = story.alert("smoke")
    assert alert.state is State.ACKNOWLEDGED and alert.lease is not None
    assert alert.lease.owner == "赵秀英" and alert.id in story.outcome.cancelled
    happened = [c.what for c in story.outcome.changes]
    assert happened == [Event.RAISED, Event.ACKNOWLEDGED, Event.ON_SCENE]
    count = len(story.heard())
    story.after(minutes=29)
    assert len(story.heard()) == count


def test_who_comes_later_prolongs_the_time_of_who_has_it() -> None:
    story = night(of_people()).smoke()
    story.takes("smoke", by="duty")
    story.after(minutes=20).does(Arrive(story.alert("smoke").id, "neighbour", HALF_AN_HOUR))
    lease = story.alert("smoke").lease
    assert lease is not None and lease.owner == "duty"
    assert lease.until.since(story.now) == HALF_AN_HOUR
    story.smoke(False).after(minutes=5)
    story.does(Arrive(story.alert("smoke").id, "daughter", HALF_AN_HOUR))
    assert story.alert("smoke").state is State.RESOLVED
    assert story.outcome.changes[-1].what is Event.ON_SCENE


@pytest.mark.parametrize(("day", "asleep"), [((2026, 3, 29), 4.5), ((2026, 10, 25), 6.5)])
def test_the_night_of_another_clock_has_its_own_length(
    day: tuple[int, int, int], asleep: float
) -> None:
    sleeps = Availability(quiet=(NIGHT,))
    story = night(of_people("Europe/Berlin", technician=sleeps), *day, 1, 30).tampered()
    began = story.now
    story.after(hours=8)
    [told] = [n for n in story.outcome.notices if n.recipient == "technician"]
    assert told.due.since(began) == timedelta(hours=asleep)
    assert f"{told.due.wall.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}" == "07:00"


@pytest.mark.parametrize("day", [(2026, 3, 29), (2026, 10, 25)])
def test_a_lease_and_a_step_last_as_long_in_such_a_night(day: tuple[int, int, int]) -> None:
    story = night(of_people("Europe/Berlin"), *day, 1, 50).leak()
    story.after(minutes=20)
    began = story.outcome.notices[0].due
    told = [(n.recipient, n.due.since(began)) for n in story.outcome.notices]
    assert told == [
        ("daughter", timedelta(0)),
        ("neighbour", timedelta(minutes=5)),
        ("duty", timedelta(minutes=15)),
    ]
    story.takes("leak", by="duty", hours=2)
    taken = story.now
    story.after(hours=3)
    back = next(n for n in story.outcome.notices if n.reason is Reason.RETURNED)
    assert back.due.since(taken) == timedelta(hours=2)


@pytest.mark.parametrize("day", [((2026, 3, 29), 6), ((2026, 10, 25), 8)])
@pytest.mark.parametrize(("minutes", "told"), [(-1, "daughter"), (1, "neighbour")])
def test_a_shift_ends_by_the_clock_on_the_wall(
    day: tuple[tuple[int, int, int], int], minutes: int, told: str
) -> None:
    (began, hours), shift = day, Availability(hours=(NIGHT,))
    story = night(of_people("Europe/Berlin", daughter=shift), *began, 0, 0)
    story.after(hours=hours, minutes=minutes).leak()  # seven by the clock on the wall
    assert [who for _, who, _ in story.heard()] == [told]


def test_all_of_it_outlasts_a_power_cut() -> None:
    story = night(of_people()).leak()
    story.after(minutes=2)
    story.takes("leak", by="duty")
    story.after(minutes=5).does(HandOver(story.alert("leak").id, "duty", "neighbour", HALF_AN_HOUR))
    story.is_off(hours=1)
    story.after(seconds=2)
    assert story.heard()[-1][1:] == ("daughter", "returned")
    story.after(seconds=20).does(Unreached(story.alert("leak").id, "daughter"))
    assert story.heard()[-1][1:] == ("neighbour", "escalated")
