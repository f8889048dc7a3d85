"""A start on a disk that refuses: what stood there goes on in memory, and one daemon only."""

import asyncio
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway import refuge
from gateway.control import (
    SOCKET,
    Answer,
    ControlFailed,
    ControlServer,
    NoDaemon,
    Status,
    ask,
    places,
)
from gateway.parts import opened
from gateway.store import Cause, Store, StoreFailed
from tests.gateway.keeping import NOW, alert, entries, entry, ids, raised, values

LEFT_BY_A_KILL = """
import os, sys
from pathlib import Path
from gateway.parts import opened
from tests.gateway.keeping import NOW, alert, entries, raised
store, why = opened(Path(sys.argv[1]), NOW)
store.commit(raised(alert(sys.argv[2])), store.append(entries(100)), NOW)
store.save_snapshots([("wang", 1, 100, b"learned")])
os._exit(0)
"""


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory for refuges that no other daemon of this machine shares."""
    base = tmp_path / "run"
    base.mkdir(mode=0o700)
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(base))
    return base


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk that can be made read-only."""
    path = tmp_path / "disk"
    path.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m,mode=700", "none", str(path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this system does not let a disk be mounted")
    yield path
    subprocess.run(["umount", "--lazy", str(path)], check=True)


def remount(disk: Path, how: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{how}", str(disk)], check=True)


def live_and_die(directory: Path, name: str) -> None:
    """Have a daemon raise an alert, and killed."""
    command = [sys.executable, "-c", LEFT_BY_A_KILL, str(directory), name]
    subprocess.run(command, check=True)


def assert_goes_on(store: Store, *names: str) -> None:
    assert sorted(ids(store.alerts())) == sorted(names)
    assert len(store.pending()) == len(names)
    assert len(values(store)) == 100 * len(names)
    assert store.snapshot("wang") == (1, 100, b"learned")


@pytest.mark.parametrize("missing", ["", "readings.db-shm alerts.db-shm"])
def test_on_a_read_only_disk_what_stood_goes_on(disk: Path, memory: Path, missing: str) -> None:
    live_and_die(disk, "smoke")
    for name in missing.split():
        (disk / name).unlink()
    remount(disk, "ro")
    store, why = opened(disk, NOW)
    assert "cannot be written" in why
    assert_goes_on(store, "smoke")
    store.commit(raised(alert("sos")), store.append(entries(100)), NOW)
    assert_goes_on(store, "smoke", "sos")
    looking = Store.read_only(disk)
    assert sorted(ids(looking.alerts())) == ["smoke", "sos"]
    looking.close()
    store.close()
    assert list(memory.iterdir()) == []
    remount(disk, "rw")
    again, why = opened(disk, NOW)
    assert why == ""
    assert_goes_on(again, "smoke")
    again.close()


def test_what_a_killed_daemon_had_in_memory_is_taken_up_and_goes_when_the_disk_is_mended(
    disk: Path, memory: Path
) -> None:
    live_and_die(disk, "smoke")
    remount(disk, "ro")
    live_and_die(disk, "sos")
    store, why = opened(disk, NOW)
    assert why != ""
    assert_goes_on(store, "smoke", "sos")
    store.close()
    live_and_die(disk, "gas")
    remount(disk, "rw")
    store, why = opened(disk, NOW)
    assert why == ""
    assert list(next(memory.iterdir()).iterdir()) == []
    store.close()


def test_remains_of_other_stores_go_and_what_is_none_of_ours_stays(
    tmp_path: Path, memory: Path
) -> None:
    live_and_die(tmp_path / "one", "smoke")
    living, _ = opened(tmp_path / "two", NOW)
    (memory / "somebody's").mkdir()
    assert len(list(memory.iterdir())) == 2
    third, _ = opened(tmp_path / "three", NOW)
    assert len(list(memory.iterdir())) == 3
    living.close()
    third.close()
    assert [path.name for path in memory.iterdir()] == ["somebody's"]


def test_one_daemon_only_even_where_the_second_can_only_read_the_disk(
    disk: Path, tmp_path: Path
) -> None:
    first, _ = opened(disk, NOW)
    same = tmp_path / "the same, read-only"
    same.mkdir()
    subprocess.run(["mount", "--bind", str(disk), str(same)], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(same)], check=True)
        with pytest.raises(StoreFailed, match="only one shouhu") as refusal:
            opened(same, NOW)
        assert refusal.value.cause is Cause.TAKEN
        first.close()
        opened(same, NOW)[0].close()
    finally:
        subprocess.run(["umount", "--lazy", str(same)], check=True)


def test_one_daemon_only_where_both_are_in_memory(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refuge, "TRIES", 2)
    remount(disk, "ro")
    first, why = opened(disk / "store", NOW)
    assert why != ""
    with pytest.raises(StoreFailed, match="only one shouhu"):
        opened(disk / "store", NOW)
    first.close()
    opened(disk / "store", NOW)[0].close()


def test_a_file_that_another_program_keeps_to_itself_is_no_second_daemon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.store.database.OPENING_SECONDS", 0.3)
    live_and_die(tmp_path / "store", "smoke")
    other = sqlite3.connect(tmp_path / "store" / "alerts.db", isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    store, why = opened(tmp_path / "store", NOW)
    assert "held by another program" in why
    assert_goes_on(store, "smoke")
    store.close()
    other.close()
    store, why = opened(tmp_path / "store", NOW)
    assert why == ""
    store.close()


def test_a_damaged_part_costs_only_itself(disk: Path) -> None:
    store, _ = opened(disk, NOW)
    store.commit(raised(alert("smoke")), store.append([entry(1)]), NOW)
    for first in range(0, 20_000, 1000):
        store.append(entries(1000, start=first))
    store.save_snapshots([("wang", 1, 100, b"learned")])
    store.close()
    path = disk / "readings.db"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // 1024 * 1024)
        file.write(b"rotten" * 1000)
    remount(disk, "ro")
    store, why = opened(disk, NOW)
    assert why != ""
    assert ids(store.alerts()) == ["smoke"]
    assert store.snapshot("wang") == (1, 100, b"learned")
    assert values(store)[-1] == 19_999
    assert len(values(store)) > 15_000
    store.close()


def test_a_disk_that_is_not_there_at_all_is_watched_without(disk: Path) -> None:
    remount(disk, "ro")
    store, why = opened(disk / "store", NOW)
    assert why != ""
    store.commit(raised(alert("smoke")), store.append([entry(1)]), NOW)
    assert ids(store.alerts()) == ["smoke"]
    store.close()


def test_memory_that_is_full_is_passed_over_for_another(
    disk: Path, memory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live_and_die(disk, "smoke")
    remount(disk, "ro")
    monkeypatch.setattr(refuge, "RUN", tmp_path / "no such place")
    monkeypatch.setattr(refuge, "MEMORY", tmp_path)
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "none", str(memory)]
    subprocess.run(mount, check=True)
    try:
        store, why = opened(disk, NOW)
        assert why != ""
        assert_goes_on(store, "smoke")
        looking = Store.read_only(disk)
        looking.close()
        assert refuge.shelter(disk) is not None
        store.close()
        assert list(memory.iterdir()) == []
        assert refuge.shelter(disk) is None
    finally:
        subprocess.run(["umount", "--lazy", str(memory)], check=True)


def test_nothing_planted_by_others_is_taken_for_a_refuge(tmp_path: Path, memory: Path) -> None:
    store, _ = opened(tmp_path / "store", NOW)
    (path,) = refuge.refuges(tmp_path / "store")
    path.chmod(0o777)
    assert refuge.refuges(tmp_path / "store") == []
    path.chmod(0o700)
    memory.chmod(0o777)
    assert refuge.refuges(tmp_path / "store") == []
    store.close()


async def test_the_command_line_reaches_a_daemon_whose_disk_takes_no_socket(
    disk: Path, memory: Path
) -> None:
    live_and_die(disk, "smoke")
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(disk / SOCKET))  # of the one that was killed
    remount(disk, "ro")
    store, _ = opened(disk, NOW)
    server = ControlServer(disk / SOCKET, lambda _: Answer(True))
    await server.start()
    assert (await asyncio.to_thread(ask, disk / SOCKET, Status())).ok
    assert [path.parent.parent for path in places(disk / SOCKET)[1:]] == [memory]
    with pytest.raises(ControlFailed, match="another daemon"):
        await ControlServer(disk / SOCKET, lambda _: Answer(True)).start()
    await server.stop()
    store.close()
    with pytest.raises(NoDaemon):
        await asyncio.to_thread(ask, disk / SOCKET, Status())


async def test_a_socket_that_could_not_be_is_there_at_a_later_try(disk: Path) -> None:
    remount(disk, "ro")
    server = ControlServer(disk / SOCKET, lambda _: Answer(True))
    for _ in range(2):
        with pytest.raises(ControlFailed, match="Read-only file system"):
            await server.start()
    remount(disk, "rw")
    await server.start()
    await server.start()  # it is there already
    assert (await asyncio.to_thread(ask, disk / SOCKET, Status())).ok
    await server.stop()
    assert not (disk / SOCKET).exists()
