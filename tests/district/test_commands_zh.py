"""What the district's commands refuse, they refuse in Chinese where Chinese is asked for."""

import io
import re
import socket
import sys
from pathlib import Path

import pytest

from district.passwords import Weakness, WeakPassword
from gateway.cli import main

CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORDS = re.compile(r"\b(is|the|no|are|to|already|characters|cannot|there)\b")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of a district that stands, with one program and one person."""
    file = tmp_path_factory.mktemp("district") / "district.toml"
    file.write_text("")
    for login, role in (("prog", "platform"), ("lin", "duty")):
        more = ("--name", login, "--area", "top", "--role", role, "--config", str(file))
        assert typed("plum-otter-cabin-27", "account", login, *more) == 0
    return file


def typed(answer: str, *words: str) -> int:
    """Run a command with something on standard input."""
    before, sys.stdin = sys.stdin, io.StringIO(f"{answer}\n")
    try:
        return main(["--lang", "zh", "district", *words])
    finally:
        sys.stdin = before


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("", ("backup", "/nowhere/at/all")),
        ("", ("token", "nobody", "--name", "x")),
        ("", ("token", "lin", "--name", "x")),
        ("", ("revoke", "none")),
        ("short", ("account", "wei", "--name", "魏来", "--area", "top")),
    ],
)
def test_a_refusal_is_in_chinese(
    config: Path, capsys: pytest.CaptureFixture[str], answer: str, words: tuple[str, ...]
) -> None:
    assert typed(answer, *words, "--config", str(config)) == 1
    said = capsys.readouterr().err
    assert CHINESE.search(said) and not WORDS.search(said.replace(str(config), "")), said


@pytest.mark.parametrize("why", Weakness)
def test_each_weakness_of_a_password_is_told_in_both_languages(why: Weakness) -> None:
    weak = WeakPassword(why)
    assert CHINESE.search(weak.chinese) and not CHINESE.search(str(weak))


def test_a_port_that_somebody_else_has_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        config = tmp_path / "district.toml"
        config.write_text(f"[web]\nport = {port}\n")
        assert typed("", "run", "--config", str(config)) == 1
    said = capsys.readouterr().err.splitlines()
    assert f"区级平台运行不了：127.0.0.1:{port}" in said[-1]
    assert not [line for line in said if "Traceback" in line]


def test_a_password_is_read_from_standard_input_without_a_word(
    config: Path, capsys: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    person = ("account", "wei2", "--name", "魏来", "--area", "top", "--config", str(config))
    assert typed("plum-otter-cabin-27", *person) == 0
    out = capsys.readouterr()
    assert (out.out, out.err) == ("已增加 wei2。\n", "")
    assert [each for each in recwarn if "echo" in str(each.message)] == []
