"""CPU a message through journal and detectors, beside the bare paho loop in the same run.

Fifty motion sensors, QoS 1, each message acknowledged only after a synced commit, on both sides.
"""

import tempfile
import time
from pathlib import Path

from bench.machine import cpu_seconds, machine, quantile
from bench.stage import DEVICES, Publisher, bare, broker, gateway
from tests.broker import Broker
from tests.receiver import Receiver

BURST = 20_000
PACED = (200.0, 2_000)
ROUNDS = 3


def idle(pid: int) -> float:
    """Wait until a process has nothing to do; give what it has computed so far."""
    before = cpu_seconds(pid)
    while True:
        time.sleep(1.0)
        now = cpu_seconds(pid)
        if now - before < 0.03:
            return now
        before = now


def cost(here: Broker, pid: int, count: int, rate: float) -> tuple[float, float]:
    """Give the CPU in microseconds a message, and the messages a second."""
    publisher = Publisher(here)
    before, began = idle(pid), time.monotonic()
    publisher.motion(count, rate)
    published = time.monotonic() - began
    used = idle(pid) - before
    publisher.close()
    return used / count * 1e6, count / published


def measured(count: int, rate: float) -> tuple[list[float], list[float]]:
    """Let product and bare loop take turns."""
    product, floor = [], []
    for _ in range(ROUNDS):
        with broker() as here, Receiver() as receiver:
            push = f"json://127.0.0.1:{receiver.port}/told"
            with gateway(here, push, DEVICES) as box:
                product.append(cost(here, box.pid, count, rate)[0])
        with tempfile.TemporaryDirectory() as directory:
            database = str(Path(directory) / "bare.db")
            with broker() as here, bare("ingest", here, database) as pid:
                floor.append(cost(here, pid, count, rate)[0])
    return product, floor


def main() -> None:
    """Print the table."""
    print(machine())
    print(f"{'us of CPU a message':24}{'shouhu':>10}{'bare':>10}{'ratio':>8}")
    for name, count, rate in (("saturated", BURST, 0.0), (f"{PACED[0]:g}/s", PACED[1], PACED[0])):
        product, floor = measured(count, rate)
        ours, theirs = quantile(product, 0.5), quantile(floor, 0.5)
        print(f"{name:24}{ours:10.0f}{theirs:10.0f}{ours / theirs:8.2f}")


if __name__ == "__main__":
    main()
