"""The command line itself: help, languages, usage faults, exit codes; through the real command."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gateway.cli import COMMANDS
from tests.command_line import COMMAND, PLAIN, shouhu

PATHS = [
    (),
    ("run",),
    ("check",),
    ("status",),
    ("decode",),
    ("replay",),
    ("backtest",),
    ("alerts",),
    ("alerts", "list"),
    ("alerts", "show"),
    ("alerts", "ack"),
    ("alerts", "close"),
    ("channels",),
    ("channels", "test"),
]


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_help_has_purpose_options_and_examples_in_both_languages(path: tuple[str, ...]) -> None:
    english, chinese = shouhu(*path, "--help"), shouhu("--lang", "zh", *path, "--help")
    assert english.code == chinese.code == 0
    assert {"Usage:", "Options:", "Examples:"} <= set(english.out.split())
    assert "Exit codes: 0 done" in english.out
    assert english.out.isascii() or path in [("alerts",), ("alerts", "ack"), ("alerts", "close")]
    for heading in ("用法", "选项", "示例", "退出码"):
        assert heading in chinese.out
    assert "Show this" not in chinese.out


def test_every_command_stands_in_the_help() -> None:
    out = shouhu("--help").out
    assert all(f"  {name} " in out for name in COMMANDS)


def test_no_line_of_help_is_wider_than_a_terminal() -> None:
    from gateway.commands.layout import width

    for path in PATHS:
        for language in ("zh", "en"):
            out = shouhu("--lang", language, *path, "--help").out
            helped, _, _ = out.partition("Examples:" if language == "en" else "示例")
            assert max(map(width, helped.splitlines())) <= 100


def test_the_version_is_that_of_the_distribution() -> None:
    from importlib.metadata import version

    done = shouhu("--version")
    assert (done.code, done.out) == (0, f"shouhu {version('shouhu')}\n")


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({}, "Usage"),
        ({"LANG": "zh_CN.UTF-8"}, "用法"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, "Usage"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "zh_TW.UTF-8"}, "用法"),
        ({"LANG": "fr_FR.UTF-8"}, "Usage"),
    ],
)
def test_the_locale_chooses_the_language(environment: dict[str, str], word: str) -> None:
    assert word in shouhu("--help", within=environment).out


@pytest.mark.parametrize("where", [("--lang", "zh", "check"), ("check", "--lang=zh")])
def test_lang_is_stronger_than_the_locale_and_may_stand_anywhere(where: tuple[str, ...]) -> None:
    assert "用法" in shouhu(*where, "--help", LANG="en_US.UTF-8").out


def test_chinese_comes_out_under_a_plain_locale() -> None:
    assert "用法" in shouhu("--lang", "zh", "--help", LC_ALL="C").out


def test_a_backtest_of_nothing_says_what_can_be_tested() -> None:
    done = shouhu("backtest")
    assert (done.code, done.out) == (2, "")
    assert "either --recording FILE or --household ID" in done.err


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (("chek",), 'unknown command "chek"; did you mean "check"?', "是不是 check"),
        (("alerts", "lst"), 'did you mean "list"?', "不认识的命令 lst"),
        (("check", "--jsn"), "unknown option --jsn", "不认识的选项 --jsn"),
        (("check", "--config"), "--config needs a value", "--config 需要一个值"),
        (("check", "more"), "one word too many", "多出了参数"),
        (("decode",), "PROFILE is missing", "缺少 PROFILE"),
        (("alerts", "close", "x"), "--outcome is missing", "缺少 --outcome"),
        (("alerts", "close", "x", "--outcome", "ok"), "one of helped, well", "可选 helped, well"),
        (("replay", "x", "--port", "0"), "--port: not a value that fits", "取值不合适"),
        (("--lang", "fr", "check"), "--lang: one of zh, en", None),
    ],
)
def test_a_slip_of_usage_is_said_with_exit_code_2(
    arguments: tuple[str, ...], english: str, chinese: str | None
) -> None:
    done = shouhu(*arguments)
    assert (done.code, done.out) == (2, "")
    assert english in done.err
    assert "See: shouhu" in done.err
    if chinese is not None:
        done = shouhu(*arguments, LANG="zh_CN.UTF-8")
        assert done.code == 2
        assert chinese in done.err


def test_without_a_command_the_help_is_shown_with_exit_code_2() -> None:
    for path in ((), ("alerts",)):
        done = shouhu(*path)
        assert (done.code, done.out) == (2, "")
        assert "Usage:" in done.err


def test_a_reader_who_has_seen_enough_is_no_crash() -> None:
    line = f"{COMMAND} --help | head -1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, check=False, env=PLAIN)
    assert b"Traceback" not in done.stderr


def test_help_does_not_load_the_heavy_parts() -> None:
    heavy = (
        "apprise",
        "numpy",
        "pydantic",
        "paho",
        "sqlite_utils",
        "bleak",
        "msgspec",
        "structlog",
    )
    program = (
        "import sys, gateway.cli\n"
        "gateway.cli.main(['--help'])\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.decode().splitlines()[-1] == "[]"


# --- check


def test_check_accepts_the_example(repository: Path) -> None:
    done = shouhu("check", "--config", repository / "docs" / "example")
    assert done.code == 0
    assert done.out == "sound: households 2, devices 11, channels 5\n"


def test_check_lists_every_fault_in_either_language(tmp_path: Path) -> None:
    (tmp_path / "households").mkdir()
    (tmp_path / "gateway.toml").write_text("[store]\nkeep_days = 1\n")
    (tmp_path / "households" / "a.toml").write_text("[household\n")
    english = shouhu("check", "--config", tmp_path)
    chinese = shouhu("check", "--config", tmp_path, "--lang", "zh")
    assert english.code == chinese.code == 2
    assert "gateway.toml:2: store.keep_days: 1 is outside 7 to 3650" in english.err
    assert "households/a.toml:1: line 1, column 11: not TOML" in english.err
    assert "2 faults to mend" in english.err
    assert "gateway.toml:2: store.keep_days" in chinese.err
    assert "1 超出 7 到 3650" in chinese.err


def test_check_tells_a_program(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text("[store]\nkeep_days = 1\n")
    done = shouhu("check", "--config", tmp_path, "--json")
    answer = json.loads(done.out)
    assert done.code == 2
    assert answer["ok"] is False
    assert {fault["fault"] for fault in answer["faults"]} == {"range", "no_household"}
    assert answer["faults"][1]["line"] == 2


def test_run_refuses_a_faulty_configuration(tmp_path: Path) -> None:
    done = shouhu("run", "--config", tmp_path)
    assert done.code == 2
    assert "gateway.toml: this file is missing" in done.err


def test_run_leads_no_real_home_by_a_drills_clock(repository: Path) -> None:
    done = shouhu("run", "--drill-clock", "--config", repository / "docs" / "example")
    assert done.code == 2
    assert "is no drill home" in done.err


def test_a_configuration_of_a_thousand_homes_is_checked_within_seconds(
    tmp_path: Path, repository: Path
) -> None:
    shared = repository / "docs" / "example"
    text = (shared / "households" / "li.toml").read_text(encoding="utf-8")
    (tmp_path / "households").mkdir()
    for number in range(1000):
        home = text.replace('"li"', f'"li{number}"').replace("李家", f"李家{number}")
        (tmp_path / "households" / f"{number}.toml").write_text(home, encoding="utf-8")
    channels = '[[channel]]\nid = "station-{}"\ntype = "apprise"\nurl = "json://127.0.0.1/"\n'
    gateway = channels.format("dingtalk") + channels.format("ntfy")
    (tmp_path / "gateway.toml").write_text(gateway)
    began = time.monotonic()
    done = shouhu("check", "--config", tmp_path)
    assert done.out.startswith("sound: households 1000, devices 2000")
    assert time.monotonic() - began < 50
