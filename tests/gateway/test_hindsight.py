"""`shouhu backtest --household` and `shouhu outcomes`: a home's past from its store."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from msgspec import structs

from edge.exercise import Exercise
from edge.household import Household
from edge.model import (
    Change,
    Close,
    Configured,
    Entry,
    Event,
    Finding,
    Input,
    Kind,
    Moment,
    Outcome,
    Reading,
    Rule,
    Sensed,
    Severity,
)
from gateway.cli import main
from gateway.config import load
from gateway.hindsight import Told, compared, figures
from gateway.store import Store

DAYS = 45
START = datetime(2026, 3, 1, 16, tzinfo=UTC)  # midnight in Shanghai
FAINTED = START + timedelta(days=40, hours=9)  # nothing moves for twelve hours
NAPPED = START + timedelta(days=35, hours=13)  # nothing moves for two
HOME = """
[household]
id = "wang"
name = "王家"
time_zone = "Asia/Shanghai"
[resident]
name = "王桂兰"
[[room]]
id = "kitchen"
name = "厨房"
[[device]]
id = "kitchen_motion"
room = "kitchen"
profile = "zigbee2mqtt_motion"
address = "zigbee2mqtt/厨房红外"
[[contact]]
id = "daughter"
name = "王芳"
channels = ["push"]
"""
GATEWAY = """
[store]
directory = "store"
[[channel]]
id = "push"
type = "apprise"
url = "json://127.0.0.1:1/push"
"""


def movements() -> Iterator[datetime]:
    """Give somebody who moves about from 7 to 22, once at night, but for one nap and one fall."""
    dice = Random(1)
    for day in range(DAYS):
        midnight = START + timedelta(days=day)
        yield midnight + timedelta(hours=2, minutes=dice.randrange(60))
        time = midnight + timedelta(hours=7)
        while time < midnight + timedelta(hours=22):
            time += timedelta(minutes=dice.randrange(3, 50))
            is_napping = NAPPED < time < NAPPED + timedelta(hours=2)
            if not (is_napping or FAINTED < time < FAINTED + timedelta(hours=12)):
                yield time


def entries() -> Iterator[Entry]:
    for time in movements():
        for seconds, value in ((0, True), (40, False)):
            at = Moment.of(time + timedelta(seconds=seconds))
            reading = Reading("wang", "kitchen_motion", "kitchen", Kind.MOTION, value, at.wall, at)
            yield Entry("wang", at, reading)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a configuration and the store that its daemon would have left."""
    path = tmp_path_factory.mktemp("shouhu")
    (path / "households").mkdir()
    (path / "gateway.toml").write_text(GATEWAY)
    (path / "households" / "wang.toml").write_text(HOME, encoding="utf-8")
    (home,) = load(path).homes
    household, store = Household(home), Store.open(path / "store", Moment.of(START))

    def take(at: Moment, what: Reading | Input) -> None:
        entry = Entry("wang", at, what)
        effects = household.receive(entry)
        seq = store.append([entry]) if isinstance(what, Configured | Close) else keep(entry)
        if effects:
            store.commit(effects, seq, at)
            for alert in effects.alerts:
                raised[alert.finding.rule] = alert.id, alert.finding

    waiting: list[Entry] = []
    raised: dict[Rule, tuple[str, Finding]] = {}

    def keep(entry: Entry) -> int:
        waiting.append(entry)
        if len(waiting) < 500:
            return store.last_seq()
        return flush()

    def flush() -> int:
        seq = store.append(waiting)
        waiting.clear()
        return seq

    take(Moment.of(START), Configured("0"))
    for entry in entries():
        take(entry.at, entry.what)
        if entry.at.wall > FAINTED + timedelta(hours=13) and Rule.INACTIVITY in raised:
            flush()
            name, finding = raised.pop(Rule.INACTIVITY)
            end = Close(name, "daughter", Outcome.HELPED, finding.rule, finding.subject)
            take(entry.at.plus(timedelta(seconds=1)), end)
    flush()
    store.close()
    return path


Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ask(directory: Path, capfd: pytest.CaptureFixture[str]) -> Ask:
    """Run a command as the shell does; give its exit code and what it wrote."""

    def run(command: str, *arguments: str) -> tuple[int, str, str]:
        code = main([command, "--config", str(directory), *arguments])
        return (code, *capfd.readouterr())

    return run


def answer(ask: Ask, *arguments: str) -> dict[str, object]:
    code, out, complaint = ask("backtest", "--household", "wang", "--json", *arguments)
    assert code == 0, complaint
    found: dict[str, object] = json.loads(out)
    return found


def alerts(found: dict[str, object]) -> list[dict[str, dict[str, str]]]:
    listed = found["alerts"]
    assert isinstance(listed, list)
    return [each for each in listed if each["rule"] == "inactivity"]


def test_as_it_is_set_the_past_comes_again_as_it_was(ask: Ask) -> None:
    found = answer(ask, "--days", "20")
    (alert,) = alerts(found)
    assert alert["outcome"] == "helped"
    assert alert["really"]["at"] == alert["as_set"]["at"]
    assert alert["really"]["id"] == alert["as_set"]["id"]
    assert alert["changed"] is None
    assert found["learned_days"] == pytest.approx(DAYS - 20, abs=1)


def test_a_wider_budget_would_have_come_sooner_and_more_often(ask: Ask) -> None:
    found = answer(ask, "--days", "20", "--set", "inactivity.budget=10")
    listed = alerts(found)
    fall = next(each for each in listed if each["really"] is not None)
    assert fall["changed"]["at"] < fall["really"]["at"] == fall["as_set"]["at"]
    assert found["changed"] == {"inactivity.budget": [None, 10]}
    assert sum(each["changed"] is not None for each in listed) > 1
    assert sum(each["really"] is not None for each in listed) == 1
    counted = found["figures"]
    assert isinstance(counted, dict)
    assert counted["changed"]["real"] == counted["really"]["real"] == 1
    assert counted["changed"]["unknown"] > counted["really"]["unknown"]


def test_a_setting_that_hides_an_emergency_shows_that(ask: Ask) -> None:
    code, out, _ = ask(
        *("backtest", "--household", "wang", "--days", "20"),
        *("--set", "inactivity.ceiling=24h", "--set", "inactivity.budget=0.05"),
    )
    assert code == 0
    assert "a real emergency, helped" in out
    assert "later" in out or "not at all" in out


def test_a_drill_in_a_real_home_is_no_past_of_it(directory: Path, ask: Ask) -> None:
    began = Moment.of(START + timedelta(days=DAYS - 3))
    drilled = Exercise(load(directory).homes[0])
    store = Store.open(directory / "store", began)
    for effects in (
        drilled.begin(Severity.URGENT, began),
        drilled.end("李工", began.plus(timedelta(minutes=1)), is_told=True),
    ):
        store.commit(effects, store.cursor()[0], began)
    store.close()
    assert alerts(answer(ask, "--days", "4")) == []


def test_the_store_is_left_as_it_is(directory: Path, ask: Ask) -> None:
    def state() -> dict[str, str]:
        files = (directory / "store").glob("*.db")
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}

    before = state()
    answer(ask, "--set", "inactivity.budget=4")
    assert state() == before


def test_it_runs_beside_the_daemon_that_writes(directory: Path, ask: Ask) -> None:
    writer = Store.open(directory / "store", Moment.of(START + timedelta(days=DAYS)))
    try:
        assert alerts(answer(ask, "--days", "20"))
    finally:
        writer.close()


def test_what_happened_before_the_days_is_learned_from_and_not_told(ask: Ask) -> None:
    assert alerts(answer(ask, "--days", "2")) == []


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ("inactivity.budget=-1", "inactivity.budget"),
        ("inactivity.bugdet=1", "bugdet"),
        ("device.cellar.hold=5m", "device.cellar.hold"),
        ("household.time_zone=Moon/Sea", "time_zone"),
        ("budget", "inactivity.budget=1"),
        ("household.name=\udcff", "inactivity.budget=1"),
        ("inactivity.pre_alarm=9h", "pre_alarm"),
    ],
)
def test_a_setting_that_the_file_would_not_take_is_refused(
    ask: Ask, setting: str, complaint: str
) -> None:
    code, out, said = ask("backtest", "--household", "wang", "--set", setting)
    assert (code, out) == (2, "")
    assert complaint in said


def test_a_setting_of_a_device_is_tried(ask: Ask) -> None:
    found = answer(ask, "--days", "20", "--set", "device.kitchen_motion.hold=1h")
    assert found["changed"] == {"device.kitchen_motion.hold": [None, "1h"]}


def test_an_unknown_home_and_half_a_question_are_refused(ask: Ask, tmp_path: Path) -> None:
    assert ask("backtest", "--household", "wong")[0] == 4
    assert ask("backtest")[0] == 2
    assert ask("backtest", "--household", "wang", "--recording", str(tmp_path))[0] == 2


def test_it_is_told_in_chinese(ask: Ask) -> None:
    code, out, _ = ask("backtest", "--household", "wang", "--days", "20", "--lang", "zh")
    assert code == 0
    assert "确有险情，已救助" in out
    assert "相同" in out


# -- the comparison itself


def told(name: str, minutes: float, rule: Rule = Rule.INACTIVITY, *, began: float = 0) -> Told:
    began_at = Moment.of(START + timedelta(minutes=began))
    because = Sensed("d", "", Kind.MOTION, True, START)
    finding = Finding(rule, "wang", Severity.URGENT, began_at, because)
    return Told(name, finding, START + timedelta(minutes=minutes))


def test_the_same_silence_is_found_again_where_it_began_a_little_otherwise() -> None:
    (one,) = compared([told("a", 60)], [told("b", 70, began=5)], None, START)
    assert one.really is not None and one.as_set is not None


def test_two_silences_are_two() -> None:
    found = compared([told("a", 60)], [told("b", 200, began=100)], None, START)
    assert [(each.really is None, each.as_set is None) for each in found] == [
        (False, True),
        (True, False),
    ]


def test_what_never_really_came_has_no_outcome_and_counts_as_not_known() -> None:
    (one,) = compared([], [told("a", 60)], [told("a", 30)], START)
    assert one.outcome is None
    counted = figures([(one.as_set, one.outcome)])
    assert (counted.told, counted.unknown, counted.false) == (1, 1, 0)


def test_a_fault_is_told_and_is_no_urgent_alert() -> None:
    fault = told("a", 60, Rule.SILENT)
    fault = structs.replace(fault, finding=structs.replace(fault.finding, severity=Severity.FAULT))
    assert figures([(fault, Outcome.SENSOR)]).told == 0


# -- outcomes


def test_outcomes_are_counted_by_what_people_said(directory: Path, ask: Ask) -> None:
    now = Moment.of(datetime.now(UTC) - timedelta(days=1))
    with_false(directory, now, "ffff0001", Outcome.WELL)
    with_false(directory, now.plus(timedelta(days=-40)), "ffff0002", Outcome.WELL)
    with_false(directory, now.plus(timedelta(days=-41)), "ffff0003", Outcome.HELPED)
    with_false(directory, now.plus(timedelta(days=-100)), "ffff0004", Outcome.WELL)
    code, out, _ = ask("outcomes", "--json", "--household", "wang")
    assert code == 0
    (home,) = json.loads(out)
    month, quarter = home["spans"]
    assert (month["days"], month["figures"]["false"]) == (30, 1)
    assert (quarter["days"], quarter["figures"]["false"], quarter["figures"]["real"]) == (90, 2, 1)
    assert quarter["false_by_rule"] == {"inactivity": 2}
    assert home["allowed_in_30_days"] == 0.75
    code, out, _ = ask("outcomes")
    assert code == 0
    assert "no sign of life 2" in out


def with_false(directory: Path, at: Moment, name: str, outcome: Outcome) -> None:
    from edge.model import Alert, Effects, State

    store = Store.open(directory / "store", at)
    finding = told(name, 0).finding
    alert = Alert(name, "wang", finding, State.CLOSED, at, outcome=outcome, holds=False)
    store.commit(Effects([Change(name, Event.RAISED, at, "shouhu")], [alert]), 0, at)
    store.close()
