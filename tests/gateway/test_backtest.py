"""`shouhu backtest`: the contract of its answers, over recordings made up here."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from edge.household import Household
from edge.model import Entry, Event, Patience, Rule
from gateway.backtest import WATCHED
from gateway.cli import main
from simulator.recording import Recording, home, readings

START = datetime(2026, 3, 2)  # noqa: DTZ001 - a recording's times have no zone
Line = tuple[datetime, str, str, str]


def days(number: int) -> Iterator[Line]:
    """Give days with motion every ten minutes from 7 to 22 and once at night, and one door."""
    for day in range(number):
        midnight = START + timedelta(days=day)
        yield midnight + timedelta(hours=2), "bathroom", "motion", "ON"
        yield midnight + timedelta(hours=2, seconds=30), "bathroom", "motion", "OFF"
        for minutes in range(7 * 60, 22 * 60 + 1, 10):
            yield midnight + timedelta(minutes=minutes), "kitchen", "motion", "ON"


def written(path: Path, lines: list[Line], separator: str = "T") -> Path:
    rows = [",".join([time.isoformat(separator), *rest]) for time, *rest in lines]
    text = "\n".join(["time,sensor,kind,value", *rows, ""])
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


Ask = Callable[..., list[dict[str, object]]]


@pytest.fixture
def answers(capfd: pytest.CaptureFixture[str]) -> Ask:
    """Run the command as the shell does and give what it prints."""

    def ask(*arguments: object) -> list[dict[str, object]]:
        code = main(["backtest", *map(str, arguments)])
        out, complaint = capfd.readouterr()
        assert code == 0, complaint
        return [json.loads(line) for line in out.splitlines()]

    return ask


def moment(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def with_silence(start: datetime, length: timedelta, number: int = 30) -> list[Line]:
    return [line for line in days(number) if not start < line[0] < start + length]


def test_an_unusual_silence_is_alerted_on_with_its_reasons(tmp_path: Path, answers: Ask) -> None:
    began = START + timedelta(days=25, hours=9)
    lines = with_silence(began, timedelta(hours=11))
    (alert,) = answers("--recording", written(tmp_path / "home.csv", lines))
    assert began < moment(alert["alert"]) < began + timedelta(hours=11)
    assert alert["rule"] == "inactivity"
    because = alert["because"]
    assert isinstance(because, dict)
    assert str(because["last_at"]).startswith(began.isoformat())
    assert because["last_room"] == "kitchen"
    assert because["limit"] == "learned"


def test_ordinary_days_are_silent_and_the_end_of_the_file_is_no_alarm(
    tmp_path: Path, answers: Ask
) -> None:
    assert answers("--recording", written(tmp_path / "home.csv", list(days(30)))) == []


def test_each_collapse_is_answered_under_its_own_text(tmp_path: Path, answers: Ask) -> None:
    asked = ["2026-03-25T12:00:00", "2026-03-20T03:30:00.500000", "2026-03-25 12:04"]
    collapses = tmp_path / "collapses.txt"
    collapses.write_text("\n".join(asked) + "\n\n")
    found = answers(
        "--recording", written(tmp_path / "home.csv", list(days(30))), "--collapses", collapses
    )
    assert {answer["collapse"] for answer in found} == set(asked)
    for answer in found:
        delay = moment(answer["alert"]) - moment(answer["collapse"])
        assert timedelta(0) < delay < timedelta(hours=12)


def test_an_answer_does_not_change_when_the_file_ends_at_the_collapse(
    tmp_path: Path, answers: Ask
) -> None:
    lines = with_silence(START + timedelta(days=12, hours=9), timedelta(hours=11))
    collapses = tmp_path / "collapses.txt"
    for text in ("2026-03-08T10:05:00", "2026-03-14T12:00:00", "2026-03-26T10:00:00"):
        collapses.write_text(text)
        whole = written(tmp_path / "whole.csv", lines)
        seen = [line for line in lines if line[0] <= datetime.fromisoformat(text)]
        cut = written(tmp_path / "cut.csv", seen)
        of_whole = answers("--recording", whole, "--collapses", collapses)
        of_cut = answers("--recording", cut, "--collapses", collapses)
        assert of_cut[-1] == next(a for a in of_whole if "collapse" in a)
        assert of_cut[:-1] == of_whole[: len(of_cut) - 1]


def test_what_happens_at_the_very_time_of_the_collapse_is_still_seen(
    tmp_path: Path, answers: Ask
) -> None:
    collapses = tmp_path / "collapses.txt"
    collapses.write_text("2026-03-25T12:00:00\n2026-03-25T12:09:59\n")
    recording = written(tmp_path / "home.csv", list(days(30)))
    first, second = answers("--recording", recording, "--collapses", collapses)
    assert first["alert"] == second["alert"]


def test_the_collapse_before_anything_was_heard_is_never_noticed(
    tmp_path: Path, answers: Ask
) -> None:
    collapses = tmp_path / "collapses.txt"
    collapses.write_text("2026-03-01T12:00:00\n")
    recording = written(tmp_path / "home.csv", list(days(2)))
    assert answers("--recording", recording, "--collapses", collapses) == [
        {"collapse": "2026-03-01T12:00:00", "alert": None}
    ]


def test_a_tighter_budget_answers_later(tmp_path: Path, answers: Ask) -> None:
    recording = written(tmp_path / "home.csv", list(days(30)))
    collapses = tmp_path / "collapses.txt"
    collapses.write_text("2026-03-25T12:00:00")
    found = [
        moment(
            answers("--recording", recording, "--collapses", collapses, "--budget", b)[0]["alert"]
        )
        for b in (8, 2, 0.5, 0.12)
    ]
    assert all(early < late for early, late in pairwise(found))


def test_only_sensors_that_need_a_person_are_signs_of_life(tmp_path: Path, answers: Ask) -> None:
    silence = START + timedelta(days=25, hours=9)
    lines = with_silence(silence, timedelta(hours=11))
    noise = [
        (silence + timedelta(hours=hour), *row)
        for hour in range(1, 11)
        for row in (("kitchen", "motion", "OFF"), ("lamp", "light", "7"), ("hall", "motion", "0"))
    ]
    plain = answers("--recording", written(tmp_path / "plain.csv", lines))
    noisy = answers("--recording", written(tmp_path / "noisy.csv", sorted(lines + noise)))
    assert [a["alert"] for a in noisy] == [a["alert"] for a in plain] != []


def test_a_silence_behind_the_door_may_last_longer_and_is_no_longer_hidden(
    tmp_path: Path, answers: Ask
) -> None:
    began = START + timedelta(days=25, hours=9)
    lines = with_silence(began, timedelta(hours=14))
    (inside,) = answers("--recording", written(tmp_path / "inside.csv", lines))
    lines.append((began + timedelta(minutes=1), "front", "door", "ON"))
    lines.append((began + timedelta(minutes=1, seconds=9), "front", "door", "OFF"))
    (outside,) = answers("--recording", written(tmp_path / "outside.csv", sorted(lines)))
    assert moment(inside["alert"]) < moment(outside["alert"]) < began + timedelta(hours=14)


def test_the_rules_that_a_recording_is_not_asked_about_change_nothing_of_the_silence(
    tmp_path: Path,
) -> None:
    lines = with_silence(START + timedelta(days=25, hours=9), timedelta(hours=11))
    door = START + timedelta(days=20, hours=9, minutes=1)
    lines = [line for line in lines if not door < line[0] < door + timedelta(hours=13)]
    lines += [(door, "front", "door", "ON"), (door + timedelta(seconds=9), "front", "door", "OFF")]
    source = Recording(written(tmp_path / "home.csv", sorted(lines)))
    place = home(source, "UTC", Patience(budget=2))
    raised = []
    for rules in (WATCHED, None):
        household = Household(place, rules=rules)
        found = [
            (change.at, change.what, alert.finding.since)
            for reading in readings(source.rows(), place.zone)
            for effects in [household.receive(Entry(place.id, reading.received, reading))]
            for change in effects.changes
            for alert in effects.alerts
            if change.alert == alert.id and alert.finding.rule is Rule.INACTIVITY
        ]
        raised.append([each for each in found if each[1] is Event.RAISED])
    assert raised[0] == raised[1] != []


def test_gzip_and_a_file_in_disorder_are_read_as_well(tmp_path: Path, answers: Ask) -> None:
    lines = with_silence(START + timedelta(days=25, hours=9), timedelta(hours=11))
    plain = answers("--recording", written(tmp_path / "home.csv", lines))
    packed = answers("--recording", written(tmp_path / "home.csv.gz", lines))
    mixed = answers("--recording", written(tmp_path / "mixed.csv", lines[::-1]))
    assert packed == plain == mixed != []


def test_answers_are_in_the_time_form_of_the_recording(tmp_path: Path, answers: Ask) -> None:
    lines = with_silence(START + timedelta(days=25, hours=9), timedelta(hours=11))
    (alert,) = answers("--recording", written(tmp_path / "home.csv", lines, " "))
    assert str(alert["alert"]).startswith("2026-03-27 ")


def test_habits_follow_the_wall_clock_of_the_given_zone(tmp_path: Path, answers: Ask) -> None:
    # Berlin leaves winter time on 29 March, the 28th day; by then the nights are known.
    odd = START + timedelta(days=10, hours=14)
    recording = written(tmp_path / "home.csv", with_silence(odd, timedelta(hours=3), 40))
    collapses = tmp_path / "collapses.txt"
    collapses.write_text("2026-03-31T02:01:00\n")
    asked = ("--recording", recording, "--collapses", collapses)
    plain = [a for a in answers(*asked) if "collapse" in a]
    summer = [a for a in answers(*asked, "--timezone", "Europe/Berlin") if "collapse" in a]
    assert summer[0]["collapse"] == "2026-03-31T02:01:00"
    early, late = sorted(moment(a["alert"]) for a in (plain[0], summer[0]))
    assert late - early < timedelta(minutes=30)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("when,what\n", "line 1"),
        ("time,sensor,kind,value\n2026-03-02T08:00:00,kitchen,motion\n", "line 2"),
        ("time,sensor,kind,value\nyesterday,kitchen,motion,ON\n", "line 2"),
        ("time,sensor,kind,value\n2026-03-02T08:00:00Z,kitchen,motion,ON\n", "has a zone"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_with_its_place(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, complaint: str
) -> None:
    path = tmp_path / "home.csv"
    path.write_text(text)
    assert main(["backtest", "--recording", str(path)]) != 0
    assert complaint in capfd.readouterr().err


def test_an_unknown_zone_or_a_missing_file_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    recording = written(tmp_path / "home.csv", list(days(1)))
    assert main(["backtest", "--recording", str(recording), "--timezone", "Moon/Sea"]) != 0
    assert "Moon/Sea" in capfd.readouterr().err
    assert main(["backtest", "--recording", str(tmp_path / "none.csv")]) != 0
    assert "none.csv" in capfd.readouterr().err
