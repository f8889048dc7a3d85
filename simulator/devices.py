"""What a device of a profile would send to say given values: the profiles, read backwards.

An example of the profile is changed until the decoder hears the values in it, so that nothing is
given out that the gateway would not understand. Sending it is the drivers' business.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations, islice, product
from typing import NamedTuple

from edge.model import Device, Freshness, Kind, Moment, Packet, Value
from gateway.wire.advertisement import Advertisement, unpack
from gateway.wire.decoder import Decoder, Fitted
from gateway.wire.fields import TESTABLE, Field
from gateway.wire.frame_spec import FrameKind, Framing
from gateway.wire.framing import frame_of
from gateway.wire.guard import Guard, key_of
from gateway.wire.meaning import Meaning
from gateway.wire.places import Characteristic
from gateway.wire.profile import Example, Format, Message, Profile, Transport
from gateway.wire.topics import Template
from gateway.wire.trial import decode_packet, packet_of
from simulator.blank import blank
from simulator.closing import Seal
from simulator.draft import Draft
from simulator.encoding import Undraftable, is_same, raws

_AT = Moment.of(datetime(2026, 1, 1, tzinfo=UTC))
_TRIALS = 60  # ways to change one example
_LINE_END = b"\r\n"


class EncodingError(ValueError):
    """A device of this profile has no way to say this."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a device puts on the air or on a wire.

    `address` and `payload` are those of the packet that arrives: a topic and its text; a port and
    a frame or line, which `end` follows; a Bluetooth address and an advertisement, packed; or one
    with a characteristic, "A4:C1:38:00:00:01/2a37", and its value.
    """

    source: Transport
    address: str
    payload: bytes
    end: bytes = b""

    @property
    def advertisement(self) -> Advertisement | None:
        """Give the advertisement; None where it is something else."""
        is_advertised = self.source is Transport.BLE and "/" not in self.address
        return unpack(self.payload) if is_advertised else None

    def packet(self, at: Moment) -> Packet:
        """Give the packet as it arrives."""
        return Packet(self.source, self.address, self.payload, at, Freshness.LIVE)


class _Base(NamedTuple):
    """An example and the message of the profile that it is read by."""

    message: Message
    example: Example
    said: dict[Kind, Value]


class _Step(NamedTuple):
    field: Field
    raw: object
    tag: int | None


# What to change in an example, one after the other; a kind alone: to say nothing of it.
_Steps = Sequence[_Step | Kind]


def encode(
    profile: Profile,
    values: Mapping[Kind, Value],
    *,
    address: str = "",
    key: bytes = b"",
    counter: int = 1,
    never: Set[Kind] = TESTABLE,
) -> list[Sent]:
    """Give what a device sends to say these values; raise EncodingError where it never would.

    `address` is the one that a household's file has for it; without one it is an example's. A
    message may say more, as the example does, but not that one of `never` holds, by default an
    alarm, which was not asked for. With a `key` it is encrypted; `counter` numbers the first
    message and must rise from call to call.
    """
    encoder = _Encoder(profile, dict(values), address, key, never)
    rest, sent = dict(values), list[Sent]()
    while rest:
        first = dict(islice(rest.items(), 1))
        one, said = encoder.message(rest, counter) or encoder.message(first, counter) or (None, {})
        if one is None:
            told = ", ".join(f"{kind} = {value}" for kind, value in first.items())
            raise EncodingError(f"{profile.id} has no way to say {told}")
        sent.append(one)
        rest = {kind: value for kind, value in rest.items() if kind not in said}
        counter += 1
    return sent


class _Encoder:
    """Looks for messages of one device that say no more than it is asked for."""

    def __init__(
        self,
        profile: Profile,
        values: dict[Kind, Value],
        address: str,
        key: bytes,
        never: Set[Kind],
    ) -> None:
        self._never = never
        self._profile = profile
        self._values = values
        self._address = address
        self._key = key
        examples = [*profile.examples, *(blank(profile, message) for message in profile.messages)]
        self._bases = [base for example in examples for base in self._read_by(example)]

    def message(self, wanted: dict[Kind, Value], counter: int) -> tuple[Sent, set[Kind]] | None:
        """Give one message that says all of these, and which kinds it speaks of."""
        for base in sorted(self._bases, key=lambda base: self._distance(base, wanted)):
            for steps in islice(self._ways(base, wanted), _TRIALS):
                sent = self._sent(base, steps, counter)
                said = self._heard(sent) if sent is not None else {}
                if sent is not None and self._is_right(said, wanted):
                    return sent, set(said)
        return None

    def _read_by(self, example: Example) -> Iterator[_Base]:
        """Give the messages that read an example; then those it could be changed into."""
        guard = _guard_of(example)
        others = []
        for message in self._profile.messages:
            packet = packet_of(self._profile, example, _AT)
            if not _is_placed(message, packet):
                continue
            said = Meaning(message, guard).of(packet, [])
            if said is not None:
                yield _Base(message, example, said.values)
            else:
                others.append(_Base(message, example, {}))
        yield from others

    def _ways(self, base: _Base, wanted: dict[Kind, Value]) -> Iterator[_Steps]:
        """Give ways to change an example so that it may say what is wanted."""
        ways: list[list[_Steps]] = [
            list(_alternatives(base.message, kind, value))
            for kind, value in wanted.items()
            if kind not in base.said or not is_same(base.said[kind], value)
        ]
        for kind in _true(base.said, self._never) - wanted.keys():
            ways.insert(0, [*_alternatives(base.message, kind, False), [kind]])
        for chosen in product(*ways):
            yield [step for steps in chosen for step in steps]

    def _sent(self, base: _Base, steps: _Steps, counter: int) -> Sent | None:
        message, example = base.message, base.example
        packet = packet_of(self._profile, example, _AT)
        place, names = self._place(message, packet)
        if place is None:
            return None
        try:
            draft = Draft(message, packet, _guard_of(example), self._framing)
            payload = _changed(draft, steps, names).payload(
                Seal(place.partition("/")[0], self._key, counter)
            )
        except Undraftable:
            # As it is it may still say what is wanted.
            is_own = not steps and place == packet.address and not names
            payload = packet.payload if is_own else b""
        if not payload or (self._framing and frame_of(self._framing, payload) != payload):
            return None
        end = _LINE_END if message.format is Format.LINE else b""
        return Sent(self._profile.source, place, payload, end)

    def _place(self, message: Message, packet: Packet) -> tuple[str | None, list[str]]:
        """Give the address of the packet, and which of the devices there it is."""
        if not self._address:
            return packet.address, []
        hole, names = self._address, list[str]()
        if message.who:
            hole, *names = self._address.rsplit("/", len(message.who))
            if len(names) != len(message.who):
                return None, []
        if isinstance(message.place, Template):
            return next(iter(message.place.topics(hole)), None), names
        if isinstance(message.place, Characteristic):
            return f"{hole.upper()}/{message.place.uuid}", names
        return hole.upper() if self._profile.source is Transport.BLE else hole, names

    def _distance(self, base: _Base, wanted: dict[Kind, Value]) -> tuple[bool, bool, int, int]:
        """Say how far an example is from what is wanted: alarms in it, wrong and missing values."""
        has_other = bool(_true(base.said, self._never) - wanted.keys())
        missing = sum(kind not in base.said for kind in wanted)
        wrong = sum(base.said[kind] != wanted[kind] for kind in base.said.keys() & wanted)
        return not base.said, has_other, missing, wrong

    @property
    def _framing(self) -> Framing | None:
        serial = self._profile.serial
        is_frame = serial is not None and serial.framing.kind is FrameKind.FRAME
        return serial.framing if serial is not None and is_frame else None

    def _heard(self, sent: Sent) -> dict[Kind, Value]:
        """Give what the gateway hears in a message."""
        packet = sent.packet(_AT)
        guard = Guard({sent.address.partition("/")[0]: self._key} if self._key else {})
        if not self._address:
            decoded = decode_packet(self._profile, packet, guard)
        else:
            device = Device("device", "room", "", self._profile.kinds, sent.source)
            fitted = Fitted("home", False, device, self._profile, self._address)
            decoded = Decoder([fitted], guard).decode(packet)
        return {reading.kind: reading.value for reading in decoded.readings}

    def _is_right(self, said: dict[Kind, Value], wanted: dict[Kind, Value]) -> bool:
        is_all = all(kind in said and is_same(said[kind], wanted[kind]) for kind in wanted)
        is_true = all(
            is_same(said[kind], self._values[kind]) for kind in said.keys() & self._values
        )
        return is_all and is_true and _true(said, self._never) <= self._values.keys()


def _changed(draft: Draft, steps: _Steps, names: list[str]) -> Draft:
    draft.mean()
    for step in steps:
        if isinstance(step, _Step):
            draft.make(step.field, step.raw, step.tag)
        else:
            draft.leave_out(step)
    if names:
        draft.name(names)
    return draft


def _guard_of(example: Example) -> Guard:
    has_key = bool(example.bindkey)
    return Guard({example.address.upper(): key_of(example.bindkey)} if has_key else {})


def _true(said: Mapping[Kind, Value], never: Set[Kind]) -> set[Kind]:
    return {kind for kind, value in said.items() if kind in never and value is True}


def _alternatives(message: Message, kind: Kind, value: Value) -> Iterator[_Steps]:
    """Give ways to let a message say a value: by one field of the kind, by more, or as it is."""
    fields = [field for field in message.fields + message.alone if field.kind is kind]
    ways = [
        [_Step(field, raw, tag) for raw in raws(field, value) for tag in _tags(field)]
        for field in fields
    ]
    yield from ([step] for steps in ways for step in steps)
    # A yes outweighs a no: to say no, all must.
    firsts = [steps[0] for steps in ways if steps]
    for count in range(len(firsts), 1, -1):
        yield from (list(steps) for steps in combinations(firsts, count))
    yield []


def _tags(field: Field) -> list[int | None]:
    return [*sorted(field.tags)] or [None]


def _is_placed(message: Message, packet: Packet) -> bool:
    """Say whether a packet comes from where a message arrives."""
    place = message.place
    if isinstance(place, Template):
        return place.address_in(packet.address) is not None
    if isinstance(place, Characteristic):
        return packet.address.endswith(f"/{place.uuid}")
    return packet.source is not Transport.BLE or "/" not in packet.address
