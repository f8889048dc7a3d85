"""A day as half hours: seen, not seen, not known; nothing of what a room or a person did."""

from datetime import date, datetime

from edge.model import Blind, BlindCause, Entry, Home, Kind, Moment, Reading, Sighted
from gateway.pictures.past import Gathering
from gateway.uplink.summing import line
from tests.facts import reading
from tests.homes import at, home

HOME = home()
DAY = date(2026, 3, 2)


def of(*entries: Entry, until: datetime, home: Home = HOME) -> str:
    gathering = Gathering(home, 2)
    for entry in entries:
        gathering.take(entry)
    since = entries[0].at.wall.astimezone(home.zone).replace(tzinfo=None)
    return line(gathering.past(), at(0).wall.astimezone(home.zone).date(), until, since)


def moves(when: Moment, *, ends: bool = False) -> Entry:
    found: Reading = reading("bedroom_motion", Kind.MOTION, not ends, when)
    return Entry(HOME.id, when, found)


def local(when: Moment) -> datetime:
    return when.wall.astimezone(HOME.zone).replace(tzinfo=None)


def test_half_hours_in_which_somebody_was_seen_are_told_and_later_ones_are_not_known() -> None:
    first, last = at(0), at(2)
    text = of(
        moves(at(-0.1), ends=True),
        *(moves(first), moves(at(0.1), ends=True), moves(last)),
        until=local(at(3)),
    )
    start = (local(first).hour * 60 + local(first).minute) // 30
    assert len(text) == 48
    assert text[start] == "1" and text[start + 4] == "1"
    assert text[start + 1 : start + 4] == "000"
    assert set(text[start + 6 :]) == {"?"}
    assert set(text[: start - 1]) == {"?"}  # before the gateway was there


def test_what_could_not_be_seen_is_not_told_as_quiet() -> None:
    blind = Blind(BlindCause.SOURCE_LOST, "mqtt", tuple(d.id for d in HOME.devices), at(1))
    entries = [moves(at(0)), Entry(HOME.id, at(1), blind)]
    entries.append(Entry(HOME.id, at(3), Sighted(BlindCause.SOURCE_LOST, "mqtt")))
    text = of(*entries, moves(at(3)), until=local(at(5)))
    start = (local(at(1)).hour * 60 + local(at(1)).minute) // 30
    assert "0" not in text[start : start + 4]
    assert "?" in text[start : start + 4]
