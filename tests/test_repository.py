"""What the repository promises of itself: it installs anywhere and speaks of the product."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

LOCKS = ("requirements.lock", "requirements-district.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==(\S+)(?: ; .*)? \\$", re.MULTILINE)
# Put together here so that this file does not name what it looks for.
REGISTRIES = re.compile(
    "|".join((r"pypi\.org", r"python" r"hosted", r"npm" r"js\.", "index" r"-url="))
)
TRACKER_WORDS = re.compile(r"\b(issue|ticket|pull request|PR|session) ?#?\d+\b", re.IGNORECASE)
WORKPLACE = re.compile(r"(?<![\w.])/" r"work/|\.\./" r"shared")


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Give every text file that is, or is about to be, under version control."""
    top = Path(__file__).resolve().parent.parent
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=top,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = [top / name for name in listed.split("\0") if name]
    return {str(path.relative_to(top)): text_of(path) for path in paths if path.is_file()}


def text_of(path: Path) -> str:
    """Read a text; what has zero bytes in it, like a font, is none."""
    held = path.read_bytes()
    return "" if b"\0" in held else held.decode(errors="ignore")


def found(texts: dict[str, str], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}: {match[0]}"
        for name, text in sorted(texts.items())
        if (match := pattern.search(text)) is not None
    ]


def name_of(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def extras(project: dict[str, Any]) -> set[str]:
    """Give what the extras name, but for one another."""
    named = {name_of(r) for extra in project["optional-dependencies"].values() for r in extra}
    return named - {project["name"]}


def pinned(repository: Path, lock: str) -> dict[str, str]:
    return dict(PINNED.findall((repository / lock).read_text()))


def test_no_file_names_a_package_registry(texts: dict[str, str]) -> None:
    assert found(texts, REGISTRIES) == []


def test_the_text_speaks_of_the_product_and_not_of_how_it_was_made(texts: dict[str, str]) -> None:
    assert found(texts, TRACKER_WORDS) == []
    assert found(texts, WORKPLACE) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(repository: Path, lock: str) -> None:
    text = (repository / lock).read_text()
    entries = [part for part in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE) if part]
    assert len(entries) == len(pinned(repository, lock))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_locks_hold_every_dependency_of_the_project(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    wanted = {name_of(requirement) for requirement in project["dependencies"]}
    assert wanted <= pinned(repository, "requirements.lock").keys()
    district = {name_of(each) for each in project["optional-dependencies"]["district"]}
    assert wanted | district <= pinned(repository, "requirements-district.lock").keys()
    assert wanted | extras(project) <= pinned(repository, "requirements-dev.lock").keys()


def test_the_locks_agree_on_every_version(repository: Path) -> None:
    service, district, developers = (pinned(repository, lock).items() for lock in LOCKS)
    assert service <= district <= developers


def test_every_dependency_has_its_reason_written_down(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    direct = {name_of(requirement) for requirement in project["dependencies"]} | extras(project)
    text = (repository / "docs/dependencies.md").read_text()
    assert [name for name in sorted(direct) if f"| {name} |" not in text] == []


def test_a_wheel_carries_all_that_is_no_program(repository: Path, tmp_path: Path) -> None:
    for name in ("edge", "gateway", "device_profiles", "simulator", "district"):
        shutil.copytree(repository / name, tmp_path / name)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(repository / name, tmp_path)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet"]
    subprocess.run([*build, "--wheel-dir", tmp_path, tmp_path], check=True, timeout=60)
    [wheel] = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    names = ("device_profiles", "simulator", "district")
    data = [p for name in names for p in (repository / name).rglob("*")]
    kinds = {".toml", ".html", ".css", ".js", ".svg"}
    wanted = {str(p.relative_to(repository)) for p in data if p.suffix in kinds}
    wanted |= {str(p.relative_to(repository)) for p in data if p.parent.name == "versions"}
    wanted = {name for name in wanted if "__pycache__" not in name}
    assert {Path(name).suffix for name in wanted} >= kinds | {".py"}
    assert wanted - carried == set()


def test_the_command_of_the_readme_is_the_command_of_the_package(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"shouhu": "gateway.cli:main"}
