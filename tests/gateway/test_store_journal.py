"""The journal gives back exactly what came in, in its order, and wears the card little."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.model import (
    Acknowledge,
    Blind,
    BlindCause,
    Close,
    Configured,
    Effects,
    Entry,
    Freshness,
    Kind,
    Moment,
    Outcome,
    Reading,
    Rule,
    Sighted,
    Trouble,
)
from gateway.store import Store, journal
from tests.gateway.keeping import NOW, delivery, entries, entry, fill, values

WALLS = st.datetimes(timezones=st.just(UTC))
MOMENTS = st.builds(Moment, WALLS, st.floats(allow_nan=False), st.text(), st.booleans())
NAMES = st.text(max_size=8)
VALUES = st.booleans() | st.integers() | st.floats(allow_nan=False)
CAUSES = st.sampled_from(BlindCause)
RULES = st.sampled_from(Rule)
READINGS = st.builds(
    Reading,
    NAMES,
    NAMES,
    NAMES,
    st.sampled_from(Kind),
    VALUES,
    WALLS,
    MOMENTS,
    st.sampled_from(Freshness),
    st.booleans(),
)
INPUTS = st.one_of(
    st.builds(Blind, CAUSES, NAMES, st.lists(NAMES).map(tuple), MOMENTS),
    st.builds(Sighted, CAUSES, NAMES),
    st.builds(Acknowledge, NAMES, NAMES, st.timedeltas()),
    st.builds(Close, NAMES, NAMES, st.sampled_from(Outcome), RULES, NAMES),
    st.builds(Trouble, RULES, NAMES, NAMES, st.booleans()),
    st.builds(Configured, NAMES),
)


@st.composite
def usual_entries(draw: st.DrawFn) -> Entry:
    """An entry as a source makes it: heard when it was received, and happened then."""
    received = draw(MOMENTS)
    who, value = draw(NAMES), draw(VALUES)
    kind = draw(st.sampled_from(Kind))
    return Entry(who, received, Reading(who, "d", "r", kind, value, received.wall, received))


ENTRIES = st.lists(usual_entries() | st.builds(Entry, NAMES, MOMENTS, READINGS | INPUTS))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path, NOW)
    yield store
    store.close()


def typed(lines: list[Entry]) -> list[tuple[Entry, type]]:
    """Tell True from 1 and 1 from 1.0, which are equal."""
    return [(one, type(getattr(one.what, "value", None))) for one in lines]


def test_whatever_came_in_comes_back_exactly_equal_also_after_a_restart() -> None:
    with TemporaryDirectory() as directory:
        stores = [Store.open(Path(directory), NOW)]

        @settings(max_examples=150, deadline=None)
        @given(ENTRIES)
        def comes_back(lines: list[Entry]) -> None:
            before = stores[-1].last_seq()
            assert stores[-1].append(lines) == before + len(lines)
            found = list(stores[-1].entries(before))
            assert [seq for seq, _ in found] == list(range(before + 1, before + 1 + len(lines)))
            assert typed([one for _, one in found]) == typed(lines)

        comes_back()
        kept = list(stores[-1].entries(0))
        stores[-1].close()
        again = Store.open(Path(directory), NOW)
        assert list(again.entries(0)) == kept
        assert again.unreadable == ()
        again.close()


def test_each_household_can_be_read_alone(store: Store) -> None:
    store.append([entry(1), entry(2, "li"), entry(3), entry(4, "li")])
    assert [seq for seq, _ in store.entries(0, "li")] == [2, 4]
    assert [seq for seq, _ in store.entries(2, "wang")] == [3]


def test_the_household_may_be_read_while_it_goes_on(store: Store) -> None:
    fill(store, 12_000)
    reading = store.entries(0)
    first = next(reading)
    fill(store, 10, start=12_000)
    assert len([first, *reading]) == 12_010


def test_a_text_that_is_no_unicode_does_not_stop_the_house(store: Store) -> None:
    store.append([Entry("wang", NOW, Acknowledge("a1", "aunt \ud800", timedelta(hours=1)))])
    ((_, found),) = store.entries(0)
    assert found.what == Acknowledge("a1", "aunt ?", timedelta(hours=1))


def test_what_was_learned_is_kept_in_place_of_what_was_kept_before(store: Store) -> None:
    assert store.snapshot("wang") is None
    store.save_snapshots([("wang", 1, 10, b"first")])
    store.save_snapshots([("wang", 2, 20, b"second")])
    assert store.snapshot("wang") == (2, 20, b"second")


def test_many_households_are_kept_in_one_commit(store: Store, tmp_path: Path) -> None:
    looking = Store.read_only(tmp_path)
    many = [(f"home {n}", 1, 10, b"learned") for n in range(300)]

    def half() -> Iterator[tuple[str, int, int, bytes]]:
        yield from many[:150]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.save_snapshots(half())
    assert looking.snapshot("home 0") is None
    log = tmp_path / "readings.db-wal"
    before = log.stat().st_size
    store.save_snapshots(iter(many))
    assert [looking.snapshot(name) for name, *_ in many] == [(1, 10, b"learned")] * 300
    assert log.stat().st_size - before < 300 * 1024  # a commit each would write a page each
    looking.close()


def test_a_household_among_many_is_read_in_short_stretches(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "_END", journal._END.replace("50000", "1000"))
    monkeypatch.setattr(journal, "_LINES", journal._LINES.replace("50000", "1000"))
    fill(store, 3000, "li")
    store.append(entries(30, "wang"))
    fill(store, 2500, "li")
    store.append(entries(5, "wang", 30))
    pages, after = [], -1
    reached = 0
    while reached > after:
        after = reached
        found, reached = store.page(after, "wang", 20)
        pages.append([one.what.value for one in found if isinstance(one.what, Reading)])
    assert [value for page in pages for value in page] == list(range(35))
    assert pages[:3] == [[], [], []]
    assert max(map(len, pages)) == 20
    store.append(entries(1, "wang", 35))
    found, reached = store.page(after, "wang", 20)
    assert (len(found), reached) == (1, store.last_seq())
    assert len(list(store.entries(0, "wang"))) == 36


def test_a_journal_lost_and_begun_anew_uses_no_number_twice(tmp_path: Path) -> None:
    store = Store.open(tmp_path, NOW)
    fill(store, 50)
    store.commit(Effects(), 50, NOW)
    store.close()
    for path in tmp_path.glob("readings.db*"):
        path.unlink()
    again = Store.open(tmp_path, NOW)
    assert again.append([entry(1)]) == 51
    again.close()


def test_ten_thousand_readings_cost_the_card_less_than_two_megabytes(tmp_path: Path) -> None:
    io = Path("/proc/self/io")
    if not io.exists():
        pytest.skip("this system does not count what a process writes")
    store = Store.open(tmp_path, NOW, spare_bytes=1 << 60)
    before = written(io)
    for first in range(0, 10_000, 100):
        brought = [(delivery(n), f"{n:016x}") for n in range(first, first + 100)]
        store.append(entries(100, start=first), brought)
    store.close()
    assert len(values(Store.read_only(tmp_path))) == 10_000
    assert written(io) - before < 2_000_000


def written(io: Path) -> int:
    return int(dict(line.split(": ") for line in io.read_text().splitlines())["wchar"])
