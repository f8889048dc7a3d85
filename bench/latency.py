"""Smoke published to its arrival at the receiver, beside the bare paho -> apprise in the same run.

Product and bare loop take turns, so that a slow minute of the machine hits both.
"""

import time

from bench.machine import machine, quantile
from bench.stage import Publisher, bare, broker, gateway
from tests.receiver import Receiver

ROUNDS = 6
ALARMS = 60  # a round


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
        time.sleep(0.02)
    return took


def main() -> None:
    """Print the table."""
    product: list[float] = []
    floor: list[float] = []
    for _ in range(ROUNDS):
        with broker() as here, Receiver() as receiver:
            push = f"json://127.0.0.1:{receiver.port}/told"
            publisher = Publisher(here)
            with gateway(here, push):
                time.sleep(1.5)  # apprise is being loaded
                product += alarms(publisher, receiver, tells_the_end=True)[5:]
            with bare("alert", here, push):
                floor += alarms(publisher, receiver, tells_the_end=False)[5:]
            publisher.close()
    print(machine())
    print(f"{'':10}{'p50 ms':>10}{'p99 ms':>10}   n={len(product)}")
    for name, took in (("shouhu", product), ("bare", floor)):
        print(f"{name:10}{quantile(took, 0.5) * 1e3:10.1f}{quantile(took, 0.99) * 1e3:10.1f}")
    ratios = [quantile(product, q) / quantile(floor, q) for q in (0.5, 0.99)]
    print(f"{'ratio':10}{ratios[0]:10.2f}{ratios[1]:10.2f}")


if __name__ == "__main__":
    main()
