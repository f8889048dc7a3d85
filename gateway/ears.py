"""Everything through which one gateway hears its sensors, as one stream of packets.

How each transport works is its source's business; what a packet means, the node's.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence

import msgspec

from edge.model import Moment, Packet
from gateway.config import Config
from gateway.config.channels import SirenWay
from gateway.config.wiring import called, ports_of
from gateway.sources import Source
from gateway.sources.ble import BleSource
from gateway.sources.mqtt import MqttSource
from gateway.sources.serial import SerialSource
from gateway.wire.profile import Transport

SESSION_FILE = "mqtt-session.json"
AHEAD = 2  # batches that wait for the node while the sources go on


class Ears:
    """The sources that this configuration calls for. `on_state(subject, hears, detail)`.

    A subject is what a device's `source` names: "mqtt", "ble", "serial/PORT". Without filters
    nothing is wanted of a broker, and none is looked for.
    """

    def __init__(
        self,
        config: Config,
        filters: Sequence[str],
        moment: Callable[[], Moment],
        on_state: Callable[[str, bool, str], None],
    ) -> None:
        settings = config.settings
        self.sources: list[tuple[Source, list[str]]] = []  # each with its subjects
        self._mqtt: MqttSource | None = None
        self._serial: SerialSource | None = None
        self._ble: BleSource | None = None
        self._arrived: asyncio.Queue[list[Packet]] = asyncio.Queue(AHEAD)
        if filters or speaks_mqtt(config):
            session = settings.store.directory / SESSION_FILE
            self._mqtt = MqttSource(
                msgspec.structs.replace(settings.mqtt, session_file=session),
                filters,
                moment,
                lambda hears, detail: on_state(Transport.MQTT, hears, detail),
            )
            self.sources.append((self._mqtt, [Transport.MQTT]))
        if ports := ports_of(settings.serial, config.fitted):
            self._serial = SerialSource(
                ports, moment, lambda port, hears, detail: on_state(_port(port), hears, detail)
            )
            self.sources.append((self._serial, [_port(port.id) for port in ports]))
        if devices := called(config.fitted):
            connected = {a: call for a, call in devices.items() if call.characteristics}
            self._ble = BleSource(
                settings.ble,
                devices,
                {address: call.characteristics for address, call in connected.items()},
                moment,
                lambda hears, detail: on_state(Transport.BLE, hears, detail),
                asks={address: call.asks for address, call in connected.items()},
                patience={address: call.patience for address, call in connected.items()},
            )
            self.sources.append((self._ble, [Transport.BLE]))

    @property
    def subjects(self) -> list[str]:
        """Give all that can be heard or lost by itself."""
        return [subject for _, subjects in self.sources for subject in subjects]

    async def run(self) -> None:
        """Bring what the sources have until cancelled; running them is the caller's."""
        async with asyncio.TaskGroup() as tasks:
            for source, _ in self.sources:
                tasks.create_task(self._bring(source))

    async def batches(self) -> AsyncIterator[list[Packet]]:
        """Give what has come, whenever something has."""
        while True:
            yield await self._arrived.get()

    def acknowledge(self, packets: Sequence[Packet]) -> None:
        """Tell the broker what is safe; the other transports keep nothing for us."""
        if self._mqtt is not None:
            self._mqtt.acknowledge([packet for packet in packets if packet.delivery is not None])

    def want(self, filters: Sequence[str]) -> None:
        """Hear these topics over MQTT from now on, and no others."""
        if self._mqtt is not None:
            self._mqtt.want(filters)

    @property
    def refused(self) -> tuple[str, ...]:
        """Give the MQTT filters that the broker has refused."""
        return () if self._mqtt is None else self._mqtt.refused

    @property
    def has_ble(self) -> bool:
        """Say whether Bluetooth is heard."""
        return self._ble is not None

    def overhear(self, hear: Callable[[Packet], None] | None) -> None:
        """Let what strangers advertise over Bluetooth through to somebody, or to nobody more."""
        if self._ble is not None:
            self._ble.overhear = hear

    def publish(self, topic: str, payload: bytes) -> bool:
        """Publish over MQTT; False where no broker can be reached, or none is wanted."""
        return self._mqtt is not None and self._mqtt.publish(topic, payload)

    def post(self, topic: str, payload: bytes, answered: Callable[[str], None]) -> bool:
        """Have the broker take it; `answered` gets why it did not, or nothing.

        False where no broker can be reached, or none is wanted: then nothing is answered.
        """
        return self._mqtt is not None and self._mqtt.post(topic, payload, answered)

    def counts(self) -> Counter[str]:
        """Give how much was heard that could not be used, by reason."""
        counts: Counter[str] = Counter()
        if self._serial is not None:
            counts.update({f"serial {key}": n for key, n in self._serial.counts.items()})
        if self._ble is not None:
            ble = self._ble.counts
            counts.update({"ble flooded": ble.flooded, "ble asks refused": ble.asks_refused})
        return +counts

    async def _bring(self, source: Source) -> None:
        async for batch in source.batches():
            await self._arrived.put(batch)


def speaks_mqtt(config: Config) -> bool:
    """Say whether something is to be published at home, though no device may be heard there."""
    has_siren = any(isinstance(each, SirenWay) for each in config.settings.channels)
    return has_siren or any(asks.topic for asks in config.questions.values())


def _port(port: str) -> str:
    return f"{Transport.SERIAL}/{port}"
