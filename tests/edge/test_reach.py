"""The monthly test of who can be reached: asked by day, answered by taking it, missed out loud."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import structs

from edge.availability import Availability, Leave, Span
from edge.household import Household
from edge.model import (
    Acknowledge,
    Alert,
    Blind,
    BlindCause,
    Close,
    Configured,
    Effects,
    Entry,
    Event,
    Home,
    Input,
    Moment,
    Notice,
    Outcome,
    Reason,
    Rule,
    Severity,
    State,
)
from tests.homes import contact, home

ZONE = ZoneInfo("Asia/Shanghai")
BEGAN = Moment.of(datetime(2026, 3, 2, 15, 20, tzinfo=ZONE).astimezone(UTC))
HALF_AN_HOUR = timedelta(minutes=30)


class Months:
    """A home of which only the people matter, through made-up weeks."""

    def __init__(self, of: Home) -> None:
        self.home = of
        self.household = Household(of, rules=frozenset({Rule.REACH}))
        self.now = BEGAN
        self.outcome = Effects()
        self.put(Configured("a"))

    def put(self, what: Input) -> None:
        self.outcome.extend(self.household.receive(Entry(self.home.id, self.now, what)))

    def until(self, *date: int) -> "Months":
        self.now = Moment.of(datetime(*date, tzinfo=ZONE).astimezone(UTC))  # type: ignore[arg-type]
        self.outcome.extend(self.household.advance(self.now))
        return self

    def restarts(self, of: Home | None = None) -> None:
        """Begin anew with what was kept, and with another configuration of the home."""
        self.home = of or self.home
        alerts = self.household.book.alerts
        kept = self.household.snapshot()
        rules = frozenset({Rule.REACH})
        self.household = Household.restore(self.home, kept, alerts, rules=rules)
        self.put(Configured("b"))

    def asked(self) -> list[tuple[str, str, str]]:
        """Give who was sent a test on which channel, and when by the home's clock."""
        tests = [n for n in self.outcome.notices if n.severity is Severity.NOTE]
        return [(n.recipient, n.channel, _clock(n)) for n in tests]

    def last(self, person: str) -> Alert:
        return [a for a in self.outcome.alerts if a.finding.subject == person][-1]

    def told(self, reason: Reason) -> set[str]:
        faults = [n for n in self.outcome.notices if n.severity is Severity.FAULT]
        return {n.recipient for n in faults if n.reason is reason}


def _clock(notice: Notice) -> str:
    return f"{notice.due.wall.astimezone(ZONE):%m-%d %H:%M}"


def of_people(**availabilities: Availability) -> Home:
    people = [contact("daughter", "push", "sms"), contact("technician", "mail")]
    people = [
        structs.replace(each, availability=availabilities.get(each.id, each.availability))
        for each in people
    ]
    return structs.replace(home(), contacts=tuple(people), asks_contacts=True)


def answer(alert: Alert, by: str = "daughter") -> Acknowledge:
    return Acknowledge(alert.id, by, HALF_AN_HOUR)


def test_everybody_is_asked_a_day_after_they_were_set_up_on_all_their_channels() -> None:
    months = Months(of_people()).until(2026, 3, 4, 23)
    assert months.asked() == [
        ("daughter", "push", "03-03 16:00"),
        ("daughter", "sms", "03-03 16:00"),
        ("technician", "mail", "03-03 16:00"),
    ]


def test_taking_the_test_is_the_answer_and_cancels_it_on_the_other_channel() -> None:
    months = Months(of_people()).until(2026, 3, 4, 9)
    asked = months.last("daughter")
    months.put(answer(asked))
    assert asked.id in months.outcome.cancelled
    assert months.last("daughter").state is State.CLOSED
    happened = [c.what for c in months.outcome.changes if c.alert == asked.id]
    assert happened[:2] == [Event.RAISED, Event.ACKNOWLEDGED]
    assert months.until(2026, 3, 20).told(Reason.FIRST) == {"technician"}  # of himself alone
    assert months.last("daughter").state is State.CLOSED


def test_who_has_not_answered_in_three_days_is_told_of_and_answers_late() -> None:
    months = Months(of_people()).until(2026, 3, 4, 9)
    months.put(answer(months.last("technician"), "technician"))
    months.until(2026, 3, 6, 15, 50)
    assert not months.told(Reason.FIRST)
    months.until(2026, 3, 6, 16, 1)
    assert months.told(Reason.FIRST) == {"technician"}
    fault = months.last("daughter")
    assert (fault.finding.severity, fault.state) == (Severity.FAULT, State.RAISED)
    months.put(answer(fault, "technician"))  # he sees to it, which is no answer of hers
    assert months.last("daughter").state is State.ACKNOWLEDGED
    months.put(answer(fault))
    assert months.last("daughter").state is State.CLOSED
    assert "technician" in months.told(Reason.RESOLVED)


def test_an_answer_is_good_for_a_month_whatever_is_restarted_meanwhile() -> None:
    months = Months(of_people()).until(2026, 3, 4, 9)
    for person in ("daughter", "technician"):
        months.put(answer(months.last(person), person))
    before = len(months.asked())
    months.restarts()
    months.until(2026, 4, 2, 15, 59)
    assert len(months.asked()) == before
    months.until(2026, 4, 2, 16, 1)
    assert [who for who, _, _ in months.asked()[before:]] == ["daughter", "daughter", "technician"]


def test_another_channel_or_telephone_is_tried_the_next_day() -> None:
    months = Months(of_people()).until(2026, 3, 4, 9)
    for person in ("daughter", "technician"):
        months.put(answer(months.last(person), person))
    before = len(months.asked())
    changed = of_people()
    daughter = structs.replace(changed.contacts[0], channels=("push", "call"))
    months.restarts(structs.replace(changed, contacts=(daughter, changed.contacts[1])))
    months.until(2026, 3, 6, 9)
    assert months.asked()[before:] == [
        ("daughter", "push", "03-05 10:00"),
        ("daughter", "call", "03-05 10:00"),
    ]


def test_nobody_is_asked_while_they_sleep_work_nights_or_are_on_leave() -> None:
    early = Availability(quiet=(Span(9 * 60, 11 * 60), Span(14 * 60, 17 * 60)))
    away = Availability(leaves=(Leave(date(2026, 3, 2), date(2026, 3, 6)),))
    months = Months(of_people(daughter=early, technician=away)).until(2026, 3, 8)
    assert months.asked() == [
        ("daughter", "push", "03-03 17:00"),
        ("daughter", "sms", "03-03 17:00"),
        ("technician", "mail", "03-07 10:00"),
    ]


def test_a_box_that_was_off_at_that_hour_asks_nobody_at_night() -> None:
    months = Months(of_people())
    months.now = Moment.of(datetime(2026, 3, 4, 2, 30, tzinfo=ZONE).astimezone(UTC))
    months.put(Blind(BlindCause.DOWNTIME, "shouhu", (), BEGAN.plus(timedelta(hours=1))))
    months.restarts()
    months.until(2026, 3, 4, 12)
    assert {at for _, _, at in months.asked()} == {"03-04 10:00"}


def test_a_fault_that_a_person_has_closed_is_asked_about_again_next_month() -> None:
    months = Months(of_people()).until(2026, 3, 7)
    fault = months.last("daughter")
    end = Close(fault.id, "technician", Outcome.UNKNOWN, Rule.REACH, "daughter")
    months.put(end)
    count = len(months.asked())
    months.until(2026, 4, 2, 17)
    assert [who for who, _, _ in months.asked()[count:]] == ["daughter", "daughter"]


def test_where_it_is_switched_off_nobody_is_asked() -> None:
    months = Months(structs.replace(of_people(), asks_contacts=False)).until(2026, 6, 1)
    assert not months.outcome.notices


def test_the_silence_of_who_cannot_answer_by_themselves_is_no_fault() -> None:
    dumb = tuple(structs.replace(each, can_answer=False) for each in of_people().contacts)
    months = Months(structs.replace(of_people(), contacts=dumb)).until(2026, 3, 7)
    assert not months.told(Reason.FIRST) and not months.told(Reason.RESOLVED)
    assert months.last("daughter").state is State.CLOSED
    months.restarts()
    count = len(months.asked())
    months.until(2026, 4, 2, 17)
    assert {who for who, _, _ in months.asked()[count:]} == {"daughter", "technician"}
    assert not months.told(Reason.FIRST)
