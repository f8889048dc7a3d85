"""What devices said of themselves stays over a restart, and goes with their home."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from edge.model import Kind
from gateway.introductions import keep, kept
from gateway.parts import decoder
from gateway.wire.decoder import Fitted
from tests.profiles.test_introduced import BATH, HALL, fitted, listed

STORE: Any = SimpleNamespace(counters=dict)


def configured(directory: Path, *devices: Fitted) -> Any:
    settings = SimpleNamespace(store=SimpleNamespace(directory=directory))
    return SimpleNamespace(fitted=devices, keys={}, settings=settings)


def test_with_a_home_that_is_here_no_more_goes_what_its_devices_said(tmp_path: Path) -> None:
    hall, bath = fitted(HALL, Kind.MOTION), fitted(BATH, Kind.MOTION, name="bath")
    both = decoder(configured(tmp_path, hall, bath), STORE)
    both.decode(listed(("门厅", HALL), ("卫生间", BATH)))
    keep(tmp_path, both.introduced.kept())
    decoder(configured(tmp_path, hall, bath), STORE)
    assert "卫生间".encode() in b"".join(kept(tmp_path).values())
    decoder(configured(tmp_path, hall), STORE)
    said = b"".join(kept(tmp_path).values())
    assert "卫生间".encode() not in said and "门厅".encode() in said
    decoder(configured(tmp_path), STORE)
    assert kept(tmp_path) == {}
