"""What is owed, followed step by step: the same as what a fresh look at the file finds."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from edge.model import Receipt, Rung
from gateway.store import Cause, Store, StoreFailed
from tests.gateway.keeping import NOW, alert, closed, notice, raised
from tests.homes import at


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path, NOW)
    yield store
    store.close()


def owed(store: Store) -> list[str]:
    return [one.notice.alert for one in store.pending()]


def fresh(tmp_path: Path) -> list[str]:
    reading = Store.read_only(tmp_path)
    try:
        return owed(reading)
    finally:
        reading.close()


def test_news_are_what_came_and_what_went_since_they_were_last_asked_for(store: Store) -> None:
    smoke, gas = alert("smoke"), alert("gas")
    store.commit(raised(smoke), 1, NOW)
    assert store.owed_news().is_whole
    assert not store.owed_news().owed
    store.commit(raised(gas), 2, NOW)
    news = store.owed_news()
    assert [one.notice.alert for one in news.owed] == ["gas"] and not news.is_whole
    store.commit(closed(smoke), 3, NOW)
    assert list(store.owed_news().gone) == [notice(smoke).id]
    assert owed(store) == ["gas"]


def test_an_attempt_is_news_and_the_last_one_ends_it(store: Store) -> None:
    smoke = alert("smoke")
    store.commit(raised(smoke), 1, NOW)
    store.owed_news()
    again = NOW.wall + timedelta(seconds=5)
    name = notice(smoke).id
    store.record(Receipt(name, 1, Rung.REFUSED, NOW.wall, "busy"), again, done=False)
    [one] = store.owed_news().owed
    assert (one.attempts, one.next_try) == (1, again)
    store.record(Receipt(name, 2, Rung.ACCEPTED, NOW.wall, "ok"), None, done=True)
    assert list(store.owed_news().gone) == [name]
    assert store.owed_count() == 0


def test_what_the_disk_refused_is_no_news(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.owed_news()

    def refuse(*_: object, **__: object) -> None:
        raise StoreFailed(Path("alerts.db"), Cause.BROKEN)

    with monkeypatch.context() as broken:
        broken.setattr(store._alerts, "commit", refuse)
        with pytest.raises(StoreFailed):
            store.commit(raised(alert("smoke")), 1, NOW)
    assert not store.owed_news().owed
    store.commit(raised(alert("smoke")), 1, NOW)
    assert len(store.owed_news().owed) == 1


def test_what_another_program_wrote_is_seen_too(store: Store, tmp_path: Path) -> None:
    store.commit(raised(alert("smoke"), alert("gas")), 1, NOW)
    store.owed_news()
    import sqlite3

    other = sqlite3.connect(tmp_path / "alerts.db")
    with other:
        other.execute("UPDATE notices SET is_done = 1 WHERE alert = 'gas'")
    other.close()
    news = store.owed_news()
    assert news.is_whole and owed(store) == ["smoke"]


def test_step_by_step_it_says_what_a_fresh_look_says(store: Store, tmp_path: Path) -> None:
    alerts = [alert(f"a{number}") for number in range(40)]
    for number, one in enumerate(alerts):
        store.commit(raised(one), number, NOW)
        if number % 3 == 0:
            store.add_notice(notice(one, "duty", at(1)))
        if number % 4 == 0:
            store.commit(closed(one), number, NOW)
        if number % 5 == 0:
            store.owed_news()
        assert sorted(owed(store)) == sorted(fresh(tmp_path))
    store.erase("wang")
    assert owed(store) == fresh(tmp_path) == []
