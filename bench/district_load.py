"""A district under load: ten thousand gateways with real connections, and an alert's way to a desk.

mosquitto, PostgreSQL (or SQLite), the intake workers, the watch and the web are processes of their
own, as in service; so are the gateways (district_homes.py), whose computing is told apart. What a
desk sees, a desk sees: its own stream, and its list as a browser fetches it (district_desk.py).

    python -m bench.district_load --gateways 10000 --seconds 600
    python -m bench.district_load --gateways 10000 --seconds 600 --postgres --workers 2 --kill-one
"""

import argparse
import asyncio
import contextlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import func, insert, select

from bench.district_desk import Desk
from bench.district_homes import HOME, Result
from bench.machine import machine, quantile, tree_cpu_seconds, tree_mb
from district import beginning
from district.access import Role
from district.database import Database
from district.identity import derived
from district.phases import Act
from district.schema import areas, events, gateways, households, incidents, steps
from tests.broker import Broker
from tests.district.running import PASSWORD, Running
from tests.postgres import DURABLE, cluster

AREAS = 40
STRETCH = 10.0  # seconds, a line of the table by time
SETTLED = 30.0  # seconds for the last wills at most
# Room for what waits while a worker is away: docs/district.md says the same for service.
MOSQUITTO = """\
listener @port@ 127.0.0.1
allow_anonymous true
max_connections -1
max_inflight_messages 200
max_queued_messages 20000
set_tcp_nodelay true
log_type error
"""


class Wish(Struct, frozen=True):
    """What is to be measured."""

    gateways: int = 10_000
    seconds: float = 600
    rate: float = 300  # events a second
    postgres: bool = False
    workers: int = 1
    kill_one: bool = False  # the last worker, half way
    settle: float = 3  # seconds between the last connection and the first event
    again: float = 10  # seconds after which a gateway sends again what nobody has answered


class Process:
    """One process of the district with its children: what it computed and holds."""

    def __init__(self, name: str, pid: int) -> None:
        self.name = name
        self._pid = pid
        self._before = tree_cpu_seconds(pid)
        self.cpu_s = 0.0
        self.memory_mb = 0.0

    def note(self) -> None:
        """Note how it stands now."""
        self.cpu_s = tree_cpu_seconds(self._pid) - self._before
        self.memory_mb = tree_mb(self._pid)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    homes: Result
    to_desk_ms: list[float]  # from the smoke's publishing to the list that shows it
    told_ms: list[float]  # to the stream's word
    list_ms: list[float]
    unseen: int
    lost: int
    twice: int
    closed: int
    online: list[int]  # gateways by the database: while they were there, and afterwards
    processes: list[Process]


class Load:
    """One district with its broker and database, in a directory of its own."""

    def __init__(self, directory: Path, broker: Broker, url: str, workers: int) -> None:
        self.running = Running(directory, broker, url)
        self.broker = broker
        self.directory = directory
        self._workers = workers
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.url = url or f"sqlite:///{directory / 'district.db'}"

    async def settle(self, count: int) -> None:
        """Register so many gateways and homes, and somebody who works at the top."""
        database, now = Database(self.url), datetime.now(UTC)
        await database.migrate()
        names = [f"a{number}" for number in range(AREAS)]
        async with database.begin() as connection:
            await beginning.begin(connection)
            who = {"name": "值班 一", "area": beginning.TOP, "role": Role.DUTY}
            add = beginning.add_account
            await add(connection, "desk", PASSWORD, **who, now=now, must_change=False)
            top = beginning.TOP
            places = [{"id": each, "parent": top, "path": f"/{top}/{each}/", "name": each}
                      for each in names]  # fmt: skip
            await connection.execute(insert(areas), places)
            boxes = [{"id": f"g{n}", "area": names[n % AREAS], "is_registered": True}
                     for n in range(count)]  # fmt: skip
            await connection.execute(insert(gateways), boxes)
            homes = [{"id": derived(each["id"], HOME), "gateway": each["id"], "local": HOME,
                      "area": each["area"], "is_registered": True, "name": f"{each['id']} 家"}
                     for each in boxes]  # fmt: skip
            await connection.execute(insert(households), homes)
        await database.close()

    def start(self) -> None:
        """Start the district: with SQLite one process does everything."""
        if not self.url.startswith("postgresql"):
            self.processes["district"] = self.running.start()
            return
        self.processes["web"] = self.running.start("web", "watch")
        for number in range(self._workers):
            self.processes[f"intake {number + 1}"] = self.running.start("intake")

    def kill(self, name: str) -> None:
        """End a process as a power cut does."""
        self.processes[name].kill()
        self.processes[name].wait()


async def measured(load: Load, wish: Wish, servers: dict[str, int]) -> Outcome:
    """Run the homes and the desks; give what came of it."""
    desk = Desk(load.running.url, "desk", PASSWORD)
    file = load.directory / "homes.json"
    async with homes(file, load.broker.port, wish) as street, asyncio.TaskGroup() as tasks:
        ready = asyncio.Event()
        work = [tasks.create_task(desk.watch(ready.set)), tasks.create_task(desk.close())]
        await ready.wait()
        assert street.stdout is not None
        while b"sending" not in (line := await street.stdout.readline()):
            assert line, "the homes have ended"
        pids = servers | {name: each.pid for name, each in load.processes.items()}
        processes = [Process(name, pid) for name, pid in pids.items()]
        await asyncio.sleep(wish.seconds / 2)
        if wish.kill_one:
            processes[-1].note()
            load.kill(processes[-1].name)
        await asyncio.sleep(wish.seconds / 2)
        for each in processes[: -1 if wish.kill_one else None]:
            each.note()
        online = [await _online(load)]
        await street.wait()
        ended = time.monotonic()
        while await _online(load) and time.monotonic() < ended + SETTLED:  # noqa: ASYNC110
            await asyncio.sleep(0.5)
        online.append(await _online(load))
        for task in work:
            task.cancel()
    result = msgspec.json.decode(file.read_bytes(), type=Result)
    return await _outcome(load, desk, result, processes, online)


@asynccontextmanager
async def homes(file: Path, port: int, wish: Wish) -> AsyncIterator[asyncio.subprocess.Process]:
    """Give the process that all the homes are."""
    command = [sys.executable, "-m", "bench.district_homes", str(file), "--port", str(port)]
    command += ["--gateways", str(wish.gateways), "--rate", str(wish.rate)]
    command += ["--seconds", str(wish.seconds), "--again", str(wish.again)]
    command += ["--settle", str(wish.settle)]
    made = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        yield made
    finally:
        with contextlib.suppress(ProcessLookupError):
            made.kill()
        await made.wait()


async def _online(load: Load) -> int:
    database = Database(load.url)
    is_online = select(func.count()).select_from(gateways).where(gateways.c.is_online)
    async with database.begin() as connection:
        found = (await connection.execute(is_online)).scalar_one()
    await database.close()
    return int(found)


async def _outcome(
    load: Load, desk: Desk, result: Result, processes: list[Process], online: list[int]
) -> Outcome:
    database = Database(load.url)
    async with database.begin() as connection:
        kept = (await connection.execute(select(func.count()).select_from(events))).scalar_one()
        said = (await connection.execute(select(steps.c.detail, steps.c.what))).all()
        known = set((await connection.execute(select(incidents.c.id))).scalars())
    await database.close()
    words = (row.detail for row in said if row.what in {Act.ARRIVED, Act.HOME})
    applied = [detail["event"] for detail in words if "event" in detail]
    return Outcome(
        homes=result,
        to_desk_ms=_ways(result.alarms, desk.seen),
        told_ms=_ways(result.alarms, desk.told),
        list_ms=desk.list_ms,
        unseen=len(result.alarms.keys() - desk.seen.keys()),
        lost=result.sent - kept + len(result.alarms.keys() - known),
        twice=len(applied) - len(set(applied)),
        closed=desk.closed,
        online=online,
        processes=processes,
    )


def _ways(sent: dict[str, float], seen: dict[str, float]) -> list[float]:
    return [(seen[name] - at) * 1e3 for name, at in sent.items() if name in seen]


def told(outcome: Outcome, wish: Wish) -> str:
    """Give the table."""
    result = outcome.homes
    lines = [
        f"{result.connections} connections, {result.lost_connections} lost; "
        f"online {outcome.online[0]}, and {outcome.online[1]} after their last wills; "
        f"{result.sent} events in {wish.seconds:.0f} s, {len(result.alarms)} of them smoke",
        f"lost {outcome.lost}, twice {outcome.twice}, rejected {result.rejected}, "
        f"unanswered {result.unanswered}, sent again {result.repeated}, "
        f"closed at the desk {outcome.closed}, never on the desk {outcome.unseen}",
        f"{'ms':32}{'p50':>9}{'p99':>9}{'most':>9}",
    ]
    for name, values in {
        "event to its reply": result.reply_ms,
        "smoke to the desk's stream": outcome.told_ms,
        "smoke to the desk's list": outcome.to_desk_ms,
        "one list fetched": outcome.list_ms,
    }.items():
        if values:
            figures = (quantile(values, 0.5), quantile(values, 0.99), max(values))
            lines.append(f"{name:32}" + "".join(f"{each:9.0f}" for each in figures))
    lines += _by_time(outcome)
    lines.append(f"{'process':32}{'core %':>9}{'MB':>9}")
    for each in outcome.processes:
        is_dead = wish.kill_one and each is outcome.processes[-1]
        share = each.cpu_s / (wish.seconds / 2 if is_dead else wish.seconds)
        note = "  (killed half way)" if is_dead else ""
        lines.append(f"{each.name:32}{share * 100:9.1f}{each.memory_mb:9.0f}{note}")
    lines.append(f"{'(the homes themselves)':32}{result.cpu_s / wish.seconds * 100:9.1f}")
    return "\n".join(lines)


def _by_time(outcome: Outcome) -> list[str]:
    """Give a line for each stretch of the run: a median over all hides a bad half minute."""
    result = outcome.homes
    slowest: dict[int, float] = {}
    answered: dict[int, int] = {}
    for at, took in zip(result.replied, result.reply_ms, strict=True):
        # By the time at which it was sent.
        stretch = int((at - took / 1e3 - result.began) // STRETCH)
        slowest[stretch] = max(slowest.get(stretch, 0.0), took)
        answered[stretch] = answered.get(stretch, 0) + 1
    lines = [f"{'sent within':32}{'events':>9}{'slowest reply':>15}"]
    for stretch in sorted(slowest):
        begins = f"{stretch * STRETCH:.0f} to {(stretch + 1) * STRETCH:.0f} s"
        lines.append(f"{begins:32}{answered[stretch]:9}{slowest[stretch]:15.0f}")
    return lines


@contextmanager
def stage(wish: Wish) -> Iterator[tuple[Load, dict[str, int]]]:
    """Give a district that stands, and the servers beside it by name."""
    with contextlib.ExitStack() as stack:
        # A short path: a Unix socket's has 107 characters at most.
        directory = Path(tempfile.mkdtemp(prefix="dl"))
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        directory.chmod(0o755)
        broker = Broker(directory / "broker", configuration=MOSQUITTO, users={"a": "b"})
        broker.start()
        stack.callback(broker.kill)
        servers, url = {"mosquitto": broker.pid}, ""
        if wish.postgres:
            postgres = stack.enter_context(cluster(directory / "c", DURABLE))
            servers["PostgreSQL"] = postgres.pid
            url = postgres.database()
        load = Load(directory / "district", broker, url, wish.workers)
        stack.callback(load.running.stop)
        asyncio.run(load.settle(wish.gateways))
        load.start()
        yield load, servers


def run(wish: Wish) -> Outcome:
    """Measure once."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with stage(wish) as (load, servers):
        return asyncio.run(measured(load, wish, servers))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gateways", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--rate", type=float, default=300, help="events a second")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--kill-one", action="store_true", help="the last worker, half way")
    parser.add_argument("--again", type=float, default=10, help="seconds until sent again")
    wish = Wish(**vars(parser.parse_args(arguments)))
    print(machine(), flush=True)
    print(told(run(wish), wish))


if __name__ == "__main__":
    main()
