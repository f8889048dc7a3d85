"""The ways to people in gateway.toml: each of one of five kinds, and the modem that two share.

What a channel does with its settings is its own: gateway/channels.
"""

import ssl
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from gateway.channels.numbers import is_number
from gateway.channels.siren import SirenSettings
from gateway.channels.webhook import key_of
from gateway.config.faults import Source
from gateway.config.read import Tables
from gateway.config.references import Seen, rows, table, word, words
from gateway.config.secret import Secret, read_secret, warn_if_open
from gateway.config.shape import ChannelTable, GatewayFile, ModemTable
from gateway.language import Phrase

_COMMON = frozenset({"id", "type", "unproven_after"})
# What each kind takes beside those.
TAKES: Mapping[str, tuple[str, ...]] = {
    "apprise": ("url", "url_file"),
    "sms": (),
    "call": (),
    "webhook": ("url", "url_file", "secret_file", "tls_ca"),
    "siren": ("topic", "on", "off", "drill", "sounds_for"),
}
NEEDS: Mapping[str, tuple[str, ...]] = {"webhook": ("secret_file",), "siren": ("topic",)}
BY_MODEM = frozenset({"sms", "call"})
_HERE = ("localhost", "127.0.0.1", "::1")


class AppriseWay(Struct, frozen=True):
    """One address that apprise understands."""

    id: str
    unproven_after: timedelta
    url: Secret


class WebhookWay(Struct, frozen=True):
    """Somebody's own program, to which messages are posted signed."""

    id: str
    unproven_after: timedelta
    url: Secret
    secret: Secret
    tls_ca: Path | None


class SmsWay(Struct, frozen=True):
    """Short messages over the modem."""

    id: str
    unproven_after: timedelta


class CallWay(Struct, frozen=True):
    """Calls over the modem."""

    id: str
    unproven_after: timedelta


class SirenWay(Struct, frozen=True):
    """A siren in the home."""

    id: str
    unproven_after: timedelta
    siren: SirenSettings


ChannelSettings = AppriseWay | WebhookWay | SmsWay | CallWay | SirenWay


class ModemPort(Struct, frozen=True):
    """The serial port of the modem, and what unlocks its card."""

    path: str
    baud: int
    pin: Secret | None


def check_channels(tables: Tables, directory: Path, source: Source) -> None:
    """Report everything about the channels that does not hang together or is not there."""
    seen = Seen()
    for place, row in rows(tables, "channel"):
        if name := word(row, "id"):
            seen.note("channel", "", name, source, f"{place}.id")
        _check_keys(place, row, source)
        kind = word(row, "type") or "apprise"
        if kind in ("apprise", "webhook"):
            _check_address(place, row, kind, directory, source)
        if kind == "webhook":
            _check_webhook(place, row, directory, source)
    _check_modem(tables, directory, source)


def check_phones(tables: Tables, source: Source, gateway: Tables) -> None:
    """Report contacts of a household who are to be reached by telephone, and have no number."""
    ways = rows(gateway, "channel")
    phones = {word(row, "id") for _, row in ways if word(row, "type") in BY_MODEM}
    for place, row in rows(tables, "contact"):
        needed = [name for name in words(row.get("channels")) if name in phones]
        number = word(row, "phone") or ""
        if needed and not is_number(number):
            values = {"channel": needed[0], "phone": number}
            wrong = Phrase("fault.no_phone" if not number else "fault.bad_phone", values)
            source.fault(f"{place}.phone", wrong, Phrase("mend.no_phone"))


def channel_settings(
    file: GatewayFile, directory: Path, source: Source
) -> tuple[ChannelSettings, ...]:
    """Turn channels without faults into settings."""
    found = (
        _channel(each, f"channel[{number}]", directory, source)
        for number, each in enumerate(file.channel)
    )
    return tuple(each for each in found if each is not None)


def modem_port(modem: ModemTable, directory: Path, source: Source) -> ModemPort | None:
    """Give where the modem is; None where there is none."""
    if modem.port is None:
        return None
    pin = None
    if modem.pin_file is not None:
        pin = read_secret(modem.pin_file, directory, source, "modem.pin_file")
    return ModemPort(str(directory / modem.port), modem.baud, pin)


def _channel(
    each: ChannelTable, place: str, directory: Path, source: Source
) -> ChannelSettings | None:
    head = each.id, each.unproven_after
    match each.type:
        case "sms":
            return SmsWay(*head)
        case "call":
            return CallWay(*head)
        case "siren":
            return SirenWay(*head, _siren(each))
    url = _address(each, place, directory, source)
    if url is None or each.type == "apprise":
        return None if url is None else AppriseWay(*head, url)
    secret = read_secret(each.secret_file or "", directory, source, f"{place}.secret_file")
    ca = None if each.tls_ca is None else directory / each.tls_ca
    return None if secret is None else WebhookWay(*head, url, secret, ca)


def _siren(each: ChannelTable) -> SirenSettings:
    drill = each.drill.encode() or None
    on, off = each.on.encode(), each.off.encode()
    return SirenSettings(each.topic or "", on, off, drill, each.sounds_for)


def _address(each: ChannelTable, place: str, directory: Path, source: Source) -> Secret | None:
    if each.url is not None:
        return Secret(each.url)
    return read_secret(each.url_file or "", directory, source, f"{place}.url_file")


def _check_keys(place: str, row: Tables, source: Source) -> None:
    kind = word(row, "type") or ""
    if kind not in TAKES:
        return  # its shape says so
    known = ChannelTable.model_fields.keys()
    for key in sorted((row.keys() & known) - _COMMON - set(TAKES[kind])):
        names = ", ".join(TAKES[kind]) or "id, type, unproven_after"
        values = {"key": key, "kind": kind, "names": names}
        wrong = Phrase("fault.channel_key", values)
        source.fault(f"{place}.{key}", wrong, Phrase("mend.channel_key", values))
    for key in NEEDS.get(kind, ()):
        if key not in row:
            values = {"key": key, "kind": kind}
            wrong = Phrase("fault.channel_needs", values)
            source.fault(place, wrong, Phrase("mend.channel_needs", values))


def _check_address(place: str, row: Tables, kind: str, directory: Path, source: Source) -> None:
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
    if url is None:
        return
    if kind == "webhook":
        _check_post(url, where, source)
    elif not _has_scheme(url):
        source.fault(where, Phrase("fault.bad_url"), Phrase("mend.bad_url"))


def _has_scheme(url: str) -> bool:
    scheme, mark, rest = url.partition("://")
    return bool(mark and rest) and scheme.isascii() and scheme.isalnum()


def _check_post(url: str, where: str, source: Source) -> None:
    """Report what is no web address; the address itself may be a secret and is not shown."""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if not is_web:
        source.fault(where, Phrase("fault.webhook_url"), Phrase("mend.webhook_url"))
    elif parts.scheme == "http" and parts.hostname not in _HERE:
        source.warn(where, Phrase("fault.webhook_plain"), Phrase("mend.webhook_plain"))


def _check_webhook(place: str, row: Tables, directory: Path, source: Source) -> None:
    if (name := word(row, "tls_ca")) is not None and not (directory / name).is_file():
        wrong = Phrase("fault.file_missing", {"path": directory / name})
        source.fault(f"{place}.tls_ca", wrong, Phrase("mend.file_missing"))
    elif name is not None:
        _check_certificates(directory / name, f"{place}.tls_ca", source)
    if (name := word(row, "secret_file")) is None:
        return
    secret = read_secret(name, directory, source, f"{place}.secret_file")
    if secret is None:
        return
    try:
        key_of(secret.reveal())
    except ValueError:
        wrong = Phrase("fault.webhook_secret")
        source.fault(f"{place}.secret_file", wrong, Phrase("mend.webhook_secret"))


def _check_certificates(path: Path, place: str, source: Source) -> None:
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError):  # SSLError is an OSError
        wrong = Phrase("fault.no_certificate", {"path": path})
        source.fault(place, wrong, Phrase("mend.no_certificate"))


def _check_modem(tables: Tables, directory: Path, source: Source) -> None:
    modem = table(tables, "modem")
    port = word(modem, "port")
    ways = rows(tables, "channel")
    users = [place for place, row in ways if word(row, "type") in BY_MODEM]
    if users and "port" not in modem:
        source.fault(users[0], Phrase("fault.no_modem"), Phrase("mend.no_modem"))
    if port is not None and not users:
        source.warn("modem.port", Phrase("fault.idle_modem"), Phrase("mend.idle_modem"))
    if (pin := word(modem, "pin_file")) is not None:
        secret = read_secret(pin, directory, source, "modem.pin_file")
        if secret is not None and not (secret.reveal().isascii() and secret.reveal().isdigit()):
            source.fault("modem.pin_file", Phrase("fault.bad_pin"), Phrase("mend.bad_pin"))
    for _, row in rows(tables, "serial"):
        if port is not None and word(row, "port") == port:
            values = {"port": word(row, "id") or ""}
            wrong = Phrase("fault.modem_shared", values)
            source.fault("modem.port", wrong, Phrase("mend.modem_shared"))
