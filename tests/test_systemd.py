"""The unit files as systemd itself judges them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HIGHEST_EXPOSURE = {"shouhu.service": 2.0, "shouhu-district.service": 1.5}
INSTALLED = "/opt/shouhu/bin/shouhu"

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine"
)


@pytest.fixture(params=HIGHEST_EXPOSURE)
def installed_unit(request: pytest.FixtureRequest, repository: Path, tmp_path: Path) -> Path:
    """Give a unit with the path at which the command really is installed here."""
    command = Path(sys.executable).parent / "shouhu"
    assert command.exists()
    text = (repository / "systemd" / request.param).read_text()
    assert INSTALLED in text
    unit = tmp_path / request.param
    unit.write_text(text.replace(INSTALLED, str(command)))
    return unit


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_systemd_finds_nothing_to_say_of_a_unit(installed_unit: Path) -> None:
    # It exits 0 on unknown keys; only its silence means that all is well.
    verdict = analyze("verify", str(installed_unit))
    assert (verdict.returncode, verdict.stdout, verdict.stderr) == (0, "", "")


def test_a_service_is_hardly_exposed(installed_unit: Path) -> None:
    verdict = analyze("security", "--offline=true", "--no-pager", str(installed_unit))
    level = re.search(r"exposure level for \S+: ([\d.]+)", verdict.stdout)
    assert level is not None
    assert float(level[1]) <= HIGHEST_EXPOSURE[installed_unit.name]


def test_the_boot_id_can_be_read_in_the_sandbox(repository: Path) -> None:
    """Without it a power cut would look like a short restart of the program."""
    assert "ProcSubset=pid" not in (repository / "systemd/shouhu.service").read_text().splitlines()
