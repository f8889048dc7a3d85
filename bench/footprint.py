"""Start to READY and resident memory, one household, apprise loaded and used."""

import os
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from bench.machine import machine, quantile, resident_mb
from bench.stage import Publisher, broker, gateway
from tests.installation import SHOUHU, Installation
from tests.receiver import Receiver

STARTS = 7


def seconds_to_ready(box: Installation) -> float:
    """Start the daemon as systemd does, and measure until it says READY=1."""
    with (
        tempfile.TemporaryDirectory() as directory,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener,
    ):
        address = str(Path(directory) / "notify")
        listener.bind(address)
        listener.settimeout(20)
        began = time.monotonic()
        command = [*SHOUHU, "run", "--config", str(box.directory)]
        process = subprocess.Popen(
            command, env={**os.environ, "NOTIFY_SOCKET": address}, stderr=subprocess.DEVNULL
        )
        while b"READY=1" not in listener.recv(4096):
            pass
        took = time.monotonic() - began
        process.terminate()
        process.wait(20)
        return took


def main() -> None:
    """Print the table."""
    with broker() as here, Receiver() as receiver:
        push = f"json://127.0.0.1:{receiver.port}/told"
        with gateway(here, push) as box:
            publisher = Publisher(here)
            publisher.smoke(True)
            receiver.wait_for(1)
            publisher.smoke(False)
            receiver.wait_for(2)
            time.sleep(2)
            memory = resident_mb(box.pid)
            publisher.close()
            box.stop()
            starts = [seconds_to_ready(box) for _ in range(STARTS)]
    print(machine())
    print(f"resident memory after the first alert: {memory:.1f} MB")
    print(f"start to READY: median {quantile(starts, 0.5):.2f} s, longest {max(starts):.2f} s")


if __name__ == "__main__":
    main()
