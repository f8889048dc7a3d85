"""The node: whatever dies between any two commits, no reading is lost, doubled or forgotten."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.household import Household
from edge.model import (
    Blind,
    BlindCause,
    Delivery,
    Device,
    Effects,
    Event,
    Freshness,
    Moment,
    Outcome,
    Packet,
    Reading,
    Rule,
    State,
)
from gateway.catalogue import load_catalogue
from gateway.node import Node
from gateway.store import Cause, Store, StoreFailed
from gateway.wire.decoder import Decoder, Fitted
from tests.homes import at, home

WANTED = {
    "bedroom_motion": "zigbee2mqtt_motion",
    "bathroom_motion": "zigbee2mqtt_motion",
    "kitchen_motion": "zigbee2mqtt_motion",
    "front_door": "zigbee2mqtt_contact",
    "kitchen_smoke": "zigbee2mqtt_smoke",
    "sos_button": "zigbee2mqtt_sos",
}


def decoder() -> Decoder:
    catalogue = load_catalogue()
    wang = home()

    def fitted(device: Device) -> Fitted:
        profile = catalogue[WANTED[device.id]]
        return Fitted(wang.id, False, device, profile, f"zigbee2mqtt/{device.id}")

    return Decoder([fitted(device) for device in wang.devices])


class Killed(BaseException):
    """The power went."""


class Mortal(Store):
    """The real store, that dies before or after the commits it is told to die at."""

    deaths: Iterator[int] = iter(())
    commits = 0
    next_death = 0

    @classmethod
    def dies_at(cls, deaths: list[int]) -> None:
        """Die at these commits, counted over all lives; odd ones die after it, even ones before."""
        cls.deaths, cls.commits = iter(sorted(deaths)), 0
        cls.next_death = next(cls.deaths, 0)

    def append(self, *given: object, **more: bool) -> int:  # type: ignore[override]
        with self._mortally():
            return super().append(*given, **more)  # type: ignore[arg-type]

    def commit(self, *given: object) -> None:  # type: ignore[override]
        with self._mortally():
            super().commit(*given)  # type: ignore[arg-type]

    def carry(self, *given: object) -> bool:  # type: ignore[override]
        with self._mortally():
            return super().carry(*given)  # type: ignore[arg-type]

    def catch_up(self, **more: bool) -> None:
        if self._ahead:
            with self._mortally():
                super().catch_up(**more)

    def save_snapshots(self, *given: object) -> None:  # type: ignore[override]
        with self._mortally():
            super().save_snapshots(*given)  # type: ignore[arg-type]

    def _mortally(self) -> "_Risk":
        return _Risk()


class _Risk:
    def __enter__(self) -> None:
        Mortal.commits += 1
        self._dies = Mortal.commits == Mortal.next_death
        if self._dies:
            Mortal.next_death = next(Mortal.deaths, 0)
            if Mortal.commits % 2 == 0:
                raise Killed

    def __exit__(self, *_: object) -> None:
        if self._dies:
            raise Killed


class Broker:
    """Keeps what is not acknowledged and delivers it again, as a broker of QoS 1 does."""

    def __init__(self) -> None:
        self.unacknowledged: dict[int, Packet] = {}
        self.mid = 0

    def send(self, device: str, payload: str, now: Moment) -> Packet:
        self.mid = self.mid % 65535 + 1
        delivery = Delivery("session", self.mid, False)
        packet = Packet("mqtt", f"zigbee2mqtt/{device}", payload.encode(), now, delivery=delivery)
        self.unacknowledged[self.mid] = packet
        return packet

    def acknowledged(self, packets: list[Packet]) -> None:
        for packet in packets:
            assert packet.delivery is not None
            self.unacknowledged.pop(packet.delivery.packet, None)

    def again(self, now: Moment) -> list[Packet]:
        return [
            Packet(
                p.source,
                p.address,
                p.payload,
                now,
                Freshness.BUFFERED,
                Delivery("session", mid, True),
            )
            for mid, p in self.unacknowledged.items()
        ]


class Box:
    """A node with its store, that is switched off and on again."""

    def __init__(self, directory: Path, broker: Broker, now: Moment) -> None:
        self.directory, self.broker, self.now = directory, broker, now
        self._start()

    def _start(self) -> None:
        self.store = Mortal.open(self.directory, self.now)
        self.node = Node([home()], decoder(), self.store)
        self.node.start(self.now, "hash")
        self.flush()

    def flush(self) -> None:
        flushed = self.node.flush(self.now)
        assert not flushed.failure
        self.broker.acknowledged(flushed.packets)

    def dies_and_starts(self) -> None:
        while True:
            self.store.close()
            try:
                self._start()
                for packet in self.broker.again(self.now):
                    self.node.take(packet)
                self.flush()
            except Killed:
                continue
            return

    def hears(self, packet: Packet) -> None:
        try:
            self.now = packet.received
            self.node.tick(self.now)
            self.node.take(packet)
            if self.node.writing.is_urgent:
                self.flush()
        except Killed:
            self.dies_and_starts()

    def saves(self) -> None:
        try:
            self.flush()
            while self.node.rebuild(self.now):
                self.flush()
            self.flush()
            self.node.save()
        except Killed:
            self.dies_and_starts()


def life_of(count: int) -> Iterator[tuple[float, str, str]]:
    """Give (minute, device, payload): motion on and off all day, a little smoke, some calls."""
    chance = random.Random(7)
    rooms = ("bedroom_motion", "bathroom_motion", "kitchen_motion")
    for number in range(count):
        minute = number * 0.4
        if number % 1009 == 500:
            yield minute, "kitchen_smoke", '{"smoke": true}'
        elif number % 1009 == 520:
            yield minute, "kitchen_smoke", '{"smoke": false}'
        elif number % 5003 == 900:
            yield minute, "sos_button", '{"action": "emergency"}'
        else:
            moves = "true" if number % 2 else "false"
            yield minute, chance.choice(rooms), f'{{"occupancy": {moves}}}'


def lives_and_dies(directory: Path, count: int, deaths: list[int]) -> None:
    Mortal.dies_at(deaths)
    broker = Broker()
    box = Box(directory, broker, at())
    smokes = calls = 0
    for number, (minute, device, payload) in enumerate(life_of(count)):
        box.hears(broker.send(device, payload, at(minutes=minute)))
        smokes += payload == '{"smoke": true}'
        calls += device == "sos_button"
        if number % 9000 == 8999:
            box.saves()
    box.saves()
    assert not broker.unacknowledged
    assert Mortal.next_death == 0, "it was to be killed at every commit of the list"
    entries = [entry for _, entry in box.store.entries(after=0)]
    assert len([e for e in entries if isinstance(e.what, Reading)]) == count
    alerts = box.store.alerts("wang", open_only=False, limit=10_000)
    raised = Counter(
        change.alert
        for alert in alerts
        for change in box.store.changes(alert.id)
        if change.what is Event.RAISED
    )
    assert set(raised.values()) == {1}
    by_rule = Counter(alert.finding.rule for alert in alerts)
    assert by_rule[Rule.SMOKE] == smokes
    assert by_rule[Rule.SOS] == 1 and calls > 1
    owed = {notice.alert for alert in alerts for notice in box.store.notices(alert.id)}
    assert owed == {alert.id for alert in alerts}
    box.store.close()


@pytest.mark.timeout(400)
def test_killed_between_any_two_commits_nothing_is_lost_doubled_or_raised_twice(
    tmp_path: Path,
) -> None:
    deaths = random.Random(1).sample(range(10, 1_200), 24)
    lives_and_dies(tmp_path, 25_000, deaths)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(1, 8))
def test_killed_between_any_two_commits_again_and_again(tmp_path: Path, seed: int) -> None:
    deaths = random.Random(seed).sample(range(10, 5_000), 200)
    lives_and_dies(tmp_path, 100_000, deaths)


def test_over_the_same_journal_a_fresh_household_comes_to_the_same_alerts(tmp_path: Path) -> None:
    Mortal.dies_at([7, 12, 19, 24, 33])
    broker = Broker()
    box = Box(tmp_path, broker, at())
    for minute, device, payload in life_of(3000):
        box.hears(broker.send(device, payload, at(minutes=minute)))
    box.saves()
    again, outcome = Household(home()), Effects()
    for _, entry in box.store.entries(after=0):
        outcome.extend(again.receive(entry))
    kept = box.store.alerts("wang", open_only=False)
    assert {a.id for a in outcome.alerts} == {a.id for a in kept}
    changes = {c.id for alert in kept for c in box.store.changes(alert.id)}
    assert {c.id for c in outcome.changes} == changes
    box.store.close()


def fresh(tmp_path: Path) -> Box:
    Mortal.dies_at([])
    return Box(tmp_path, Broker(), at())


def test_a_redelivery_is_recognised_before_and_after_its_commit(tmp_path: Path) -> None:
    box = fresh(tmp_path)
    box.node.take(box.broker.send("bedroom_motion", '{"occupancy": true}', at()))
    for packet in box.broker.again(at()):
        box.node.take(packet)
    box.flush()
    box.broker.mid = 0
    box.broker.send("bedroom_motion", '{"occupancy": true}', at())
    for packet in box.broker.again(at()):
        box.node.take(packet)
    assert box.node.counts["redelivered"] == 2


def test_two_equal_readings_are_two_readings(tmp_path: Path) -> None:
    box = fresh(tmp_path)
    for _ in range(2):
        box.node.take(box.broker.send("bedroom_motion", '{"occupancy": true}', at()))
    box.flush()
    readings = [e for _, e in box.store.entries(after=0) if isinstance(e.what, Reading)]
    assert len(readings) == 2


def test_a_lost_snapshot_is_learned_again_while_the_home_is_watched(tmp_path: Path) -> None:
    box = fresh(tmp_path)
    for minute, device, payload in life_of(4000):
        box.hears(box.broker.send(device, payload, at(minutes=minute)))
    learned = box.node.households["wang"].snapshot()
    box.hears(box.broker.send("kitchen_smoke", '{"smoke": true}', box.now))
    box.flush()
    standing = {a.id for a in box.store.live_alerts("wang") if a.state is State.RAISED}
    box.dies_and_starts()
    assert {a.id for a in box.store.live_alerts("wang") if a.state is State.RAISED} == standing
    box.node.take(box.broker.send("bathroom_motion", '{"occupancy": true}', box.now))
    box.flush()
    while box.node.rebuild(box.now, entries=500):
        assert box.node.households["wang"].book.alerts
    box.flush()
    again = box.node.households["wang"]
    assert {a.id for a in box.store.live_alerts("wang") if a.state is State.RAISED} == standing
    before = Household.restore(home(), learned)
    assert again.inactivity.state.rhythm == before.inactivity.state.rhythm


def refuse(*_given: object, **_more: object) -> None:
    raise StoreFailed(Path("readings.db"), Cause.FULL)


def test_a_disk_that_refuses_readings_still_gets_the_alert_and_the_readings_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = fresh(tmp_path)
    box.node.take(box.broker.send("kitchen_smoke", '{"smoke": true}', at()))
    with monkeypatch.context() as broken:
        broken.setattr(Mortal, "append", refuse)
        broken.setattr(Mortal, "catch_up", refuse)
        flushed = box.node.flush(at())
        assert flushed.is_behind and not flushed.refused
        assert box.node.flush(at()).failure
    assert len(flushed.packets) == 1
    assert [a.finding.rule for a in box.store.alerts("wang")] == [Rule.SMOKE]
    box.node.take(box.broker.send("bedroom_motion", '{"occupancy": true}', at()))
    box.flush()
    assert len([e for _, e in box.store.entries(after=0) if isinstance(e.what, Reading)]) == 2


def test_an_alarm_is_on_disk_in_one_commit_and_in_the_journal_after_the_next(
    tmp_path: Path,
) -> None:
    box = fresh(tmp_path)
    before = Mortal.commits
    box.node.take(box.broker.send("bedroom_motion", '{"occupancy": true}', at()))
    box.node.take(box.broker.send("kitchen_smoke", '{"smoke": true}', at()))
    flushed = box.node.flush(at())
    assert Mortal.commits == before + 1
    assert len(flushed.packets) == 2
    (smoke,) = box.store.alerts("wang")
    assert {owed.notice.recipient for owed in box.store.pending()} == {"daughter", "duty"}
    cursor, _ = box.store.cursor()
    assert cursor == box.store.last_seq()
    box.dies_and_starts()
    kept = [entry for _, entry in box.store.entries(after=0)]
    assert len([e for e in kept if isinstance(e.what, Reading)]) == 2
    assert box.store.cursor()[0] >= cursor
    assert [alert.id for alert in box.store.alerts("wang")] == [smoke.id]


def test_a_redelivery_of_what_was_carried_with_an_alarm_is_known(tmp_path: Path) -> None:
    box = fresh(tmp_path)
    box.node.take(box.broker.send("kitchen_smoke", '{"smoke": true}', at()))
    box.node.flush(at())
    for packet in box.broker.again(at()):
        box.node.take(packet)
    box.dies_and_starts()
    assert box.node.counts["redelivered"] == 1
    assert len([e for _, e in box.store.entries(0) if isinstance(e.what, Reading)]) == 1


def test_a_disk_that_refuses_everything_costs_no_alert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = fresh(tmp_path)
    box.node.take(box.broker.send("kitchen_smoke", '{"smoke": true}', at()))
    with monkeypatch.context() as broken:
        for write in ("append", "commit", "carry"):
            broken.setattr(Mortal, write, refuse)
        flushed = box.node.flush(at())
        assert {n.recipient for n in flushed.refused.notices} == {"daughter", "duty"}
        assert len(flushed.packets) == 1
        assert not box.node.flush(at()).refused, "each refusal is handed back once"
        (alert,) = box.node.households["wang"].book.alerts
        box.node.acknowledge(alert, "王芳", timedelta(minutes=30), at(minutes=1))
        box.node.flush(at(minutes=1))
    box.flush()
    (alert,) = box.store.alerts("wang")
    assert alert.state is State.ACKNOWLEDGED
    assert box.store.pending() == []


def test_while_the_disk_refuses_it_is_left_in_peace_and_memory_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = fresh(tmp_path)
    asked = []
    with monkeypatch.context() as broken:
        broken.setattr(Mortal, "append", lambda *_, **__: asked.append(1) or refuse())
        for number in range(12_000):
            moves = "true" if number % 2 else "false"
            payload = f'{{"occupancy": {moves}}}'
            box.node.take(box.broker.send("bedroom_motion", payload, at(minutes=number)))
            if number % 100 == 99:
                box.node.flush(at(minutes=number), tries_again=number % 3000 == 2999)
    assert len(asked) < 10
    assert box.node.counts["not kept"] >= 2000


def test_a_deadline_of_another_start_of_the_box_does_not_hold_up_the_rest(
    tmp_path: Path,
) -> None:
    box = fresh(tmp_path)
    box.node.take(box.broker.send("bridge/state", '{"state": "offline"}', at()))
    box.saves()
    box.store.touch(at())
    unset = datetime(1970, 1, 1, tzinfo=UTC)
    box.now = Moment(unset, 20.0, "another start", trusted=False)
    box.dies_and_starts()
    for second in range(20, 600, 10):
        box.node.tick(Moment(unset + timedelta(seconds=second), second, "another start", False))
    box.flush()
    assert Rule.BLIND in {a.finding.rule for a in box.store.alerts("wang")}


def test_the_alerts_of_a_home_that_was_taken_out_are_closed_with_the_reason(
    tmp_path: Path,
) -> None:
    box = fresh(tmp_path)
    box.node.take(box.broker.send("kitchen_smoke", '{"smoke": true}', at()))
    box.flush()
    (alert,) = box.store.alerts()
    other = Node([home("li")], decoder(), box.store)
    other.start(at(1), "hash")
    other.flush(at(1))
    assert box.store.alerts() == []
    assert "not watched here" in box.store.changes(alert.id)[-1].detail
    assert box.store.pending() == []


def test_a_channel_that_was_taken_out_is_no_trouble_any_more(tmp_path: Path) -> None:
    box = fresh(tmp_path)
    box.node.trouble(Rule.CHANNEL, "fax", "no paper", True, at())
    box.flush()
    assert [a.finding.rule for a in box.store.alerts()] == [Rule.CHANNEL]
    box.now = at(1)
    box.dies_and_starts()
    assert box.store.alerts() == []


def test_a_stop_of_an_hour_is_blind_time_and_one_of_seconds_is_not(tmp_path: Path) -> None:
    box = fresh(tmp_path)
    box.store.touch(at())
    box.now = at(minutes=0.5)
    box.dies_and_starts()
    box.now = at(1)
    box.store.touch(at(minutes=1))
    box.dies_and_starts()
    causes = [
        entry.what.cause for _, entry in box.store.entries(after=0) if hasattr(entry.what, "cause")
    ]
    assert causes == [BlindCause.DOWNTIME, BlindCause.DOWNTIME]


def test_a_stop_is_blind_time_where_the_file_that_tells_of_it_was_lost(tmp_path: Path) -> None:
    box = fresh(tmp_path)
    box.hears(box.broker.send("kitchen_motion", '{"occupancy": true}', at(minutes=5)))
    box.saves()
    box.store.close()
    for file in tmp_path.glob("alerts.db*"):
        file.unlink()
    box.store, box.now = Mortal.open(tmp_path, at(30)), at(30)
    box.dies_and_starts()
    told = [entry.what for _, entry in box.store.entries(after=0)]
    (stop,) = [what for what in told if isinstance(what, Blind)]
    assert (stop.cause, stop.began) == (BlindCause.DOWNTIME, at(minutes=5))
    assert not [a for a in box.store.alerts() if a.finding.rule is Rule.INACTIVITY]


def test_a_silence_that_was_told_is_not_told_anew_by_a_start_with_an_older_snapshot(
    tmp_path: Path,
) -> None:
    box = fresh(tmp_path)
    box.hears(box.broker.send("bedroom_motion", '{"occupancy": true}', at()))
    box.hears(box.broker.send("bedroom_motion", '{"occupancy": false}', at(minutes=1)))
    box.saves()
    for hour in range(1, 31):
        box.now = at(hour)
        box.node.tick(box.now)
        box.flush()
    (before,) = [a for a in box.store.alerts("wang") if a.finding.rule is Rule.INACTIVITY]
    told = [change.what for change in box.store.changes(before.id)]
    box.store.touch(box.now)
    box.now = at(30, minutes=2)
    box.dies_and_starts()
    (after,) = [a for a in box.store.alerts("wang") if a.finding.rule is Rule.INACTIVITY]
    assert [change.what for change in box.store.changes(before.id)] == told
    assert (after.state, after.rounds) == (before.state, before.rounds)


def test_a_person_ends_an_alert_and_it_stays_ended_over_a_restart(tmp_path: Path) -> None:
    box = fresh(tmp_path)
    box.node.take(box.broker.send("kitchen_smoke", '{"smoke": true}', at()))
    box.flush()
    (alert,) = box.store.alerts("wang")
    box.node.close(alert, "值班员", Outcome.WELL, at(minutes=1))
    box.saves()
    box.dies_and_starts()
    box.node.take(box.broker.send("kitchen_smoke", '{"smoke": true}', at(minutes=2)))
    box.flush()
    assert box.store.alerts("wang") == []


def test_a_bridge_that_goes_offline_makes_its_devices_deaf(tmp_path: Path) -> None:
    box = fresh(tmp_path)
    box.node.take(box.broker.send("bridge/state", '{"state": "offline"}', at()))
    box.node.tick(at(minutes=4))
    box.flush()
    assert [a.finding.rule for a in box.store.alerts("wang")] == [Rule.BLIND]


def test_what_cannot_be_understood_is_counted_and_acknowledged(tmp_path: Path) -> None:
    box = fresh(tmp_path)
    for payload in ("not json", '{"occupancy": "maybe"}', '{"battery": NaN}', '{"battery": 900}'):
        box.node.take(box.broker.send("bedroom_motion", payload, at()))
    box.node.take(box.broker.send("stranger", "{}", at()))
    box.flush()
    assert not box.broker.unacknowledged
    assert sum(box.node.counts.values()) == 5
