"""What a persistent session means: its name over restarts, and where the live begins."""

from pathlib import Path

from edge.model import Freshness
from gateway.sources.mqtt_session import Marker, SessionMemory

FILTERS = ["home/#", "shouhu/marker/x"]


def test_a_resumed_session_keeps_its_name_over_a_restart(tmp_path: Path) -> None:
    first = SessionMemory("x", tmp_path / "session")
    first.begin(FILTERS, resumed=False)
    second = SessionMemory("x", tmp_path / "session")
    second.begin(FILTERS, resumed=True)
    assert second.name == first.name


def test_a_new_session_has_a_new_name(tmp_path: Path) -> None:
    first = SessionMemory("x", tmp_path / "session")
    first.begin(FILTERS, resumed=False)
    second = SessionMemory("x", tmp_path / "session")
    second.begin(FILTERS, resumed=False)
    assert second.name != first.name
    assert SessionMemory("x", tmp_path / "session").name == second.name
    assert SessionMemory("y", tmp_path / "session").name != second.name


def test_a_damaged_session_file_begins_a_new_name(tmp_path: Path) -> None:
    (tmp_path / "session").write_bytes(b'{"client_id": "x", "epoch"')
    memory = SessionMemory("x", tmp_path / "session")
    memory.begin(FILTERS, resumed=True)
    assert SessionMemory("x", tmp_path / "session").name == memory.name


def test_a_session_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    memory = SessionMemory("x", tmp_path / "missing" / "session")
    memory.begin(FILTERS, resumed=False)
    assert "cannot be written" in memory.fault


def test_in_a_new_session_everything_is_live() -> None:
    marker = Marker(10)
    marker.begin(is_resumed=False, now=0)
    assert marker.token() is None
    assert marker.freshness is Freshness.LIVE


def test_only_the_marker_of_this_connection_ends_what_was_buffered() -> None:
    marker = Marker(10)
    marker.begin(is_resumed=True, now=0)
    earlier = marker.token()
    marker.begin(is_resumed=True, now=1)
    token = marker.token()
    assert earlier is not None
    assert token is not None
    marker.met(earlier)
    marker.met(b"")
    assert marker.is_awaited
    marker.met(token)
    assert marker.freshness is Freshness.LIVE


def test_without_the_marker_live_begins_after_the_time_out_and_not_while_more_is_queued() -> None:
    marker = Marker(10)
    marker.begin(is_resumed=True, now=0)
    marker.more_is_queued(now=9)
    assert not marker.has_failed(now=18)
    assert marker.is_awaited
    assert marker.has_failed(now=19)
    assert not marker.has_failed(now=20)
    assert marker.freshness is Freshness.LIVE


def test_a_connection_that_ended_over_the_marker_is_followed_by_one_without() -> None:
    marker = Marker(10)
    marker.begin(is_resumed=True, now=0)
    assert marker.token() is not None
    marker.end()
    marker.begin(is_resumed=True, now=1)
    assert marker.token() is None
    assert marker.freshness is Freshness.BUFFERED
    marker.end()
    marker.begin(is_resumed=True, now=2)
    assert marker.token() is not None
