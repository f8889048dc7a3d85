"""Decides which figures stand for a home, by how finely it was recorded.

Three grains: what was done and when (activities), what sensors said (signs), what they said in each
hour (counts). A recorded and a simulated home are compared by the same figures of the same grain.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from simulator import portrait
from simulator.portrait import DAY, HOUR, MINUTE, Activity, Gap, Sign, quantile

Figures = dict[str, float]
BLOCKS = tuple(range(0, 24, 4))
BY_DAY = range(8, 20)
LONG_GAPS = (1, 2, 4, 8)  # hours
SOUND_SLEEP = 2 * HOUR
LATE = 17  # hour from which an outing is one of the evening
TAIL_NAMES = ("p50", "p90", "p99", "p999")
BATHROOM = ("bath", "toilet", "flush", "shower")


def of_activities(activities: Sequence[Activity]) -> Figures:
    """Give the figures of a home of which it is known what was done when."""
    days = len({int(activity.begins // DAY) for activity in activities})
    nights = portrait.nights(activities)
    rises = [night.rises for night in nights]
    by_day = [a for a in activities if portrait.hour_of(a.begins) in _Hours(8, 20)]
    away = portrait.away(activities)
    asleep = [night for night in activities if _is_sleep(night)]
    moments = [at for activity in activities for at in (activity.begins, activity.ends)]
    return {
        "activities_a_day": sum(a.ends - a.begins >= MINUTE for a in activities) / days,
        "movements_a_day": sum(activity.movements for activity in activities) / days,
        "stint_p50": quantile((a.ends - a.begins for a in by_day), 0.5) / MINUTE,
        "stint_p90": quantile((a.ends - a.begins for a in by_day), 0.9) / MINUTE,
        "stint_p99": quantile((a.ends - a.begins for a in by_day), 0.99) / MINUTE,
        "rises": quantile(rises, 0.5),
        "rises_spread": (quantile(rises, 0.9) - quantile(rises, 0.1)) / 2.56 * 60,
        "retires": quantile((night.retires for night in nights), 0.5),
        "night_breaks": sum(night.breaks for night in nights) / max(1, len(nights)),
        "night_stirs": quantile((HOUR * a.movements / (a.ends - a.begins) for a in asleep), 0.5),
        "nothing_done_a_day": len(away) / days,
        "nothing_done_p50": quantile((gap.lasts for gap in away), 0.5) / MINUTE,
        "nothing_done_p90": quantile((gap.lasts for gap in away), 0.9) / MINUTE,
        "nothing_done_spread": _ratio([gap.lasts for gap in away]),
        "nothing_done_evening": _share([portrait.hour_of(gap.begins) >= LATE for gap in away]),
        **_of_gaps(portrait.gaps(moments), days),
    }


def of_signs(signs: Sequence[Sign]) -> Figures:
    """Give the figures of a home of which each sign of life is known, in order of time."""
    times = [sign.at for sign in signs]
    days = len({int(at // DAY) for at in times})
    bathroom = [sign.at for sign in signs if _is_bathroom(sign.sensor)]
    of_nights = sorted({int(at // DAY) for at in times})[1:]
    visits = portrait.night_visits(bathroom, of_nights)
    out = portrait.outings(signs)
    ways_out = frozenset(out)
    lasts = [gap.lasts / MINUTE for gap in out]
    # Rows at one time are one event.
    a_day = portrait.events_a_day(set(times))
    return {
        "events_a_day_p10": quantile(a_day, 0.1),
        "events_a_day_p50": quantile(a_day, 0.5),
        "events_a_day_p90": quantile(a_day, 0.9),
        "night_visits": sum(visits) / max(1, len(visits)),
        "outings_a_day": len(out) / days,
        "outing_p10": quantile(lasts, 0.1),
        "outing_p50": quantile(lasts, 0.5),
        "outing_p90": quantile(lasts, 0.9),
        "outings_evening": _share([portrait.hour_of(gap.begins) >= LATE for gap in out]),
        # Ways out are told above: what is left are the silences of somebody at home.
        **_of_gaps([gap for gap in portrait.gaps(times) if gap not in ways_out], days),
    }


def of_counts(counts: Mapping[tuple[int, str], int], doors: frozenset[str]) -> Figures:
    """Give the figures of a home of which only the counts are known, by hour and sensor.

    The hours are numbered since the epoch. Days on which nothing was seen are left out.
    """
    seen = {hour for (hour, _), number in counts.items() if number}
    days = sorted({hour // 24 for hour in seen})
    with_door = {hour for (hour, name), number in counts.items() if number and name in doors}
    bathroom = {h for (h, name), number in counts.items() if number and _is_bathroom(name)}
    figures: Figures = {
        "events_a_day": sum(counts.values()) / len(days),
        "door_hours_a_day": len(with_door) / len(days),
        "bathroom_hours_a_day": len(bathroom) / len(days),
        "night_bathroom_hours": sum(1 for h in bathroom if h % 24 < 6) / len(days),
    }
    for hour in range(24):
        figures[f"seen_{hour:02}"] = _share([day * 24 + hour in seen for day in days])
    runs = _empty_runs(seen, days)
    of_day = [length for begins, length in runs if begins % 24 in BY_DAY]
    after_door = [
        length for begins, length in runs if begins % 24 in BY_DAY and begins - 1 in with_door
    ]
    figures["empty_runs_a_day"] = len(of_day) / len(days)
    figures["empty_run_p50"] = quantile(of_day, 0.5)
    figures["empty_run_p90"] = quantile(of_day, 0.9)
    figures["empty_run_p99"] = quantile(of_day, 0.99)
    figures["empty_runs_after_door"] = len(after_door) / len(days)
    return figures


def _empty_runs(seen: set[int], days: Sequence[int]) -> list[tuple[int, int]]:
    """Give the first hour and the length of each run of hours in which nothing was seen."""
    empty = [h for h in range(days[0] * 24, days[-1] * 24 + 24) if h not in seen]
    runs = []
    for _, together in groupby(enumerate(empty), lambda pair: pair[1] - pair[0]):
        hours = [hour for _, hour in together]
        if hours[0] // 24 in set(days):
            runs.append((hours[0], len(hours)))
    return runs


def _of_gaps(silences: Sequence[Gap], days: int) -> Figures:
    """Give the tails of the gaps, in minutes, by the hours in which they begin.

    Those under a minute say how a sensor chatters and nothing of the life before it.
    """
    figures: Figures = {}
    silences = [gap for gap in silences if gap.lasts >= MINUTE]
    for first in BLOCKS:
        lasts = [g.lasts / MINUTE for g in silences if portrait.hour_of(g.begins) in _Hours(first)]
        for name, share in zip(TAIL_NAMES, portrait.TAILS, strict=True):
            figures[f"gap_{first:02}_{name}"] = quantile(lasts, share)
    for hours in LONG_GAPS:
        figures[f"gaps_over_{hours}h"] = sum(gap.lasts >= hours * HOUR for gap in silences) / days
    longest = portrait.longest_a_day(silences)
    figures["longest_gap_p50"] = quantile(longest, 0.5) / HOUR
    figures["longest_gap_p90"] = quantile(longest, 0.9) / HOUR
    return figures


def _is_sleep(activity: Activity) -> bool:
    """Say whether it is a long rest begun late at night."""
    hour = portrait.hour_of(activity.begins)
    return activity.ends - activity.begins >= SOUND_SLEEP and not 5 <= hour < 21


class _Hours:
    """A block of hours, the last one not in it; four long if no end is given."""

    def __init__(self, first: int, end: int = 0) -> None:
        self._first, self._end = first, end or first + 4

    def __contains__(self, hour: float) -> bool:
        return self._first <= hour < self._end


def _is_bathroom(sensor: str) -> bool:
    return any(word in sensor.lower() for word in BATHROOM)


def _ratio(values: Sequence[float]) -> float:
    """Give the 90th percentile against the median."""
    return quantile(values, 0.9) / quantile(values, 0.5) if values else float("nan")


def _share(claims: Sequence[bool]) -> float:
    return sum(claims) / len(claims) if claims else float("nan")
