"""Which device hangs on which serial port or is called over Bluetooth, and what does not fit.

It works on the devices as found sound; opening anything is the sources' business.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from gateway.config.faults import Source
from gateway.language import Phrase
from gateway.sources.serial_line import PortSettings
from gateway.wire.decoder import Fitted
from gateway.wire.profile import Ask, Fixed, Transport
from gateway.wire.serial_spec import Poll, SerialSpec
from gateway.wire.slots import Slot
from gateway.wire.tokens import Path

_MAC = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){5}", re.ASCII | re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)


class Call(Struct, frozen=True):
    """What to do with one Bluetooth device; without characteristics it is not connected."""

    characteristics: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    patience: timedelta = timedelta(0)  # for so long a connected device may well be silent


def check_wiring(ports: Mapping[str, str], fitted: Sequence[Fitted], source: Source) -> None:
    """Report devices that no port brings, ports at odds with themselves, impossible addresses."""
    specs: dict[str, SerialSpec | None] = {}
    called: dict[tuple[str, str], str] = {}
    for one in fitted:
        if one.profile.source is Transport.BLE:
            _check_mac(one, called, source)
        elif one.profile.source is Transport.SERIAL:
            _check_port(one, ports, specs, source)
            _check_who(one, source)
    for port in ports.keys() - specs.keys():
        values = {"port": port}
        source.warn("serial", Phrase("fault.idle_port", values), Phrase("mend.idle_port"))
    paths: dict[str, str] = {}
    for port, path in ports.items():
        if (first := paths.setdefault(path, port)) != port:
            values = {"port": port, "first": first, "path": path}
            wrong = Phrase("fault.port_twice", values)
            source.fault("serial", wrong, Phrase("mend.port_twice", values))


def _check_mac(one: Fitted, called: dict[tuple[str, str], str], source: Source) -> None:
    if not _MAC.fullmatch(one.address):
        values = {"device": _name(one), "address": one.address}
        source.fault("", Phrase("fault.not_mac", values), Phrase("mend.not_mac"))
    # The same in the same letters is found where the files are read.
    first = called.setdefault((one.profile.id, one.address.upper()), one.address)
    if first != one.address:
        values = {"device": _name(one), "address": one.address}
        source.fault("", Phrase("fault.mac_twice", values), Phrase("mend.duplicate"))


def _check_port(
    one: Fitted,
    ports: Mapping[str, str],
    specs: dict[str, SerialSpec | None],
    source: Source,
) -> None:
    values = {"device": _name(one), "port": one.port}
    setting = _setting(one.profile.serial)
    if one.port not in ports:
        source.fault("serial", Phrase("fault.no_port", values), Phrase("mend.no_port", values))
    elif specs.setdefault(one.port, setting) != setting:
        source.fault("serial", Phrase("fault.port_shared", values), Phrase("mend.port_shared"))


def _setting(spec: SerialSpec | None) -> SerialSpec | None:
    """Leave out what to ask: on one port that is each device's own."""
    return None if spec is None else replace(spec, poll=None)


def _check_who(one: Fitted, source: Source) -> None:
    """Report a device that none of the messages on its port could be of."""
    _, *who = one.address.split("/")
    if any(_fits(message.who, who) for message in one.profile.messages):
        return
    names = max((message.who for message in one.profile.messages), key=len, default=())
    values = {"device": _name(one), "port": one.port, "address": one.address}
    if len(who) < len(names):
        source.fault("", Phrase("fault.no_who", values), Phrase("mend.no_who", values))
        return
    lower = one.address.lower()
    fits = any(_fits(m.who, lower.split("/")[1:]) for m in one.profile.messages)
    like = lower if fits else "/".join([one.port, *map(_example, names)])
    mend = Phrase("mend.bad_who", {"like": like})
    source.fault("", Phrase("fault.bad_who", values), mend)


def _fits(names: Sequence[Path | Slot | Fixed], who: Sequence[str]) -> bool:
    return len(names) == len(who) and all(map(_may_be, names, who))


def _may_be(name: Path | Slot | Fixed, word: str) -> bool:
    """Say whether a part of an address could ever be what stands at this place of a message."""
    match name:
        case Fixed():
            return word == name.text
        case Slot():
            is_whole = bool(name.mask) or len(word) == 2 * name.width
            return is_whole and _HEX.fullmatch(word) is not None
        case _:
            return bool(word)


def _example(name: Path | Slot | Fixed) -> str:
    if isinstance(name, Fixed):
        return name.text
    return "01" * name.width if isinstance(name, Slot) else "aa66"


def _name(one: Fitted) -> str:
    return f"{one.household}/{one.device.id}"


def ports_of(ports: Mapping[str, str], fitted: Iterable[Fitted]) -> tuple[PortSettings, ...]:
    """Give each port with how it is set and whom to ask on it; one without devices stays shut."""
    by_port: dict[str, list[Fitted]] = {}
    for one in fitted:
        if one.profile.source is Transport.SERIAL:
            by_port.setdefault(one.port, []).append(one)
    found = []
    for port, devices in by_port.items():
        spec = devices[0].profile.serial
        if spec is not None and port in ports:
            found.append(PortSettings(port, ports[port], spec, _polls(devices)))
    return tuple(found)


def _polls(devices: Iterable[Fitted]) -> tuple[tuple[str, Poll], ...]:
    """Give what to ask whom; what several devices of a module are asked, once and often enough."""
    asked: dict[bytes, tuple[str, Poll]] = {}
    for one in devices:
        poll = one.profile.serial.poll if one.profile.serial is not None else None
        if poll is not None:
            before = asked.setdefault(poll.frame(one.slave), (one.slave, poll))
            if poll.every < before[1].every:
                asked[poll.frame(one.slave)] = (one.slave, poll)
    return tuple(asked.values())


def called(fitted: Iterable[Fitted]) -> dict[str, Call]:
    """Give the address of each Bluetooth device, with what to hear of it and what to ask it."""
    found: dict[str, Call] = {}
    for one in fitted:
        if one.profile.source is Transport.BLE:
            before = found.get(one.address.upper(), Call())
            found[one.address.upper()] = Call(
                (*before.characteristics, *one.profile.characteristics),
                _united((*before.asks, *one.profile.asks)),
                max(before.patience, one.device.silent_after / 2),
            )
    return found


def _united(asks: Iterable[Ask]) -> tuple[Ask, ...]:
    """Leave out what another profile of the same device asks already, at least as often."""
    found: dict[tuple[str, bytes, bool], Ask] = {}
    for ask in asks:
        key = (ask.characteristic, ask.send, ask.every is None)
        same = found.setdefault(key, ask)
        if same.every is not None and ask.every is not None and ask.every < same.every:
            found[key] = replace(same, every=ask.every)
    return tuple(found.values())
