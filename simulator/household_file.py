"""Writes the configuration of a gateway that watches a simulated home: its household, and around it
a broker, serial ports and phones that are receivers on this machine.

Starting anything is others' business.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from simulator.fitting import Fitting
from simulator.home import Plan, Sensor

MISSED_AFTER = 5  # reports
PHONES = ("phone-daughter", "phone-neighbour", "phone-duty")

_CONTACTS = {
    "en": (("Fang Wang", "daughter"), ("Uncle Li", "neighbour"), ("Community duty desk", "duty")),
    "zh": (("王芳", "女儿"), ("李叔", "邻居"), ("社区值班室", "值班")),
}
RESIDENT = {"en": "Mrs Wang", "zh": "王奶奶"}
LADDER = """
[escalation]
repeat_every = "1h"
lease = "1h"

[[escalation.step]]
after = "0s"
tell = ["daughter"]

[[escalation.step]]
after = "10m"
tell = ["neighbour"]

[[escalation.step]]
after = "20m"
tell = ["duty"]
"""


def people(language: str, phones: tuple[str, ...] = PHONES) -> str:
    """Give a daughter, a neighbour and a duty desk, each told by a phone, and their ladder."""
    ids = ("daughter", "neighbour", "duty")
    tables = []
    for number, (name, role) in enumerate(_CONTACTS[language]):
        phone = phones[min(number, len(phones) - 1)]
        lines = [("id", ids[number]), ("name", name), ("role", role), ("channels", [phone])]
        tables.append(_table("[[contact]]", dict(lines)))
    return "\n".join(tables) + LADDER


def household(
    plan: Plan,
    language: str = "zh",
    *,
    home_id: str = "",
    resident: str = "",
    is_drill: bool = True,
    contacts: str = "",
    more: str = "",
) -> str:
    """Give the TOML of a household that hears the sensors of a home.

    `contacts` is the TOML of its contacts and their ladder, by default `people`; `more` is put
    behind it, an [inactivity] table for example. Keys lie in files as `write` lays them.
    """
    head = {
        "id": home_id or plan.id,
        "name": plan.names.told(language),
        "time_zone": plan.zone_name,
        "language": language,
        "drill": is_drill,
    }
    tables = [
        _table("[household]", head),
        _table("[resident]", {"name": resident or RESIDENT[language]}),
        *(
            _table("[[room]]", {"id": room.id, "name": room.names.told(language)})
            for room in plan.rooms
        ),
        *(_device(sensor, language, home_id or plan.id) for sensor in plan.sensors),
        contacts or people(language),
        more,
    ]
    return "\n".join(tables)


def gateway(
    directory: Path, broker: tuple[int, str], receiver_port: int, ports: Mapping[str, Path]
) -> str:
    """Give the TOML of the gateway: the broker's port and MQTT version, the serial ports by id."""
    port, version = broker
    tables = [
        _table("[store]", {"directory": str(directory / "store")}),
        _table(
            "[mqtt]",
            {"host": "127.0.0.1", "port": port, "version": version, "client_id": "shouhu-drill"},
        ),
        *(_table("[[serial]]", {"id": name, "port": str(at)}) for name, at in ports.items()),
        *(
            _table(
                "[[channel]]",
                {"id": p, "type": "apprise", "url": f"json://127.0.0.1:{receiver_port}/{p}"},
            )
            for p in PHONES
        ),
    ]
    return "\n".join(tables)


def write(plan: Plan, directory: Path, text: str, *, home_id: str = "") -> Path:
    """Write a household into a configuration directory, the keys of its sensors beside it."""
    name = home_id or plan.id
    folder = directory / "households"
    folder.mkdir(parents=True, exist_ok=True)
    for sensor in (sensor for sensor in plan.sensors if sensor.bindkey):
        key = directory / _key_file(sensor, name)
        key.parent.mkdir(exist_ok=True)
        key.touch(0o600)
        key.write_text(f"{sensor.bindkey}\n")
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _device(sensor: Sensor, language: str, home_id: str) -> str:
    values: dict[str, object] = {
        "id": sensor.id,
        "room": sensor.room,
        "name": sensor.names.told(language),
        "profile": sensor.profile.id,
        "address": sensor.address,
    }
    if sensor.outer_door:
        values["outer_door"] = True
    patience = int(sensor.traits.reports * MISSED_AFTER)
    is_slow = patience > sensor.profile.silent_after.total_seconds()
    if is_slow and sensor.fitting is Fitting.RADAR:
        # A radar that sends ten times a second in life speaks once a minute here.
        values["silent_after"] = f"{patience}s"
    if sensor.bindkey:
        values["bindkey_file"] = _key_file(sensor, home_id)
    return _table("[[device]]", values)


def _key_file(sensor: Sensor, home_id: str) -> str:
    return f"secrets/{home_id}-{sensor.id}"


def _table(head: str, values: Mapping[str, object]) -> str:
    # What JSON writes of texts, numbers, truths and lists is TOML too.
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())
    return "\n".join([head, *lines, ""])
