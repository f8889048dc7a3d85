"""The weekly question about slow change: when it is asked, and which days it is not asked about."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
from msgspec import structs

from edge.detectors.trends import Trends, TrendsState
from edge.model import (
    Blind,
    BlindCause,
    Close,
    Configured,
    Home,
    Life,
    Measure,
    Moment,
    Outcome,
    Rule,
    Shifted,
    Sighted,
)
from edge.presence import Presence
from tests.facts import EVERYTHING, life
from tests.homes import DEVICES, START, home

HOME = home(zone="UTC")
DAY = timedelta(days=1)
SETTLED = 42
ROOMS = ("kitchen_motion", "bedroom_motion", "bathroom_motion")


class Followed:
    """A home whose days are followed, and what it was told."""

    def __init__(self, of: Home = HOME, zone: str = "UTC") -> None:
        self.home = of
        self.zone = ZoneInfo(zone)
        self.impaired: set[str] = set()
        self.told: list[tuple[Moment, Shifted]] = []
        self.now = self.at(0)
        self.presence = Presence(of)
        self.trends = Trends(of, self.presence, None, lambda: self.impaired)

    def at(self, day: int, hours: float = 0.0) -> Moment:
        """Give a time of a day by the clock on the wall."""
        first = START.replace(tzinfo=self.zone)
        local = first + timedelta(days=day, hours=hours)
        return Moment.of(local.astimezone(UTC))

    def pass_until(self, now: Moment) -> None:
        """Let time pass; the detector is asked when it wants to be."""
        while (due := self.trends.next_check(self.now)) is not None and due.reached(now):
            assert not due.reached(self.now), "the next check must lie ahead"
            self.now = due
            self._ask()
        self.now = now

    def feel(self, what: Life) -> None:
        """Let a sign of life be heard."""
        self.pass_until(what.at)
        self.presence.observe(what, what.at)
        self.trends.observe(what, what.at)
        self._ask()

    def live(self, days: range, rises: float = 6.5) -> "Followed":
        """Let days pass on which somebody rises at this hour."""
        for day in days:
            for hour, device in bustle(rises):
                self.feel(life(device, self.at(day, hour)))
        return self

    def restart(self) -> None:
        """Go on from what would be stored."""
        kept = msgspec.json.encode(self.trends.state)
        state = msgspec.json.decode(kept, type=TrendsState)
        self.trends = Trends(self.home, self.presence, state, lambda: self.impaired)

    @property
    def changed(self) -> list[Measure]:
        """Give what was told to have changed, in order."""
        return [shift.measure for _, because in self.told for shift in because.shifts]

    def _ask(self) -> None:
        for finding in self.trends.findings(self.now):
            assert isinstance(finding.because, Shifted)
            told = (finding.since, finding.because)
            if told not in self.told:
                self.told.append(told)


def bustle(rises: float) -> Iterator[tuple[float, str]]:
    for step in range(18):
        yield rises + step / 6, ROOMS[step % 3]
    for hour in range(int(rises) + 4, 22):
        yield hour, ROOMS[hour % 2]


def later(of: Followed, days: int = 28) -> Followed:
    """Let somebody settle, and then rise an hour and a half later."""
    return of.live(range(SETTLED)).live(range(SETTLED, SETTLED + days), 8.0)


def test_the_question_is_asked_at_nine_by_the_wall_clock_also_after_summer_time_began() -> None:
    (told,) = later(Followed(home(zone="Europe/Berlin"), "Europe/Berlin"), 21).told
    local = told[0].wall.astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.weekday(), local.hour, local.minute) == (0, 9, 0)


def test_between_two_notes_lie_four_weeks() -> None:
    followed = later(Followed(), 70).live(range(SETTLED + 70, SETTLED + 140), 6.0)
    first, second = (moment.wall for moment, _ in followed.told)
    assert second - first >= timedelta(days=28)


def test_a_restart_each_night_changes_nothing() -> None:
    plain, restarted = later(Followed()), Followed()
    for day in range(SETTLED + 28):
        restarted.live(range(day, day + 1), 6.5 if day < SETTLED else 8.0)
        restarted.restart()
    assert restarted.told == plain.told
    assert len(plain.told) == 1


def test_who_wants_no_note_gets_none() -> None:
    assert later(Followed(structs.replace(HOME, notes_change=False))).told == []


def test_a_day_with_a_device_out_of_order_is_not_judged() -> None:
    followed = Followed().live(range(SETTLED))
    followed.impaired = {"kitchen_motion"}
    assert followed.live(range(SETTLED, SETTLED + 28), 8.0).told == []


def test_a_smoke_alarm_that_is_silent_hides_no_change() -> None:
    followed = Followed().live(range(SETTLED))
    followed.impaired = {"kitchen_smoke"}
    assert Measure.RISING in followed.live(range(SETTLED, SETTLED + 28), 8.0).changed


def test_a_day_on_which_somebody_needed_help_teaches_nothing() -> None:
    followed = Followed().live(range(SETTLED))
    for day in range(SETTLED, SETTLED + 28):
        followed.live(range(day, day + 1), 8.0)
        close = Close("alert", "daughter", Outcome.HELPED, Rule.FALL, "bracelet")
        followed.trends.observe(close, followed.now)
    assert followed.told == []


def test_what_a_bridge_hid_for_hours_teaches_nothing() -> None:
    followed = Followed().live(range(SETTLED))
    for day in range(SETTLED, SETTLED + 28):
        followed.live(range(day, day + 1), 8.0)
        began = followed.at(day, 22.5)
        blind = Blind(BlindCause.BRIDGE_OFFLINE, "zigbee2mqtt", EVERYTHING, began)
        followed.trends.observe(blind, began)
        sighted = Sighted(BlindCause.BRIDGE_OFFLINE, "zigbee2mqtt")
        followed.trends.observe(sighted, followed.at(day, 26))
        followed.now = followed.at(day, 26)
    assert followed.told == []


def test_a_night_of_which_the_box_was_off_belongs_to_both_days() -> None:
    followed = Followed().live(range(SETTLED))
    off, on = followed.at(SETTLED, -3), followed.at(SETTLED, 3)
    blind = Blind(BlindCause.DOWNTIME, "shouhu", EVERYTHING, off)
    followed.pass_until(off)
    followed.trends.observe(blind, on)
    followed.trends.observe(Sighted(BlindCause.DOWNTIME, "shouhu"), on)
    assert followed.trends.state.tally.unseen == 3 * 3600
    followed.live(range(SETTLED, SETTLED + 2))
    state = followed.trends.state
    assert state.tally.day is not None
    # Before today, the two days that share that night are missing.
    assert state.series[Measure.ACTIVITY].days[-1] == state.tally.day - 3


def test_a_cause_that_is_stated_days_late_turns_no_day_back() -> None:
    followed = Followed().live(range(SETTLED))
    today = followed.trends.state.tally.day
    began = followed.now.plus(timedelta(days=-3))
    blind = Blind(BlindCause.MUTE, "zigbee2mqtt", EVERYTHING, began)
    followed.trends.observe(blind, followed.now)
    assert followed.trends.state.tally.day == today


def test_a_box_whose_clock_nobody_trusts_asks_nothing_and_learns_nothing() -> None:
    followed = Followed()
    unset = Moment(datetime(1970, 1, 1, tzinfo=UTC), 5.0, "boot", trusted=False)
    assert followed.trends.next_check(unset) is None
    followed.trends.observe(life("kitchen_motion", unset), unset)
    assert followed.trends.state.tally.day is None


def test_a_clock_that_was_years_ahead_leaves_what_was_learned() -> None:
    followed = Followed().live(range(SETTLED))
    known = {m: list(s.values) for m, s in followed.trends.state.series.items()}
    back = followed.now.plus(timedelta(hours=1))
    wrong = Moment(back.wall + timedelta(days=3650), back.monotonic, back.boot)
    right = Moment(back.wall + DAY, back.monotonic + 86400, back.boot)
    for moment in (wrong, right):
        followed.trends.observe(life("kitchen_motion", moment), moment)
    now = {m: list(s.values) for m, s in followed.trends.state.series.items()}
    assert now == known
    last = max(day for series in followed.trends.state.series.values() for day in series.days)
    assert abs(last - right.wall.timestamp() / 86400) < 4


def test_other_sensors_are_another_beginning() -> None:
    followed = Followed().live(range(SETTLED))
    followed.trends.observe(Configured(""), followed.now)
    fewer = home(zone="UTC", devices=tuple(d for d in DEVICES if d.id != "kitchen_motion"))
    state = followed.trends.state
    changed = Trends(fewer, Presence(fewer), state)
    changed.observe(Configured(""), followed.now)
    assert state.series == {}


def test_the_same_sensors_after_a_restart_are_not() -> None:
    followed = Followed().live(range(SETTLED))
    followed.trends.observe(Configured(""), followed.now)
    followed.restart()
    followed.trends.observe(Configured(""), followed.now)
    assert followed.trends.state.series


def test_an_empty_home_is_no_change() -> None:
    followed = Followed().live(range(SETTLED))
    followed.pass_until(followed.at(SETTLED + 60))
    assert followed.told == []
