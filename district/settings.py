"""What a district is told: its database, its listeners, its desk, from district.toml.

Without a file everything has a default: SQLite beside it, the desk on this machine, no listeners.
Every fault of a file is told at once; what does not hang together, checking.py finds.
"""

import copy
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from district.checking import database_url, faults_of
from district.faults import Fault, SettingsFailed, of_shape, of_toml, unread
from district.intake.gbt import GbtSettings
from district.intake.https import HttpsSettings
from district.intake.mqtt import BrokerSettings
from district.keeping import Kept
from district.outward.push import PushSettings
from district.outward.republish import RepublishSettings
from district.outward.webhook import WebhookSettings

Port = Annotated[int, Field(ge=0, le=65535)]
Address = Annotated[int, Field(ge=0, le=(1 << 48) - 1)]
Name = Annotated[str, Field(min_length=1)]


class Settings(Struct, frozen=True):
    """Everything in district.toml."""

    database: str
    host: str = "127.0.0.1"
    port: int = 8330
    is_secure: bool = False
    address: str = ""
    proxies: tuple[str, ...] = ()
    second_factor: frozenset[str] = frozenset()
    mqtt: BrokerSettings | None = None
    https: HttpsSettings | None = None
    gbt: GbtSettings | None = None
    kept: Kept = Kept()
    pushes: tuple[PushSettings, ...] = ()


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class DatabaseTable(Table):
    url: Name | None = None  # none: SQLite, in `file`
    url_file: Name | None = None  # where the address holds a password
    file: Name = "district.db"


class WebTable(Table):
    host: Name = "127.0.0.1"
    port: Port = 8330
    behind_tls: bool = False
    address: Name | None = None
    proxies: list[Name] = []
    second_factor: list[Literal["duty", "supervisor", "viewer", "admin"]] = []


class MqttTable(Table):
    host: Name = "127.0.0.1"
    port: Port = 1883
    username: Name | None = None
    password_file: Name | None = None
    tls: bool = False
    tls_ca: Name | None = None
    tls_certificate: Name | None = None
    tls_key: Name | None = None

    def settings(self, directory: Path) -> BrokerSettings:
        """Give what the intake needs."""
        password, ca, certificate, key = (
            _at(directory, name)
            for name in (self.password_file, self.tls_ca, self.tls_certificate, self.tls_key)
        )
        return BrokerSettings(
            *(self.host, self.port, self.username, password, ca, certificate, key), tls=self.tls
        )


class HttpsTable(Table):
    host: Name = "127.0.0.1"
    port: Port = 8340
    certificate: Name | None = None
    key: Name | None = None
    clients: Name | None = None

    def settings(self, directory: Path) -> HttpsSettings:
        """Give what the intake needs."""
        files = (_at(directory, name) for name in (self.certificate, self.key, self.clients))
        return HttpsSettings(self.host, self.port, *files)


class GbtTable(Table):
    host: Name = "127.0.0.1"
    port: Port = 8350
    address: Address = 1
    gateways: dict[str, Address] = {}

    def settings(self, _directory: Path) -> GbtSettings:
        """Give what the intake needs."""
        by_address = {address: name for name, address in self.gateways.items()}
        return GbtSettings(self.host, self.port, self.address, by_address)


class KeepTable(Table):
    events_days: Annotated[int, Field(ge=60, le=3650)] = 400
    audits_days: Annotated[int, Field(ge=183, le=3650)] = 1095
    summaries_days: Annotated[int, Field(ge=2, le=400)] = 31

    def settings(self, _directory: Path) -> Kept:
        """Give what the keeping needs."""
        return Kept.of_days(self.events_days, self.audits_days, self.summaries_days)


class PushTable(Table):
    name: Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,39}$")]
    type: Literal["webhook", "mqtt"]
    area: Annotated[str, Field(pattern="^[A-Za-z0-9._:-]{1,64}$")] = "top"
    kinds: list[Literal["alert", "health", "summary"]] = []
    batch: Annotated[int, Field(ge=1, le=500)] = 100
    from_beginning: bool = False
    url: Name | None = None
    secret_file: Name | None = None
    token_file: Name | None = None
    timeout: Annotated[int, Field(ge=1, le=60)] = 20
    host: Name | None = None
    port: Port = 1883
    topic: Name = "shouhu/feed"
    username: Name | None = None
    password_file: Name | None = None
    tls: bool = False
    tls_ca: Name | None = None
    tls_certificate: Name | None = None
    tls_key: Name | None = None

    def settings(self, directory: Path) -> PushSettings:
        """Give what the pushing needs."""
        to = self._webhook(directory) if self.type == "webhook" else self._broker(directory)
        kinds = tuple(f"shouhu.{kind}.v1" for kind in self.kinds)
        return PushSettings(self.name, to, self.area, kinds, self.batch, self.from_beginning)

    def _webhook(self, directory: Path) -> WebhookSettings:
        return WebhookSettings(
            self.url or "",
            directory / (self.secret_file or ""),
            token_file=_at(directory, self.token_file),
            tls_ca=_at(directory, self.tls_ca),
            tls_certificate=_at(directory, self.tls_certificate),
            tls_key=_at(directory, self.tls_key),
            timeout=self.timeout,
        )

    def _broker(self, directory: Path) -> RepublishSettings:
        return RepublishSettings(
            self.host or "",
            self.port,
            self.topic,
            username=self.username,
            password_file=_at(directory, self.password_file),
            tls_ca=_at(directory, self.tls_ca),
            tls_certificate=_at(directory, self.tls_certificate),
            tls_key=_at(directory, self.tls_key),
            tls=self.tls,
        )


class File(Table):
    database: DatabaseTable = DatabaseTable()
    web: WebTable = WebTable()
    mqtt: MqttTable | None = None
    https: HttpsTable | None = None
    gbt: GbtTable | None = None
    keep: KeepTable = KeepTable()
    push: list[PushTable] = []


def load(path: Path) -> Settings:
    """Read the file; where there is none, the defaults. Raises SettingsFailed."""
    tables = _read(path)
    file, faults = _shaped(tables)
    faults += faults_of(file.model_dump(exclude_unset=True), path.parent)
    if faults:
        raise SettingsFailed(faults)
    return _converted(file, path.parent)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")) if path.exists() else {}
    except UnicodeDecodeError as error:
        told = ("应存为 UTF-8 编码", "should be saved as UTF-8")
        raise SettingsFailed([Fault(path.name, *told)]) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsFailed([of_toml(path.name, error)]) from error
    except OSError as error:
        raise SettingsFailed([unread(path, error)]) from error


def _shaped(tables: dict[str, Any]) -> tuple[File, list[Fault]]:
    """Give what is sound of the file, and a fault for each key that is not."""
    sound = copy.deepcopy(tables)
    faults: list[Fault] = []
    while True:
        try:
            return File.model_validate(sound), faults
        except ValidationError as error:
            found = [(dict(each), [str(part) for part in each["loc"]]) for each in error.errors()]
            shaped = [of_shape(each, _known(path[:-1])) for each, path in found]
            told = {fault.place for fault in faults}  # what is taken out, a table may then lack
            faults += [fault for fault in shaped if fault.place not in told]
            for _, path in reversed(found):  # from the end: places in a list stay what they are
                _drop(sound, path)


def _known(path: list[str]) -> list[str]:
    """Give the keys that may stand in a table of the file."""
    if not path:
        return list(File.model_fields)
    field = File.model_fields.get(path[0])
    kinds = () if field is None else (field.annotation, *getattr(field.annotation, "__args__", ()))
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Table):
            return list(kind.model_fields)
    return []


def _drop(tables: dict[str, Any], path: list[str]) -> None:
    """Take a faulty key out, so that the rest can be looked at."""
    inner: Any = tables
    try:
        for part in path[:-1]:
            inner = inner[int(part) if isinstance(inner, list) else part]
        del inner[int(path[-1]) if isinstance(inner, list) else path[-1]]
    except (KeyError, IndexError, TypeError, ValueError):
        tables.pop(path[0], None)


def _converted(file: File, directory: Path) -> Settings:
    def made(table: Any) -> Any:
        return None if table is None else table.settings(directory)

    return Settings(
        database=database_url(file.database.model_dump(), directory),
        host=file.web.host,
        port=file.web.port,
        is_secure=file.web.behind_tls,
        address=file.web.address or "",
        proxies=tuple(file.web.proxies),
        second_factor=frozenset(file.web.second_factor),
        mqtt=made(file.mqtt),
        https=made(file.https),
        gbt=made(file.gbt),
        kept=file.keep.settings(directory),
        pushes=tuple(made(table) for table in file.push),
    )


def _at(directory: Path, name: str | None) -> Path | None:
    return None if name is None else directory / name
