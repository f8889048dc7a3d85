"""The monthly test in a home whose clock once stood far ahead."""

from datetime import UTC, datetime, timedelta

from edge.model import Effects, Moment
from tests.edge.test_reach import BEGAN, Months, of_people

AHEAD = timedelta(days=365 * 20)


class Clocked(Months):
    """The months of a home, by a clock that may stand ahead."""

    def lives(self, duration: timedelta) -> None:
        end = self.now.plus(duration)
        while (due := self.household.next_check()) is not None and due.reached(end):
            self.outcome.extend(self.household.advance(due))
        self.now = end
        self.outcome.extend(self.household.advance(end))


def test_who_was_asked_by_a_clock_that_stood_years_ahead_is_asked_again_by_the_right_one() -> None:
    months = Clocked(of_people())
    months.now = Moment(BEGAN.wall + AHEAD, 100.0, "first")
    months.household = type(months.household)(months.home)
    months.restarts()
    months.lives(timedelta(days=2))
    assert {who for who, _, _ in months.asked()} == {"daughter", "technician"}
    months.outcome = Effects()
    months.now = Moment(datetime(2026, 3, 2, 9, tzinfo=UTC), 100.0, "second")
    months.restarts()
    months.lives(timedelta(days=2))
    assert {who for who, _, _ in months.asked()} == {"daughter", "technician"}
