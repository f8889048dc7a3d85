"""A home-year of 700,000 events through `shouhu backtest`: seconds, memory, growth with history.

    .venv/bin/python -m bench.home_year [--events 700000] [--days 365]

Once from a recording, once from a store; each is a process of its own. The growth is that of the
household with all its detectors, month by month, beside a bare loop of the same run.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bench.machine import machine
from edge.household import Household
from edge.model import Configured, Entry, Home, Kind, Moment, Reading
from gateway.config import load
from gateway.store import Store
from tests.installation import SHOUHU

START = datetime(2025, 1, 1, 16, tzinfo=UTC)  # midnight in Shanghai
ROOMS = ("kitchen", "parlour", "bedroom", "bathroom", "hall", "balcony")
KEEP = 5_000  # entries a commit
MONTH = 30  # days
AWAY = 1.5  # hours
LOOK = 0.05  # seconds

GATEWAY = """
[store]
directory = "store"
[[channel]]
id = "push"
type = "apprise"
url = "json://127.0.0.1:1/push"
"""
HOUSEHOLD = """
[household]
id = "year"
name = "Year"
time_zone = "Asia/Shanghai"
[resident]
name = "Year"
"""
ROOM = """
[[room]]
id = "{room}"
name = "{room}"
[[device]]
id = "{room}_motion"
room = "{room}"
profile = "zigbee2mqtt_motion"
address = "zigbee2mqtt/{room}"
"""
DOOR = """
[[device]]
id = "door"
room = "hall"
profile = "zigbee2mqtt_contact"
address = "zigbee2mqtt/door"
outer_door = true
[[contact]]
id = "daughter"
name = "Daughter"
channels = ["push"]
"""


def movements(events: int, days: int) -> Iterator[tuple[datetime, str, bool]]:
    """Give time, sensor and value: somebody who is up for sixteen hours and goes out once a day."""
    dice, a_day = Random(1), events // days
    for day in range(days):
        midnight = START + timedelta(days=day)
        out, room = dice.uniform(9, 17), 0
        for time_at_home in sorted(dice.uniform(6.5, 21) for _ in range(a_day // 2 - 2)):
            hour = time_at_home + (AWAY if time_at_home > out else 0)
            room = room if dice.random() < 0.8 else dice.randrange(len(ROOMS))
            at = midnight + timedelta(hours=hour)
            yield at, f"{ROOMS[room]}_motion", True
            yield at + timedelta(seconds=1), f"{ROOMS[room]}_motion", False
        for hour in (out, out + AWAY):
            yield midnight + timedelta(hours=hour), "door", True
            yield midnight + timedelta(hours=hour, seconds=9), "door", False


def recording(path: Path, events: int, days: int) -> int:
    """Write it as a recording in which every row is a sign of life; give the number of rows."""
    rows = []
    for at, sensor, _ in movements(events, days):
        local = (at + timedelta(hours=8)).replace(tzinfo=None)
        kind = "door" if sensor == "door" else "item"
        rows.append(f"{local.isoformat()},{sensor},{kind},ON\n")
    rows.sort()
    path.write_text("time,sensor,kind,value\n" + "".join(rows))
    return len(rows)


def entries(home: Home, events: int, days: int) -> Iterator[Entry]:
    """Give it as the gateway journals it."""
    rooms = {device.id: device.room for device in home.devices}
    for at, sensor, value in sorted(movements(events, days)):
        kind = Kind.CONTACT_OPEN if sensor == "door" else Kind.MOTION
        moment = Moment.of(at)
        reading = Reading(home.id, sensor, rooms[sensor], kind, value, at, moment)
        yield Entry(home.id, moment, reading)


def configured(path: Path) -> Home:
    """Write the configuration of that home and read it."""
    (path / "households").mkdir(parents=True)
    (path / "gateway.toml").write_text(GATEWAY)
    rooms = "".join(ROOM.format(room=room) for room in ROOMS)
    (path / "households" / "year.toml").write_text(HOUSEHOLD + rooms + DOOR)
    (home,) = load(path).homes
    return home


def stored(path: Path, home: Home, events: int, days: int) -> int:
    """Keep it in the store of a configuration; give the number of entries."""
    begin = Moment.of(START)
    store = Store.open(path / "store", begin)
    waiting, count = [Entry(home.id, begin, Configured("0"))], 1
    for entry in entries(home, events, days):
        waiting.append(entry)
        count += 1
        if len(waiting) == KEEP:
            store.append(waiting)
            waiting = []
    store.append(waiting)
    store.close()
    return count


def measured(*arguments: str | Path) -> tuple[float, float, float]:
    """Run a command; give seconds on the wall, seconds of CPU, and the most memory in MB."""
    began = time.monotonic()
    with Path(os.devnull).open("w") as nowhere:
        process = os.posix_spawn(
            SHOUHU[0],
            [*SHOUHU, *map(str, arguments)],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)],
        )
        memory, ended = 0.0, 0
        while not ended:
            with suppress(OSError, ValueError):
                memory = max(memory, highest_mb(process))
            time.sleep(LOOK)
            ended, status, used = os.wait4(process, os.WNOHANG)
    if status:
        raise SystemExit(f"the command failed: {status}")
    return time.monotonic() - began, used.ru_utime + used.ru_stime, memory


def highest_mb(pid: int) -> float:
    """Give the most memory that a process ever had resident, in MB."""
    # wait4 tells that of whoever began it where that was more.
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no memory")


def bare() -> float:
    """Give the nanoseconds that a turn of an empty loop takes now."""
    began = time.process_time()
    for _ in range(1_000_000):
        pass
    return (time.process_time() - began) * 1e3


def growth(home: Home, events: int, days: int) -> Iterator[tuple[int, float, float, int]]:
    """Give for each month: its number, microseconds an event, turns of a bare loop, state bytes."""
    household = Household(home)
    household.receive(Entry(home.id, Moment.of(START), Configured("0")))
    month, took, count = 0, 0.0, 0
    batch: list[Entry] = []

    def live() -> None:
        nonlocal took, count
        began = time.process_time()
        for entry in batch:
            household.receive(entry)
        took += time.process_time() - began
        count += len(batch)
        batch.clear()

    for entry in entries(home, events, days):
        batch.append(entry)
        if (entry.at.wall - START) // timedelta(days=MONTH) > month or len(batch) == KEEP:
            live()
        if (entry.at.wall - START) // timedelta(days=MONTH) > month:
            month += 1
            yield month, took / count * 1e6, took / count * 1e9 / bare(), len(household.snapshot())
            took, count = 0.0, 0


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--events", type=int, default=700_000)
    options.add_argument("--days", type=int, default=365)
    given = options.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory)
        home = configured(path / "config")
        rows = recording(path / "year.csv", given.events, given.days)
        kept = stored(path / "config", home, given.events, given.days)
        print(f"{'':34}{'events':>9}{'wall s':>8}{'CPU s':>8}{'MB':>6}")
        for name, count, words in (
            ("a recording", rows, ("--recording", path / "year.csv")),
            ("a store", kept, ("--household", home.id, "--config", path / "config")),
            (
                "a store, and a setting tried",
                kept,
                (
                    "--household",
                    home.id,
                    "--config",
                    path / "config",
                    "--set",
                    "inactivity.budget=1",
                ),
            ),
        ):
            wall, cpu, memory = measured("backtest", *words)
            print(f"{name:34}{count:9,}{wall:8.1f}{cpu:8.1f}{memory:6.0f}")
        print(f"{'month':>5}{'us an event':>13}{'bare turns':>12}{'state bytes':>13}")
        for month, each, turns, state in growth(home, given.events, given.days):
            print(f"{month:5}{each:13.1f}{turns:12.0f}{state:13,}")


if __name__ == "__main__":
    main()
