"""A damaged file costs what stood in it and no more; a foreign one is refused in clear words."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gateway.store import Cause, Store, StoreFailed
from gateway.store.database import PAGE_BYTES, TIDY_COMMITS, Database
from gateway.store.migrations import READINGS
from tests.gateway.keeping import NOW, alert, entry, fill, ids, raised, values
from tests.homes import at


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A store that was in use, and was closed."""
    store = Store.open(tmp_path, NOW)
    fill(store, 2000)
    store.commit(raised(alert("smoke")), 2000, NOW)
    store.close()
    return tmp_path


def spoil(path: Path) -> None:
    """Do what a dying card does: half of the file reads as something else."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size // 2))


def test_a_damaged_journal_is_set_aside_and_the_alerts_stay(directory: Path) -> None:
    spoil(directory / "readings.db")
    store = Store.open(directory, NOW)
    assert store.quarantined == ("readings.db.quarantined-20260302T000000Z",)
    assert (directory / store.quarantined[0]).exists()
    assert values(store) == []
    assert ids(store.alerts()) == ["smoke"]
    fill(store, 10)
    assert store.last_seq() == 2010
    store.close()
    again = Store.open(directory, NOW)
    assert again.quarantined == ()
    again.close()


def test_damaged_alerts_are_set_aside_and_the_journal_stays(directory: Path) -> None:
    spoil(directory / "alerts.db")
    store = Store.open(directory, NOW)
    assert store.quarantined == ("alerts.db.quarantined-20260302T000000Z",)
    assert len(values(store)) == 2000
    assert store.cursor() == (0, None)
    store.close()


def test_a_file_that_is_no_database_goes_with_what_lies_beside_it(directory: Path) -> None:
    for name in ("alerts.db", "alerts.db-wal", "alerts.db-shm"):
        (directory / name).write_bytes(b"no database at all" * 1000)
    store = Store.open(directory, NOW)
    (name,) = store.quarantined
    assert (directory / f"{name}-wal").exists()
    assert ids(store.alerts()) == []
    store.close()


def test_two_quarantines_of_one_second_keep_both_files(directory: Path) -> None:
    for _ in range(2):
        spoil(directory / "readings.db")
        store = Store.open(directory, NOW)
        fill(store, 2000)
        store.close()
    names = {path.name for path in directory.iterdir()}
    stamp = "readings.db.quarantined-20260302T000000Z"
    assert {stamp, f"{stamp}.2"} <= names


def test_a_rotten_row_is_left_out_and_named(directory: Path) -> None:
    with sqlite3.connect(directory / "alerts.db") as sql:
        sql.execute("UPDATE alerts SET body = x'ff00' WHERE id = 'smoke'")
        sql.execute("UPDATE place SET alive = x'c1'")
    with sqlite3.connect(directory / "readings.db") as sql:
        sql.execute("UPDATE entries SET wall = 'yesterday' WHERE seq = 7")
        sql.execute("UPDATE entries SET role = 99 WHERE seq = 8")
    store = Store.open(directory, NOW)
    assert store.alerts() == []
    assert store.last_alive() == at(seconds=1999)  # of the last entry: something came in then
    assert len(values(store)) == 1998
    assert store.unreadable == ("alerts smoke", "entries 7", "entries 8", "place alive")
    store.close()


@pytest.mark.parametrize("name", ["readings.db", "alerts.db"])
def test_a_file_of_a_later_version_is_refused_and_left_as_it_is(directory: Path, name: str) -> None:
    with sqlite3.connect(directory / name) as sql:
        sql.execute("PRAGMA user_version=99")
    with pytest.raises(StoreFailed, match="written by a later version of shouhu") as refusal:
        Store.open(directory, NOW)
    assert refusal.value.cause is Cause.NEWER
    assert (directory / name).exists()
    with pytest.raises(StoreFailed, match="later version"):
        Store.read_only(directory)


def test_a_step_that_fails_leaves_the_file_where_it_was(tmp_path: Path) -> None:
    def half(schema: object) -> None:
        READINGS[0](schema)  # type: ignore[arg-type]
        raise ZeroDivisionError

    path = tmp_path / "readings.db"
    with pytest.raises(ZeroDivisionError):
        Database.open(path, (half,), NOW)
    database, _ = Database.open(path, READINGS, NOW)
    assert database.connection.execute("PRAGMA user_version").fetchone() == (len(READINGS),)
    database.close()


def test_a_step_added_later_is_taken_once_and_keeps_what_is_there(directory: Path) -> None:
    taken = []

    def second(schema: object) -> None:
        taken.append(schema)

    path = directory / "readings.db"
    for _ in range(2):
        database, _ = Database.open(path, (*READINGS, second), NOW)
        count = database.connection.execute("SELECT COUNT(*) FROM entries").fetchone()
        database.close()
    assert len(taken) == 1
    assert count == (2000,)


def test_a_start_without_a_step_to_take_loads_no_schema_tool(directory: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from gateway.store import Store;"
        "from tests.homes import at; Store.open(Path(sys.argv[1]), at(0)).close();"
        "sys.exit('sqlite_utils' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(directory)], check=True)


def test_a_second_daemon_is_refused(directory: Path) -> None:
    store = Store.open(directory, NOW)
    with pytest.raises(StoreFailed, match="only one shouhu may write") as refusal:
        Store.open(directory, NOW)
    assert refusal.value.cause is Cause.TAKEN
    store.close()
    store.close()
    Store.open(directory, NOW).close()


def test_another_program_that_writes_hinders_no_start_and_a_write_only_shortly(
    directory: Path,
) -> None:
    for name in ("readings.db", "alerts.db"):
        other = sqlite3.connect(directory / name, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        store = Store.open(directory, NOW)
        began = time.monotonic()
        with pytest.raises(StoreFailed, match="held by another program") as refusal:
            store.append([entry(1)])
            store.commit(raised(alert("gas")), 1, NOW)
        assert refusal.value.cause is Cause.BUSY
        assert 0.4 < time.monotonic() - began < 3
        other.close()
        store.commit(raised(alert(f"after {name}")), store.append([entry(2)]), NOW)
        store.close()


def test_looking_where_there_is_no_store_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreFailed, match="does not exist") as refusal:
        Store.read_only(tmp_path)
    assert refusal.value.cause is Cause.MISSING
    assert list(tmp_path.iterdir()) == []


def test_who_only_looks_changes_nothing(directory: Path) -> None:
    looking = Store.read_only(directory)
    with pytest.raises(StoreFailed, match="cannot be written") as refusal:
        looking.commit(raised(alert("gas")), 1, NOW)
    assert refusal.value.cause is Cause.READ_ONLY
    looking.close()


AS_NOBODY = """
import os, sys
from pathlib import Path
from gateway.store import Store, StoreFailed
from tests.homes import at
import gateway.store.store
where = Path(sys.argv[1])
if os.geteuid() == 0:
    os.setuid(65534)
try:
    Store.open(where, at(0))
except StoreFailed as failure:
    print(failure.cause, failure)
print(len(Store.read_only(where).alerts()))
"""


def test_a_directory_that_may_not_be_written_is_told_and_can_be_looked_at() -> None:
    with TemporaryDirectory() as name:
        directory = Path(name) / "store"
        store = Store.open(directory, NOW)
        store.commit(raised(alert("smoke")), 1, NOW)
        store.close()
        Path(name).chmod(0o755)
        directory.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, str(directory)],
            capture_output=True,
            text=True,
            check=False,
        )
        directory.chmod(0o755)
    first, *rest = done.stdout.splitlines()
    assert done.stderr == ""
    assert first.startswith("read_only")
    assert "cannot be written; check its owner" in first
    assert rest == ["1"]


def test_a_long_log_is_cleared_when_nobody_waits(tmp_path: Path) -> None:
    store = Store.open(tmp_path, NOW)
    log = tmp_path / "readings.db-wal"
    for number in range(2 * TIDY_COMMITS):
        fill(store, 20, start=20 * number)
    size = log.stat().st_size
    assert size > 2 * TIDY_COMMITS * PAGE_BYTES, "no commit has cleared it"
    store.tidy()
    fill(store, 1000)
    assert log.stat().st_size == size, "it is written from its beginning again"
    store.close()
