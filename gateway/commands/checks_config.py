"""Whether the daemon's user may read what it is configured by, and starts with the box.

For `shouhu doctor`; nothing here needs a daemon.
"""

import os
import pwd
import stat
from collections.abc import Iterator
from grp import getgrgid
from itertools import islice
from pathlib import Path

from gateway.checkup import Check
from gateway.language import Phrase

MOST = 2_000  # files
SHOWN = 3
UNITS = (Path("/etc/systemd/system"), Path("/usr/lib/systemd/system"), Path("/lib/systemd/system"))
UNIT = "shouhu.service"
WANTED = Path("/etc/systemd/system/multi-user.target.wants") / UNIT

# Settings, secrets, certificates and their keys, templates of messages.
READ = (
    "*.toml",
    "households/*.toml",
    "**/secrets/*",
    "**/*.pem",
    "**/*.key",
    "**/*.crt",
    "messages/*",
)


def readable_checks(config: Path, store: Path) -> list[Check]:
    """Name the files that the owner of the store, the daemon's user, cannot read."""
    try:
        owner = store.stat()
        closed = [path for path in _files(config) if not _may_read(path, owner.st_uid)]
    except OSError:
        return []  # told where store and configuration are looked at
    if not closed:
        return []
    user, group = _user(owner.st_uid), _group(owner.st_gid)
    names = ", ".join(str(path.relative_to(config)) for path in closed[:SHOWN])
    values = {"user": user, "files": names + ("\u2026" if len(closed) > SHOWN else "")}
    cure = Phrase("cure.config_closed", {"group": group, "path": config})
    return [Check("config/rights", False, Phrase("doctor.config_closed", values), cure)]


def _files(config: Path) -> Iterator[Path]:
    every = dict.fromkeys(path for pattern in READ for path in config.glob(pattern))
    yield from islice((path for path in every if path.is_file()), MOST)


def _may_read(path: Path, uid: int) -> bool:
    """Say whether a user may read a file, and go where it lies, by owner, group and mode."""
    groups = _groups(uid)
    places = path.parents
    return _has(path, uid, groups, 4) and all(_has(place, uid, groups, 1) for place in places)


def _has(path: Path, uid: int, groups: set[int], right: int) -> bool:
    if uid == 0:
        return True
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if found.st_uid == uid:
        return bool(mode >> 6 & right)
    return bool((mode >> 3 if found.st_gid in groups else mode) & right)


def _groups(uid: int) -> set[int]:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return set()
    return set(os.getgrouplist(entry.pw_name, entry.pw_gid))


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def start_checks(units: tuple[Path, ...] = UNITS, wanted: Path = WANTED) -> list[Check]:
    """Say so where the daemon is installed as a service that does not start with the box."""
    if not any((place / UNIT).exists() for place in units) or os.path.lexists(wanted):
        return []
    said = Phrase("doctor.daemon_not_enabled")
    return [Check("daemon/start", False, said, Phrase("cure.daemon_not_enabled"))]
