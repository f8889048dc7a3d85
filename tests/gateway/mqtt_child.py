"""A subscriber for tests to kill: it writes each packet to a file, synced, and then acknowledges.

    python -m tests.gateway.mqtt_child PORT VERSION CLIENT_ID SESSION_FILE JOURNAL

A line of the journal is session, packet, redelivered, freshness, payload.
"""

import asyncio
import os
import sys
from pathlib import Path

from edge.model import Packet
from gateway.sources.mqtt import MqttSettings, MqttSource, MqttVersion
from tests.gateway.ear import QUICK, moment


def line(packet: Packet) -> str:
    """Write a packet as one line."""
    delivery = packet.delivery
    assert delivery is not None
    known = f"{delivery.session} {delivery.packet} {int(delivery.redelivered)}"
    return f"{known} {packet.freshness} {packet.payload.decode()}\n"


async def listen(arguments: list[str], journal: int) -> None:
    """Listen until killed."""
    port, version, client_id, session_file = arguments
    settings = MqttSettings(
        "127.0.0.1",
        int(port),
        version=MqttVersion(version),
        client_id=client_id,
        retry_first=QUICK,
        session_file=Path(session_file),
    )
    source = MqttSource(settings, ["home/#"], moment, lambda hears, _: print(hears, flush=True))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(source.run())
        async for batch in source.batches():
            # In one write: a kill must not leave half a line.
            os.write(journal, "".join(line(packet) for packet in batch).encode())
            os.fsync(journal)
            source.acknowledge(batch)


if __name__ == "__main__":
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    asyncio.run(listen(sys.argv[1:-1], os.open(sys.argv[-1], append)))
