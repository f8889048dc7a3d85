"""`shouhu drill` before anything has begun: what can be drilled, and what is said of the rest."""

from pathlib import Path

import pytest

from tests.command_line import Done, shouhu

LADDER = ("--ladder", "urgent")


def drills(repository: Path, *words: str, household: str = "wang") -> Done:
    config = repository / "docs" / "example"
    return shouhu("drill", household, *words, "--config", config, "--lang", "en")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--device", "bedroom-motion"), 4, "no device bedroom-motion that alarms"),
        (("--device", "kitchen-smok"), 4, '"kitchen-smoke"'),
        (("--device", "bedroom-window"), 4, "no device bedroom-window that alarms"),
        ((*LADDER, "--contact", "daugther"), 4, '"daughter"'),
        ((*LADDER, "--device", "kitchen-smoke"), 2, "not both"),
        ((), 2, "--device ID or --ladder"),
        ((*LADDER, "--wait", "0"), 2, "above 0"),
        ((*LADDER, "--until", "never"), 2, "acknowledgement"),
        ((*LADDER, "--by", "\n"), 2, "--by"),
    ],
)
def test_what_cannot_be_drilled_is_said(
    repository: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    done = drills(repository, "--yes", *words)
    assert (done.code, said in done.err) == (code, True), done.err


def test_an_unknown_household_is_said(repository: Path) -> None:
    done = drills(repository, "--yes", *LADDER, household="wnag")
    assert (done.code, "wang" in done.err) == (4, True)


def test_a_program_says_that_they_know(repository: Path) -> None:
    assert drills(repository, *LADDER).code == 2
    assert drills(repository, *LADDER, "--json").code == 2


def test_who_will_be_told_is_said_before_the_daemon_is_asked(
    repository: Path, tmp_path: Path
) -> None:
    done = drills(repository, *LADDER, "--yes", "--store", str(tmp_path))
    assert done.code == 3
    assert "each message marked as a drill" in done.out
    assert "(here 5 s)" in done.out


def test_waits_are_written_as_people_say_them_in_both_languages(
    repository: Path, tmp_path: Path
) -> None:
    done = drills(repository, *LADDER, "--yes", "--store", str(tmp_path))
    chinese = drills(repository, *LADDER, "--yes", "--store", str(tmp_path), "--lang", "zh")
    assert "after 10 min" in done.out
    assert "10 分钟后" in chinese.out and "每隔 15 分钟再次通知" in chinese.out
