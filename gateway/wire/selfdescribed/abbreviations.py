"""The short keys of Home Assistant's MQTT discovery, and how to write a configuration in full.

Only the keys that say what a reading means stand here; what they mean, discovery.py decides.
"""

from collections.abc import Mapping

_LONG: Mapping[str, str] = {
    "atype": "automation_type",
    "avty": "availability",
    "avty_mode": "availability_mode",
    "avty_t": "availability_topic",
    "avty_tpl": "availability_template",
    "cmps": "components",
    "dev": "device",
    "dev_cla": "device_class",
    "e": "encoding",
    "ent_cat": "entity_category",
    "evt_typ": "event_types",
    "exp_aft": "expire_after",
    "o": "origin",
    "obj_id": "object_id",
    "off_dly": "off_delay",
    "ops": "options",
    "p": "platform",
    "pl": "payload",
    "pl_avail": "payload_available",
    "pl_not_avail": "payload_not_available",
    "pl_off": "payload_off",
    "pl_on": "payload_on",
    "stat_t": "state_topic",
    "stype": "subtype",
    "t": "topic",
    "uniq_id": "unique_id",
    "unit_of_meas": "unit_of_measurement",
    "val_tpl": "value_template",
}
_LONG_OF_DEVICE: Mapping[str, str] = {
    "ids": "identifiers",
    "cns": "connections",
    "mf": "manufacturer",
    "mdl": "model",
}
_BASE = "~"

Config = dict[str, object]


def in_full(config: Config) -> Config:
    """Give a configuration with long keys, and its topics without `~`."""
    full = _renamed(config, _LONG)
    base = full.get(_BASE)
    device = full.get("device")
    if isinstance(device, dict):
        full["device"] = _renamed(device, _LONG_OF_DEVICE)
    places = full.get("availability")
    if isinstance(places, dict):
        places = [places]
    if isinstance(places, list):
        full["availability"] = [
            _based(_renamed(place, _LONG), base) for place in places[:20] if isinstance(place, dict)
        ]
    return _based(full, base)


def _renamed(config: Config, names: Mapping[str, str]) -> Config:
    return {names.get(key, key): value for key, value in config.items()}


def _based(config: Config, base: object) -> Config:
    if not isinstance(base, str):
        return config
    return {
        key: _topic(value, base) if key.endswith("topic") else value
        for key, value in config.items()
    }


def _topic(value: object, base: str) -> object:
    if not isinstance(value, str):
        return value
    if value.startswith(_BASE):
        return base + value[1:]
    return value[:-1] + base if value.endswith(_BASE) else value
