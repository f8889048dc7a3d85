"""A redelivery is stored once; a second equal reading is stored twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store import Store
from tests.gateway.keeping import NOW, delivery, entry


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path, NOW)
    yield store
    store.close()


def test_a_redelivery_of_what_was_stored_is_known(store: Store) -> None:
    store.append([entry(1)], [(delivery(7), "abc")])
    assert store.is_stored(delivery(7, again=True), "abc")


def test_it_is_known_after_a_restart_too(tmp_path: Path) -> None:
    store = Store.open(tmp_path, NOW)
    store.append([entry(1)], [(delivery(7), "abc"), (delivery(8, "gw/2"), "def")])
    store.close()
    again = Store.open(tmp_path, NOW)
    assert again.is_stored(delivery(7, again=True), "abc")
    assert again.is_stored(delivery(8, "gw/2", again=True), "def")
    again.close()


def test_an_equal_message_that_is_not_flagged_is_one_of_its_own(store: Store) -> None:
    store.append([entry(1)], [(delivery(7), "abc")])
    assert not store.is_stored(delivery(7), "abc")


def test_another_payload_number_or_session_is_not_known(store: Store) -> None:
    store.append([entry(1)], [(delivery(7), "abc")])
    assert not store.is_stored(delivery(7, again=True), "abd")
    assert not store.is_stored(delivery(8, again=True), "abc")
    assert not store.is_stored(delivery(7, "gw/2", again=True), "abc")


def test_a_number_used_anew_takes_the_place_of_the_older_message(store: Store) -> None:
    store.append([entry(1)], [(delivery(7), "abc")])
    store.append([entry(2)], [(delivery(7), "def")])
    assert not store.is_stored(delivery(7, again=True), "abc")
    assert store.is_stored(delivery(7, again=True), "def")


def test_a_packet_without_a_reading_is_known_too(store: Store) -> None:
    store.append([], [(delivery(7), "abc")])
    assert store.is_stored(delivery(7, again=True), "abc")
    assert list(store.entries(0)) == []


@pytest.mark.parametrize("restart", [False, True])
def test_only_the_latest_twenty_thousand_of_a_session_are_kept(
    tmp_path: Path, restart: bool
) -> None:
    store = Store.open(tmp_path, NOW)
    for first in range(0, 25_000, 1000):
        store.append([entry(first)], [(delivery(n), str(n)) for n in range(first, first + 1000)])
    if restart:
        store.close()
        store = Store.open(tmp_path, NOW)
    known = [n for n in range(25_000) if store.is_stored(delivery(n, again=True), str(n))]
    assert known == list(range(5000, 25_000))
    store.close()
