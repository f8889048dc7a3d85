"""CPU a message of each format through the decoder, beside the bare json.loads in the same run.

The messages are the profiles' own examples; a sealed one is opened anew each time, its counter
rising. The bare loop reads the first message with the standard library's json and takes one value.
"""

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from bench.machine import machine, quantile
from edge.model import Moment, Packet
from gateway.catalogue import load_catalogue
from gateway.wire.advertisement import Advertisement, pack
from gateway.wire.bthome import seal_v2
from gateway.wire.decoder import Decoder
from gateway.wire.guard import Guard
from gateway.wire.trial import fitted_for, packet_of

NOW = Moment.of(datetime(2026, 3, 1, 12, tzinfo=UTC))
COUNT, ROUNDS = 5_000, 5
FORMATS = {
    "JSON (zigbee2mqtt)": "zigbee2mqtt_motion",
    "JSON, several devices (rtl_433)": "rtl433_contact",
    "line (RFLink)": "rflink_motion",
    "frame (LD2410)": "ld2410",
    "frame, many devices (EnOcean)": "enocean_motion",
    "GATT (heart rate)": "gatt_heart_rate",
    "walk (BTHome, plain)": "bthome",
}
SEALED = "walk (BTHome, sealed)"
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
ADDRESS = "54:48:E6:8F:80:A5"


def sealed() -> list[Packet]:
    """Give as many encrypted messages, each with the next counter."""
    messages = []
    for counter in range(1, COUNT * ROUNDS + 1):
        payload = seal_v2(bytes.fromhex("0155 2101"), ADDRESS, KEY, counter)
        said = pack(Advertisement(services={"fcd2": payload}))
        messages.append(Packet("ble", ADDRESS, said, NOW))
    return messages


def cost(work: Callable[[Packet], object], packets: Sequence[Packet]) -> float:
    """Give the microseconds a message."""
    before = time.process_time()
    for packet in packets:
        work(packet)
    return (time.process_time() - before) / len(packets) * 1e6


def bare(packet: Packet) -> object:
    """Read JSON and take one value."""
    return json.loads(packet.payload).get("occupancy")


def main() -> None:
    """Print the table."""
    catalogue = load_catalogue()
    work: dict[str, tuple[Callable[[Packet], object], list[Packet]]] = {}
    for name, profile_id in FORMATS.items():
        profile = catalogue[profile_id]
        packet = packet_of(profile, profile.examples[0], NOW)
        decoder = Decoder([fitted_for(profile, packet)])
        work[name] = (decoder.decode, [packet] * COUNT * ROUNDS)
    first = work["JSON (zigbee2mqtt)"][1]
    guarded = Decoder([fitted_for(catalogue["bthome"], sealed()[0])], Guard({ADDRESS: KEY}))
    work[SEALED] = (guarded.decode, sealed())
    took: dict[str, list[float]] = {name: [] for name in ("bare json.loads", *work)}
    for turn in range(ROUNDS):
        part = slice(turn * COUNT, (turn + 1) * COUNT)
        took["bare json.loads"].append(cost(bare, first[part]))
        for name, (decode, packets) in work.items():
            took[name].append(cost(decode, packets[part]))
    print(machine())
    print(f"{'':34}{'us a message':>14}{'ratio':>8}")
    unit = quantile(took["bare json.loads"], 0.5)
    for name, values in took.items():
        print(f"{name:34}{quantile(values, 0.5):14.2f}{quantile(values, 0.5) / unit:8.2f}")


if __name__ == "__main__":
    main()
