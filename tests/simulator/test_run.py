"""A living home being played: how its time passes, what the keys do, what those who look on see."""

import json
from datetime import UTC, datetime
from math import inf

import pytest

from edge.model import Kind
from simulator import person
from simulator.carriers import Carriers
from simulator.devices import Sent
from simulator.home_file import named
from simulator.life import RESIDENT, Signal
from simulator.live_view import LiveView, obey
from simulator.living import Living
from simulator.receiver import Arrived
from simulator.run import Run
from simulator.view_words import Words
from simulator.views import JsonLines, Lines

BEGINS = datetime(2026, 3, 2, 1, tzinfo=UTC)  # nine in the morning in the home
HOUR = 3600.0


class Air:
    """Takes whatever is sent."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    def send(self, sent: Sent) -> bool:
        """Take it."""
        self.sent.append(sent)
        return True


class Clock:
    """A led clock that keeps where it was led."""

    def __init__(self) -> None:
        self.led: list[datetime] = []

    def walk(self, until: datetime) -> None:
        """Go there."""
        self.led.append(until)


class Onlooker:
    """Does something when a moment has passed."""

    def __init__(self, at: float = inf, keys: str = "") -> None:
        self.at, self.keys = BEGINS.timestamp() + at, keys
        self.signals: list[Signal] = []

    def said(self, signal: Signal) -> None:
        """Keep it."""
        self.signals.append(signal)

    def arrived(self, arrived: Arrived, at: float) -> None:
        """Look away."""

    def passed(self, run: Run) -> None:
        """Press the keys, once."""
        if run.now >= self.at:
            keys, self.keys = self.keys, ""
            for key in keys:
                obey(run, key)


def run_of(
    onlooker: object, clock: Clock | None = None, phones: list[Arrived] | None = None
) -> Run:
    """Give a flat with somebody quiet in it, ready to be played fast."""
    living = Living(named("flat"), person.named("quiet"), 1, BEGINS)
    waiting = phones or []
    run = Run(
        living,
        Carriers(Air(), {}, None),
        clock,
        lambda: waiting.pop() if waiting else None,
        onlooker,  # type: ignore[arg-type]
    )
    run.speed = inf
    return run


def play(run: Run, hours: float) -> Run:
    """Play so many hours."""
    run.play(BEGINS.timestamp() + hours * HOUR)
    return run


def test_a_fast_life_leads_the_clock_from_minute_to_minute_and_never_back() -> None:
    clock = Clock()
    play(run_of(Onlooker(), clock), 6)
    assert clock.led == sorted(clock.led)
    assert clock.led[0] == BEGINS
    assert (clock.led[-1] - BEGINS).total_seconds() == 6 * HOUR
    assert all(moment.second == 0 for moment in clock.led)


def test_at_a_speed_the_life_takes_as_long_as_it_should() -> None:
    run = run_of(Onlooker())
    run.speed = 3600.0 * 10
    began = datetime.now(UTC)
    play(run, 5)
    assert 0.45 < (datetime.now(UTC) - began).total_seconds() < 3.0


def test_the_same_seed_plays_the_same_life() -> None:
    one, other = Onlooker(), Onlooker()
    play(run_of(one), 12)
    play(run_of(other), 12)
    assert one.signals == other.signals


def test_a_collapse_by_key_ends_all_movement_until_the_resident_gets_up() -> None:
    falls, rises = Onlooker(1 * HOUR, "c"), Onlooker(1 * HOUR, "c")
    play(run_of(falls), 8)
    after = [s for s in falls.signals if s.at > falls.at + 120]
    assert [s for s in after if s.values.get(Kind.MOTION)] == []
    run = run_of(rises)
    play(run, 2)
    assert run.living.is_lying
    assert run.living.people[RESIDENT].stay.doing == "lie"  # type: ignore[union-attr]
    obey(run, "u")
    assert not run.living.is_lying


def test_after_getting_up_by_key_the_day_goes_on() -> None:
    onlooker = Onlooker(1 * HOUR, "c")
    run = run_of(onlooker)
    signals = run.living.signals()
    for signal in signals:
        run.now = signal.at
        onlooker.said(signal)
        onlooker.passed(run)
        if signal.at > BEGINS.timestamp() + 4 * HOUR:
            break
    obey(run, "u")
    later = [next(signals) for _ in range(200)]
    assert [s for s in later if s.values.get(Kind.MOTION)]


def test_keys_press_the_button_burn_something_and_put_it_out() -> None:
    onlooker = Onlooker(60.0, "sff")
    play(run_of(onlooker), 0.5)
    alarms = [(s.sensor, *s.values.values()) for s in onlooker.signals if not s.values.keys() & {
        Kind.BATTERY, Kind.GAS
    }]  # fmt: skip
    assert [alarm for alarm in alarms if alarm[0] in ("sos", "kitchen_smoke")] == [
        ("sos", True),
        ("kitchen_smoke", True),
        ("kitchen_smoke", False),
    ]


def test_keys_pause_change_the_speed_and_end_it() -> None:
    run = run_of(Onlooker())
    run.speed = 1.0
    obey(run, "+")
    obey(run, "+")
    assert run.speed == 60.0
    obey(run, "-")
    assert run.speed == 10.0
    obey(run, " ")
    assert run.is_paused
    obey(run, "q")
    assert run.is_over


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_shows_who_is_where_what_was_said_and_what_arrived(language: str) -> None:
    words = Words(language)
    view = LiveView(words, "flat")
    run = play(run_of(Onlooker()), 1)
    view.said(Signal(run.now, "kitchen_smoke", {Kind.SMOKE: True}))
    view.arrived(Arrived("phone-duty", "烟雾 smoke", "text", 0.0), run.now)
    picture = view.picture(run, 80, 30)
    assert len(picture) <= 30
    shown = "\n".join(picture)
    for phrase in (
        words.say("resident"),
        words.say("phone-duty"),
        words.say("phones"),
        "烟雾 smoke",
    ):
        assert phrase in shown


def test_lines_tell_of_days_and_of_what_the_phones_received(
    capsys: pytest.CaptureFixture[str],
) -> None:
    runs: list[Run] = []
    phones = [Arrived("phone-daughter", "title", "text", 0.0)]
    runs.append(run_of(Lines(lambda: runs[0], Words("en")), phones=phones))
    play(runs[0], 25)
    said = capsys.readouterr().out
    assert "daughter's phone received:" in said
    assert "day 1 is over" in said
    assert "\x1b" not in said


def test_json_has_a_line_for_each_signal_and_notification(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = play(run_of(JsonLines(), phones=[Arrived("phone-duty", "title", "text", 0.0)]), 1)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len([line for line in lines if "sensor" in line]) == run.signals
    assert [line["phone"] for line in lines if "phone" in line] == ["phone-duty"]
