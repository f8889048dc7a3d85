"""`shouhu alerts`: a real store, a real socket, and once the real daemon behind a real broker."""

import asyncio
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from edge.model import (
    Change,
    Effects,
    Event,
    Lease,
    Moment,
    Outcome,
    Receipt,
    Rung,
    State,
)
from gateway.control import SOCKET, AcknowledgeAlert, Answer, CloseAlert, ControlServer, Request
from gateway.store import Store
from tests.broker import Broker
from tests.command_line import COMMAND, PLAIN, shouhu
from tests.gateway.keeping import NOW, alert, notice, raised
from tests.receiver import Receiver

HOME = """
[household]
id = "wang"
name = "王家"
time_zone = "Asia/Shanghai"
[resident]
name = "王桂兰"
[[room]]
id = "kitchen"
name = "厨房"
[[device]]
id = "kitchen_motion"
room = "kitchen"
profile = "zigbee2mqtt_motion"
address = "zigbee2mqtt/厨房红外"
[[device]]
id = "kitchen_smoke"
room = "kitchen"
profile = "zigbee2mqtt_smoke"
address = "zigbee2mqtt/厨房烟感"
name = "厨房烟感"
[[contact]]
id = "daughter"
name = "王芳"
channels = ["push"]
[escalation]
lease = "45m"
"""

GATEWAY = """
[store]
directory = "store"
[mqtt]
port = {port}
[[channel]]
id = "push"
type = "apprise"
url = "json://127.0.0.1:{receiver}/push"
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give a configuration; its broker and its receiver are not there."""
    (tmp_path / "households").mkdir()
    (tmp_path / "gateway.toml").write_text(GATEWAY.format(port=1, receiver=1))
    (tmp_path / "households" / "wang.toml").write_text(HOME, encoding="utf-8")
    return tmp_path


@pytest.fixture
def store(directory: Path) -> Path:
    """Give the directory of a store with three alerts, one of them closed."""
    later = Moment.of(NOW.wall + timedelta(minutes=5))
    taken = alert("bbbb1111", state=State.ACKNOWLEDGED)
    lease = Lease("王芳", NOW.plus(timedelta(minutes=30)))
    ended = alert("cccc0000", state=State.CLOSED)
    open_store = Store.open(directory / "store", NOW)
    from msgspec import structs

    open_store.commit(raised(alert("bbbb2222")), 0, NOW)
    open_store.commit(
        Effects(
            [
                Change("bbbb1111", Event.RAISED, NOW, "shouhu"),
                Change("bbbb1111", Event.ACKNOWLEDGED, later, "王芳"),
                Change("cccc0000", Event.CLOSED, later, "duty", "well"),
            ],
            [
                structs.replace(taken, lease=lease, told=("daughter",)),
                structs.replace(ended, outcome=Outcome.WELL),
            ],
            [notice(taken)],
        ),
        0,
        NOW,
    )
    receipt = Receipt(notice(taken).id, 1, Rung.ACCEPTED, later.wall, "errcode 0: ok")
    open_store.record(receipt, None, True)
    open_store.close()
    return directory / "store"


Listen = Callable[[Callable[[Request], Answer]], None]


@pytest.fixture
def listen(store: Path) -> Iterator[Listen]:
    """Give a function that lets something answer on the store's control socket."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    servers: list[ControlServer] = []

    def start(handle: Callable[[Request], Answer]) -> None:
        servers.append(ControlServer(store / SOCKET, handle))
        asyncio.run_coroutine_threadsafe(servers[-1].start(), loop).result(10)

    yield start
    for server in servers:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


# --- list and show


def test_the_open_alerts_are_listed_in_the_homes_time(directory: Path, store: Path) -> None:
    done = shouhu("alerts", "list", "--config", directory)
    assert done.code == 0
    head, *rows = done.out.splitlines()
    assert head.split() == [
        "ID",
        "SEVERITY",
        "STATE",
        "SINCE",
        "HOUSEHOLD",
        "WHAT",
        "WHERE",
        "OWNER",
    ]
    assert [row.split()[0] for row in rows] == ["bbbb2222", "bbbb1111"]
    assert "2026-03-02 08:00" in rows[0]
    assert rows[1].endswith("厨房烟感  王芳")


def test_the_columns_of_chinese_stand_below_one_another(directory: Path, store: Path) -> None:
    from gateway.commands.layout import width

    done = shouhu("--lang", "zh", "alerts", "list", "--all", "--config", directory)
    lines = done.out.splitlines()
    starts = [width(line[: line.index("王家" if n else "住户")]) for n, line in enumerate(lines)]
    assert len(lines) == 4
    assert len(set(starts)) == 1
    assert "已关闭" in lines[3]


def test_a_program_gets_the_alerts_whole(directory: Path, store: Path) -> None:
    listed = shouhu("alerts", "list", "--all", "--json", "--config", directory).json()
    assert isinstance(listed, list)
    assert {each["id"] for each in listed} == {"bbbb1111", "bbbb2222", "cccc0000"}
    assert listed[0]["finding"]["rule"] == "smoke"


def test_the_alerts_of_one_household_are_listed(directory: Path, store: Path) -> None:
    wang = shouhu("alerts", "list", "--household", "wang", "--config", directory)
    other = shouhu("alerts", "list", "--household", "wnag", "--config", directory)
    assert len(wang.out.splitlines()) == 3
    assert other.code == 4
    assert 'unknown household "wnag"' in other.err


def test_an_alert_is_shown_with_why_journal_and_receipts(directory: Path, store: Path) -> None:
    done = shouhu("--lang", "zh", "alerts", "show", "bbbb1", "--config", directory)
    assert done.code == 0
    for part in ("bbbb1111", "王家", "烟雾", "厨房烟感", "已接手", "接手", "王芳", "errcode 0: ok"):
        assert part in done.out
    assert "2026-03-02 08:05:00" in done.out
    english = shouhu("alerts", "show", "bbbb1", "--config", directory).out
    for part in ("Journal", "raised", "taken", "Notices", "attempt 1", "accepted"):
        assert part in english


def test_a_program_gets_the_history(directory: Path, store: Path) -> None:
    shown = shouhu("alerts", "show", "bbbb1", "--json", "--config", directory).json()
    assert isinstance(shown, dict)
    assert [change["what"] for change in shown["changes"]] == ["raised", "acknowledged"]
    assert shown["receipts"][0]["evidence"] == "errcode 0: ok"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bbbb", '2 alerts begin with "bbbb"; write more of it'),
        ("ffff", 'no alert begins with "ffff"'),
        ("", 'no alert begins with ""'),
    ],
)
def test_an_id_that_names_no_single_alert_is_not_found(
    directory: Path, store: Path, name: str, said: str
) -> None:
    done = shouhu("alerts", "show", name, "--config", directory)
    assert (done.code, done.out) == (4, "")
    assert said in done.err


def test_a_store_can_be_looked_at_without_its_configuration(store: Path, tmp_path: Path) -> None:
    done = shouhu("alerts", "list", "--store", store, "--config", tmp_path / "none")
    assert done.code == 0
    assert "wang" in done.out


def test_a_slip_in_a_household_hinders_nobody_from_looking(directory: Path, store: Path) -> None:
    (directory / "households" / "wang.toml").write_text("oops")
    done = shouhu("alerts", "list", "--config", directory)
    assert done.code == 0
    assert len(done.out.splitlines()) == 3
    assert "households/wang.toml:1" in done.err


def test_without_a_store_there_is_nothing_to_list(directory: Path) -> None:
    done = shouhu("alerts", "list", "--config", directory)
    assert done.code == 1
    assert "does not exist; start the daemon once" in done.err


def test_no_open_alert_is_said(directory: Path) -> None:
    Store.open(directory / "store", NOW).close()
    assert shouhu("alerts", "list", "--config", directory).out == "no open alert\n"
    assert shouhu("alerts", "list", "--json", "--config", directory).json() == []


# --- ack and close


@pytest.mark.parametrize(
    "arguments", [("alerts", "ack", "bbbb1"), ("alerts", "close", "bbbb1", "--outcome", "well")]
)
def test_without_a_daemon_nothing_is_changed_and_that_is_said(
    directory: Path, store: Path, arguments: tuple[str, ...]
) -> None:
    done = shouhu(*arguments, "--config", directory)
    assert (done.code, done.out) == (3, "")
    assert f"no daemon runs on the store {store}" in done.err
    assert "systemctl start shouhu" in done.err


def test_where_no_daemon_ever_ran_that_is_said_too(directory: Path) -> None:
    assert shouhu("alerts", "ack", "b", "--config", directory).code == 3
    assert shouhu("status", "--config", directory).code == 3


def test_an_alert_is_taken_with_the_households_lease(
    directory: Path, store: Path, listen: Listen
) -> None:
    heard: list[Request] = []

    def handle(request: Request) -> Answer:
        heard.append(request)
        return Answer(True, facts={"until": "2026-03-02T00:45:00+00:00"})

    listen(handle)
    done = shouhu("alerts", "ack", "bbbb1", "--by", "李站长", "--config", directory)
    assert heard == [AcknowledgeAlert("bbbb1111", "李站长", 45 * 60)]
    assert (done.code, done.out) == (0, "bbbb1111: 李站长 has it until 2026-03-02 08:45:00\n")


def test_an_alert_is_taken_for_as_long_as_said_and_closed_with_its_outcome(
    directory: Path, store: Path, listen: Listen
) -> None:
    heard: list[Request] = []

    def handle(request: Request) -> Answer:
        heard.append(request)
        return Answer(True)

    listen(handle)
    taken = shouhu("alerts", "ack", "bbbb1", "--lease", "2h", "--config", directory, SUDO_USER="li")
    closed = shouhu(
        "--lang", "zh", "alerts", "close", "BBBB2", "--outcome", "well", "--by", "王芳",
        "--config", directory,
    )  # fmt: skip
    assert (taken.code, closed.code) == (0, 0)
    assert heard == [
        AcknowledgeAlert("bbbb1111", "li", 7200),
        CloseAlert("bbbb2222", "王芳", Outcome.WELL),
    ]
    assert "老人安好" in closed.out


def test_what_the_daemon_refuses_is_said(directory: Path, store: Path, listen: Listen) -> None:
    listen(lambda _: Answer(False, "the alert is closed"))
    done = shouhu("alerts", "ack", "bbbb1", "--config", directory)
    assert done.code == 1
    assert "the daemon refused: the alert is closed" in done.err


@pytest.mark.parametrize("lease", ["0s", "25h", "soon", "999999d"])
def test_a_lease_out_of_bounds_is_a_slip_of_usage(directory: Path, store: Path, lease: str) -> None:
    done = shouhu("alerts", "ack", "bbbb1", "--lease", lease, "--config", directory)
    assert done.code == 2
    assert "from 1m to 24h" in done.err


def test_a_closed_alert_cannot_be_taken(directory: Path, store: Path) -> None:
    assert shouhu("alerts", "ack", "cccc", "--config", directory).code == 4


# --- the whole way


def started(directory: Path, *more: str) -> subprocess.Popen[bytes]:
    """Start the daemon and wait until it answers."""
    daemon = subprocess.Popen(
        [COMMAND, "run", *more, "--config", directory],
        stdout=(directory / "log").open("wb"),
        stderr=subprocess.STDOUT,
        env=PLAIN,
    )
    deadline = time.monotonic() + 30
    while shouhu("status", "--config", directory).code:
        if daemon.poll() is not None or time.monotonic() > deadline:
            daemon.kill()
            raise AssertionError((directory / "log").read_text())
    return daemon


def test_smoke_is_listed_shown_taken_and_closed_through_the_running_daemon(
    directory: Path, broker: Broker
) -> None:
    with Receiver() as receiver:
        text = GATEWAY.format(port=broker.port, receiver=receiver.port)
        (directory / "gateway.toml").write_text(text)
        daemon = started(directory)
        try:
            broker.publish("zigbee2mqtt/厨房烟感", '{"smoke": true, "battery": 90}', retain=True)
            receiver.wait_for(1, 20)
            listed = shouhu("alerts", "list", "--json", "--config", directory).json()
            assert isinstance(listed, list)
            (smoke,) = [each for each in listed if each["finding"]["rule"] == "smoke"]
            name = smoke["id"][:6]
            taken = shouhu("alerts", "ack", name, "--by", "王芳", "--config", directory)
            assert (taken.code, taken.err) == (0, "")
            shown = shouhu("--lang", "zh", "alerts", "show", name, "--config", directory).out
            assert "王芳" in shown
            assert "厨房烟感" in shown
            closing = ("alerts", "close", name, "--outcome", "test", "--by", "王芳")
            closed = shouhu(*closing, "--config", directory)
            assert (closed.code, closed.err) == (0, "")
            assert shouhu("alerts", "ack", name, "--config", directory).code == 4
        finally:
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(20) == 0


def test_a_recording_in_step_ends_as_an_alert_of_a_drill_home(
    tmp_path: Path, broker: Broker
) -> None:
    path = tmp_path / "recording.csv"
    rows = [
        f"2024-05-{day:02}T{hour:02}:00:00,bedroom,motion,ON" for day in (1, 2) for hour in (8, 9)
    ]
    rows.append("2024-05-04T09:00:00,bedroom,motion,ON")
    path.write_text("\n".join(["time,sensor,kind,value", *rows]) + "\n")
    (tmp_path / "households").mkdir()
    text = GATEWAY.format(port=broker.port, receiver=1)
    (tmp_path / "gateway.toml").write_text(text)
    home = tmp_path / "households" / "recording.toml"
    assert shouhu("replay", path, "--home", home, "--channel", "push").code == 0
    daemon = started(tmp_path, "--drill-clock")
    try:
        played = shouhu("replay", path, "--in-step", "--port", str(broker.port))
        assert (played.code, played.err) == (0, "")
        listed = shouhu("alerts", "list", "--all", "--json", "--config", tmp_path).json()
        assert isinstance(listed, list)
        found = [each for each in listed if each["finding"]["rule"] == "inactivity"]
        assert found
        assert all(each["drill"] for each in found)
    finally:
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(20) == 0
