"""Whether broker, serial ports and Bluetooth can be reached, tried by ourselves.

For `shouhu doctor`: where no daemon says it, and where one says that something is wrong.
"""

import asyncio
import socket
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from edge.model import Moment
from gateway.checkup import Check
from gateway.config import Settings
from gateway.config.wiring import ports_of
from gateway.language import Phrase
from gateway.sources.ble_words import phrased
from gateway.sources.mqtt_look import MqttLook, Outcome
from gateway.sources.serial_port import PortFault, close, opened
from gateway.wire.decoder import Decoder, Fitted
from gateway.wire.profile import Transport
from gateway.wire.serial_spec import SerialSpec

PATIENCE = 5.0  # seconds, for each answer


def broker_check(settings: Settings, fitted: Sequence[Fitted], *, is_named: bool) -> Check:
    """Connect and subscribe as the daemon would, under another name.

    A broker that is named is tried before any device needs it: devices are to be set up then.
    """
    filters = settings.subscribe or Decoder(fitted).subscriptions()
    where = {"host": settings.mqtt.host, "port": settings.mqtt.port}
    if not filters and not is_named:
        return Check("broker", True, Phrase("doctor.broker_idle"))
    if (unreached := _unreached(settings.mqtt.host, settings.mqtt.port)) is not None:
        said = Phrase(f"doctor.{unreached}", where)
        return Check("broker", False, said, Phrase(f"cure.{unreached}"))
    outcome = asyncio.run(_tried(settings, filters))
    if not outcome.is_connected:
        said = Phrase("doctor.broker_denied", {**where, "why": outcome.why})
        return Check("broker", False, said, Phrase("cure.broker_denied"))
    if outcome.refused:
        said = Phrase("doctor.broker_acl", {"filters": ", ".join(outcome.refused)})
        return Check("broker", False, said, Phrase("cure.broker_partly"))
    return Check("broker", True, Phrase("doctor.broker_reached", where))


def _unreached(host: str, port: int) -> str | None:
    """Say why nobody answers; None where somebody does."""
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except socket.gaierror:
        return "broker_unknown"
    except ConnectionRefusedError:
        return "broker_refused"
    except OSError:
        return "broker_silent"
    return None


async def _tried(settings: Settings, filters: Sequence[str]) -> Outcome:
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[Outcome] = loop.create_future()

    def tell(said: Outcome) -> None:
        if not outcome.done():
            outcome.set_result(said)

    look = MqttLook(settings.mqtt, filters, _moment, lambda _: None, tell, wide=(), suffix="doctor")
    trying = asyncio.create_task(look.run())
    try:
        async with asyncio.timeout(2 * PATIENCE):
            return await outcome
    except TimeoutError:
        return Outcome(why=f"no answer for {2 * PATIENCE:g} s")
    finally:
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)


def _moment() -> Moment:
    return Moment(datetime.now(UTC), time.monotonic())


def port_checks(settings: Settings, fitted: Sequence[Fitted], *, is_free: bool) -> list[Check]:
    """Look at each port; where no daemon has them, open it."""
    specs = {port.id: port.spec for port in ports_of(settings.serial, fitted)}
    return [
        _port(port, path, specs.get(port) if is_free else None)
        for port, path in settings.serial.items()
    ]


def _port(port: str, path: str, spec: SerialSpec | None) -> Check:
    values: dict[str, object] = {"port": port, "path": path}
    if not Path(path).exists():
        said = Phrase("doctor.port_fault", values)
        return Check(f"port/{port}", False, said, Phrase("port.missing", values))
    if spec is None:
        return Check(f"port/{port}", True, Phrase("doctor.port_there", values))
    try:
        close(opened(path, spec))
    except PortFault as fault:
        said = Phrase("doctor.port_fault", values)
        more = {"path": path, "baud": spec.baud, "why": fault}
        return Check(f"port/{port}", False, said, Phrase(f"port.{fault.trouble}", more))
    return Check(f"port/{port}", True, Phrase("doctor.port_heard", values))


def adapter_check(settings: Settings, fitted: Sequence[Fitted]) -> Check | None:
    """Ask for the Bluetooth adapter; None where no device needs one."""
    if all(one.profile.source is not Transport.BLE for one in fitted):
        return None
    return asyncio.run(_adapter(settings))


async def _adapter(settings: Settings) -> Check:
    # 20 MB, and only homes that use it pay for them.
    from gateway.sources.ble_adapter import Adapter  # noqa: PLC0415
    from gateway.sources.ble_faults import BleFailed  # noqa: PLC0415

    adapter = Adapter(settings.ble)
    try:
        name = await adapter.find()
        is_on = (await adapter.facts()).is_powered
    except BleFailed as error:
        text = str(error)
        key = phrased(text)
        if key is None:
            said = Phrase("doctor.adapter_lost", {"why": text})
            return Check("adapter", False, said, Phrase("cure.adapter"))
        return Check("adapter", False, Phrase(key), Phrase(key.replace("doctor.", "cure.")))
    finally:
        adapter.close()
    if is_on:
        return Check("adapter", True, Phrase("doctor.adapter_there", {"name": name}))
    said = Phrase("doctor.adapter_off", {"name": name})
    return Check("adapter", False, said, Phrase("cure.adapter"))
