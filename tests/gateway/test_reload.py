"""The daemon takes a changed configuration up, and leaves a faulty or unchanged one alone."""

import json

from edge.model import Kind, Reading
from gateway.requests import Rehearse, Reload
from gateway.store import Store
from tests.gateway.pairing_home import EMPTY, MOTION, Site
from tests.profiles.introduced import device, expose

DOOR = """
[[device]]
id = "door"
room = "bathroom"
profile = "bthome"
address = "A4:C1:38:8D:18:B2"
bindkey_file = "door-key"
"""
INTRODUCED = f"""
[[device]]
id = "motion"
room = "bathroom"
profile = "introduced"
address = "zigbee2mqtt/{MOTION}"
kinds = ["motion"]
"""
LEAK = """
[[device]]
id = "leak"
room = "bathroom"
profile = "introduced"
address = "homeassistant/leak"
kinds = ["leak"]
"""


def run(site: Site) -> object:
    """Say which run of the daemon answers; None while none does."""
    answer = site.asked(Rehearse("wang", ends=True))
    return None if answer is None else answer.facts["run"]


def reload(site: Site) -> bool:
    """Ask for it; say whether the daemon began anew, and wait until it has."""
    before, answer = run(site), site.asked(Reload())
    assert answer is not None
    if answer.facts["ends"]:
        site.until(lambda: run(site) not in (None, before))
    return run(site) != before


def key(site: Site, digits: str) -> None:
    """Write the key of the door."""
    file = site.directory / "door-key"
    file.write_text(digits * 32)
    file.chmod(0o600)


def test_what_has_changed_is_taken_up_keys_too_and_nothing_else(site: Site) -> None:
    assert not reload(site)
    key(site, "1")
    site.file.write_text(EMPTY + DOOR, encoding="utf-8")
    assert reload(site)
    site.file.write_text(f"{EMPTY}# a remark\n{DOOR}", encoding="utf-8")
    assert not reload(site)
    key(site, "2")
    assert reload(site)


def test_a_faulty_configuration_changes_nothing(site: Site) -> None:
    before = run(site)
    site.file.write_text(EMPTY + "nonsense = = 1", encoding="utf-8")
    answer = site.asked(Reload())
    assert answer is not None
    assert not answer.ok
    assert run(site) == before


def test_what_devices_say_while_it_begins_anew_is_not_lost(site: Site) -> None:
    site.file.write_text(EMPTY + INTRODUCED, encoding="utf-8")
    assert reload(site)
    site.until_sensed("motion", lambda: site.sends("红外 1", occupancy=False))
    site.file.write_text(f'{EMPTY}{INTRODUCED}name = "红外"', encoding="utf-8")
    before = run(site)
    site.asked(Reload())
    for number in range(60):
        levels = [
            ("zigbee2mqtt/红外 1", json.dumps({"occupancy": True, "battery": number + 1}), 1, False)
        ]
        site.broker.publish_all(levels)
    site.until(lambda: run(site) not in (None, before))
    site.until(lambda: site.heard()["motion"].battery == 60)

    assert site.stop() == 0
    reading = Store.read_only(site.store)
    try:
        facts = [entry.what for _, entry in reading.entries(after=0)]
    finally:
        reading.close()
    said = [each.value for each in facts if isinstance(each, Reading) and each.kind is Kind.BATTERY]
    assert said == list(range(1, 61))


def test_who_stops_the_daemon_while_it_begins_anew_stops_it(site: Site) -> None:
    site.file.write_text(EMPTY + INTRODUCED, encoding="utf-8")
    answer = site.asked(Reload())
    assert answer is not None
    assert answer.facts["ends"]

    assert site.stop() == 0


def test_no_introduction_ends_the_daemon(site: Site) -> None:
    site.file.write_text(EMPTY + INTRODUCED + LEAK, encoding="utf-8")
    assert reload(site)
    config = {"device": {"identifiers": ["leak"]}, "device_class": "moisture"}
    for number, topic in enumerate(["a#b", "#", "a\0b", "\ud800", "a\x1bb", "$share/a"]):
        at = f"homeassistant/binary_sensor/{number}/config"
        site.broker.publish(at, json.dumps(config | {"state_topic": topic}), retain=True)
    told = device("a#b", expose("occupancy"), ieee_address=MOTION)
    site.broker.publish("zigbee2mqtt/bridge/devices", json.dumps([told]), retain=True)
    site.introduce()

    site.until_sensed("motion", lambda: site.sends("红外 1", occupancy=True))
    assert site.is_running
