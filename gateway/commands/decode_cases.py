"""`shouhu decode --jsonl`: what messages mean of which nobody has said who sends them.

It translates cases from lines of JSON and back; recognising is gateway/wire/strangers.py's.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from edge.model import Freshness, Kind, Moment, Packet, Value
from gateway.wire.advertisement import Advertisement, pack, short_uuid
from gateway.wire.framing import FrameKind, Framer, Framing
from gateway.wire.guard import Guard, key_of
from gateway.wire.profile import Profile, Transport
from gateway.wire.refusal import Refusal, Refused, refused
from gateway.wire.strangers import Strangers

Said = tuple[dict[Kind, Value], list[Refused]]
NOTHING: Said = ({}, [])
_NO_CASE = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError)


class CaseError(ValueError):
    """A line that is no case, with what is wrong."""


def answers(lines: Iterable[str], profiles: Iterable[Profile]) -> Iterator[str]:
    """Give a line of JSON for each line that is a case; each case begins knowing nothing."""
    known = tuple(profiles)
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(line, known), ensure_ascii=False)


def _answer(line: str, profiles: tuple[Profile, ...]) -> dict[str, object]:
    name: object = None
    try:
        case = json.loads(line)
        name = case["case"]
        values, notes = _said(case["messages"], profiles)
    except _NO_CASE as error:
        return {"case": name, "readings": [], "refused": f"not a case: {type(error).__name__}"}
    readings = [{"kind": kind.value, "value": value} for kind, value in values.items()]
    reasons = "; ".join(f"{each.reason.value}: {each.detail}" for each in notes)
    return {"case": name, "readings": readings, "refused": reasons or None}


def _said(messages: list[dict[str, object]], profiles: tuple[Profile, ...]) -> Said:
    """Give what the last message says, after those before it."""
    keys = {
        _address(each): key_of(str(each["bindkey"])) for each in messages if each.get("bindkey")
    }
    strangers = Strangers(profiles, Guard(keys))
    at = Moment.of(datetime.now(UTC))
    said = NOTHING
    for message in messages:
        said = _read(strangers, profiles, message, at)
    return said


def _read(
    strangers: Strangers, profiles: tuple[Profile, ...], message: dict[str, object], at: Moment
) -> Said:
    transport = Transport(str(message["transport"]))
    model, eep = str(message.get("model") or ""), str(message.get("eep") or "")
    if transport is Transport.MQTT:
        freshness = Freshness.RETAINED if message.get("retained") is True else Freshness.LIVE
        payload = str(message["payload"]).encode(errors="surrogateescape")
        packet = Packet(transport, str(message["topic"]), payload, at, freshness)
        return strangers.read(packet, model, eep)
    if transport is Transport.BLE:
        return strangers.read(_heard(message, at), model, eep)
    framing = _framing(profiles, model)
    if framing is None:
        return {}, [refused(Refusal.UNKNOWN_DEVICE, model)]
    frames = _frames(framing, str(message["payload"]))
    values: dict[Kind, Value] = {}
    notes = [] if frames else [refused(Refusal.DAMAGED, model)]
    for frame in frames:
        said = strangers.read(Packet(Transport.SERIAL, "port", frame, at), model, eep)
        values |= said[0]
        notes += said[1]
    return values, notes


def _framing(profiles: tuple[Profile, ...], model: str) -> Framing | None:
    for profile in profiles:
        if profile.serial is not None and model in profile.models:
            return profile.serial.framing
    return None


def _frames(framing: Framing, payload: str) -> list[bytes]:
    """Give the frames that a port set so would cut out."""
    framer = Framer(framing)
    if framing.kind is FrameKind.LINE:
        return framer.feed(payload.encode() + b"\r\n")
    return framer.feed(bytes.fromhex(payload)) + framer.flush()


def _heard(message: dict[str, object], at: Moment) -> Packet:
    address = _address(message)
    if message.get("characteristic"):
        where = f"{address}/{short_uuid(str(message['characteristic']))}"
        return Packet(Transport.BLE, where, bytes.fromhex(str(message["payload"])), at)
    adv = message["adv"]
    if not isinstance(adv, dict):
        raise CaseError("adv is no object")
    heard = Advertisement(
        name=str(adv.get("name") or ""),
        manufacturer={
            int(key): bytes.fromhex(data)
            for key, data in (adv.get("manufacturer_data") or {}).items()
        },
        services={
            short_uuid(key): bytes.fromhex(data)
            for key, data in (adv.get("service_data") or {}).items()
        },
        uuids=tuple(short_uuid(uuid) for uuid in adv.get("service_uuids") or ()),
    )
    return Packet(Transport.BLE, address, pack(heard), at)


def _address(message: dict[str, object]) -> str:
    return str(message.get("address") or "").upper()
