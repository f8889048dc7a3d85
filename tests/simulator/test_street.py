"""A street of simulated homes in one process, and the ledger of what truly happens in it."""

import io
import json
from datetime import UTC, datetime

from simulator import person
from simulator.devices import Sent
from simulator.home_file import named
from simulator.household_file import gateway, household, write
from simulator.receiver import Arrived
from simulator.stage import Interrupts, Stage
from simulator.street import Street, names
from simulator.street_play import Figures, play

EMERGENCIES = {"sos": "CALL FOR HELP", "fire": "SMOKE", "gas": "GAS"}
BEGINS = datetime(2026, 3, 2, 1, tzinfo=UTC)


def street(count: int = 40, hours: float = 1.0, share: float = 0.5, seed: int = 1) -> Street:
    """Give a short street of flats in which much happens."""
    return Street(named("flat"), count, seed, begins=BEGINS, hours=hours, share=share)


def test_all_homes_speak_in_one_order_of_time_each_under_its_own_topics() -> None:
    told = list(street().sent())
    times = [at for at, _ in told]
    assert times == sorted(times)
    assert BEGINS.timestamp() <= times[0]
    assert times[-1] < BEGINS.timestamp() + 3600
    assert {sent.address.split("/")[0] for _, sent in told} == set(names(40))


def test_the_same_seed_gives_the_same_street_and_another_seed_another() -> None:
    one, same, other = (list(street(10, seed=seed).sent()) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_the_ledger_says_in_order_what_truly_happens_and_where() -> None:
    here = street()
    lines = [json.loads(line) for _, line in here.ledger()]
    assert len(lines) > 10
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert all(line["home"] in names(40) for line in lines)
    assert all(line["sensor"] for line in lines if line["what"] in ("broken", "deaf", "stuck"))


def test_an_alarm_in_the_ledger_is_heard_from_that_home_and_from_no_other() -> None:
    here = street()
    pressed = {
        each["home"] for each in map(json.loads, (line for _, line in here.ledger()))
        if each["what"] == "sos"
    }  # fmt: skip
    heard = {
        sent.address.split("/")[0] for _, sent in here.sent() if b'"emergency"' in sent.payload
    }
    assert pressed
    assert heard == pressed


def test_it_is_played_at_its_time_and_says_how_late_it_was() -> None:
    taken: list[Sent] = []
    ledger = io.StringIO()
    figures: Figures = play(street(10), taken.append, 36_000.0, ledger=ledger)
    assert figures.messages == len(taken)
    assert figures.seconds >= 0.09
    assert len(ledger.getvalue().splitlines()) == len(list(street(10).ledger()))
    assert json.loads(figures.json())["messages"] == len(taken)


class PlayedStreet:
    """The setting of a stage on which a whole street is watched by one gateway."""

    ports: tuple[str, ...] = ()
    uses_air = False

    def __init__(self, homes: Street) -> None:
        self._homes = homes

    def write(self, stage: Stage) -> None:
        """Write the households and the gateway."""
        for home in self._homes.homes:
            write(home.plan, stage.directory, household(home.plan, "en"))
        broker = (stage.broker_port, stage.mqtt_version)
        told = gateway(stage.directory, broker, stage.receiver.port, {})
        (stage.directory / "gateway.toml").touch(0o600)
        (stage.directory / "gateway.toml").write_text(told)


def test_of_each_call_and_each_fire_in_the_ledger_the_phones_hear_and_of_no_other() -> None:
    here = street(12, share=1.0, seed=3)
    happens = [json.loads(line) for _, line in here.ledger()]
    truth = {(each["home"], each["what"]) for each in happens if each["what"] in EMERGENCIES}
    arrived: list[Arrived] = []
    with Stage(PlayedStreet(here), None, Interrupts()) as stage:
        figures = play(here, stage.link.send, 1.0, clock=stage.link)
        while (one := stage.receiver.next(1.0)) is not None:
            arrived.append(one)
    assert figures.messages > 300
    heard = {
        (home, what)
        for one in arrived
        for home in names(12)
        for what, word in EMERGENCIES.items()
        if f"({home} " in one.text and word in one.title.upper()
    }
    assert truth
    assert heard == truth


def test_who_has_collapsed_and_never_has_a_visitor_holds_nobody_up() -> None:
    quiet = person.named("quiet")
    here = Street(named("flat_plain"), 30, 2, begins=BEGINS, hours=1.0, share=1.0, person=quiet)
    fell = {each["home"] for each in map(json.loads, (line for _, line in here.ledger()))
            if each["what"] == "collapse"}  # fmt: skip
    spoke = {sent.address.split("/")[0] for _, sent in here.sent()}
    assert fell
    assert fell <= spoke
