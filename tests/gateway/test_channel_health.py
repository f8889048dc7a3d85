"""Which channel is in trouble: told once, for one reason or several, over idle weeks too."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from edge.model import Moment
from gateway.channels.health import DOWN_FOR, Health, Troubles
from gateway.channels.proofs import FILE, Proofs
from gateway.config.channels import SmsWay
from gateway.proving import Proving
from tests.homes import at, home

MINUTE = 60.0
DAY = timedelta(days=1)
Told = list[tuple[str, str, bool]]


@pytest.fixture
def told() -> Told:
    return []


@pytest.fixture
def troubles(told: Told) -> Troubles:
    return Troubles(lambda *each: told.append(each))


@pytest.fixture
def health(troubles: Troubles) -> Health:
    return Health(troubles.note)


# -- sends


def test_a_router_that_starts_anew_is_no_trouble(health: Health, told: Told) -> None:
    for second in (0.0, 1.0, 3.0, 100.0):
        health.failed("push", "no answer", second, is_lasting=False)
    health.succeeded("push")
    assert told == [("push", "", False)]


def test_what_fails_for_minutes_is_told_once_and_so_is_its_end(health: Health, told: Told) -> None:
    for minute in range(10):
        health.failed("push", "no answer", minute * MINUTE, is_lasting=False)
    assert told == [("push", "no answer", True)]
    health.succeeded("push")
    health.succeeded("push")
    assert told == [("push", "no answer", True), ("push", "", False)]


def test_it_is_told_though_nothing_is_sent_there_any_more(health: Health, told: Told) -> None:
    health.failed("push", "no answer", 0.0, is_lasting=False)
    assert health.wait(0.0) is None  # one failure is none
    health.failed("push", "no answer", 1.0, is_lasting=False)
    assert health.wait(1.0) == DOWN_FOR.total_seconds() - 1
    health.look(DOWN_FOR.total_seconds() - 0.5)
    assert told == []
    health.look(DOWN_FOR.total_seconds())
    assert told == [("push", "no answer", True)]
    assert health.wait(1000.0) is None


def test_a_refusal_that_will_last_is_told_at_once(health: Health, told: Told) -> None:
    health.failed("push", "no such robot", 0.0, is_lasting=True)
    assert told == [("push", "no such robot", True)]


def test_several_reasons_are_one_trouble_until_the_last_has_gone(
    troubles: Troubles, told: Told
) -> None:
    troubles.note("sms", "modem", "unplugged")
    troubles.note("sms", "sends", "the modem was lost")
    troubles.note("sms", "modem", "")
    assert told == [("sms", "unplugged", True)]
    troubles.note("sms", "sends", "")
    assert told == [("sms", "unplugged", True), ("sms", "", False)]


# -- proofs


class Watch:
    """The proving of one channel, on a clock to move."""

    def __init__(self, directory: Path, troubles: Troubles) -> None:
        self.now: Moment = at()
        channels = [SmsWay("sms", 40 * DAY), SmsWay("nobody's", 40 * DAY)]
        settings = SimpleNamespace(channels=channels)
        box: Any = SimpleNamespace(
            config=SimpleNamespace(settings=settings),
            node=SimpleNamespace(homes={"wang": home()}),
            now=lambda: self.now,
            trouble=troubles.note,
            proofs=Proofs(directory),
        )
        self.proofs = box.proofs
        self.proving = Proving(box)

    def after(self, days: float) -> "Watch":
        self.now = self.now.plus(days * DAY)
        self.proving.look()
        return self


def test_a_channel_that_has_proven_nothing_for_forty_days_is_told_of(
    tmp_path: Path, troubles: Troubles, told: Told
) -> None:
    watch = Watch(tmp_path, troubles).after(0).after(39.9)
    assert told == []
    watch.after(0.2).after(1)
    assert told == [("sms", "nothing has been taken there for 40 days", True)]
    watch.proofs.note("sms", watch.now.wall)
    watch.after(0)
    assert told[1:] == [("sms", "", False)]


def test_when_it_last_proved_itself_is_known_after_a_restart(
    tmp_path: Path, troubles: Troubles, told: Told
) -> None:
    first = Watch(tmp_path, troubles).after(0).after(30)
    first.proofs.note("sms", first.now.wall)
    second = Watch(tmp_path, troubles).after(60)
    assert told == []
    second.after(11)
    assert len(told) == 1


def test_a_clock_that_is_not_set_says_nothing_of_ages(
    tmp_path: Path, troubles: Troubles, told: Told
) -> None:
    watch = Watch(tmp_path, troubles).after(0)
    watch.now = Moment(watch.now.wall + 400 * DAY, 5.0, "", trusted=False)
    watch.proving.look()
    assert told == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"sms": 5}',
        b"\xff",
        b'{"\xff": "2026-03-02T00:00:00Z"}',
        b'{"sms": "2026-03-02T00:00:00"}',  # of no place on earth
    ],
)
def test_a_file_of_proofs_that_cannot_be_read_begins_anew(
    tmp_path: Path, troubles: Troubles, told: Told, content: bytes
) -> None:
    (tmp_path / FILE).write_bytes(content)
    Watch(tmp_path, troubles).after(0).after(39)
    assert told == []


def test_what_proved_itself_before_the_clock_was_set_is_no_age_of_fifty_years(
    tmp_path: Path, troubles: Troubles, told: Told
) -> None:
    watch = Watch(tmp_path, troubles)
    watch.proofs.note("sms", datetime(1970, 1, 1, tzinfo=UTC), is_trusted=False)
    watch.after(0).after(39)
    assert told == []


def test_a_clock_that_jumped_back_leaves_the_newest_proof(tmp_path: Path) -> None:
    proofs = Proofs(tmp_path)
    proofs.note("sms", at(24 * 365).wall)
    proofs.note("sms", at(0).wall)
    assert Proofs(tmp_path).age("sms", at(1).wall) == timedelta(hours=1)


def test_a_card_is_not_worn_by_proofs(tmp_path: Path) -> None:
    proofs = Proofs(tmp_path)
    proofs.note("sms", at(0).wall)
    written = (tmp_path / FILE).stat().st_mtime_ns
    for minute in range(59):
        proofs.note("sms", at(0, minutes=minute).wall)
    assert (tmp_path / FILE).stat().st_mtime_ns == written
