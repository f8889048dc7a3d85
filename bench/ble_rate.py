"""CPU an advertisement through bleak and the source, beside a bare bleak callback in the same run.

Fifty devices whose content is always new, so that each advertisement becomes a packet; through a
D-Bus daemon of its own, so what bluetoothd and the radio need is not in it.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE

from bench.ble_ear import ADDRESSES
from bench.machine import machine, quantile
from gateway.wire.advertisement import Advertisement
from simulator.drivers.bluez import Bluez, PrivateBus

COUNT = 20_000
ROUNDS = 3
AT_ONCE = 50  # advertisements, then the bus may take breath


async def cost(what: str) -> float:
    """Give the CPU in microseconds that one listener needs for an advertisement."""
    with PrivateBus() as bus:
        air = Bluez(bus.address)
        await air.start()
        ear = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.ble_ear", what, str(COUNT)),
            stdout=PIPE,
            stderr=PIPE,
            env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus.address},
        )
        said = asyncio.create_task(ear.communicate())
        while not air.is_scanned and not said.done():
            await asyncio.wait({said}, timeout=0.01)
        await advertise(air)
        out, errors = await said
        air.stop()
    if ear.returncode:
        raise SystemExit(errors.decode())
    return float(out.splitlines()[-1])


async def advertise(air: Bluez) -> None:
    """Send the advertisements as fast as the bus takes them."""
    for number in range(COUNT):
        data = bytes.fromhex("40002d0101") + number.to_bytes(4, "big")
        address = ADDRESSES[number % len(ADDRESSES)]
        air.advertise(address, Advertisement("ATC", services={"fcd2": data}, rssi=-60))
        if number % AT_ONCE == 0:
            await air.settle()


async def main() -> None:
    """Print the table: product and bare callback take turns."""
    print(machine())
    turns = [(await cost("source"), await cost("bare")) for _ in range(ROUNDS)]
    ours, bare = (quantile(list(each), 0.5) for each in zip(*turns, strict=True))
    print(f"{'':24}{'shouhu':>10}{'bare bleak':>12}{'ratio':>8}")
    print(f"{'us an advertisement':24}{ours:10.0f}{bare:12.0f}{ours / bare:8.2f}")
    print(f"{'advertisements/s a core':24}{1e6 / ours:10.0f}{1e6 / bare:12.0f}{bare / ours:8.2f}")


if __name__ == "__main__":
    asyncio.run(main())
