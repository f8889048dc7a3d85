"""The homes that can be played on a stage: the drill home of the demonstration, or any plan.

It writes what their gateways are configured with; the stage sets up what they need.
"""

import socket
from importlib import resources
from pathlib import Path
from string import Template

from simulator.drill_devices import BUTTON_KEY
from simulator.home import Plan
from simulator.household_file import gateway, household, write
from simulator.stage import Stage, StageFailed

CEILING = '[inactivity]\nceiling = "12h"\n'


class DrillHome:
    """The home of the demonstration; its button is left out where no Bluetooth can be had."""

    ports = ("stick",)
    uses_air = True

    def __init__(self, language: str) -> None:
        """Take the language of its people."""
        self._language = language
        self.page_port = _free_port()

    def write(self, stage: Stage) -> None:
        """Write its configuration."""
        directory = stage.directory
        values = {
            "directory": str(directory),
            "broker_port": str(stage.broker_port),
            "mqtt_version": stage.mqtt_version,
            "receiver_port": str(stage.receiver.port),
            "page_port": str(self.page_port),
        }
        texts = resources.files("simulator") / "drill_home"
        _write(
            directory / "gateway.toml",
            Template((texts / "gateway.toml").read_text()).substitute(values),
        )
        (directory / "households").mkdir()
        home = (texts / f"{self._language}.toml").read_text()
        if stage.air is not None:
            home += (texts / f"{self._language}-bluetooth.toml").read_text()
            _write(directory / "button-key", BUTTON_KEY)
        (directory / "households" / "drill-home.toml").write_text(home)


class PlannedHome:
    """A simulated home, with a daughter, a neighbour and a duty desk."""

    def __init__(self, plan: Plan, language: str) -> None:
        """Take the home and the language of its people."""
        self.ports = plan.ports
        self.uses_air = plan.speaks("ble")
        self._plan, self._language = plan, language

    def write(self, stage: Stage) -> None:
        """Write its configuration; raise StageFailed where its transports cannot be had."""
        if self.uses_air and stage.air is None:
            raise StageFailed(f"no Bluetooth can be simulated here: {stage.no_air}")
        text = household(self._plan, self._language, more=CEILING)
        write(self._plan, stage.directory, text)
        ports = {port: cable.path for port, cable in stage.cables.items()}
        broker = (stage.broker_port, stage.mqtt_version)
        told = gateway(stage.directory, broker, stage.receiver.port, ports)
        _write(stage.directory / "gateway.toml", told)


def _free_port() -> int:
    """Give a port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _write(path: Path, text: str) -> None:
    """Write what nobody else may read."""
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
