"""How long an order of the far end lets a home's escalation rest."""

from datetime import UTC, datetime, timedelta

import pytest

from edge.model import Moment
from gateway.uplink.service import OURS, left_of

AT = datetime(2026, 3, 2, tzinfo=UTC)
HALF_DAY = 12 * 3600


@pytest.mark.parametrize(
    ("late", "left"),
    [(timedelta(0), 12.0), (timedelta(hours=11), 1.0), (timedelta(hours=13), -1.0)],
)
def test_an_order_that_comes_late_ends_when_it_would_have_ended(
    late: timedelta, left: float
) -> None:
    now = Moment(AT + late, 0.0, "boot", True)
    assert left_of(HALF_DAY, AT, now) == timedelta(hours=left)


def test_while_the_clock_is_not_set_an_order_of_unknown_age_is_short() -> None:
    now = Moment(datetime(1970, 1, 1, tzinfo=UTC), 0.0, "boot", False)
    assert left_of(HALF_DAY, AT, now) == OURS
    assert left_of(60, AT, now) == timedelta(minutes=1)
