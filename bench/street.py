"""A street of simulated homes into mosquitto at the rate of life: CPU, memory, and whether it falls
behind.

    python -m bench.street [HOMES [HOURS [SPEED [HOME]]]]     # by default 10000 flats, 1 hour, 1

A process of its own listens to everything and counts: what it has heard is what has arrived. The
ledger of what truly happened is written beside, to a temporary file.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from bench.machine import cpu_seconds, machine, resident_mb
from bench.stage import broker
from simulator.drivers.link import BrokerAddress, Link
from simulator.home_file import named
from simulator.street import Street
from simulator.street_play import Figures, play
from tests.broker import Broker

BEGINS = datetime(2026, 3, 2, 2, tzinfo=UTC)  # ten in the morning in the street
SHARE = 0.02  # of the homes something happens in


def listen(port: int) -> None:
    """Count what arrives until the input ends; print the count."""
    count = 0

    def heard(_client: Client, _data: object, _message: MQTTMessage) -> None:
        nonlocal count
        count += 1

    client = Client(CallbackAPIVersion.VERSION2, "listener")
    client.on_message = heard
    client.on_connect = lambda client, *_: client.subscribe("#", qos=1)
    client.on_subscribe = lambda *_: print("ready", flush=True)
    client.connect("127.0.0.1", port)
    client.loop_start()
    sys.stdin.read()
    time.sleep(2.0)  # for what is still on its way
    print(count, flush=True)


def measured(here: Broker, street: Street, speed: float) -> tuple[Figures, int]:
    """Play the street; give the figures, and how many messages have arrived."""
    command = [sys.executable, "-m", "bench.street", "listen", str(here.port)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as listener:
        assert listener.stdout is not None and listener.stdin is not None
        listener.stdout.readline()
        with tempfile.TemporaryDirectory() as directory:
            ledger = Path(directory) / "ledger.jsonl"
            with ledger.open("w") as file, Link(BrokerAddress(port=here.port)) as link:
                figures = play(street, link.send, speed, ledger=file, tell=told)
            truth = len(ledger.read_text().splitlines())
        print(f"ledger: {truth} lines")
        listener.stdin.close()
        return figures, int(listener.stdout.readline())


def told(figures: Figures, _at: float) -> None:
    """Show how it goes."""
    print(f"{figures.seconds:6.0f} s  {figures.messages:8} messages  "
          f"{figures.behind * 1000:6.1f} ms behind  worst {figures.worst * 1000:6.0f} ms  "
          f"{resident_mb(os.getpid()):4.0f} MB", flush=True)  # fmt: skip


def main(homes: int = 10_000, hours: float = 1.0, speed: float = 1.0, home: str = "flat") -> None:
    """Print the figures."""
    print(machine(), flush=True)
    street = Street(named(home), homes, 1, begins=BEGINS, hours=hours, share=SHARE)
    began, before = time.monotonic(), time.process_time()
    with broker() as here:
        pid = here.pid
        figures, arrived = measured(here, street, speed)
        theirs = cpu_seconds(pid)
    mine, all_ = time.process_time() - before, time.monotonic() - began
    seconds = figures.seconds
    print(f"{homes} homes like {home}, {hours:g} h of life at {speed:g} times its rate")
    print(f"woken in {all_ - seconds:.0f} s, played in {seconds:.0f} s")
    print(f"published {figures.messages}, arrived {arrived}, {figures.messages / seconds:.0f}/s")
    print(f"worst {figures.worst * 1000:.0f} ms behind, {figures.late} late by over half a second")
    print(f"CPU: simulator {mine:.0f} s ({mine / all_:.0%} of a core), mosquitto {theirs:.0f} s")
    print(f"memory: {resident_mb(os.getpid()):.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["listen"]:
        listen(int(sys.argv[2]))
    else:
        kinds = (int, float, float, str)
        main(*(kind(text) for kind, text in zip(kinds, sys.argv[1:], strict=False)))
