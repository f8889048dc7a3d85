"""`shouhu export` and `shouhu erase`: all of one household, and nothing of any other."""

import csv
import json
import stat
import zipfile
from pathlib import Path

import pytest

from edge.model import Configured, Entry
from gateway import requests
from gateway.erasing import PENDING, order, pending
from gateway.parts import opened
from gateway.store import Store
from gateway.tested import record, records
from tests.command_line import Done, shouhu
from tests.gateway.keeping import NOW, alert, entries, raised
from tests.gateway.test_cli_alerts import GATEWAY, HOME
from tests.homes import at

HOMES = ("wang", "zhang")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give a configuration with one home; the store has two, one of them configured no more."""
    (tmp_path / "households").mkdir()
    (tmp_path / "gateway.toml").write_text(GATEWAY.format(port=1, receiver=1))
    (tmp_path / "households" / "wang.toml").write_text(HOME, encoding="utf-8")
    store = Store.open(tmp_path / "store", at(0))
    for name in HOMES:
        store.append(entries(30, name))
        store.append([Entry(name, at(1), Configured(f"the hash of {name}"))])
        store.commit(raised(alert(f"alert of {name}", name)), store.last_seq(), NOW)
        store.save_snapshots([(name, 1, 1, f'{{"learned of": "{name}"}}'.encode())])
        record(tmp_path / "store", name, [requests.Tested("hall", True)], "李工", NOW.wall)
    store.close()
    return tmp_path


def typed(directory: Path, *words: str | Path, answer: str = "") -> Done:
    return shouhu(*words, "--config", directory, "--lang", "zh", typed=answer.encode())


def kept(directory: Path, household: str) -> tuple[int, int, bool]:
    """Give how many entries and alerts there are, and whether anything was learned."""
    store = Store.read_only(directory / "store")
    try:
        alerts = store.alerts(household, open_only=False)
        has_learned = store.snapshot(household) is not None
        return len(list(store.entries(0, household))), len(alerts), has_learned
    finally:
        store.close()


def everything(directory: Path) -> bytes:
    files = [path for path in (directory / "store").iterdir() if path.is_file()]
    return b"".join(path.read_bytes() for path in files)


def test_an_export_holds_every_reading_every_alert_and_what_was_learned(directory: Path) -> None:
    place = directory / "copy"
    done = typed(directory, "export", "wang", place)
    assert done.code == 0 and "30 条读数" in done.out and "1 条警报" in done.out
    with (place / "readings.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["value"] for row in rows] == [str(number) for number in range(30)]
    [line] = (place / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    whole = json.loads(line)
    assert whole["alert"]["id"] == "alert of wang"
    assert len(whole["changes"]) == len(whole["notices"]) == 1
    assert json.loads((place / "learned.json").read_text()) == {"learned of": "wang"}
    assert (place / "household.toml").read_text(encoding="utf-8") == HOME
    assert b"zhang" not in b"".join(path.read_bytes() for path in place.iterdir())


def test_only_its_owner_may_read_an_export_and_none_is_written_over(directory: Path) -> None:
    place = directory / "copy"
    assert typed(directory, "export", "wang", place).code == 0
    modes = {stat.S_IMODE(path.stat().st_mode) for path in place.iterdir()}
    assert modes == {0o600} and stat.S_IMODE(place.stat().st_mode) == 0o700
    assert typed(directory, "export", "wang", place).code == 2
    assert typed(directory, "export", "wang", directory / "no" / "where").code == 1
    assert not list(directory.glob(".copy*"))


def test_an_export_may_be_one_file(directory: Path) -> None:
    done = typed(directory, "export", "zhang", directory / "zhang.zip", "--json")
    assert done.json() == {
        "household": "zhang",
        "place": str(directory / "zhang.zip"),
        "readings": 30,
        "alerts": 1,
    }
    with zipfile.ZipFile(directory / "zhang.zip") as archive:
        assert {"readings.csv", "alerts.jsonl", "README.txt"} <= set(archive.namelist())
        assert "household.toml" not in archive.namelist()  # its file is gone
    assert stat.S_IMODE((directory / "zhang.zip").stat().st_mode) == 0o600


@pytest.mark.parametrize("command", [("export", "li", "copy"), ("erase", "li", "--yes")])
def test_a_household_that_nobody_knows_is_said_to_be_none(
    directory: Path, command: tuple[str, ...]
) -> None:
    done = typed(directory, *command)
    assert done.code == 4 and "li" in done.err
    assert kept(directory, "wang") == (31, 1, True)


def test_who_does_not_type_the_name_erases_nothing(directory: Path) -> None:
    done = typed(directory, "erase", "zhang", answer="wang\n")
    assert done.code == 1 and "没有删除" in done.err
    assert kept(directory, "zhang") == (31, 1, True)


def test_who_types_the_name_erases_all_of_that_household_and_no_other(directory: Path) -> None:
    done = typed(directory, "erase", "zhang", answer="zhang\n")
    assert done.code == 0 and "已全部删除" in done.out and "不在此列" in done.out
    assert kept(directory, "zhang") == (0, 0, False)
    assert b"zhang" not in everything(directory)
    assert kept(directory, "wang") == (31, 1, True)
    assert list(records(directory / "store")) == ["wang"]
    assert typed(directory, "erase", "zhang", "--yes").code == 4


def test_a_household_that_is_still_configured_is_said_to_be_watched_anew(directory: Path) -> None:
    done = typed(directory, "erase", "wang", "--yes", "--json")
    assert done.json() == {"household": "wang", "erased": True, "watched": True}
    assert kept(directory, "wang") == (0, 0, False)
    assert kept(directory, "zhang") == (31, 1, True)


def test_what_a_power_cut_left_half_erased_is_gone_at_the_next_start(directory: Path) -> None:
    order(directory / "store", "zhang")
    order(directory / "store", "wang")
    opened(directory / "store", at(2))[0].close()
    assert not (directory / "store" / PENDING).exists()
    assert kept(directory, "zhang") == kept(directory, "wang") == (0, 0, False)


def test_a_home_waits_no_longer_to_be_watched_than_it_may_and_what_goes_is_gone(
    directory: Path,
) -> None:
    order(directory / "store", "zhang")
    opened(directory / "store", at(2), patience=0.0)[0].close()
    assert kept(directory, "zhang") == (0, 0, False)
    assert pending(directory / "store") == ["zhang"]  # it is to be overwritten yet
    opened(directory / "store", at(2))[0].close()
    assert b"zhang" not in everything(directory)


def test_what_a_home_gathers_after_it_was_erased_stays(directory: Path) -> None:
    order(directory / "store", "wang")
    store, _ = opened(directory / "store", at(2), patience=0.0)
    store.append(entries(7, "wang"))
    store.commit(raised(alert("smoke", "wang")), store.last_seq(), NOW)
    store.close()
    opened(directory / "store", at(3))[0].close()
    assert kept(directory, "wang") == (7, 1, False)
    assert pending(directory / "store") == []
    assert b"alert of wang" not in everything(directory)


def test_an_order_that_cannot_be_read_erases_nothing(directory: Path) -> None:
    (directory / "store" / PENDING).write_bytes(b"\0zhang")
    opened(directory / "store", at(2))[0].close()
    assert kept(directory, "zhang") == (31, 1, True)
