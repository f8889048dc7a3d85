"""Intake of GB/T 26875.3 over TCP, of transmitters that speak nothing else, ours among them.

The standard has no ids and no names: what a transmitter says is known again by component, state,
time and the mark at the end of the text, and a component is one incident from fire to restored.
Who a transmitter is, its 48 bit address says; only addresses that are registered are heard, and the
line must be a private one.
"""

import asyncio
import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import structlog
from msgspec import Struct

from district.database import Database, DatabaseFailed, NotFit
from district.identity import derived
from district.intake import hearing
from district.intake.taking import Intake, rejected
from district.live import Live
from edge.model import Rule, State
from gateway.wire.gbt26875.frame import Command, Denied, Frame, Stream
from gateway.wire.gbt26875.frame import encode as framed
from gateway.wire.gbt26875.objects import PartBits, PartState, Unreadable, read
from gateway.wire.uplink.event import (
    AlertData,
    Answer,
    CapSeverity,
    Category,
    Certainty,
    Event,
    Information,
    Kind,
    MessageType,
    Status,
    Urgency,
    cap_time,
    encode,
)

SILENCE = 90.0  # seconds without a frame: three heartbeats
CHUNK = 4096
# Component types of the standard (table 5); from 128 on by agreement: a home, a sensor, water.
RULES = {40: Rule.SMOKE, 42: Rule.SMOKE, 51: Rule.SMOKE, 10: Rule.GAS, 13: Rule.CO, 23: Rule.SOS}
OURS = {128: Rule.INACTIVITY, 130: Rule.LEAK}
MARKED = re.compile(r"(.*) #([0-9A-Za-z]{1,4})")  # as our gateways write it; 3#楼 is a house
# Between them a transmitter's clock is believed: what it says may have waited for a line.
LONGEST_AWAY, AHEAD = timedelta(days=30), timedelta(days=1)
FIRE_RULES = frozenset({Rule.SMOKE, Rule.GAS, Rule.CO})
log = structlog.get_logger()


class GbtSettings(Struct, frozen=True):
    """Where transmitters connect, and which gateway each address is."""

    host: str = "127.0.0.1"
    port: int = 8350
    address: int = 1  # ours
    gateways: Mapping[int, str] = {}


class GbtIntake:
    """One listener."""

    def __init__(
        self,
        settings: GbtSettings,
        database: Database,
        live: Live,
        now: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._database = database
        self._intake = Intake(database)
        self._live = live
        self._now = now

    async def run(self, on_ready: Callable[[int], None] = lambda _port: None) -> None:
        """Listen until cancelled. Raises OSError where the port cannot be had."""
        server = await asyncio.start_server(
            self._serve, self._settings.host, self._settings.port, limit=CHUNK
        )
        async with server, asyncio.TaskGroup() as tasks:
            on_ready(server.sockets[0].getsockname()[1])
            tasks.create_task(hearing.listen(self._database, self._now))
            await server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = Stream()
        try:
            while True:
                async with asyncio.timeout(SILENCE):
                    chunk = await reader.read(CHUNK)
                if not chunk:
                    break
                for each in stream.feed(chunk):
                    if (answer := await self._answer(each)) is not None:
                        writer.write(answer)
                await writer.drain()
        except (TimeoutError, OSError):
            pass  # its silence is seen by its heartbeat
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, each: Frame | Denied) -> bytes | None:
        """Take one frame in; give its confirmation, or nothing where it must come again."""
        if isinstance(each, Denied):
            denial = Frame(each.serial, Command.DENY, self._now(), each.target, each.source)
            return framed(denial)
        if each.command is not Command.SEND:
            return None
        gateway = self._settings.gateways.get(each.source)
        try:
            found = None if gateway is None else read(each.data)
        except Unreadable:
            gateway = None
        if gateway is None:
            log.warning("intake", transmitter=each.source, refused="unregistered, or unreadable")
            return framed(each.answered(Command.DENY, self._now()))
        objects = found if isinstance(found, list) else []
        parts = [part for part in objects if isinstance(part, PartState)]
        try:
            await self._live.tell(await self._intake.beats({gateway: None}, self._now()))
            is_taken = [await self._is_taken(gateway, part) for part in parts]
        except DatabaseFailed as error:
            log.error("intake", gateway=gateway, why=str(error))
            return None
        command = Command.CONFIRM if all(is_taken) else Command.DENY
        return framed(each.answered(command, self._now()))

    async def _is_taken(self, gateway: str, part: PartState) -> bool:
        """Apply what a component says; False where it never can be: that is not confirmed."""
        now = self._now()
        event = event_of(gateway, part, now)
        try:
            taken = await self._intake.take(gateway, event, encode(event), now)
        except NotFit as error:
            taken = rejected(event, str(error))
        if taken.reply.answer is Answer.REJECTED:
            log.error("intake", gateway=gateway, rejected=event.id, why=taken.reply.reason)
            return False
        await self._live.tell(taken.news)
        return True


def event_of(gateway: str, part: PartState, now: datetime) -> Event:
    """Give the event that a component's state is here; its name is the same for the same words.

    By a clock that is far off nobody knows what was said before: there each minute is another word.
    """
    found = MARKED.fullmatch(part.text)
    text, mark = (part.text, "") if found is None else found.groups()
    component = f"{part.system_type}.{part.part_type}.{part.part_address:08x}"
    is_near = now - LONGEST_AWAY <= part.at <= now + AHEAD
    at = part.at if is_near else now.replace(second=0, microsecond=0)
    since = min(at, now)
    name = derived(gateway, component, str(int(part.state)), at.isoformat(), mark)
    is_over = not part.state & (PartBits.FIRE | PartBits.FAULT)
    rule, severity = _weighed(part)
    facts = {"state": int(part.state), "text": part.text, "mark": mark}
    facts["clock"] = part.at.isoformat()
    data = AlertData(
        identifier=name,
        # A component burns and is restored; the mark names one such time.
        incident=derived(gateway, component, mark or "standing"),
        sender=gateway,
        sent=cap_time(since, UTC),
        status=Status.ACTUAL if part.state & PartBits.NORMAL else Status.TEST,
        msgType=MessageType.CANCEL if is_over else MessageType.ALERT,
        scope="Private",
        addresses="district",
        category=Category.FIRE if rule in FIRE_RULES else Category.HEALTH,
        severity=severity,
        urgency=Urgency.PAST if is_over else Urgency.IMMEDIATE,
        certainty=Certainty.OBSERVED,
        onset=cap_time(since, UTC),
        household=component,
        rule=rule,
        subject=component,
        room="",
        state=State.RESOLVED if is_over else State.RAISED,
        info=(Information("zh", text or part.text, part.text),),
        because=facts,
    )
    source, sequence = f"/gateways/{gateway}", int(at.timestamp() * 1_000_000)
    return Event(name, source, Kind.ALERT, now, data, component, sequence=sequence)


def _weighed(part: PartState) -> tuple[Rule, CapSeverity]:
    """Say what a component tells of, and how grave it is; restored, as grave as it was."""
    if part.state & PartBits.FAULT:
        return Rule.DEFECT, CapSeverity.MODERATE
    if part.system_type < 128 and part.part_type in RULES:
        return RULES[part.part_type], CapSeverity.EXTREME
    if part.part_type in OURS:
        return OURS[part.part_type], CapSeverity.SEVERE
    if part.system_type < 128 and part.state & PartBits.FIRE:
        return Rule.SMOKE, CapSeverity.EXTREME  # a heat detector, a panel: fire is fire
    return Rule.DEFECT, CapSeverity.MODERATE
