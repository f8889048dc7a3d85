"""Whole gateways with a real broker and a real receiver: bad input, bad days, and people."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.model import Outcome, State
from gateway.control import AcknowledgeAlert, Answer, CloseAlert, Status
from gateway.requests import AnswerQuestion
from tests.broker import Broker, Certificates, StartBroker, free_port
from tests.installation import Installation
from tests.receiver import Receiver, Request
from tests.stories.conftest import Install

SMOKE = "zigbee2mqtt/厨房 smoke"
MOTION = "zigbee2mqtt/厨房 motion"


def refused(box: Installation) -> dict[str, int]:
    answer = box.asked(Status())
    assert isinstance(answer, Answer)
    counts = answer.facts["refused"]
    assert isinstance(counts, dict)
    return counts


def rules(box: Installation) -> list[str]:
    return [str(alert.finding.rule) for alert in box.alerts()]


def text(request: Request) -> str:
    facts = request.json()
    return f"{facts['title']}\n{facts['message']}"


def test_smoke_at_the_sensor_is_read_by_the_caregiver_in_her_language(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    box = install(broker)
    box.start()
    box.hears()
    broker.publish(SMOKE, '{"smoke": true}')
    (request,) = receiver.wait_for(1)
    for words in ("王桂英", "厨房", "烟", "119"):
        assert words in text(request)
    assert box.stop() == 0


BAD = (
    (MOTION, "not json"),
    (MOTION, '{"occupancy": "perhaps"}'),
    (MOTION, '{"battery": NaN}'),
    (MOTION, '{"battery": 900}'),
    (MOTION, b"\xff\xfe\x00"),
    (MOTION, b'{"occupancy": true, "x": "' + b"y" * 10_000_000 + b'"}'),
    ("zigbee2mqtt/nobody knows me", '{"occupancy": true}'),
    ("bracelet/王桂英", '{"steps": 10, "time": "1970-01-01T00:00:10Z"}'),
    ("bracelet/王桂英", '{"steps": 20, "time": "2099-01-01T00:00:10Z"}'),
)


def test_nothing_that_arrives_stops_the_daemon_and_each_fault_is_counted_by_reason(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    box = install(broker)
    box.start()
    box.hears()
    for topic, payload in BAD:
        broker.publish(topic, payload)
    box.until(lambda: sum(refused(box).values()) >= len(BAD) - 1)
    assert {"not_json", "out_of_range", "unknown_device", "misdated"} <= refused(box).keys()
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)
    assert box.is_running


def test_smoke_that_the_broker_remembers_is_an_alert_at_once_and_only_once(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    broker.publish(SMOKE, '{"smoke": true}', retain=True)
    box = install(broker)
    box.start()
    receiver.wait_for(1)
    box.kill()
    box.start()
    box.hears()
    broker.publish(SMOKE, '{"smoke": true}')
    box.until(lambda: rules(box) == ["smoke"])


def test_without_a_broker_the_daemon_runs_says_so_and_hears_it_when_it_comes(
    install: Install, start_broker: StartBroker, receiver: Receiver
) -> None:
    broker = start_broker()
    broker.stop()
    box = install(broker)
    box.start()
    box.until(lambda: '"hears": false' in box.said())
    broker.start()
    box.hears()
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)


def test_a_broker_that_is_killed_and_comes_back_loses_no_alarm(
    start_broker: StartBroker, install: Install, receiver: Receiver
) -> None:
    broker = start_broker(autosave=1)
    box = install(broker)
    box.start()
    box.hears()
    # What mosquitto has not saved is lost with it, our subscription too.
    box.until(lambda: b"zigbee2mqtt/+" in broker.saved())
    broker.kill()
    box.until(lambda: '"hears": false' in box.said())
    broker.start()
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1, seconds=40)


def test_over_tls_with_certificates_and_an_acl_the_same_alarm_arrives(
    install: Install, start_broker: StartBroker, certificates: Certificates, receiver: Receiver
) -> None:
    users = {"box": "open sesame", "sensor": "sensor word"}
    acl = (
        "user box\ntopic read zigbee2mqtt/#\ntopic read bracelet/#\n"
        "topic readwrite shouhu/marker/box\nuser sensor\ntopic write zigbee2mqtt/#\n"
    )
    broker = start_broker(users=users, acl=acl, certificates=certificates)
    tls = (
        f'tls_ca = "{certificates.ca}"\ntls_certificate = "{certificates.client}"\n'
        f'tls_key = "{certificates.client_key}"\nusername = "box"\npassword_file = "word"\n'
    )
    box = install(broker, mqtt=tls)
    (box.directory / "word").write_text("open sesame\n")
    (box.directory / "word").chmod(0o600)
    box.start()
    box.hears()
    broker.publish_all([(SMOKE, '{"smoke": true}', 1, False)], user="sensor")
    receiver.wait_for(1)


def test_a_caregiver_takes_an_alert_and_ends_it_and_it_stays_so_over_a_kill(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    box = install(broker)
    box.start()
    box.hears()
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)
    (alert,) = box.alerts()
    taken = box.asked(AcknowledgeAlert(alert.id, "王芳"))
    assert taken is not None and taken.ok
    box.kill()
    box.start()
    (alert,) = box.alerts()
    assert alert.state is State.ACKNOWLEDGED and alert.lease is not None
    ended = box.asked(CloseAlert(alert.id, "王芳", Outcome.WELL))
    assert ended is not None and ended.ok
    assert box.alerts()[0].outcome is Outcome.WELL
    again = box.asked(CloseAlert(alert.id, "王芳", Outcome.WELL))
    assert again is not None and not again.ok


def test_the_resident_s_answer_is_taken_in_and_that_of_an_unknown_home_refused(
    broker: Broker, install: Install
) -> None:
    box = install(broker)
    box.start()
    answered = box.asked(AnswerQuestion("wang", "button"))
    assert answered is not None and answered.ok
    refused = box.asked(AnswerQuestion("nobody", "button"))
    assert refused is not None and not refused.ok


def test_a_second_daemon_on_the_same_store_is_refused(broker: Broker, install: Install) -> None:
    box = install(broker)
    box.start()
    second = box.shouhu("run")
    assert second.returncode == 1
    assert box.is_running


def test_a_damaged_journal_is_set_aside_and_ends_no_alert(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    box = install(broker)
    box.start()
    box.hears()
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1)
    box.kill()
    (box.store / "readings.db").write_bytes(b"this is no database" * 500)
    (box.store / "readings.db-wal").unlink()  # SQLite would heal the file from it
    box.start()
    box.hears()
    box.until(lambda: "storage" in rules(box))
    broker.publish(MOTION, '{"occupancy": false}')
    broker.publish(MOTION, '{"occupancy": true}')
    broker.publish(SMOKE, '{"battery": 80}')
    box.until(lambda: any(a.finding.rule == "storage" for a in box.alerts()))
    broker.publish("bracelet/王桂英", '{"sos": true}')
    receiver.wait_for(1, that=lambda request: "呼救" in text(request) or "求助" in text(request))
    smoke = next(a for a in box.alerts() if a.finding.rule == "smoke")
    assert smoke.state is State.RAISED and smoke.holds
    assert list(box.store.glob("readings.db.quarantined*"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of a few megabytes that can be filled."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("a small disk needs the right to mount one")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_on_a_full_disk_the_alert_goes_out_all_the_same(
    broker: Broker, install: Install, receiver: Receiver, small_disk: Path
) -> None:
    box = install(broker)
    box.store.symlink_to(small_disk)
    box.start()
    box.hears()
    with (small_disk / "filler").open("wb") as filler:
        try:
            while True:
                filler.write(b"\0" * 65536)
                filler.flush()
        except OSError:
            pass
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1, that=lambda request: "烟" in text(request))
    assert box.is_running


def test_on_a_disk_that_became_read_only_the_home_is_still_watched(
    broker: Broker, install: Install, receiver: Receiver, small_disk: Path
) -> None:
    box = install(broker)
    box.store.symlink_to(small_disk)
    box.start()
    box.stop()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    box.start_unanswered()
    box.hears()
    broker.publish(SMOKE, '{"smoke": true}')
    receiver.wait_for(1, that=lambda request: "烟" in text(request))


def test_a_mute_receiver_leads_to_the_next_channel(
    broker: Broker, install: Install, receiver: Receiver
) -> None:
    box = install(broker, push=f"json://127.0.0.1:{free_port()}/nobody")
    gateway = box.directory / "gateway.toml"
    gateway.write_text(
        gateway.read_text()
        + f'\n[[channel]]\nid = "second"\ntype = "apprise"\nurl = "json://127.0.0.1:{receiver.port}"\n'
    )
    household = box.directory / "households" / "wang.toml"
    household.write_text(household.read_text().replace('["push"]', '["push", "second"]'))
    box.start()
    box.hears()
    broker.publish("zigbee2mqtt/厨房 smoke", '{"smoke": true}')
    receiver.wait_for(1, seconds=60, that=lambda request: "烟" in text(request))


def test_the_household_s_configuration_with_a_fault_is_refused_with_its_place(
    broker: Broker, install: Install
) -> None:
    box = install(broker)
    household = box.directory / "households" / "wang.toml"
    household.write_text(household.read_text().replace("zigbee2mqtt_smoke", "zigbee2mqtt_smok"))
    done = box.shouhu("--lang", "en", "run")
    assert done.returncode == 2
    assert "wang.toml" in done.stderr and "zigbee2mqtt_smoke" in done.stderr
