"""The shape of gateway.toml and of a household's file: every key, its type, bounds and default.

docs/configuration.md describes the same keys and a test holds the two together. What one key
says of another is checked where the tables are converted: settings.py and household.py.
"""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from edge.vital_figures import BODY_TEMPERATURE_LIMITS, HEART_RATE_LIMITS, SPO2_LOW
from gateway.config.names import KindName, LanguageName, SeverityName
from gateway.config.values import (
    Address,
    Days,
    Duration,
    Filter,
    Hours,
    Id,
    Location,
    Name,
    Passage,
    Remark,
    Told,
    between,
    within,
)


class Table(BaseModel):
    """One table: unknown keys are faults, and nothing is silently turned into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class StoreTable(Table):
    directory: Location = "/var/lib/shouhu"
    keep_days: Annotated[int, AfterValidator(within(7, 3650))] = 90


class MqttTable(Table):
    host: Name = "127.0.0.1"
    port: Annotated[int, AfterValidator(within(1, 65535))] | None = None
    version: Literal["5", "3.1.1"] = "5"
    client_id: Name = "shouhu"
    tls: bool = False
    tls_ca: Location | None = None
    tls_certificate: Location | None = None
    tls_key: Location | None = None
    username: Name | None = None
    password_file: Location | None = None
    keepalive: Annotated[Duration, AfterValidator(between("5s", "10m"))] = timedelta(seconds=30)
    session_expiry: Annotated[Duration, AfterValidator(between("1m", "30d"))] = timedelta(days=7)
    subscribe: list[Filter] = []
    command_topic: Address | None = None


class SerialTable(Table):
    id: Id
    port: Location


class BleTable(Table):
    adapter: Remark = ""
    silence: Annotated[Duration, AfterValidator(between("20s", "1h"))] = timedelta(seconds=60)


class LogTable(Table):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class ModemTable(Table):
    port: Location | None = None
    baud: Annotated[int, AfterValidator(within(1200, 921600))] = 115200
    pin_file: Location | None = None


class ChannelTable(Table):
    id: Id
    type: Literal["apprise", "sms", "call", "webhook", "siren"]
    url: Location | None = None
    url_file: Location | None = None
    secret_file: Location | None = None
    tls_ca: Location | None = None
    topic: Address | None = None
    on: Remark = "ON"
    off: Remark = "OFF"
    drill: Remark = ""
    sounds_for: Annotated[Duration, AfterValidator(between("10s", "1h"))] = timedelta(minutes=5)
    unproven_after: Annotated[Duration, AfterValidator(between("1d", "365d"))] = timedelta(days=40)


class MessagesTable(Table):
    zh: Location | None = None
    en: Location | None = None
    zh_short: Location | None = None
    en_short: Location | None = None


class UplinkPathTable(Table):
    id: Id
    type: Literal["mqtt", "https", "gbt26875"]
    host: Name | None = None
    port: Annotated[int, AfterValidator(within(1, 65535))] | None = None
    url: Location | None = None
    tls: bool = False
    tls_ca: Location | None = None
    tls_certificate: Location | None = None
    tls_key: Location | None = None
    username: Name | None = None
    password_file: Location | None = None
    ours: Annotated[int, AfterValidator(within(0, (1 << 48) - 1))] | None = None
    theirs: Annotated[int, AfterValidator(within(0, (1 << 48) - 1))] | None = None


class UplinkTable(Table):
    gateway: Remark = ""
    path: list[UplinkPathTable] = []


class PageTable(Table):
    host: Name = "127.0.0.1"
    port: Annotated[int, AfterValidator(within(1, 65535))] = 8321
    public_url: Location | None = None
    token_file: Location | None = None
    tls_certificate: Location | None = None
    tls_key: Location | None = None


class MetricsTable(Table):
    host: Name = "127.0.0.1"
    port: Annotated[int, AfterValidator(within(1, 65535))] | None = None


class GatewayFile(Table):
    profiles: list[Location] = []
    store: StoreTable = StoreTable()
    mqtt: MqttTable = MqttTable()
    serial: list[SerialTable] = []
    ble: BleTable = BleTable()
    log: LogTable = LogTable()
    modem: ModemTable = ModemTable()
    channel: list[ChannelTable] = []
    messages: MessagesTable = MessagesTable()
    uplink: UplinkTable = UplinkTable()
    page: PageTable = PageTable()
    metrics: MetricsTable = MetricsTable()


class HouseholdTable(Table):
    id: Id
    name: Name
    time_zone: Name
    drill: bool = False
    language: LanguageName = "zh"


class ResidentTable(Table):
    name: Name


class RoomTable(Table):
    id: Id
    name: Name


class DeviceTable(Table):
    id: Id
    room: Id
    profile: Name
    address: Address
    kinds: list[KindName] = []
    bindkey_file: Location | None = None
    name: Remark = ""
    outer_door: bool = False
    hold: Annotated[Duration, AfterValidator(between("1s", "24h"))] | None = None
    clears_after: Annotated[Duration, AfterValidator(between("1s", "24h"))] | None = None
    silent_after: Annotated[Duration, AfterValidator(between("1m", "7d"))] | None = None
    battery_low_percent: Annotated[int, AfterValidator(within(1, 90))] = 15
    bed: bool | None = None
    answers: bool = False


class ContactTable(Table):
    id: Id
    name: Name
    role: Remark = ""
    phone: Remark = ""
    language: LanguageName | None = None
    channels: list[Id] = []
    hours: list[Hours] = []
    away: list[Days] = []
    quiet: list[Hours] = []


class StepTable(Table):
    after: Annotated[Duration, AfterValidator(between("0s", "24h"))] = timedelta(0)
    tell: list[Told] = []
    severities: list[SeverityName] = ["emergency", "urgent", "fault", "note"]


class EscalationTable(Table):
    repeat_every: Annotated[Duration, AfterValidator(between("1m", "24h"))] = timedelta(minutes=15)
    lease: Annotated[Duration, AfterValidator(between("1m", "24h"))] = timedelta(minutes=30)
    monthly_test: bool = True
    step: list[StepTable] = []


class InactivityTable(Table):
    ceiling: Annotated[Duration, AfterValidator(between("1h", "24h"))] = timedelta(hours=24)
    budget: Annotated[float, AfterValidator(within(0.05, 10.0))] = 0.5
    pre_alarm: Annotated[Duration, AfterValidator(between("0s", "1h"))] | None = None
    question_budget: Annotated[float, AfterValidator(within(0.5, 30.0))] = 4.0


class QuestionTable(Table):
    topic: Address | None = None
    on: Location = "ON"
    off: Passage = "OFF"
    command: list[Location] = []
    text: Passage = ""
    repeat_every: Annotated[Duration, AfterValidator(between("10s", "10m"))] = timedelta(minutes=1)


class AbsenceTable(Table):
    not_back: bool = True


class RoutineTable(Table):
    stay: bool = True
    crawling: bool = True
    anchor: bool = True
    wandering: bool = True
    bed: bool = True
    wanders: bool = False


class VitalsTable(Table):
    heart_rate: bool = True
    heart_rate_low: Annotated[float, AfterValidator(within(20.0, 70.0))] = HEART_RATE_LIMITS[0]
    heart_rate_high: Annotated[float, AfterValidator(within(80.0, 220.0))] = HEART_RATE_LIMITS[1]
    oxygen: bool = True
    oxygen_low: Annotated[float, AfterValidator(within(60.0, 96.0))] = SPO2_LOW
    temperature: bool = True
    temperature_low: Annotated[float, AfterValidator(within(30.0, 36.0))] = BODY_TEMPERATURE_LIMITS[
        0
    ]
    temperature_high: Annotated[float, AfterValidator(within(37.0, 42.0))] = (
        BODY_TEMPERATURE_LIMITS[1]
    )
    own_range: bool = True
    unworn: bool = True


class ChangeTable(Table):
    note: bool = True


class ConsentTable(Table):
    summaries: Literal["never", "alerts", "daily"] = "never"
    vitals: bool = False
    changes: bool = False
    by: Remark = ""
    on: date | None = None


class FallTable(Table):
    aftermath: bool = True


class HouseholdFile(Table):
    household: HouseholdTable
    resident: ResidentTable
    room: list[RoomTable] = []
    device: list[DeviceTable] = []
    contact: list[ContactTable] = []
    escalation: EscalationTable = EscalationTable()
    inactivity: InactivityTable = InactivityTable()
    question: QuestionTable = QuestionTable()
    absence: AbsenceTable = AbsenceTable()
    routine: RoutineTable = RoutineTable()
    vitals: VitalsTable = VitalsTable()
    fall: FallTable = FallTable()
    change: ChangeTable = ChangeTable()
    consent: ConsentTable = ConsentTable()
