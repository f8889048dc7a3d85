"""Simulated homes over real transports into the real daemon: what is said is stored."""

import shutil
import sqlite3
from collections import Counter
from datetime import datetime
from math import inf
from pathlib import Path

import pytest

from edge.model import Kind
from simulator import home_file, person
from simulator.carriers import Carriers
from simulator.life import Signal
from simulator.playing import Wish
from simulator.receiver import Arrived
from simulator.run import Run
from simulator.settings import PlannedHome
from simulator.stage import Interrupts, Stage

HAS_BUS = shutil.which("dbus-daemon") is not None
HOMES = ["flat", "flat_radar", "farmhouse"]
COUNTED = """
SELECT device, kind, count(*) FROM entries JOIN roles ON roles.id = entries.role
WHERE kind != '' GROUP BY device, kind
"""


class Ear:
    """Counts what each sensor says of each kind, and keeps what the phones received."""

    def __init__(self) -> None:
        self.words: Counter[tuple[str, str]] = Counter()
        self.phones: list[Arrived] = []

    def said(self, signal: Signal) -> None:
        """Count a signal."""
        self.words.update((signal.sensor, str(kind)) for kind in signal.values)

    def arrived(self, arrived: Arrived, at: float) -> None:
        """Keep a notification."""
        self.phones.append(arrived)

    def passed(self, run: Run) -> None:
        """Ask for nothing."""


def stored(directory: Path) -> Counter[tuple[str, str]]:
    """Give how many readings of each kind the gateway has of each device."""
    with sqlite3.connect(directory / "store" / "readings.db") as database:
        rows = database.execute(COUNTED).fetchall()
    database.close()
    return Counter({(device, kind): count for device, kind, count in rows})


def played(name: str, days: float) -> tuple[Ear, Counter[tuple[str, str]]]:
    """Play a home as fast as its gateway follows; give what was said and what is stored."""
    plan, ear = home_file.named(name), Ear()
    begins = datetime(2026, 3, 2, 6, tzinfo=plan.zone)
    wish = Wish(plan, person.named("quiet"), 1, days, inf, begins)
    with Stage(PlannedHome(plan, "zh"), None, Interrupts()) as stage:
        carriers = Carriers(stage.link, stage.cables, stage.air)
        run = Run(wish.living(), carriers, stage.link, lambda: stage.receiver.next(0), ear)
        wish.play(run)
        assert carriers.lost == 0
        return ear, stored(stage.directory)


@pytest.mark.parametrize("name", HOMES)
def test_all_that_the_sensors_say_is_stored_and_nobody_is_told_of_an_ordinary_morning(
    name: str,
) -> None:
    ear, readings = played(name, days=0.25)
    missing = {word: count - readings[word] for word, count in ear.words.items()}
    assert {word: count for word, count in missing.items() if count} == {}
    assert ear.phones == []
    assert sum(readings[word] for word in readings if word[1] == Kind.MOTION) > 20


@pytest.mark.skipif(not HAS_BUS, reason="no dbus-daemon")
def test_all_that_is_said_over_bluetooth_is_stored() -> None:
    ear, readings = played("flat_bracelet", days=0.25)
    missing = {word: count - readings[word] for word, count in ear.words.items()}
    # bluetoothd hands over again what it has kept of a bracelet's other messages: there is more.
    assert {word: count for word, count in missing.items() if count > 0} == {}
    assert ear.phones == []
