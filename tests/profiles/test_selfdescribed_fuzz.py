"""Whatever introduces itself, and whatever is said after it: nothing raises."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.wire.selfdescribed import Introductions
from tests.profiles.introduced import BRIDGE, JSON, device, introduced, said

KEYS = st.sampled_from(
    [
        "stat_t",
        "state_topic",
        "~",
        "dev_cla",
        "device_class",
        "val_tpl",
        "pl_on",
        "pl_off",
        "avty",
        "avty_t",
        "dev",
        "cmps",
        "p",
        "evt_typ",
        "unit_of_meas",
        "ops",
        "topic",
        "payload",
        "subtype",
        "e",
        "ent_cat",
        "ft",
        "tp",
        "t",
        "hn",
        "mac",
        "onln",
        "swc",
        "swn",
    ]
)
USUAL = st.sampled_from(["t", "~", "~/t", "smoke", "motion", "battery", "sensor", "%", "ON", "sos"])
CONFIGS = st.dictionaries(KEYS, JSON | USUAL | st.dictionaries(KEYS, JSON | USUAL), max_size=8)
COMPONENTS = st.sampled_from(["binary_sensor", "sensor", "event", "device_automation", "device"])
EXPOSE_KEYS = st.sampled_from(
    [
        "type",
        "name",
        "property",
        "access",
        "value_on",
        "value_off",
        "values",
        "unit",
        "features",
        "endpoint",
        "value_min",
        "value_max",
    ]
)
EXPOSED = st.sampled_from(["binary", "enum", "numeric", "smoke", "action", "battery", "status"])
EXPOSES = st.recursive(
    st.dictionaries(EXPOSE_KEYS, JSON | EXPOSED),
    lambda inner: st.fixed_dictionaries({"type": JSON, "features": st.lists(inner, max_size=3)}),
    max_leaves=6,
)


@settings(deadline=None)
@given(COMPONENTS, CONFIGS, JSON, st.binary(max_size=40))
def test_no_discovery_and_no_message_after_it_raises(
    component: str, config: dict[str, object], message: object, noise: bytes
) -> None:
    known = Introductions()
    known.hear(f"homeassistant/{component}/x/config", json.dumps(config).encode())
    known.hear("tasmota/discovery/0CDC7E31E4CC/config", json.dumps(config).encode())
    for topic in ("t", "~", *[value for value in config.values() if isinstance(value, str)]):
        said(known, topic, message)
        known.read(topic, noise, [])
    assert isinstance(known.unmapped, list)


@settings(deadline=None)
@given(st.lists(EXPOSES, max_size=4), JSON, st.binary(max_size=40))
def test_no_list_of_devices_and_no_message_after_it_raises(
    exposes: list[dict[str, object]], message: object, noise: bytes
) -> None:
    known = introduced(device("a", *exposes))
    names = [str(one.get("property")) for one in exposes]
    said(known, "zigbee2mqtt/a", message)
    said(known, "zigbee2mqtt/a", dict.fromkeys(names, message))
    for name in names:
        known.read(f"zigbee2mqtt/a/{name}", noise, [])
    known.read("zigbee2mqtt/a", noise, [])


@given(st.text(max_size=30), st.binary(max_size=60))
def test_no_bytes_on_any_topic_raise(topic: str, payload: bytes) -> None:
    known = Introductions()
    for one in (topic, BRIDGE, "homeassistant/sensor/x/config"):
        known.hear(one, payload)
        known.read(one, payload, [])
