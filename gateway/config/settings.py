"""What the gateway itself is told: its store, broker, log and channels, from gateway.toml.

The households stand in files of their own: household.py.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from gateway.config.channels import (
    ChannelSettings,
    ModemPort,
    channel_settings,
    check_channels,
    modem_port,
)
from gateway.config.faults import Source
from gateway.config.messages import templates
from gateway.config.metrics import MetricsSettings, metrics_settings
from gateway.config.page import PageSettings, check_page, page_settings
from gateway.config.read import Tables
from gateway.config.references import Seen, all_words, rows, table, word, words
from gateway.config.secret import located, read_secret, warn_if_open
from gateway.config.shape import GatewayFile, MqttTable
from gateway.config.uplink import UplinkSettings, check_uplink, uplink_settings
from gateway.language import Phrase
from gateway.sources.ble_settings import BleSettings
from gateway.sources.mqtt_settings import MqttSettings, MqttVersion
from gateway.templates import Templates

PLAIN_PORT, TLS_PORT = 1883, 8883
_HERE = ("localhost", "127.0.0.1", "::1")


class StoreSettings(Struct, frozen=True):
    """Where readings and alerts are kept, and readings for how long."""

    directory: Path
    keep: timedelta


class LogSettings(Struct, frozen=True):
    """How much is logged, and for whom: people (text) or programs (json)."""

    level: str
    format: str


class Settings(Struct, frozen=True):
    """Everything in gateway.toml."""

    store: StoreSettings
    mqtt: MqttSettings
    subscribe: tuple[str, ...]  # empty: what the devices need
    serial: Mapping[str, str]  # the path of each port, by its id
    ble: BleSettings
    log: LogSettings
    channels: tuple[ChannelSettings, ...]
    modem: ModemPort | None = None  # what texts and calls go over
    profiles: tuple[Path, ...] = ()  # directories of third parties
    uplink: UplinkSettings | None = None
    page: PageSettings | None = None  # None: no page is served
    metrics: MetricsSettings | None = None  # None: nobody may read figures
    templates: Templates = Templates()  # the house's own words
    command_topic: str = ""  # where requests are heard over MQTT; empty: nowhere


def check_gateway(tables: Tables, directory: Path, source: Source) -> None:
    """Report everything in gateway.toml that does not hang together or is not there."""
    seen = Seen()
    check_channels(tables, directory, source)
    for place, row in rows(tables, "serial"):
        if name := word(row, "id"):
            seen.note("port", "", name, source, f"{place}.id")
    _check_broker(table(tables, "mqtt"), directory, source)
    check_uplink(tables, directory, source)
    check_page(tables, directory, source)
    for number, name in enumerate(words(tables.get("profiles"))):
        if not (directory / name).is_dir():
            wrong = Phrase("fault.directory_missing", {"path": directory / name})
            source.fault(f"profiles[{number}]", wrong, Phrase("mend.directory_missing"))


def channel_ids(tables: Tables) -> frozenset[str]:
    """Give the ids of the channels, whatever else may be wrong with them."""
    return frozenset(all_words(tables, "channel", "id"))


def settings(file: GatewayFile, directory: Path, source: Source) -> Settings:
    """Turn a file without faults into settings."""
    store = StoreSettings(directory / file.store.directory, timedelta(days=file.store.keep_days))
    return Settings(
        store=store,
        mqtt=_broker(file.mqtt, directory),
        subscribe=tuple(file.mqtt.subscribe),
        serial={each.id: str(directory / each.port) for each in file.serial},
        ble=BleSettings(adapter=file.ble.adapter, silence=file.ble.silence),
        log=LogSettings(file.log.level, file.log.format),
        channels=channel_settings(file, directory, source),
        modem=modem_port(file.modem, directory, source),
        templates=templates({"messages": file.messages.model_dump()}, directory),
        profiles=tuple(directory / name for name in file.profiles),
        uplink=uplink_settings(file.uplink, directory),
        metrics=metrics_settings(file.metrics),
        page=page_settings(file.page, directory, source)
        if "page" in file.model_fields_set
        else None,
        command_topic=file.mqtt.command_topic or "",
    )


def _broker(mqtt: MqttTable, directory: Path) -> MqttSettings:
    def path(name: str | None) -> Path | None:
        return None if name is None else directory / name

    tls = mqtt.tls or mqtt.tls_ca is not None or mqtt.tls_certificate is not None
    password = None if mqtt.password_file is None else located(mqtt.password_file, directory)
    return MqttSettings(
        host=mqtt.host,
        port=mqtt.port or (TLS_PORT if tls else PLAIN_PORT),
        version=MqttVersion(mqtt.version),
        client_id=mqtt.client_id,
        tls=tls,
        tls_ca=path(mqtt.tls_ca),
        tls_certificate=path(mqtt.tls_certificate),
        tls_key=path(mqtt.tls_key),
        username=mqtt.username,
        password_file=password,
        keepalive=mqtt.keepalive,
        session_expiry=mqtt.session_expiry,
    )


def _check_broker(mqtt: Tables, directory: Path, source: Source) -> None:
    for key in ("tls_ca", "tls_certificate", "tls_key"):
        name = word(mqtt, key)
        if name is not None and not (directory / name).is_file():
            wrong = Phrase("fault.file_missing", {"path": directory / name})
            source.fault(f"mqtt.{key}", wrong, Phrase("mend.file_missing"))
    for key, other in (
        ("tls_certificate", "tls_key"),
        ("tls_key", "tls_certificate"),
        ("password_file", "username"),
    ):
        if key in mqtt and other not in mqtt:
            values = {"key": key, "other": other}
            source.fault(f"mqtt.{key}", Phrase("fault.needs", values), Phrase("mend.needs", values))
    if (key_file := word(mqtt, "tls_key")) is not None and (directory / key_file).is_file():
        path = directory / key_file
        warn_if_open(path.stat().st_mode, path, source, "mqtt.tls_key")
    if (password := word(mqtt, "password_file")) is not None:
        read_secret(password, directory, source, "mqtt.password_file")
        _check_privacy(mqtt, source)


def _check_privacy(mqtt: Tables, source: Source) -> None:
    host = word(mqtt, "host") or "127.0.0.1"
    is_encrypted = mqtt.get("tls") is True or "tls_ca" in mqtt or "tls_certificate" in mqtt
    if host not in _HERE and not is_encrypted:
        wrong = Phrase("fault.plain_password", {"host": host})
        source.warn("mqtt.password_file", wrong, Phrase("mend.plain_password"))
