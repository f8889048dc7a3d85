"""The gateway's box: the real daemon as a process of its own, with power or without.

It is asked only what a person at the box could ask; who its messages reach is the receiver's.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from edge.model import Outcome

# On a busy machine all takes longer; a daemon that has ended is not waited for.
READY_WITHIN = 120.0
STOPS_WITHIN = 120.0
COMMAND = Path(sys.executable).with_name("shouhu")


class BoxFailed(Exception):
    """The daemon did not start, or a command failed."""


class Box:
    """A directory with a configuration, and the daemon on it while it has power."""

    def __init__(self, directory: Path, bus: str = "", *, is_led: bool = True) -> None:
        """Take the configuration's directory, and the D-Bus address of a simulated adapter.

        `is_led`: its clock is led by a driver; else it goes by the system's.
        """
        self.directory = directory
        self._clock = ("--drill-clock",) if is_led else ()
        self._store = directory / "store"
        self._log = directory / "daemon.log"
        self._bus = bus
        self._daemon: subprocess.Popen[bytes] | None = None
        self._notify: socket.socket | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the daemon, and wait until it says that it is ready."""
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        """Start the daemon."""
        (self.directory / "notify").unlink(missing_ok=True)
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notify.bind(str(self.directory / "notify"))
        self._notify.settimeout(0.1)
        with self._log.open("ab") as log:
            self._daemon = subprocess.Popen(
                [COMMAND, "run", *self._clock, "--config", self.directory],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(),
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Wait until the daemon says that it is ready; raise BoxFailed where it does not."""
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            if self._daemon is None or self._daemon.poll() is not None:
                raise BoxFailed(f"the daemon ended: {self.last_words()}")
            try:
                if self._notify is not None and b"READY=1" in self._notify.recv(4096):
                    self._end_listening()
                    return
            except TimeoutError:
                continue
        raise BoxFailed(f"the daemon was not ready within {READY_WITHIN:.0f} s")

    def stop(self) -> None:
        """End it in order."""
        self._end(signal.SIGTERM)

    def cut_power(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    @property
    def is_running(self) -> bool:
        """Say whether the daemon was started and has not ended by itself."""
        return self._daemon is not None and self._daemon.poll() is None

    def alerts(self) -> list[dict[str, Any]]:
        """Give what `shouhu alerts list` has to say of every alert there ever was."""
        listed: list[dict[str, Any]] = json.loads(self.command("alerts", "list", "--all", "--json"))
        return listed

    def command(self, *arguments: str) -> str:
        """Run `shouhu` on the box's configuration and give what it prints."""
        done = subprocess.run(
            [COMMAND, *arguments, "--config", self.directory],
            capture_output=True,
            text=True,
            check=False,
            timeout=READY_WITHIN,
        )
        if done.returncode:
            told = (done.stderr or done.stdout).strip()
            raise BoxFailed(f"shouhu {' '.join(arguments)}: {done.returncode}: {told}")
        return done.stdout

    def owes(self) -> int:
        """Ask how many messages are still on their way to people."""
        return int(self._asked(do="status")["owed"])

    def open_alerts(self) -> list[str]:
        """Ask for the ids of the alerts that are open."""
        return [str(each) for each in self._asked(do="status")["alerts"]]

    def take(self, alert: str, by: str) -> None:
        """Let somebody take an alert for an hour."""
        self._asked(do="acknowledge", alert=alert, by=by, lease_s=3600)

    def close(self, alert: str, by: str, outcome: Outcome) -> None:
        """Let somebody end an alert with what it was."""
        self._asked(do="close", alert=alert, by=by, outcome=str(outcome))

    def declare_away(self, household: str, by: str, until: str | None) -> None:
        """Let somebody say that nobody will be at home, to an aware ISO time or until they come."""
        self._asked(do="away", household=household, by=by, until=until)

    def _asked(self, **request: object) -> dict[str, Any]:
        """Ask over the control socket, as the command line does."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(STOPS_WITHIN)
            line.connect(str(self._store / "control.sock"))
            line.sendall(json.dumps(request).encode() + b"\n")
            with line.makefile("rb") as said:
                answer: dict[str, Any] = json.loads(said.readline())
        if not answer["ok"]:
            raise BoxFailed(f"{request}: {answer['error']}")
        return answer

    def last_words(self) -> str:
        """Give the end of the daemon's log."""
        text = self._log.read_text(errors="replace") if self._log.exists() else ""
        return "\n".join(text.splitlines()[-20:])

    def _environment(self) -> dict[str, str]:
        variables = {**os.environ, "NOTIFY_SOCKET": str(self.directory / "notify")}
        if self._bus:
            variables["DBUS_SYSTEM_BUS_ADDRESS"] = self._bus
        return variables

    def _end(self, number: signal.Signals) -> None:
        daemon, self._daemon = self._daemon, None
        self._end_listening()
        if daemon is None:
            return
        daemon.send_signal(number)
        try:
            daemon.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def _end_listening(self) -> None:
        """Hear no more of how the daemon does: nobody reads it, and it must fill no queue."""
        notify, self._notify = self._notify, None
        if notify is not None:
            notify.close()
