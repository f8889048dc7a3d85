"""CPU a message through journal and detectors, beside the bare paho loop in the same run.

Fifty motion sensors, QoS 1. The daemon and "bare" acknowledge only after a synced commit; "early
ack" lets paho acknowledge at once, and so promises less than the daemon.
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


def ours(count: int, rate: float) -> float:
    """Measure the daemon."""
    with broker() as here, Receiver() as receiver:
        push = f"json://127.0.0.1:{receiver.port}/told"
        with gateway(here, push, DEVICES) as box:
            return cost(here, box.pid, count, rate)[0]


def theirs(what: str, count: int, rate: float) -> float:
    """Measure a bare loop."""
    with tempfile.TemporaryDirectory() as directory:
        database = str(Path(directory) / "bare.db")
        with broker() as here, bare(what, here, database) as pid:
            return cost(here, pid, count, rate)[0]


def main() -> None:
    """Print the table: product and bare loops take turns."""
    print(machine())
    heads = ("shouhu", "bare", "ratio", "early ack", "ratio")
    print("us of CPU a message   " + "".join(f"{head:>11}" for head in heads))
    for name, count, rate in (("saturated", BURST, 0.0), (f"{PACED[0]:g}/s", PACED[1], PACED[0])):
        turns = [
            (ours(count, rate), theirs("store", count, rate), theirs("early", count, rate))
            for _ in range(ROUNDS)
        ]
        product, floor, early = (quantile(list(each), 0.5) for each in zip(*turns, strict=True))
        print(
            f"{name:22}{product:11.0f}{floor:11.0f}{product / floor:11.2f}"
            f"{early:11.0f}{product / early:11.2f}"
        )


if __name__ == "__main__":
    main()
