"""`shouhu simulate` through the real command."""

import json
import os
import pty
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from simulator.household_file import gateway
from tests.broker import Broker
from tests.command_line import COMMAND, PLAIN, shouhu

BRIEF = ("--person", "quiet", "--days", "0.1", "--fast")


@contextmanager
def drill_gateway(directory: Path, broker: Broker) -> Iterator[None]:
    """Run a gateway whose clock is led on a configuration directory."""
    told = gateway(directory, (broker.port, "5"), 9, {})
    (directory / "gateway.toml").touch(0o600)
    (directory / "gateway.toml").write_text(told)
    command = [COMMAND, "run", "--drill-clock", "--config", directory]
    with (directory / "log").open("wb") as log:
        daemon = subprocess.Popen(command, stdout=log, stderr=log, env=PLAIN)
    try:
        yield
    finally:
        daemon.terminate()
        daemon.wait(10)


def test_a_home_is_played_with_a_gateway_of_its_own_and_nothing_is_left(tmp_path: Path) -> None:
    done = shouhu("simulate", "flat", *BRIEF, "--lang", "en", TMPDIR=str(tmp_path))
    assert (done.code, done.err) == (0, "")
    assert "0.1 days played" in done.out
    assert list(tmp_path.iterdir()) == []


def test_for_a_program_each_signal_is_a_line_of_json() -> None:
    done = shouhu("simulate", "flat_plain", *BRIEF, "--json")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert len(lines) > 20
    assert all(line.keys() == {"at", "sensor", "values"} for line in lines)


def test_the_household_it_writes_is_sound_and_hears_the_home_over_somebodys_broker(
    tmp_path: Path, broker: Broker
) -> None:
    written = shouhu(
        "simulate", "flat", "--write", tmp_path, "--channel", "phone-duty", "--lang", "en"
    )
    assert written.code == 0, written.err
    assert (tmp_path / "households" / "flat.toml").exists()
    with drill_gateway(tmp_path, broker):
        to = ("--host", broker.host, "--port", str(broker.port))
        done = shouhu("simulate", "flat", *BRIEF, *to, "--lang", "en")
        status = shouhu("status", "--config", tmp_path, "--json").json()
    assert (done.code, done.err) == (0, "")
    assert isinstance(status, dict)
    assert (status["homes"], status["refused"], status["alerts"]) == (["flat"], {}, [])


def test_a_street_plays_from_one_process_and_keeps_its_ledger(
    tmp_path: Path, broker: Broker
) -> None:
    ledger = tmp_path / "truth.jsonl"
    street = ("--street", "20", "--days", "0.02", "--speed", "600", "--faults", "1")
    to = ("--host", broker.host, "--port", str(broker.port), "--ledger", ledger)
    done = shouhu("simulate", "flat_plain", *street, *to, "--lang", "en")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("20 homes: ")
    happened = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert {each["home"] for each in happened} <= {f"h{number:02}" for number in range(20)}
    assert len(happened) == 20


def test_the_households_of_a_street_are_sound(tmp_path: Path) -> None:
    done = shouhu("simulate", "flat", "--street", "12", "--write", tmp_path, "--lang", "en")
    assert "households: 12" in done.out
    (tmp_path / "gateway.toml").touch(0o600)
    (tmp_path / "gateway.toml").write_text(
        '[[channel]]\nid = "caregiver"\ntype = "apprise"\nurl = "json://127.0.0.1:9/told"\n'
    )
    checked = shouhu("check", "--config", tmp_path, "--lang", "en")
    assert "sound: households 12, devices 156" in checked.out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("flt",), "flt is not known; did you mean flat?"),
        (("flat", "--person", "nobody"), "nobody"),
        (("flat_radar", "--host", "127.0.0.1"), "do not speak MQTT"),
        (("flat_bracelet", "--street", "3"), "do not speak MQTT"),
        (("flat", "--speed", "0"), "must be above 0"),
        (("flat", "--begin", "noon"), "is no local time"),
    ],
)
def test_what_cannot_be_played_is_refused_with_what_would_be_right(
    words: tuple[str, ...], why: str
) -> None:
    done = shouhu("simulate", *words, "--lang", "en")
    assert done.code == 2
    assert why in done.err
    assert "Traceback" not in done.err


def test_a_broker_that_is_not_there_is_told() -> None:
    done = shouhu("simulate", "flat", "--host", "127.0.0.1", "--port", "9", "--lang", "zh")
    assert done.code == 1
    assert "模拟失败" in done.err


def test_in_a_terminal_it_is_a_picture_that_a_key_ends(tmp_path: Path) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(TMPDIR=str(tmp_path), TERM="xterm")
        os.execv(COMMAND, ["shouhu", "simulate", "flat_plain", "--lang", "en"])
    shown, deadline = b"", time.monotonic() + 40
    while b"space pause" not in shown and time.monotonic() < deadline:
        shown += os.read(terminal, 65536)
    os.write(terminal, b"sq")
    try:
        while part := os.read(terminal, 65536):
            shown += part
    except OSError:
        pass  # its end has closed the terminal
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    os.close(terminal)
    assert b"\x1b[?1049h" in shown
    assert shown.rindex(b"\x1b[?1049l") < shown.rindex(b"days played")
    assert list(tmp_path.iterdir()) == []
