"""What was decided and what is owed stands as a whole, and can be looked at by others."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from edge.model import Effects, Moment, Notice, Receipt, Rung, Severity, State
from gateway.store import Owed, Store
from tests.gateway.keeping import NOW, alert, closed, entry, ids, notice, raised
from tests.homes import at

SMOKE = alert("smoke")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path, NOW)
    yield store
    store.close()


def receipt(about: Notice, attempt: int, evidence: str = "no answer") -> Receipt:
    return Receipt(about.id, attempt, Rung.REFUSED, NOW.wall, evidence)


def test_an_alert_its_change_its_notice_and_the_cursor_stand_together(store: Store) -> None:
    effects = raised(SMOKE)
    store.commit(effects, 17, at(1))
    assert store.alert("smoke") == SMOKE
    assert store.changes("smoke") == effects.changes
    assert store.notices("smoke") == effects.notices
    assert store.pending() == [Owed(effects.notices[0], 0, None)]
    assert store.cursor() == (17, at(1))


def test_doing_it_twice_is_doing_it_once(store: Store) -> None:
    effects = raised(SMOKE)
    store.commit(effects, 17, at(1))
    store.record(receipt(effects.notices[0], 1), None, done=True)
    store.commit(effects, 17, at(1))
    assert len(store.changes("smoke")) == len(store.notices("smoke")) == 1
    assert store.pending() == []


def test_a_store_that_is_new_knows_nothing(store: Store) -> None:
    assert store.cursor() == (0, None)
    assert store.last_alive() is None
    assert store.last_seq() == 0
    assert store.alert("smoke") is None


def test_the_cursor_moves_alone_where_nothing_came_of_it(store: Store) -> None:
    store.commit(raised(SMOKE), 17, at(1))
    store.commit(Effects(), 18, at(2))
    assert store.cursor() == (18, at(2))
    assert ids(store.alerts()) == ["smoke"]


def test_a_moment_is_kept_with_its_boot_and_its_trust(store: Store) -> None:
    now = Moment(NOW.wall, 12.345678901234567, "a-boot", False)
    store.commit(Effects(), 1, now)
    assert store.cursor() == (1, now)


def test_being_alive_is_noted_by_a_touch_and_by_a_commit(store: Store) -> None:
    store.touch(at(1))
    assert store.last_alive() == at(1)
    assert store.cursor() == (0, None)
    store.commit(Effects(), 1, at(2))
    assert store.last_alive() == at(2)
    store.touch(at(3))
    assert store.last_alive() == at(3)
    assert store.cursor() == (1, at(2))


def test_a_resolved_alert_stays_listed_until_somebody_closes_it(store: Store) -> None:
    store.commit(raised(SMOKE, alert("gas", "li")), 1, NOW)
    store.commit(Effects(alerts=[structs.replace(SMOKE, state=State.RESOLVED)]), 2, NOW)
    assert ids(store.alerts()) == ["smoke", "gas"]
    store.commit(closed(structs.replace(SMOKE, state=State.CLOSED, holds=False)), 3, NOW)
    assert ids(store.alerts()) == ["gas"]
    assert ids(store.alerts("wang")) == []
    assert ids(store.alerts("wang", open_only=False)) == ["smoke"]
    assert ids(store.alerts(open_only=False, limit=1)) == ["smoke"]


def test_a_restart_is_given_what_is_closed_and_still_holds(store: Store) -> None:
    standing = alert("standing", state=State.CLOSED)
    over = alert("over", state=State.CLOSED, holds=False)
    store.commit(Effects(alerts=[SMOKE, standing, over, alert("gas", "li")]), 1, NOW)
    assert sorted(ids(store.live_alerts("wang"))) == ["smoke", "standing"]


def test_what_is_owed_about_a_closed_alert_is_not_sent_any_more(store: Store) -> None:
    store.commit(raised(SMOKE, alert("gas")), 1, NOW)
    effects = closed(structs.replace(SMOKE, state=State.CLOSED))
    effects.notices.append(notice(SMOKE, due=at(1)))
    store.commit(effects, 2, NOW)
    assert [owed.notice.alert for owed in store.pending()] == ["gas", "smoke"]
    assert [owed.notice.due for owed in store.pending()] == [NOW, at(1)]
    assert len(store.notices("smoke")) == 2


def test_an_emergency_stands_before_all_that_waits(store: Store) -> None:
    fault = notice(alert("fault"), severity=Severity.FAULT)
    store.add_notice(fault)
    store.commit(raised(SMOKE), 1, NOW)
    assert [owed.notice.severity for owed in store.pending()] == ["emergency", "fault"]


def test_a_notice_waits_for_its_time_and_for_its_next_try(store: Store) -> None:
    later = notice(SMOKE, due=at(2))
    store.add_notice(later)
    assert store.pending(at(1)) == []
    assert [owed.notice for owed in store.pending(at(2))] == [later]
    store.record(receipt(later, 1), at(3).wall, done=False)
    assert store.pending(at(2)) == []
    assert store.pending(at(3)) == [Owed(later, 1, at(3).wall)]
    assert store.pending() == [Owed(later, 1, at(3).wall)]


def test_every_attempt_leaves_its_receipt(store: Store) -> None:
    effects = raised(SMOKE, alert("gas"))
    store.commit(effects, 1, NOW)
    first, other = effects.notices
    attempts = [receipt(first, 1, "errcode 310000"), receipt(first, 2, "\u597d")]
    store.record(attempts[0], (NOW.wall + timedelta(seconds=5)), done=False)
    store.record(receipt(other, 1), None, done=True)
    store.record(attempts[1], None, done=True)
    assert store.receipts("smoke") == attempts
    assert store.pending() == []


def test_a_notice_cancelled_while_it_is_sent_is_not_owed_again(store: Store) -> None:
    effects = raised(SMOKE)
    store.commit(effects, 1, NOW)
    store.commit(closed(structs.replace(SMOKE, state=State.CLOSED)), 2, NOW)
    store.record(receipt(effects.notices[0], 1), at(1).wall, done=False)
    assert store.pending() == []


def test_others_look_on_while_the_daemon_writes(store: Store, tmp_path: Path) -> None:
    store.commit(raised(SMOKE), 1, NOW)
    looking = Store.read_only(tmp_path)
    assert ids(looking.alerts()) == ["smoke"]
    store.commit(raised(alert("gas")), 2, NOW)
    store.append([entry(1)])
    assert sorted(ids(looking.alerts())) == ["gas", "smoke"]
    assert [one for _, one in looking.entries(0)] == [entry(1)]
    assert looking.summaries("wang") == []
    looking.close()
