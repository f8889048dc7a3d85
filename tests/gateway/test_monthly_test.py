"""The monthly test on the real store: sent by day, read by a person, answered once and for all."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from edge.model import Alert, Home, Moment, Notice, Rule, Severity, State
from gateway.channels import Message
from gateway.composing import Composer
from gateway.node import Node
from gateway.store import Store
from gateway.wire.decoder import Decoder
from tests.homes import contact, home

ZONE = ZoneInfo("Asia/Shanghai")
HALF_AN_HOUR = timedelta(minutes=30)


def clock(day: int, hour: int, minute: int = 0) -> Moment:
    return Moment.of(datetime(2026, 3, day, hour, minute, tzinfo=ZONE).astimezone(UTC))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a fresh store."""
    opened = Store.open(tmp_path / "store", clock(2, 9))
    yield opened
    opened.close()


def of_people() -> Home:
    people = (
        contact("daughter", "push", "sms"),
        contact("technician", "mail", language="en"),
        structs.replace(contact("siren", "horn"), is_person=False),
    )
    return structs.replace(home(), contacts=people, asks_contacts=True)


def begun(store: Store, now: Moment) -> Node:
    node = Node([of_people()], Decoder([]), store)
    node.start(now, "hash")
    node.flush(now)
    return node


def lives(node: Node, until: Moment) -> None:
    """Let everything that falls due be done and stored."""
    while (due := node.next_check()) is not None and due <= until.monotonic:
        now = until.plus(timedelta(seconds=due - until.monotonic))
        node.tick(now)
        node.flush(now)


def reach_tests(store: Store) -> dict[str, Alert]:
    alerts = store.alerts("wang", open_only=False)
    found = [each for each in alerts if each.finding.rule is Rule.REACH]
    return {each.finding.subject: each for each in found}


def read(notice: Notice, store: Store) -> Message:
    """Give what the recipient reads."""
    alert, people = store.alert(notice.alert), of_people().contacts
    assert alert is not None
    recipient = next(each for each in people if each.id == notice.recipient)
    return Composer({"wang": of_people()}).message(alert, notice, recipient, notice.due.wall)


def test_each_person_reads_on_every_channel_that_it_is_a_test_and_answers_by_taking_it(
    store: Store,
) -> None:
    node = begun(store, clock(2, 9))
    lives(node, clock(3, 10, 1))
    asked = reach_tests(store)
    assert set(asked) == {"daughter", "technician"}  # a siren is nobody
    owed = [notice for each in asked.values() for notice in store.notices(each.id)]
    assert {(n.recipient, n.channel, n.severity) for n in owed} == {
        ("daughter", "push", Severity.NOTE),
        ("daughter", "sms", Severity.NOTE),
        ("technician", "mail", Severity.NOTE),
    }
    hers = read(next(n for n in owed if n.recipient == "daughter"), store)
    assert "每月联络测试" in hers.title and "什么事都没有发生" in hers.text
    print(hers.title, hers.text, hers.short, sep="\n")
    assert "测试" in hers.short
    his = read(next(n for n in owed if n.recipient == "technician"), store)
    assert "Monthly test" in his.title and "nothing has happened" in his.text
    node.acknowledge(asked["daughter"], "daughter", HALF_AN_HOUR, clock(3, 11))
    node.flush(clock(3, 11))
    assert reach_tests(store)["daughter"].state is State.CLOSED
    tests = {each.id for each in asked.values()}
    left = [o.notice.recipient for o in store.pending() if o.notice.alert in tests]
    assert left == ["technician"]


def test_after_a_restart_nobody_is_asked_twice_and_silence_is_told_in_three_days(
    store: Store,
) -> None:
    node = begun(store, clock(2, 9))
    lives(node, clock(3, 10, 1))
    before = {name: each.id for name, each in reach_tests(store).items()}
    node.acknowledge(reach_tests(store)["technician"], "technician", HALF_AN_HOUR, clock(3, 11))
    node.flush(clock(3, 11))
    node.save()
    node = begun(store, clock(3, 12))
    lives(node, clock(6, 10, 30))
    after = reach_tests(store)
    assert {name: each.id for name, each in after.items()} == before
    late = after["daughter"]
    assert (late.finding.severity, late.state) == (Severity.FAULT, State.RAISED)
    [told] = [n for n in store.notices(late.id) if n.severity is Severity.FAULT]
    assert told.recipient == "technician"
    said = read(told, store)
    print(said.title, said.text, said.short, sep="\n")
    assert "No answer to the monthly test" in said.title and "daughter" in said.text
