"""Fuzz, led by coverage, all that turns bytes from outside into readings: framing and decoding.

    pip install atheris
    python -m bench.fuzz [minutes]

Every example of every profile is a seed. A run ends at the first exception, at a promise that is
broken (a stream cut otherwise when it is read otherwise, more kept than the longest frame), when
an input takes 10 s, or at 1 GB of memory; the input is then left in crash-*, timeout-* or oom-*.
"""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["gateway.wire", "edge.model"]):
    from edge.model import Moment, Packet
    from gateway.catalogue import load_catalogue
    from gateway.wire.advertisement import Advertisement, pack
    from gateway.wire.framing import Framer, Framing, frame_of
    from gateway.wire.guard import Guard, key_of
    from gateway.wire.profile import Example, Profile, Transport
    from gateway.wire.strangers import Strangers
    from gateway.wire.trial import ADDRESS, PORT, decode_packet, packet_of

MINUTES = 10.0
NOON = Moment.of(datetime(2026, 3, 1, 12, tzinfo=UTC))
CATALOGUE = load_catalogue()
TARGETS = [(profile, example) for profile in CATALOGUE.values() for example in profile.examples]


def one(data: bytes) -> None:
    """Do all with one input: two bytes choose the example whose payload the rest replaces."""
    profile, example = TARGETS[int.from_bytes(data[:2], "big") % len(TARGETS)]
    body, packets = data[2:], []
    if profile.serial is not None:
        frames = cut(profile.serial.framing, body)
        packets = [Packet(profile.source, PORT, frame, NOON) for frame in frames]
    key = {ADDRESS: key_of(example.bindkey)} if example.bindkey else {}
    for packet in [*packets, replaced(profile, example, body)]:
        decode_packet(profile, packet, Guard(key))
        Strangers([profile]).read(packet, *profile.models[:1])


def cut(framing: Framing, stream: bytes) -> list[bytes]:
    """Cut a stream in one, and byte by byte; give the frames."""
    whole, single = Framer(framing), Framer(framing)
    frames = whole.feed(stream)
    pieces = [frame for at in range(len(stream)) for frame in single.feed(stream[at : at + 1])]
    assert pieces == frames, "the frames depend on how the stream is read"
    assert (whole.damaged, whole.lost_bytes) == (single.damaged, single.lost_bytes)
    frames += whole.flush()
    assert all(frame_of(framing, frame) == frame for frame in frames), "no frame by itself"
    given = sum(map(len, frames)) + whole.lost_bytes
    assert len(stream) - given <= framing.longest or not whole.has_begun, "too much is kept"
    return frames


def replaced(profile: Profile, example: Example, body: bytes) -> Packet:
    """Give the packet of an example with another payload."""
    packet = packet_of(profile, example, NOON)
    address, payload = packet.address, body
    if profile.source is Transport.BLE and not example.characteristic:
        services, companies = dict(example.services), dict(example.manufacturer)
        for elements in (services, companies):
            if elements:
                elements[next(iter(elements))] = body  # type: ignore[index]
                break
        payload = pack(Advertisement(example.name, companies, services, example.uuids))
    return Packet(packet.source, address, payload, NOON, packet.freshness)


def seeds(directory: Path) -> None:
    """Write every example as an input."""
    for number, (profile, example) in enumerate(TARGETS):
        elements = [*example.services.values(), *example.manufacturer.values()]
        is_advertised = profile.source is Transport.BLE and not example.characteristic
        body = elements[0] if is_advertised and elements else b""
        if not is_advertised:
            body = packet_of(profile, example, NOON).payload
        (directory / f"seed-{number}").write_bytes(number.to_bytes(2, "big") + body)


def main(arguments: list[str]) -> None:
    """Run for so many minutes; the last lines say how many inputs and how much was covered."""
    minutes = float(arguments[0]) if arguments else MINUTES
    with tempfile.TemporaryDirectory() as directory:
        seeds(Path(directory))
        print(f"{len(CATALOGUE)} profiles, {len(TARGETS)} examples as seeds", flush=True)
        options = ["-max_len=1024", "-timeout=10", "-rss_limit_mb=1024", "-print_final_stats=1"]
        limit = f"-max_total_time={int(minutes * 60)}"
        fuzzer: Any = atheris
        fuzzer.Setup([sys.argv[0], limit, *options, directory], one)
        fuzzer.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
