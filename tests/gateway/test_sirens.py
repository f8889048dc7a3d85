"""A siren is off when somebody has taken the alert, when it is over, and in any case in time."""

import asyncio
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from edge.model import Reason, Receipt, Rule, Rung, Severity
from gateway.channels import Message, SendFailed
from gateway.channels.siren import SirenChannel, SirenSettings
from gateway.sirens import Sirens
from tests.gateway.boxed import Boxed
from tests.gateway.keeping import notice
from tests.homes import contact

ON, OFF = ("siren", "ON"), ("siren", "OFF")
MINUTE = timedelta(minutes=1)


class Hall:
    """A home with a siren in its hall, and what looks after it."""

    def __init__(self, directory: Path) -> None:
        self.box = Boxed(directory)
        self.begin()

    def begin(self, drill: bytes | None = None) -> None:
        """Start anew, as after a crash."""
        settings = SirenSettings("siren", drill=drill, sounds_for=5 * MINUTE)
        self.siren = SirenChannel(settings, self.box.post, lambda: self.box.now)
        around: Any = SimpleNamespace(**vars(self.box.box), channels={"siren": self.siren})
        self.sirens = Sirens(around)
        self.sirens._recall(self.box.now)

    def smokes(self, *, smoke: bool = True) -> None:
        self.box.says("zigbee2mqtt/kitchen_smoke", smoke=smoke)

    def sounds(self, reason: Reason = Reason.FIRST, *, drill: bool = False) -> None:
        """Tell the siren of the smoke, as the outbox does."""
        [about] = self.box.alerts(Rule.SMOKE)
        owed = structs.replace(notice(about), channel="siren", reason=reason, drill=drill)
        owed = structs.replace(owed, id=owed.id + reason)
        message = Message(owed, "", "", about, contact("hall"))
        sent = asyncio.run(self.siren.send(message))
        self.box.store.add_notice(owed)
        receipt = Receipt(owed.id, 1, sent.rung, self.box.now.wall, sent.evidence)
        self.box.store.record(receipt, None, True)

    def looks(self) -> float | None:
        return self.sirens._look(self.box.now)


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    made = Hall(tmp_path)
    made.smokes()
    made.sounds()
    assert made.box.published == [ON]
    return made


def test_it_sounds_as_long_as_nobody_has_taken_the_alert_and_no_longer(hall: Hall) -> None:
    hall.box.after(minutes=1)
    hall.looks()
    assert hall.box.published == [ON]
    [about] = hall.box.alerts(Rule.SMOKE)
    hall.box.node.acknowledge(about, "王芳", 30 * MINUTE, hall.box.now)
    hall.looks()
    assert hall.box.published == [ON, OFF]


def test_it_is_off_when_the_smoke_is_gone_though_no_message_says_so(hall: Hall) -> None:
    hall.smokes(smoke=False)
    hall.looks()
    assert hall.box.published == [ON, OFF]


def test_it_is_off_after_five_minutes_and_on_again_when_it_is_told_again(hall: Hall) -> None:
    assert hall.looks() == pytest.approx(300)
    hall.box.after(minutes=4)
    assert hall.looks() == pytest.approx(60)
    hall.box.after(minutes=1)
    hall.looks()
    assert hall.box.published == [ON, OFF]
    hall.sounds(Reason.REPEATED)
    hall.looks()
    assert hall.box.published == [ON, OFF, ON]


def test_off_is_owed_until_the_broker_takes_it(hall: Hall) -> None:
    hall.smokes(smoke=False)
    hall.box.is_reached = False
    assert hall.looks() == 1.0
    hall.box.is_reached = True
    assert hall.looks() is None
    assert hall.box.published == [ON, OFF]


def test_one_that_was_left_on_by_a_crash_is_known_and_switched_off_at_its_end(hall: Hall) -> None:
    hall.begin()
    hall.looks()
    assert hall.box.published == [ON]
    hall.smokes(smoke=False)
    hall.looks()
    assert hall.box.published == [ON, OFF]


def test_one_that_was_left_on_is_known_after_hours_and_hundreds_of_other_messages(
    hall: Hall,
) -> None:
    [about] = hall.box.alerts(Rule.SMOKE)
    other = structs.replace(notice(about), id="family", channel="family")
    hall.box.store.add_notice(other)
    for attempt in range(250):
        refused = Receipt(other.id, attempt + 1, Rung.REFUSED, hall.box.now.wall, "no network")
        hall.box.store.record(refused, None, False)
    hall.box.after(hours=3)
    hall.begin()
    hall.smokes(smoke=False)
    hall.looks()
    assert hall.box.published == [ON, OFF]


def test_what_sounds_in_a_drill_is_off_when_the_drill_is_over(hall: Hall) -> None:
    hall.smokes(smoke=False)
    hall.begin(drill=b"CHIRP")
    hall.box.published.clear()
    hall.sounds(drill=True)
    hall.looks()
    assert hall.box.published == [("siren", "CHIRP"), OFF]


def test_one_that_was_silent_before_the_start_is_left_alone(hall: Hall) -> None:
    hall.smokes(smoke=False)
    hall.sounds(Reason.RESOLVED)
    assert hall.box.published == [ON, OFF]
    hall.begin()
    hall.looks()
    assert hall.box.published == [ON, OFF]


def test_a_note_or_a_fault_is_nothing_to_sound_for(hall: Hall) -> None:
    [about] = hall.box.alerts(Rule.SMOKE)
    for severity in (Severity.FAULT, Severity.NOTE):
        for reason in (Reason.FIRST, Reason.RESOLVED):
            owed = structs.replace(notice(about), severity=severity, reason=reason)
            sent = asyncio.run(hall.siren.send(Message(owed, "", "", about, contact("hall"))))
            assert sent.evidence == "left as it is"
    assert hall.box.published == [ON]


def test_it_proves_no_more_than_that_the_broker_has_it(hall: Hall) -> None:
    assert {one.rung for _, one in hall.box.store.latest_receipts(10)} == {Rung.SENT}


def test_what_nobody_hears_has_failed_and_off_is_tried_now_and_then(hall: Hall) -> None:
    hall.box.refusal = "nobody listens to this topic at the broker"
    with pytest.raises(SendFailed, match="nobody listens"):
        hall.sounds(Reason.REPEATED)
    hall.smokes(smoke=False)
    hall.looks()
    assert hall.looks() == 30.0
    hall.box.refusal = ""
    hall.looks()
    assert hall.box.published.count(OFF) == 1
    hall.box.after(seconds=30)
    assert hall.looks() is None
    assert hall.box.published[-1] == OFF
