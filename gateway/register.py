"""Everything that was heard lately, device by device, set up or not: for whoever stands at the box.

Pure, and bounded whatever is sent. What a stranger's message means gateway/wire/strangers.py says;
when strangers are listened for, looking.py.
"""

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from msgspec.structs import replace

from edge.model import Freshness, Kind, Moment, Packet, Value
from gateway.heard import Before, Heard, Message, Said, signal_of
from gateway.wire.decoder import Decoded, Fitted
from gateway.wire.profile import Transport
from gateway.wire.refusal import Refusal, Refused
from gateway.wire.strangers import Candidate

MOST = 2_000  # strangers; and devices of which the last messages are kept
KEPT = 5  # messages of a device
TOLD = 60  # messages in an answer: those of a whole serial port
OTHERS = 8  # further profiles that fit a stranger
LONGEST_ADDRESS = 512

Role = tuple[str, str]  # household, device
Place = tuple[str, str]  # transport, address of packets
NOTHING = Before()


class _Device:
    """What is remembered of one device."""

    __slots__ = ("address", "count", "fitted", "found", "last", "readings", "said", "transport")

    def __init__(self, transport: str, address: str, fitted: Fitted | None = None) -> None:
        self.transport = transport
        self.address = address
        self.fitted = fitted
        self.found: tuple[Candidate, ...] = ()
        self.readings: dict[Kind, Value] = {}
        self.last: Moment | None = None
        self.count = 0
        self.said: deque[Said] | None = None  # None: too many others have spoken since

    def hear(
        self, seq: int, packet: Packet, values: dict[Kind, Value], refused: tuple[Refused, ...]
    ) -> None:
        self.count += 1
        self.readings.update(values)
        if packet.freshness is Freshness.LIVE:
            self.last = packet.received
        if self.said is None:
            self.said = deque(maxlen=KEPT)
        self.said.append(Said(seq, packet, values, refused))

    def heard(self, now: Moment, known_before: Callable[[str, str], Before]) -> Heard:
        """Tell it; `known_before` is asked what was known of it beyond this start."""
        before = NOTHING
        if self.fitted is not None:
            before = known_before(self.fitted.household, self.fitted.device.id)
        last = before.heard_at if self.last is None else self.last.wall
        age = None if last is None else now.wall - last
        if self.last is not None:
            age = now.since(self.last)
        battery = self.readings.get(Kind.BATTERY, before.battery)
        signal = signal_of(self.said[-1].packet, self.readings) if self.said else None
        heard = Heard(
            transport=self.transport,
            address=self.address,
            readings=dict(self.readings),
            last=last,
            age_s=None if age is None else max(0.0, age.total_seconds()),
            count=self.count,
            battery=None if battery is None else float(battery),
            signal=before.link if signal is None else signal,
            silent_since=before.silent_since,
            troubles=before.troubles,
            tested_at=before.tested_at,
            needs_key=any(
                each.reason is Refusal.NO_KEY for said in self.said or () for each in said.refused
            ),
        )
        return replace(heard, **self._named())

    def _named(self) -> dict[str, object]:
        if self.fitted is not None:
            profile, device = self.fitted.profile, self.fitted.device
            return {
                "known": (self.fitted.household, device.id),
                "title": profile.title,
                "title_zh": profile.title_zh,
                "profile": profile.id,
                "kinds": tuple(sorted(device.kinds)),
            }
        if not self.found:
            return {}
        best, *others = self.found
        return {
            "title": best.title,
            "title_zh": best.title_zh,
            "profile": best.profile,
            "others": tuple(one.profile for one in others),
            "addresses": {o.profile: o.address for o in others if o.address != best.address},
            "kinds": tuple(sorted(best.kinds)),
        }


class Register:
    """Who was heard. Nothing that arrives makes it raise or grow on."""

    def __init__(self, fitted: Iterable[Fitted] = ()) -> None:
        self._devices: dict[Role, _Device] = {}
        self._owners: dict[Place, list[_Device]] = {}
        self._addresses: set[Place] = set()
        self._strangers: OrderedDict[Place, _Device] = OrderedDict()
        self._speakers: OrderedDict[int, _Device] = OrderedDict()  # whose messages are kept
        self._seq = 0
        for one in fitted:
            device = _Device(one.profile.source, one.address, one)
            self._devices[one.household, one.device.id] = device
            self._addresses.add((one.profile.source, one.address))
            for place in _places(one):
                self._owners.setdefault((one.profile.source, place), []).append(device)

    # -- what comes in

    def take(self, packet: Packet, decoded: Decoded) -> bool:
        """Note a packet and what it decoded to; True where no device that is set up sent it."""
        by_device: dict[Role, dict[Kind, Value]] = {}
        for reading in decoded.readings:
            role = reading.household, reading.device
            by_device.setdefault(role, {})[reading.kind] = reading.value
        for role, values in by_device.items():
            if (device := self._devices.get(role)) is not None:
                self._hear(device, packet, values, decoded.refused)
        if by_device or decoded.bridges:
            return False
        if any(each.reason is Refusal.UNKNOWN_DEVICE for each in decoded.refused):
            return True
        for device in self._owners.get(_place_of(packet), ()):
            self._hear(device, packet, {}, decoded.refused)
        return False

    def is_owned(self, packet: Packet) -> bool:
        """Say whether only devices that are set up can have sent this."""
        owners = self._owners.get(_place_of(packet), ())
        return bool(owners) and not any(_shares(device) for device in owners)

    def meet(
        self, packet: Packet, found: Sequence[Candidate] = (), refused: Sequence[Refused] = ()
    ) -> None:
        """Note a stranger's packet and what it could be, the likeliest first."""
        here = packet.source, packet.address[:LONGEST_ADDRESS]
        place = (packet.source, found[0].address[:LONGEST_ADDRESS]) if found else here
        if place in self._addresses:
            return  # one of ours on a topic that nobody need listen to
        if place != here:
            self._forget(here)  # until it was recognised, that was its name
        device = self._strangers.get(place)
        if device is None:
            device = self._strangers[place] = _Device(*place)
            if len(self._strangers) > MOST:
                self._forget(next(iter(self._strangers)))
        self._strangers.move_to_end(place)
        values: dict[Kind, Value] = {}
        if found:
            device.found = tuple(found[: OTHERS + 1])
            values, refused = dict(found[0].values), found[0].refused
        self._hear(device, packet, values, tuple(refused))

    def lacks(self, transport: str, address: str) -> bool:
        """Say whether there is room for a stranger that is not here yet."""
        place = transport, address
        is_here = place in self._addresses or place in self._strangers
        return not is_here and len(self._strangers) < MOST and len(address) <= LONGEST_ADDRESS

    def expect(self, transport: str, found: Candidate) -> None:
        """Note a stranger that has introduced itself and has not spoken yet."""
        device = _Device(transport, found.address)
        device.found = (found,)
        self._strangers[transport, found.address] = device

    def _hear(
        self,
        device: _Device,
        packet: Packet,
        values: dict[Kind, Value],
        refused: tuple[Refused, ...],
    ) -> None:
        self._seq += 1
        device.hear(self._seq, packet, values, refused)
        self._speakers[id(device)] = device
        self._speakers.move_to_end(id(device))
        if len(self._speakers) > MOST:
            _, longest_quiet = self._speakers.popitem(last=False)
            longest_quiet.said = None

    def _forget(self, place: Place) -> None:
        device = self._strangers.pop(place, None)
        if device is not None:
            self._speakers.pop(id(device), None)

    # -- what is asked

    def heard(
        self,
        now: Moment,
        before: Callable[[str, str], Before] = lambda *_: NOTHING,
        first: int = 0,
        most: int | None = None,
        *,
        strangers: bool = True,
    ) -> list[Heard]:
        """Give the devices that are set up, in the order of their files, then the strangers.

        `before` says what is known of a device, by household and id, beyond this start. Of a long
        list `most` are given from the number `first` on.
        """
        every = chain(self._devices.values(), self._strangers.values() if strangers else ())
        end = None if most is None else first + most
        return [device.heard(now, before) for device in islice(every, first, end)]

    def messages(self, address: str, after: int = 0) -> list[Message] | None:
        """Give the last messages of an address after a number; None where nobody has it.

        An address is written as in a household's file or as packets have it; "household/device"
        and a whole serial port are understood too.
        """
        found = {id(device): device for device in self._addressed(address.casefold())}
        if not found:
            return None
        said = [each for device in found.values() for each in device.said or ()]
        said = sorted((each for each in said if each.seq > after), key=lambda each: each.seq)
        return [each.message() for each in said[-TOLD:]]

    def _addressed(self, wanted: str) -> Iterator[_Device]:
        for role, device in self._devices.items():
            if "/".join(role).casefold() == wanted:
                yield device
        for device in (*self._devices.values(), *self._strangers.values()):
            address = device.address.casefold()
            is_below = device.transport == Transport.SERIAL and address.startswith(f"{wanted}/")
            # A device that introduced itself has another name than the topic that it speaks on.
            came = {said.packet.address.casefold() for said in device.said or ()}
            if is_below or wanted == address or wanted in came:
                yield device
        for (_, place), owners in self._owners.items():
            if place.casefold() == wanted:
                yield from owners


def _places(one: Fitted) -> list[str]:
    """Give the addresses that a device's packets can have."""
    match one.profile.source:
        case Transport.MQTT:
            return list(dict.fromkeys(one.topics()))
        case Transport.SERIAL:
            return [one.port]
        case Transport.BLE:
            return [one.address.upper()]


def _place_of(packet: Packet) -> Place:
    is_ble = packet.source == Transport.BLE
    return packet.source, packet.address.partition("/")[0] if is_ble else packet.address


def _shares(device: _Device) -> bool:
    fitted = device.fitted
    return fitted is not None and any(message.who for message in fitted.profile.messages)
