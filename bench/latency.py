"""Smoke published to its arrival at the receiver, beside the bare paho -> apprise in the same run.

The daemon syncs two commits in between, the bare loop none. So the disk's own tail is measured in
the same run, and the daemon a second time with its store in memory, where a sync costs nothing.
"""

import os
import tempfile
import time

from bench.machine import machine, quantile
from bench.stage import Publisher, bare, broker, gateway
from tests.receiver import Receiver

ROUNDS = 4
ALARMS = 60  # a round
PAUSE = 0.15  # seconds: one alarm's receipts are on disk before the next begins
MEMORY = "/dev/shm"


def alarms(publisher: Publisher, receiver: Receiver, *, tells_the_end: bool) -> list[float]:
    """Raise alarms one after the other; give the seconds to each one's arrival."""
    took = []
    for _ in range(ALARMS):
        before = len(receiver.requests)
        began = time.monotonic()
        publisher.smoke(True)
        told = receiver.wait_for(before + 1)
        took.append(told[before].at - began)
        publisher.smoke(False)
        if tells_the_end:
            receiver.wait_for(before + 2)
        time.sleep(PAUSE)
    return took[5:]


def syncs() -> list[float]:
    """Give the seconds that the disk takes to sync 8 KB, at the alarms' pace."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(ALARMS):
            os.write(file.fileno(), bytes(8192))
            began = time.monotonic()
            os.fdatasync(file.fileno())
            took.append(time.monotonic() - began)
            time.sleep(0.03)
    return took


def main() -> None:
    """Print the table."""
    took: dict[str, list[float]] = {"shouhu": [], "in memory": [], "bare": [], "one sync": []}
    for _ in range(ROUNDS):
        with broker() as here, Receiver() as receiver:
            push = f"json://127.0.0.1:{receiver.port}/told"
            publisher = Publisher(here)
            for name, disk in (("shouhu", None), ("in memory", MEMORY)):
                with gateway(here, push, disk=disk):
                    time.sleep(1.5)  # apprise is being loaded
                    took[name] += alarms(publisher, receiver, tells_the_end=True)
            with bare("alert", here, push):
                took["bare"] += alarms(publisher, receiver, tells_the_end=False)
            publisher.close()
        took["one sync"] += syncs()
    print(machine())
    print(f"{'':12}{'p50 ms':>9}{'p99 ms':>9}{'ratio p50':>12}{'ratio p99':>12}")
    for name, values in took.items():
        p50, p99 = quantile(values, 0.5), quantile(values, 0.99)
        ratios = [q / quantile(took["bare"], share) for q, share in ((p50, 0.5), (p99, 0.99))]
        print(f"{name:12}{p50 * 1e3:9.1f}{p99 * 1e3:9.1f}{ratios[0]:12.2f}{ratios[1]:12.2f}")


if __name__ == "__main__":
    main()
