"""Everything that is kept of a household, as files that other programs and people can read.

It reads the store and writes a directory of its own, for its owner alone; secrets are not in it.
"""

import csv
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
from msgspec import Struct

from edge.model import Entry, Reading
from gateway.store import Store

READINGS, INPUTS, ALERTS = "readings.csv", "inputs.jsonl", "alerts.jsonl"
DAYS, LEARNED, HOUSEHOLD, README = "days.csv", "learned.json", "household.toml", "README.txt"
COLUMNS = ("at", "received", "device", "room", "kind", "value", "freshness", "drill")
OWNER_ONLY, OWNER_ONLY_FILE = 0o700, 0o600
SAYS = """\
{name}

readings.csv     每条读数：时间为 UTC；freshness 为 live 才算当时的动静
inputs.jsonl     其余输入：确认、离家、看不见的时段等，每行一条
alerts.jsonl     每条警报的全部经过：变化、通知了谁、结果
days.csv         已清除的日子：各设备每天的读数条数
learned.json     学到的作息
household.toml   这户的配置；密钥不在其中

readings.csv     every reading; times are UTC; only "live" ones were life at that time
inputs.jsonl     everything else that came in: acknowledgements, absences, blind times
alerts.jsonl     every alert with all its changes, who was told, and what came of it
days.csv         days that were cleared away: how many readings each device gave
learned.json     the rhythm that was learned
household.toml   how the home is set up; secrets are not in it
"""


class Written(Struct, frozen=True):
    """How much an export holds."""

    readings: int
    inputs: int
    alerts: int


def export(store: Store, household: str, name: str, file: Path | None, place: Path) -> Written:
    """Write all that is kept of a household to `place`: a directory, or a .zip by its ending.

    Nothing is at `place` until all of it is. Raises FileExistsError, OSError and StoreFailed.
    """
    if place.exists():
        raise FileExistsError(place)
    fresh = place.with_name(f".{place.name}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=OWNER_ONLY)
    try:
        written = _fill(store, household, fresh)
        _put(fresh / README, [SAYS.format(name=name)])
        if file is not None:
            _put(fresh / HOUSEHOLD, [file.read_text(encoding="utf-8-sig")])
        _deliver(fresh, place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return written


def _deliver(fresh: Path, place: Path) -> None:
    if place.suffix.lower() != ".zip":
        fresh.rename(place)
        return
    archive = fresh.with_name(f"{fresh.name}.zip")
    archive.unlink(missing_ok=True)
    try:
        handle = os.open(archive, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY_FILE)
        with os.fdopen(handle, "wb") as file, ZipFile(file, "w", ZIP_DEFLATED) as zipped:
            for path in sorted(fresh.iterdir()):
                zipped.write(path, path.name)
        archive.rename(place)
    finally:
        archive.unlink(missing_ok=True)


def _fill(store: Store, household: str, fresh: Path) -> Written:
    inputs = 0
    readings = 0
    with _opened(fresh / READINGS) as table, _opened(fresh / INPUTS) as others:
        rows = csv.writer(table)
        rows.writerow(COLUMNS)
        for _, entry in store.entries(0, household):
            if isinstance(entry.what, Reading):
                rows.writerow(_row(entry.what))
                readings += 1
            else:
                others.write(_line({"at": entry.at, "what": _named(entry)}))
                inputs += 1
    alerts = store.alerts(household, open_only=False)
    _put(fresh / ALERTS, _alert_lines(store, household))
    with _opened(fresh / DAYS) as table:
        rows = csv.writer(table)
        rows.writerow(("day", "device", "kind", "drill", "count"))
        rows.writerows(
            (d.day, d.device, d.kind, int(d.drill), d.count) for d in store.summaries(household)
        )
    if (kept := store.snapshot(household)) is not None:
        _put(fresh / LEARNED, [kept[2].decode(errors="replace")])
    return Written(readings, inputs, len(alerts))


def _alert_lines(store: Store, household: str) -> Iterator[str]:
    for alert in store.alerts(household, open_only=False):
        told = {"changes": store.changes(alert.id), "notices": store.notices(alert.id)}
        yield _line({"alert": alert, **told, "receipts": store.receipts(alert.id)})


def _row(reading: Reading) -> tuple[object, ...]:
    value = int(reading.value) if isinstance(reading.value, bool) else reading.value
    return (
        reading.at.isoformat(),
        reading.received.wall.isoformat(),
        *(reading.device, reading.room, reading.kind, value, reading.freshness),
        int(reading.drill),
    )


def _named(entry: Entry) -> dict[str, object]:
    plain = msgspec.to_builtins(entry.what)
    return {"input": type(entry.what).__name__, **(plain if isinstance(plain, dict) else {})}


def _line(what: object) -> str:
    """Write one thing as a line of JSON, Chinese as Chinese."""
    return json.dumps(json.loads(msgspec.json.encode(what)), ensure_ascii=False) + "\n"


def _put(path: Path, lines: Iterable[str]) -> None:
    with _opened(path) as file:
        file.writelines(lines)


def _opened(path: Path) -> TextIO:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY_FILE)
    return os.fdopen(handle, "w", encoding="utf-8", newline="")
