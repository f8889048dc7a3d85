"""What the gateway itself is told: its store, broker, log and channels, from gateway.toml.

The households stand in files of their own: household.py.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from gateway.config.faults import Source
from gateway.config.read import Tables
from gateway.config.references import Seen, all_words, rows, table, word, words
from gateway.config.secret import Secret, located, read_secret, warn_if_open
from gateway.config.shape import ChannelTable, GatewayFile, MqttTable
from gateway.language import Phrase
from gateway.sources.ble_settings import BleSettings
from gateway.sources.mqtt_settings import MqttSettings, MqttVersion

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


class ChannelSettings(Struct, frozen=True):
    """One way to reach people."""

    id: str
    type: str
    url: Secret


class Settings(Struct, frozen=True):
    """Everything in gateway.toml."""

    store: StoreSettings
    mqtt: MqttSettings
    subscribe: tuple[str, ...]  # empty: what the devices need
    serial: Mapping[str, str]  # the path of each port, by its id
    ble: BleSettings
    log: LogSettings
    channels: tuple[ChannelSettings, ...]
    profiles: tuple[Path, ...] = ()  # directories of third parties


def check_gateway(tables: Tables, directory: Path, source: Source) -> None:
    """Report everything in gateway.toml that does not hang together or is not there."""
    seen = Seen()
    for place, row in rows(tables, "channel"):
        if name := word(row, "id"):
            seen.note("channel", "", name, source, f"{place}.id")
        _check_channel(place, row, directory, source)
    for place, row in rows(tables, "serial"):
        if name := word(row, "id"):
            seen.note("port", "", name, source, f"{place}.id")
    _check_broker(table(tables, "mqtt"), directory, source)
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
        channels=tuple(
            ChannelSettings(each.id, each.type, secret)
            for number, each in enumerate(file.channel)
            if (secret := _address(each, number, directory, source)) is not None
        ),
        profiles=tuple(directory / name for name in file.profiles),
    )


def _address(channel: ChannelTable, number: int, directory: Path, source: Source) -> Secret | None:
    if channel.url is not None:
        return Secret(channel.url)
    return read_secret(channel.url_file or "", directory, source, f"channel[{number}].url_file")


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


def _check_channel(place: str, row: Tables, directory: Path, source: Source) -> None:
    url, url_file = word(row, "url"), word(row, "url_file")
    if "url" in row and "url_file" in row:
        source.fault(place, Phrase("fault.url_both"), Phrase("mend.url_one"))
    if "url" not in row and "url_file" not in row:
        source.fault(place, Phrase("fault.url_none"), Phrase("mend.url_one"))
    where = f"{place}.url" if url is not None else f"{place}.url_file"
    if url is not None:
        path = directory / "gateway.toml"
        warn_if_open(path.stat().st_mode, path, source, where)
    elif url_file is not None:
        secret = read_secret(url_file, directory, source, where)
        url = None if secret is None else secret.reveal()
    if url is not None and not _has_scheme(url):
        source.fault(where, Phrase("fault.bad_url"), Phrase("mend.bad_url"))


def _has_scheme(url: str) -> bool:
    scheme, mark, rest = url.partition("://")
    return bool(mark and rest) and scheme.isascii() and scheme.isalnum()


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
