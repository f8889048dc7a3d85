"""What lies over a day: the season, the rain, an illness, a journey."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from simulator import year

NEW_YEAR = date(2026, 1, 1)
DECADE = [NEW_YEAR + timedelta(days=n) for n in range(3652)]


def test_january_is_winter_and_july_is_not() -> None:
    assert year.winter(date(2026, 1, 15)) == pytest.approx(1, abs=0.01)
    assert year.winter(date(2026, 7, 16)) == pytest.approx(-1, abs=0.01)


def test_it_rains_as_often_as_the_climate_says() -> None:
    wet = sum(year.is_wet(day) for day in DECADE) / len(DECADE)
    assert wet == pytest.approx(sum(year.RAINY) / 12, abs=0.04)


def test_wet_days_come_together() -> None:
    wet = [year.is_wet(day) for day in DECADE]
    after_wet = [today for before, today in pairwise(wet) if before]
    assert sum(after_wet) / len(after_wet) > 1.15 * sum(wet) / len(wet)


def test_a_spell_comes_as_often_and_lasts_as_long_as_it_is_said_to() -> None:
    spells = [year.spell("one", day, a_year=2.0, days=4.0) for day in DECADE]
    begun = [spell.days for spell in spells if spell is not None and spell.day == 0]
    assert len(begun) == pytest.approx(20, abs=8)
    assert sum(begun) / len(begun) == pytest.approx(4, abs=1.5)


def test_a_spell_counts_its_days_to_the_last() -> None:
    spells = [year.spell("one", day, a_year=2.0, days=4.0) for day in DECADE[:1000]]
    lasts = [spell for spell in spells if spell is not None and spell.is_last]
    assert lasts
    assert all(spell.day == spell.days - 1 for spell in lasts)


def test_whoever_never_falls_ill_has_no_spell() -> None:
    assert all(year.spell("one", day, a_year=0.0, days=4.0) is None for day in DECADE[:400])
