"""Made-up introductions, and what is said after them."""

import json

from hypothesis import strategies as st

from edge.model import Kind, Value
from gateway.wire.refusal import Refused
from gateway.wire.selfdescribed import Introductions

BRIDGE = "zigbee2mqtt/bridge/devices"

_LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
# Any document, and NaN, which is none.
JSON = st.recursive(
    _LEAF,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)


def expose(name: str, of: str = "binary", **more: object) -> dict[str, object]:
    common = {"name": name, "property": name, "type": of, "access": 1}
    if of == "binary":
        common |= {"value_on": True, "value_off": False}
    return common | more


def device(name: str, *exposes: dict[str, object], **more: object) -> dict[str, object]:
    definition = {"model": "M", "vendor": "V", "exposes": list(exposes)}
    return {"friendly_name": name, "type": "EndDevice", "definition": definition} | more


def introduced(*devices: dict[str, object], base: str = "zigbee2mqtt") -> Introductions:
    known = Introductions()
    assert known.hear(f"{base}/bridge/devices", json.dumps(devices).encode())
    return known


def said(
    known: Introductions, topic: str, payload: object, notes: list[Refused] | None = None
) -> dict[Kind, Value] | None:
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return known.read(topic, text.encode(), [] if notes is None else notes)


def announced(component: str, **config: object) -> Introductions:
    known = Introductions()
    assert known.hear(f"homeassistant/{component}/x/y/config", json.dumps(config).encode())
    return known
