"""A box in a folder: the handbook's commands run on it as a technician types them.

What belongs to a whole machine is played: packages, users, systemd, an editor. All else is real:
the broker with the configuration as shipped, `shouhu` in a terminal, and the daemon of the unit.
"""

import contextlib
import getpass
import grp
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from gateway.control import SOCKET, ControlFailed, Status, ask
from simulator.drivers.broker import free_port
from tests.command_line import COMMAND, PLAIN
from tests.terminal import Terminal

BLOCK = re.compile(r"^```sh\n(.*?)^```$|`([a-z][a-z0-9_-]* [^`\n]+)`", re.MULTILINE | re.DOTALL)
LOGIN = frozenset({"sudo -i"})
PLACE = re.compile(r"(?<![\w./:-])/(etc|opt|var|root|run|usr/local)/")
PACKAGES = {
    "python3-venv": "python3",
    "mosquitto": "mosquitto",
    "mosquitto-clients": "mosquitto_pub",
}
CHECKOUT = ("systemd", "docs/first-home", "requirements.lock", "pyproject.toml")
SHIM = '#!/bin/sh\nexec {command} "$@" --config {config}\n'


def commands(text: str) -> list[str]:
    """Give every command of a document: those of its blocks, and those within its lines.

    What a line only says again is left out.
    """
    found: list[str] = []
    for block, span in BLOCK.findall(text):
        found += [line.strip() for line in block.splitlines() if line.strip()]
        found += [span] if span and span not in LOGIN and span not in found else []
    return found


class Box:
    """The machine; every path of the system is one below `root`."""

    def __init__(self, root: Path, repository: Path, environment: Mapping[str, str]) -> None:
        """Unpack it, with a checkout of the repository on it."""
        self.root = root
        self.config, self.store = root / "etc/shouhu", root / "var/lib/shouhu"
        self.port = free_port()
        self.started: list[str] = []
        self._checkout = root / "checkout"
        self._services: dict[str, subprocess.Popen[bytes]] = {}
        self._units = {"mosquitto": self._broker, "shouhu": self._daemon}
        self._log = root / "shouhu.log"
        for name in ("etc/mosquitto", "etc/systemd/system", "var/lib/mosquitto", "run/mosquitto",
                     "usr/local/bin", "root", "clients"):  # fmt: skip
            (root / name).mkdir(parents=True)
        (root / "clients/mosquitto_pub").write_text(f"-p {self.port}\n")
        (root / "clients/mosquitto_sub").write_text(f"-p {self.port}\n")
        self._unpack(repository)
        self._environment = {
            **PLAIN,
            **environment,
            "LANG": "zh_CN.UTF-8",
            "PATH": f"{root}/usr/local/bin:{os.environ['PATH']}:/usr/sbin",
            "XDG_CONFIG_HOME": str(root / "clients"),
        }

    def _unpack(self, repository: Path) -> None:
        for name in CHECKOUT:
            there, here = repository / name, self._checkout / name
            here.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if there.is_dir() else shutil.copy)(there, here)
        port = f"listener {self.port} 127.0.0.1"
        self._change("systemd/mosquitto.conf", "listener 1883 127.0.0.1", port)
        self._change("systemd/mosquitto.conf", "allow_anonymous", "user root\nallow_anonymous")
        local = 'host = "127.0.0.1"\n'
        self._change("docs/first-home/gateway.toml", local, f"{local}port = {self.port}\n")
        for name in ("systemd/mosquitto.conf", "systemd/shouhu.service"):
            self._change(name, "", "")
        self._change("docs/first-home/gateway.toml", "", "")

    def _change(self, name: str, old: str, new: str) -> None:
        path = self._checkout / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(self._placed(text.replace(old, new, 1) if old else text), encoding="utf-8")

    def _placed(self, text: str) -> str:
        return PLACE.sub(lambda found: f"{self.root}{found[0]}", text)

    # -- typing

    def types(self, command: str) -> subprocess.CompletedProcess[str] | None:
        """Run one command; give what came of it, None where it is played."""
        name, *words = shlex.split(command)
        play = getattr(self, f"_{Path(name).name}", None)
        if play is not None:
            play(words)
            return None
        return subprocess.run(
            ["bash", "-c", self._here(command)],
            cwd=self._checkout,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def terminal(self, command: str) -> Terminal:
        """Run one command in a terminal."""
        return Terminal(["bash", "-c", f"exec {self._here(command)}"], self._environment)

    def _here(self, command: str) -> str:
        user, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
        here = self._placed(command).replace("-g mosquitto", f"-g {group}")
        return here.replace("root:shouhu", f"{user}:{group}")

    # -- what is played

    def _apt(self, words: list[str]) -> None:
        assert words[0] == "install"
        for package in words[1:]:
            program = PACKAGES.get(package)
            assert program is None or shutil.which(program, path=self._environment["PATH"])

    def _useradd(self, words: list[str]) -> None:
        assert words[-1] == "shouhu"

    def _python3(self, words: list[str]) -> None:
        assert words[:2] == ["-m", "venv"]
        programs = self.root / words[2].lstrip("/") / "bin"
        programs.mkdir(parents=True)
        shim = programs / "shouhu"
        shim.write_text(SHIM.format(command=COMMAND, config=self.config))
        shim.chmod(0o755)

    def _pip(self, words: list[str]) -> None:
        assert words[0] == "install"
        assert (self._checkout / words[-1]).exists()

    def _nano(self, words: list[str]) -> None:
        path = self.root / words[0].lstrip("/")
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("王桂兰", "王桂英"), encoding="utf-8")

    def _journalctl(self, words: list[str]) -> None:
        assert words[:2] == ["-u", "shouhu"]
        assert self._log.read_text(encoding="utf-8")

    def _systemctl(self, words: list[str]) -> None:
        verb, *rest = words
        if verb == "daemon-reload":
            return
        assert verb in ("restart", "enable")
        unit = rest[-1]
        self.stops(unit)
        self._units[unit]()

    def serves(self, unit: str, start: Callable[[], None]) -> None:
        """Say what starts a service that is not ours."""
        self._units[unit] = start

    def _broker(self) -> None:
        configuration = self.root / "etc/mosquitto/mosquitto.conf"
        log = (self.root / "mosquitto.log").open("wb")
        self._services["mosquitto"] = subprocess.Popen(
            ["mosquitto", "-c", str(configuration)],
            stderr=log,
            env=self._environment,
        )
        self.until(self._takes_connections)

    def _takes_connections(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def _daemon(self) -> None:
        unit = (self.root / "etc/systemd/system/shouhu.service").read_text()
        found = re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)
        assert found is not None
        log = self._log.open("ab")
        self._services["shouhu"] = subprocess.Popen(
            shlex.split(found[1]), stdout=log, stderr=log, env=self._environment
        )
        self.until(self._answers)

    def _answers(self) -> bool:
        try:
            return bool(ask(self.store / SOCKET, Status(), timeout=2).facts)
        except ControlFailed:
            return False

    def until(self, that: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is so; show the log when it does not become so."""
        deadline = time.monotonic() + seconds
        while not that():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def said(self) -> str:
        """Give the end of the daemon's log."""
        return self._log.read_text(encoding="utf-8")[-4000:] if self._log.exists() else ""

    def stops(self, unit: str) -> None:
        """End a service in order, if it runs."""
        process = self._services.pop(unit, None)
        if process is not None:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0

    def close(self) -> None:
        """Pull the plug."""
        for process in self._services.values():
            process.kill()
            process.wait(20)
