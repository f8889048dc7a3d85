"""How the box itself does: its clock, its disk, the files of the store.

For `shouhu doctor`; nothing here needs a daemon.
"""

import ctypes
import os
import shutil
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile

from msgspec import Struct

from gateway.checkup import Check
from gateway.clock import PLAUSIBLE_FROM
from gateway.language import Phrase
from gateway.store import Cause, StoreFailed
from gateway.store.inspection import inspected
from gateway.store.store import SPARE_BYTES

SLOW = 1.0  # seconds for a synced write of a page
PAGE = 4096
LOOK = 10.0  # seconds for each file of the store
MEGABYTE = 1 << 20
UNSYNCED = 0x40  # STA_UNSYNC of adjtimex(2)


class _Timex(ctypes.Structure):
    """The beginning of struct timex (adjtimex(2)), and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),  # microseconds
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    )


def clock_checks(now: datetime) -> list[Check]:
    """Say whether the time can be right, and whether the system keeps it so."""
    if now < PLAUSIBLE_FROM:
        said = Phrase("doctor.clock_wrong", {"at": f"{now:%Y-%m-%d %H:%M}"})
        return [Check("clock", False, said, Phrase("cure.clock"))]
    figures = _Timex()
    adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
    if adjtimex is None or adjtimex(ctypes.byref(figures)) < 0:
        return [Check("clock/network", True, Phrase("doctor.clock_unknown"))]
    if figures.status & UNSYNCED:
        said = Phrase("doctor.clock_loose")
        return [Check("clock/network", False, said, Phrase("cure.clock"))]
    error = max(1, round(figures.maxerror / 1000))
    return [Check("clock/network", True, Phrase("doctor.clock_synced", {"error": error}))]


class _Disk(Struct, frozen=True):
    free: int
    percent: int
    sync: float | None = None  # seconds; None: we may not write there
    failure: str = ""


def disk_check(directory: Path) -> Check:
    """Say how much room there is, and how long a write takes to be safe."""
    place = next((each for each in (directory, *directory.parents) if each.is_dir()), Path("/"))
    disk = _measured(place, may_write=place == directory)
    values: dict[str, object] = {
        "free": disk.free // MEGABYTE,
        "percent": disk.percent,
        "path": place,
        "why": disk.failure,
        "sync": None if disk.sync is None else max(1, round(disk.sync * 1000)),
    }
    if disk.free < SPARE_BYTES:
        wrong = "disk_full"
    elif disk.failure:
        wrong = "disk_refuses"
    elif disk.sync is not None and disk.sync > SLOW:
        wrong = "disk_slow"
    else:
        said = "doctor.disk_room_only" if disk.sync is None else "doctor.disk_room"
        return Check("disk", True, Phrase(said, values))
    return Check("disk", False, Phrase(f"doctor.{wrong}", values), Phrase(f"cure.{wrong}", values))


def _measured(place: Path, *, may_write: bool) -> _Disk:
    usage = shutil.disk_usage(place)
    disk = _Disk(usage.free, round(100 * usage.free / usage.total) if usage.total else 0)
    if not may_write or not os.access(place, os.W_OK):
        return disk
    began = time.monotonic()
    try:
        with TemporaryFile(dir=place) as file:
            file.write(bytes(PAGE))
            file.flush()
            os.fsync(file.fileno())
            return _Disk(disk.free, disk.percent, time.monotonic() - began)
    except OSError as error:
        return _Disk(disk.free, disk.percent, failure=error.strerror or str(error))


def store_checks(directory: Path) -> list[Check]:
    """Say whether the files of the store are sound."""
    try:
        found = inspected(directory, LOOK)
    except StoreFailed as error:
        why = Phrase(f"cause.{error.cause}")
        said = Phrase("doctor.store_bad", {"file": error.place.name, "why": why})
        is_closed = error.cause is Cause.READ_ONLY
        cure = Phrase("cure.store_closed" if is_closed else "cure.store_bad")
        return [Check(f"store/{error.place.name}", False, said, cure)]
    checks = [
        Check(
            f"store/{file}",
            False,
            Phrase("doctor.store_bad", {"file": file, "why": why}),
            Phrase("cure.store_bad"),
        )
        for file, why in found.faults.items()
    ]
    if found.aside:
        said = Phrase("doctor.store_aside", {"files": ", ".join(found.aside)})
        checks.append(Check("store/aside", False, said, Phrase("cure.store_aside")))
    if not found.is_whole:
        said = Phrase("doctor.store_unchecked", {"seconds": f"{LOOK:g}"})
        checks.append(Check("store/files", True, said))
    is_there = False
    with suppress(OSError):
        is_there = any(directory.glob("*.db"))
    if not checks:
        key = "doctor.store_sound" if is_there else "doctor.store_none"
        checks.append(Check("store/files", True, Phrase(key)))
    return checks
