"""A far end of the uplink for tests: it applies each event once, answers, and can be forgetful.

It stands in for the district, and speaks its protocol over a real broker.
"""

import threading
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from gateway.wire.uplink.event import Event, decode, encode
from gateway.wire.uplink.visiting import PageData
from tests.intake import Intake


class FarEnd(Intake):
    """Counts what arrives: `applied` are the events by id, `arrivals` how often each came."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        super().__init__()
        self.states: list[str] = []
        self.beats = 0
        self.pages: dict[str, PageData] = {}  # by the visit that they answer
        self.port = port
        self._ready = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2, "district")
        self._client.on_connect = lambda client, *_: client.subscribe("shouhu/v1/#", qos=1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = self._heard
        self._client.connect(host, port)
        self._client.loop_start()
        assert self._ready.wait(10), "the far end could not subscribe"

    def stop(self) -> None:
        """Leave the broker."""
        self._client.disconnect()
        self._client.loop_stop()

    def order(self, gateway: str, event: Event) -> None:
        """Ask something of a gateway."""
        self._client.publish(f"shouhu/v1/{gateway}/down", encode(event), qos=1).wait_for_publish(10)

    def _heard(self, client: Client, _data: Any, message: MQTTMessage) -> None:
        _, _, gateway, what = message.topic.split("/")
        with self.changed:
            if what == "state":
                self.states.append(message.payload.decode())
            elif what == "beat":
                self.beats += 1
            elif what == "page":
                page = decode(message.payload).data
                assert isinstance(page, PageData)
                self.pages[page.visit] = page
            elif what == "up" and not self.is_away:
                about = self.answer(decode(message.payload))
                if about is not None:
                    client.publish(f"shouhu/v1/{gateway}/down", encode(about), qos=1)
            self.changed.notify_all()
