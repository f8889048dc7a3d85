"""Sets the stage of a drill: a broker, serial cables, a Bluetooth adapter, the daemon, a receiver
and a folder; and strikes it again.

However a drill ends, nothing of it is left: no process and no file. Which home is played on it is
its setting's.
"""

import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Protocol, Self

from simulator.box import Box, BoxFailed
from simulator.drivers import broker
from simulator.drivers.air import Air, NoBus
from simulator.drivers.cable import Cable
from simulator.drivers.link import BrokerAddress, Link
from simulator.receiver import Receiver

STOPS_WITHIN = 10.0
SCANS_WITHIN = 15.0


class StageFailed(Exception):
    """Something of the stage did not start or did not answer."""


class Setting(Protocol):
    """The home that is played: the serial ports it needs, and its gateway's configuration."""

    @property
    def ports(self) -> tuple[str, ...]:
        """Give the ids of its serial ports."""

    @property
    def uses_air(self) -> bool:
        """Say whether it wants Bluetooth."""

    def write(self, stage: "Stage") -> None:
        """Write the configuration into the stage's directory, for its ports and its broker."""


class Interrupts:
    """Turns Ctrl-C, a closed terminal and `kill` into KeyboardInterrupt, once, and never midway."""

    def __init__(self) -> None:
        self._is_held = False
        self._is_pending = False

    def catch(self) -> None:
        """Take the signals over."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def ignore(self) -> None:
        """Let nothing interrupt from now on: the stage is being struck."""
        self._is_held = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put an interruption off while something is begun and its end is noted."""
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
        if self._is_pending:
            self._on_signal(0, None)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_held:
            self._is_pending = True
            return
        self._is_held = True
        raise KeyboardInterrupt


class Stage:
    """Everything that a drill needs, running while it is entered."""

    def __init__(self, setting: Setting, broker_name: str | None, interrupts: Interrupts) -> None:
        self.receiver = Receiver()
        self.broker_name = ""
        self.broker_port = 0
        self.mqtt_version = ""
        self.cables: dict[str, Cable] = {}
        self.ready_after = 0.0
        self.air: Air | None = None
        self.no_air = ""  # why there is no Bluetooth
        self.last_lines: list[str] = []  # of the daemon's log, when all is over
        self._setting = setting
        self._wanted_broker = broker_name
        self._interrupts = interrupts
        self._stack = ExitStack()
        self._box: Box | None = None

    def __enter__(self) -> Self:
        try:
            self._set()
        except BaseException:
            self._strike()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._strike()

    def command(self, *arguments: str) -> str:
        """Run `shouhu` on the drill's configuration and give what it prints."""
        if self._box is None:
            raise StageFailed("the daemon does not run")
        with _failing():
            return self._box.command(*arguments)

    def _set(self) -> None:
        with self._interrupts.held():
            folder = tempfile.TemporaryDirectory(prefix="shouhu-drill-")
            self.directory = Path(self._stack.enter_context(folder))
            self._stack.enter_context(self.receiver)
            for port in self._setting.ports:
                cable = Cable(self.directory / port)
                self.cables[port] = self._stack.enter_context(cable)
        self.mqtt_version = self._start_broker()
        if self._setting.uses_air:
            self._start_air()
        self._setting.write(self)
        self._start_daemon()
        self._wait_until_scanned()
        self.link = Link(BrokerAddress(port=self.broker_port, client_id="drill"))
        self._stack.enter_context(self.link)

    def _strike(self) -> None:
        try:
            self._interrupts.ignore()
            if self._box is not None:
                self.last_lines = self._box.last_words().splitlines()
        finally:
            self._stack.close()

    def _start_broker(self) -> str:
        """Start the best broker that can be had; give the MQTT version to speak with it."""
        for kind in broker.kinds():
            if self._wanted_broker not in (None, kind.name):
                continue
            self.broker_port = broker.free_port()
            self.broker_name = kind.name
            with self._interrupts.held():
                process = broker.start(kind, self.directory, self.broker_port)
                self._stack.callback(stop, process)
            try:
                broker.wait_until_listening(process, self.broker_port)
            except broker.NoBroker:
                continue
            return kind.mqtt_version
        raise StageFailed("no broker could be started")

    def _start_air(self) -> None:
        """Start a bus with an adapter on it, where there can be one."""
        try:
            with self._interrupts.held():
                self.air = self._stack.enter_context(Air())
        except (NoBus, OSError) as error:
            self.no_air = str(error).partition("\n")[0]

    def _wait_until_scanned(self) -> None:
        deadline = time.monotonic() + SCANS_WITHIN
        while self.air is not None and not self.air.is_scanned:
            if time.monotonic() > deadline:
                raise StageFailed(f"nobody scans for Bluetooth devices after {SCANS_WITHIN:.0f} s")
            time.sleep(0.02)

    def _start_daemon(self) -> None:
        began = time.monotonic()
        box = self._box = Box(self.directory, self.air.address if self.air is not None else "")
        with self._interrupts.held():
            self._stack.callback(box.stop)
            box.launch()
        with _failing():
            box.wait_until_ready()
        self.ready_after = time.monotonic() - began


@contextmanager
def _failing() -> Iterator[None]:
    """Let what fails in the box be a failure of the stage."""
    try:
        yield
    except BoxFailed as error:
        raise StageFailed(str(error)) from error


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process, at once where it does not hear."""
    process.terminate()
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
