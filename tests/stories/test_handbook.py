"""The handbook, done from its first line to its last by somebody who has only the handbook."""

import re
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.model import Alert, Rule, State
from gateway.config import load
from gateway.store import Store
from simulator.drivers.air import Air
from tests.receiver import Receiver, Request
from tests.stories.first_home import (
    BUTTON,
    DOOR,
    KEY,
    MOTION,
    SMOKE,
    SPARE,
    THINGS,
    WINDOW,
    Home,
    Thing,
)
from tests.stories.handbook import Box, commands
from tests.terminal import ENTER, Terminal

HANDBOOK = "docs/technician.md"
# Here nobody sets the machine's clock, or starts the daemon by systemd, and the doctor says so.
MAY_FAIL = {"shouhu doctor": {0, 1}}
OF_THE_MACHINE = {"时钟", "守护程序"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TOLD = 17  # of an address, its end: what a list shows of it at the least
AGAIN = 0.7  # seconds after which a person presses once more


class Technician:
    """Does what the handbook says, at the box and at the devices."""

    def __init__(self, box: Box, home: Home, phone: Receiver) -> None:
        self.box, self.home, self.phone = box, home, phone
        self.done: list[str] = []
        self.said: dict[str, str] = {}

    def does(self, command: str) -> None:
        """Type one command, and do what it asks for."""
        typed = self._filled_in(command)
        acts = {
            "shouhu pair": self._pairs,
            "shouhu walk-test": self._walks,
            "shouhu swap": self._swaps,
            "shouhu drill wang --device": self._drills,
            "shouhu devices --all --watch": self._watches,
        }
        act = next((act for name, act in acts.items() if command.startswith(name)), None)
        if act is not None:
            terminal = self.box.terminal(typed)
            try:
                act(terminal, command)
            finally:
                terminal.close()
        else:
            if command == "shouhu alerts list" and command not in self.done:
                self._lets_it_ring()
            self._runs(command, typed)
        self.done.append(command)

    def _runs(self, command: str, typed: str) -> None:
        finished = self.box.types(typed)
        if finished is not None:
            self.said[command] = finished.stdout
            may = MAY_FAIL.get(command, {0})
            assert finished.returncode in may, f"{typed}\n{finished.stdout}\n{finished.stderr}"

    def _filled_in(self, command: str) -> str:
        """Put what is this home's own in the place of the handbook's examples."""
        for example in re.findall(r"'((?:wecombot|ntfy)://[^']+)'", command):
            command = command.replace(example, f"json://127.0.0.1:{self.phone.port}/told")
        if "3f9a" in command:
            command = command.replace("3f9a", self._alert())
        if "bedroom-window" in command:
            command = command.replace("bedroom-window", self._role(WINDOW))
        return command

    def _role(self, thing: Thing) -> str:
        """Give the id under which a device was set up."""
        text = (self.box.config / "households/wang.toml").read_text(encoding="utf-8")
        devices = tomllib.loads(text)["device"]
        return str(next(each["id"] for each in devices if each["address"] == thing.shown))

    def _alert(self) -> str:
        calls = [each for each in alerts(self.box) if each.finding.rule is Rule.SOS]
        return calls[-1].id[:12]

    def _lets_it_ring(self) -> None:
        """See that the smoke alarm's test has arrived, and press the call button for real."""
        self.phone.wait_for(1, that=says("烟感", "测试"))
        assert not [one for one in self.phone.requests if says("求助")(one)]
        # A press soon after its test is taken for a second one.
        self.box.until(self._rings, 60)

    def _rings(self) -> bool:
        self.home.tries(BUTTON)()
        time.sleep(0.5)
        return any(says("求助", "王桂英")(one) for one in self.phone.requests)

    # -- at a terminal

    def _pairs(self, terminal: Terminal, _command: str) -> None:
        for thing in THINGS:
            until_first(terminal, thing, self.home.rests(thing))
            terminal.types("1")
            if thing is WINDOW:
                terminal.sees("密钥（")
                terminal.types(KEY.hex() + ENTER)
                terminal.sees("7  门磁")
                terminal.types("7" + ENTER)
            terminal.sees("在哪个房间")
            terminal.types(f"{thing.room}{ENTER}")
            terminal.sees("设备名称")
            terminal.types(("卧室窗" if thing is WINDOW else "") + ENTER)
            if thing in (DOOR, WINDOW):
                terminal.sees("入户门")
                terminal.types(("是" if thing is DOOR else "") + ENTER)
            terminal.sees("写入")
            terminal.types(ENTER)
            terminal.sees("现在请")
            until(terminal, "通过  ", self.home.tries(thing))
            terminal.sees("再登记一台吗")
            terminal.types(("n" if thing is THINGS[-1] else "") + ENTER)
        assert terminal.ends() == 0

    def _walks(self, terminal: Terminal, command: str) -> None:
        only = {"kitchen-smoke": [SMOKE], "hall": [DOOR]}
        things = only.get(command.rsplit(maxsplit=1)[-1], [MOTION, BUTTON, WINDOW, SMOKE, DOOR])
        for number, thing in enumerate(things, start=1):
            terminal.sees("\u25b6")
            until(terminal, f"{number} \u2713", self.home.tries(thing))
        terminal.sees(f"{len(things)} 台设备中 {len(things)} 台通过")
        assert terminal.ends() == 0

    def _drills(self, terminal: Terminal, _command: str) -> None:
        terminal.sees("王芳")
        terminal.sees("可以开始了吗")
        terminal.types("y" + ENTER)
        terminal.sees("现在请按住报警器的测试键")
        until(terminal, "谁收到了", self.home.tries(SMOKE))
        terminal.types("王芳" + ENTER)
        terminal.sees("演练通过")
        assert terminal.ends() == 0

    def _swaps(self, terminal: Terminal, _command: str) -> None:
        until_first(terminal, SPARE, self.home.rests(SPARE))
        terminal.types("1")
        terminal.sees("接替")
        terminal.types(ENTER)
        until(terminal, "通过  ", self.home.tries(SPARE))
        assert terminal.ends() == 0

    def _watches(self, terminal: Terminal, _command: str) -> None:
        terminal.sees("陌生设备")
        until(terminal, SPARE.shown[-TOLD:], self.home.rests(SPARE))
        terminal.types("q")
        assert terminal.ends() == 0


def until(terminal: Terminal, wanted: str, make: Callable[[], None]) -> None:
    """Make a device speak until the terminal shows what is wanted."""
    again(lambda: terminal.sees(wanted, AGAIN), make)


def until_first(terminal: Terminal, thing: Thing, make: Callable[[], None]) -> None:
    """Make a device speak until it stands at the top of the list."""

    def is_first() -> bool:
        rows = [row for row in terminal.picture if row.startswith("1 ")]
        return any(thing.shown[-TOLD:] in row for row in rows)

    again(lambda: terminal.until(is_first, AGAIN), make)


def again(look: Callable[[], object], make: Callable[[], None]) -> None:
    deadline = time.monotonic() + 30
    while True:
        make()
        try:
            look()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        else:
            return


def alerts(box: Box) -> list[Alert]:
    store = Store.read_only(box.store)
    try:
        return store.alerts(open_only=False)
    finally:
        store.close()


def says(*words: str) -> Callable[[Request], bool]:
    return lambda request: all(word in str(request.json()) for word in words)


@pytest.fixture
def phone() -> Iterator[Receiver]:
    """Give the caregiver's telephone."""
    with Receiver() as one:
        yield one


@pytest.fixture
def technician(tmp_path: Path, repository: Path, phone: Receiver) -> Iterator[Technician]:
    """Give somebody with a new box and a bag full of devices."""
    with Air() as air:
        box = Box(tmp_path / "box", repository, {"DBUS_SYSTEM_BUS_ADDRESS": air.address})
        home = Home(box.port, box.root / "root/zigbee2mqtt-password", air)
        box.serves("zigbee2mqtt", home.start)
        yield Technician(box, home, phone)
        box.close()
        home.close()


def test_the_first_home_of_the_handbook_is_watched_in_the_end(
    technician: Technician, repository: Path, phone: Receiver
) -> None:
    text = (repository / HANDBOOK).read_text(encoding="utf-8")
    for command in commands(text):
        technician.does(command)

    assert technician.done == commands(text)
    assert "online" in next(told for typed, told in technician.said.items() if "state" in typed)
    wrong = re.findall(r"^异常 +(\S+)", technician.said["shouhu doctor"], re.MULTILINE)
    assert set(wrong) <= OF_THE_MACHINE
    page = (technician.box.root / "root/wang.html").read_text(encoding="utf-8")
    for said in ("5 / 5", "客厅红外", "卧室窗", "厨房烟感", "daughter-wecom", "李工"):
        assert said in page
    grave = [alert for alert in alerts(technician.box) if alert.finding.severity.rank == 0]
    rung = [alert for alert in grave if not alert.drill]
    assert [each.finding.rule for each in grave if each.drill] == [Rule.SMOKE]
    assert [(each.finding.rule, each.state) for each in rung] == [(Rule.SOS, State.CLOSED)]
    config = load(technician.box.config)
    assert [device.outer_door for device in config.homes[0].devices].count(True) == 1
    role = next(one for one in config.fitted if one.device.id == "living-room-motion")
    assert role.address == SPARE.shown


def test_the_configuration_that_the_handbook_begins_with_is_sound(repository: Path) -> None:
    load(repository / "docs/first-home")


def test_every_step_is_told_in_both_languages(repository: Path) -> None:
    text = (repository / HANDBOOK).read_text(encoding="utf-8")
    prose = re.sub(r"^```.*?^```$|^\|.*?$", "", text, flags=re.MULTILINE | re.DOTALL)
    for step in re.split(r"^#+ ", prose, flags=re.MULTILINE)[1:]:
        heading, *paragraphs = [each for each in step.split("\n\n") if each.strip()]
        assert re.match(r".*[\u4e00-\u9fff].* · \w", heading)
        in_chinese = [bool(CHINESE.search(each)) for each in paragraphs]
        # What stands in one paragraph for both needs no other.
        assert abs(in_chinese.count(True) - in_chinese.count(False)) <= 1
