"""What machine this is, and how long a process has computed."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def machine() -> str:
    """Name the machine and the versions that matter, in one line."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("paho-mqtt", "apprise", "msgspec"))
    return (
        f"{os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {libraries}"
    )


def cpu_seconds(pid: int) -> float:
    """Give user and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def tree_cpu_seconds(pid: int) -> float:
    """Give user and system time of a process and of its children so far, those that ended too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    own = sum(int(field) for field in fields[11:15]) / TICKS
    return own + sum(tree_cpu_seconds(child) for child in _children(pid))


def tree_mb(pid: int) -> float:
    """Give the memory of a process and its children in MB, what they share counted once (PSS)."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    (line,) = [each for each in text.splitlines() if each.startswith("Pss:")]
    return int(line.split()[1]) / 1024 + sum(tree_mb(child) for child in _children(pid))


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident_mb(pid: int) -> float:
    """Give the resident memory of a process in MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} has no memory")


def quantile(values: list[float], share: float) -> float:
    """Give the value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
