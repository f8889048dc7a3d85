"""The chores beside the watching: whoever listens to them holds nothing up."""

import socket
from pathlib import Path

import pytest

from gateway.housekeeping import notifier


def test_a_supervisor_that_does_not_read_holds_nothing_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        ours = notifier()
        for _ in range(1000):
            ours.notify("WATCHDOG=1")
        assert systemd.recv(64) == b"WATCHDOG=1"


def test_without_a_supervisor_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notifier().notify("READY=1")
