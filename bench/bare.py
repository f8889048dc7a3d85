"""The bare loops that the daemon is held against, each a process of its own.

python -m bench.bare ingest PORT DATABASE    paho, decode, SQLite; acknowledged after the commit
python -m bench.bare alert PORT URL          paho to apprise, nothing between
"""

import queue
import sqlite3
import sys
import time

import apprise
import msgspec
from paho.mqtt.client import CallbackAPIVersion, Client, MQTTMessage, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

COMMIT_AFTER = 0.1  # seconds
Row = tuple[str, str, float, float]


def connected(port: int, name: str, topic: str, *, manual_ack: bool) -> Client:
    """Give a client that says when it is subscribed, once its loop turns."""
    client = Client(
        CallbackAPIVersion.VERSION2,
        name,
        protocol=MQTTProtocolVersion.MQTTv5,
        manual_ack=manual_ack,
    )
    properties = Properties(PacketTypes.CONNECT)
    properties.ReceiveMaximum = 500
    client.connect("127.0.0.1", port, properties=properties)
    client.on_subscribe = lambda *_: print("ready", flush=True)
    client.subscribe(topic, qos=1)
    return client


def ingest(port: int, database: str, *, acks_early: bool) -> None:
    """Store every message in synced commits, each of all that came in a tenth of a second."""
    arrived: queue.SimpleQueue[tuple[MQTTMessage, list[Row]]] = queue.SimpleQueue()
    client = connected(port, "bare", "zigbee2mqtt/#", manual_ack=not acks_early)

    def on_message(_client: Client, _data: object, message: MQTTMessage) -> None:
        facts = msgspec.json.decode(message.payload)
        now = time.time()
        rows = [(message.topic, name, float(value), now) for name, value in facts.items()]
        arrived.put((message, rows))

    client.on_message = on_message
    client.loop_start()
    sql = sqlite3.connect(database, isolation_level=None)
    sql.execute("PRAGMA journal_mode=WAL")
    sql.execute("PRAGMA synchronous=FULL")
    sql.execute("CREATE TABLE readings (topic TEXT, kind TEXT, value REAL, at REAL)")
    while True:
        batch = [arrived.get()]
        time.sleep(COMMIT_AFTER)
        while not arrived.empty():
            batch.append(arrived.get())
        sql.execute("BEGIN IMMEDIATE")
        every = (row for _, rows in batch for row in rows)
        sql.executemany("INSERT INTO readings VALUES (?, ?, ?, ?)", every)
        sql.execute("COMMIT")
        for message, _ in batch if not acks_early else ():
            client.ack(message.mid, message.qos)


def alert(port: int, url: str) -> None:
    """Tell of every message at once."""
    channel = apprise.Apprise()
    channel.add(url)

    def on_message(_client: Client, _data: object, message: MQTTMessage) -> None:
        facts = msgspec.json.decode(message.payload)
        if facts.get("smoke"):
            channel.notify(title="smoke", body=f"smoke {message.topic}")

    client = connected(port, "bare", "zigbee2mqtt/#", manual_ack=False)
    client.on_message = on_message
    client.loop_forever()


if __name__ == "__main__":
    what, broker, argument = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if what == "alert":
        alert(broker, argument)
    else:
        ingest(broker, argument, acks_early=what == "early")
