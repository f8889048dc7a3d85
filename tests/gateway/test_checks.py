"""What `doctor` looks at, part by part: the box itself, and what the daemon says of its sources."""

import os
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gateway.checkup import count_checks, disk_check, source_checks
from gateway.commands import checks_box
from gateway.commands.checks_box import clock_checks
from gateway.commands.checks_config import readable_checks, start_checks
from gateway.language import Language
from gateway.phrases import PHRASES
from gateway.wire.refusal import Refusal

NOBODY = 65534


# --- the box itself


def test_a_clock_that_cannot_be_right_is_named() -> None:
    (check,) = clock_checks(datetime(1970, 1, 1, tzinfo=UTC))
    assert not check.ok
    assert check.mend is not None
    assert "timedatectl" in check.mend.told(Language.EN)


def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks_box, "SPARE_BYTES", 1 << 60)
    check = checks_box.disk_check(tmp_path / "store")
    assert check.said.key == "doctor.disk_full"
    assert check.mend is not None


def test_a_key_that_the_daemon_s_user_cannot_read_is_named() -> None:
    if os.getuid() != 0:
        pytest.skip("only root can give a file away")
    with TemporaryDirectory() as name:
        box = Path(name)
        box.chmod(0o755)
        config, store = box / "config", box / "store"
        (config / "secrets").mkdir(parents=True)
        store.mkdir()
        os.chown(store, NOBODY, NOBODY)
        key = config / "secrets" / "door.key"
        key.write_text("00")
        key.chmod(0o600)
        (check,) = readable_checks(config, store)
        assert check.said.values["files"] == "secrets/door.key"
        key.chmod(0o640)
        os.chown(key, 0, NOBODY)
        assert readable_checks(config, store) == []
        (config / "tls").mkdir()
        (config / "tls" / "page.key").touch(mode=0o600)
        (check,) = readable_checks(config, store)
        assert check.said.values["files"] == "tls/page.key"


def test_a_service_that_does_not_start_with_the_box_is_named(tmp_path: Path) -> None:
    link = tmp_path / "wants"
    assert start_checks((tmp_path,), link) == []
    (tmp_path / "shouhu.service").touch()
    (check,) = start_checks((tmp_path,), link)
    assert check.mend is not None
    link.symlink_to(tmp_path / "shouhu.service")
    assert start_checks((tmp_path,), link) == []


# --- what the daemon says


def test_what_is_wrong_has_a_mend_and_what_is_well_has_none() -> None:
    heard = {"mqtt": (True, ""), "serial/radar": (True, ""), "ble": (True, "")}
    lost = dict.fromkeys(heard, (False, "why"))
    partly = {"mqtt": (True, "the broker refuses secret/#")}
    checks = [*source_checks(heard), *source_checks(lost), *source_checks(partly)]
    checks += [disk_check(""), disk_check("full")]
    assert [check.id for check in checks[:3]] == ["broker", "port/radar", "adapter"]
    for check in checks:
        assert check.ok is (check.mend is None)
        for language in Language:
            assert check.said.told(language)


def test_every_reason_of_a_refusal_has_its_meaning() -> None:
    names = {check.id for check in count_checks(dict.fromkeys(Refusal, 1))}
    assert {name.replace("/", ".") for name in names} <= PHRASES.keys()
