"""The bare loops that the daemon is held against, each a process of its own.

python -m bench.bare ingest PORT DATABASE    paho, decode, SQLite; acknowledged after the commit
python -m bench.bare alert PORT URL          paho to apprise, nothing between
"""

import sqlite3
import sys
import threading
import time

import apprise
import msgspec
from paho.mqtt.client import CallbackAPIVersion, Client, MQTTMessage, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

COMMIT_EVERY = 100  # messages
COMMIT_AFTER = 0.1  # seconds


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


def ingest(port: int, database: str) -> None:
    """Store every message and acknowledge it after the commit."""
    sql = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
    sql.execute("PRAGMA journal_mode=WAL")
    sql.execute("PRAGMA synchronous=FULL")
    sql.execute("CREATE TABLE readings (topic TEXT, kind TEXT, value REAL, at REAL)")
    waiting: list[tuple[MQTTMessage, list[tuple[str, str, float, float]]]] = []
    lock = threading.Lock()

    def commit() -> None:
        with lock:
            batch, waiting[:] = list(waiting), []
            if not batch:
                return
            sql.execute("BEGIN IMMEDIATE")
            rows = [row for _, rows in batch for row in rows]
            sql.executemany("INSERT INTO readings VALUES (?, ?, ?, ?)", rows)
            sql.execute("COMMIT")
        for message, _ in batch:
            client.ack(message.mid, message.qos)

    def on_message(_client: Client, _data: object, message: MQTTMessage) -> None:
        facts = msgspec.json.decode(message.payload)
        now = time.time()
        rows = [(message.topic, name, float(value), now) for name, value in facts.items()]
        with lock:
            waiting.append((message, rows))
        if len(waiting) >= COMMIT_EVERY:
            commit()

    client = connected(port, "bare", "zigbee2mqtt/#", manual_ack=True)
    client.on_message = on_message
    while True:
        client.loop(COMMIT_AFTER)
        commit()


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
    {"ingest": ingest, "alert": alert}[sys.argv[1]](int(sys.argv[2]), sys.argv[3])
