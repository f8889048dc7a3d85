"""The shape of gateway.toml and of a household's file: every key, its type, bounds and default.

docs/configuration.md describes the same keys and a test holds the two together. What one key
says of another is checked where the tables are converted: settings.py and household.py.
"""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from edge.vital_figures import BODY_TEMPERATURE_LIMITS, HEART_RATE_LIMITS, SPO2_LOW
from gateway.config.values import (
    Address,
    Duration,
    Filter,
    Id,
    Location,
    Name,
    Remark,
    between,
    within,
)

SeverityName = Literal["emergency", "urgent", "fault", "note"]
LanguageName = Literal["zh", "en"]
KindName = Literal[
    "motion",
    "presence",
    "contact_open",
    "vibration",
    "use",
    "activity",
    "steps",
    "smoke",
    "co",
    "gas",
    "leak",
    "sos",
    "fall",
    "tamper",
    "battery",
    "battery_low",
    "temperature",
    "body_temperature",
    "humidity",
    "illuminance",
    "heart_rate",
    "spo2",
    "worn",
]


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


class SerialTable(Table):
    id: Id
    port: Location


class BleTable(Table):
    adapter: Remark = ""
    silence: Annotated[Duration, AfterValidator(between("20s", "1h"))] = timedelta(seconds=60)


class LogTable(Table):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class ChannelTable(Table):
    id: Id
    type: Literal["apprise"]
    url: Location | None = None
    url_file: Location | None = None


class GatewayFile(Table):
    profiles: list[Location] = []
    store: StoreTable = StoreTable()
    mqtt: MqttTable = MqttTable()
    serial: list[SerialTable] = []
    ble: BleTable = BleTable()
    log: LogTable = LogTable()
    channel: list[ChannelTable] = []


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


class ContactTable(Table):
    id: Id
    name: Name
    role: Remark = ""
    phone: Remark = ""
    language: LanguageName | None = None
    channels: list[Id] = []


class StepTable(Table):
    after: Annotated[Duration, AfterValidator(between("0s", "24h"))] = timedelta(0)
    tell: list[Id] = []
    severities: list[SeverityName] = ["emergency", "urgent", "fault", "note"]


class EscalationTable(Table):
    repeat_every: Annotated[Duration, AfterValidator(between("1m", "24h"))] = timedelta(minutes=15)
    lease: Annotated[Duration, AfterValidator(between("1m", "24h"))] = timedelta(minutes=30)
    step: list[StepTable] = []


class InactivityTable(Table):
    ceiling: Annotated[Duration, AfterValidator(between("1h", "24h"))] = timedelta(hours=24)
    budget: Annotated[float, AfterValidator(within(0.05, 10.0))] = 0.5
    pre_alarm: Annotated[Duration, AfterValidator(between("0s", "1h"))] = timedelta(0)
    question_budget: Annotated[float, AfterValidator(within(0.5, 30.0))] = 4.0


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
    absence: AbsenceTable = AbsenceTable()
    routine: RoutineTable = RoutineTable()
    vitals: VitalsTable = VitalsTable()
    fall: FallTable = FallTable()
    change: ChangeTable = ChangeTable()
