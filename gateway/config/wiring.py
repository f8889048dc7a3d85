"""Which device hangs on which serial port or is called over Bluetooth, and what does not fit.

It works on the devices as found sound; opening anything is the sources' business.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from gateway.config.faults import Source
from gateway.language import Phrase
from gateway.sources.serial_line import PortSettings
from gateway.wire.decoder import Fitted
from gateway.wire.profile import Ask, Transport
from gateway.wire.serial_spec import Poll, SerialSpec

_MAC = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){5}", re.ASCII | re.IGNORECASE)


class Call(Struct, frozen=True):
    """What to do with one Bluetooth device; without characteristics it is not connected."""

    characteristics: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()


def check_wiring(ports: Mapping[str, str], fitted: Sequence[Fitted], source: Source) -> None:
    """Report devices that no port brings, ports at odds with themselves, impossible addresses."""
    specs: dict[str, SerialSpec | None] = {}
    for one in fitted:
        device = f"{one.household}/{one.device.id}"
        if one.profile.source is Transport.BLE and not _MAC.fullmatch(one.address):
            values = {"device": device, "address": one.address}
            source.fault("", Phrase("fault.not_mac", values), Phrase("mend.not_mac"))
        if one.profile.source is not Transport.SERIAL:
            continue
        values = {"device": device, "port": one.port}
        if one.port not in ports:
            source.fault("serial", Phrase("fault.no_port", values), Phrase("mend.no_port", values))
        elif specs.setdefault(one.port, one.profile.serial) != one.profile.serial:
            wrong = Phrase("fault.port_shared", values)
            source.fault("serial", wrong, Phrase("mend.port_shared"))
        if one.is_incomplete:
            source.fault("", Phrase("fault.no_who", values), Phrase("mend.no_who", values))
    for port in ports.keys() - specs.keys():
        values = {"port": port}
        source.warn("serial", Phrase("fault.idle_port", values), Phrase("mend.idle_port"))


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
    asked = {}
    for one in devices:
        poll = one.profile.serial.poll if one.profile.serial is not None else None
        if poll is not None:
            asked[one.slave] = poll
    return tuple(asked.items())


def called(fitted: Iterable[Fitted]) -> dict[str, Call]:
    """Give the address of each Bluetooth device, with what to hear of it and what to ask it."""
    found: dict[str, Call] = {}
    for one in fitted:
        if one.profile.source is Transport.BLE:
            before = found.get(one.address.upper(), Call())
            found[one.address.upper()] = Call(
                (*before.characteristics, *one.profile.characteristics),
                _united((*before.asks, *one.profile.asks)),
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
