"""The uplink of gateway.toml: the paths to the far end, in order, each of one of three kinds."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from gateway.config.faults import Source
from gateway.config.read import Tables
from gateway.config.references import Seen, rows, table, word
from gateway.config.secret import located, read_secret
from gateway.config.shape import UplinkPathTable, UplinkTable
from gateway.language import Phrase
from gateway.sources.mqtt_settings import MqttSettings
from gateway.uplink.gbt_path import GbtSettings
from gateway.uplink.https_path import HttpsSettings

PathSettings = MqttSettings | HttpsSettings | GbtSettings
PLAIN_PORT, TLS_PORT = 1883, 8883
SUBJECT = "uplink"  # of what is told when no path answers
# With the spread after an outage everything is taken within a minute of the far end's return.
KEEPALIVE = timedelta(seconds=15)  # a cable that is cut shows after two of them
RETRY_MOST = timedelta(seconds=15)
FILES = ("tls_ca", "tls_certificate", "tls_key")
# What each kind takes beside its id and its kind; what stands first in it must be there.
TAKES = {
    "mqtt": ("host", "port", "tls", *FILES, "username", "password_file"),
    "https": ("url", *FILES),
    "gbt26875": ("host", "port", "ours", "theirs"),
}
NEEDS = {"mqtt": ("host",), "https": ("url",), "gbt26875": ("host", "port", "ours", "theirs")}
_GATEWAY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


class UplinkSettings(Struct, frozen=True):
    """What the gateway calls itself to the far end, and the ways there."""

    gateway: str
    paths: tuple[PathSettings, ...]


def check_uplink(tables: Tables, directory: Path, source: Source) -> None:
    """Report everything about the uplink that does not hang together or is not there."""
    if "uplink" not in tables:
        return
    uplink, seen = table(tables, "uplink"), Seen()
    name = word(uplink, "gateway") or ""
    if not _GATEWAY.fullmatch(name):
        wrong = Phrase("fault.uplink_gateway", {"name": name})
        source.fault("uplink.gateway", wrong, Phrase("mend.uplink_gateway"))
    paths = list(rows(uplink, "path"))
    if not paths:
        source.fault("uplink.path", Phrase("fault.uplink_no_path"), Phrase("mend.uplink_no_path"))
    for place, row in paths:
        where = f"uplink.{place}"
        if path := word(row, "id"):
            seen.note("uplink path", "", path, source, f"{where}.id")
        _check_keys(where, row, source)
        _check_files(where, row, directory, source)


def uplink_settings(file: UplinkTable, directory: Path) -> UplinkSettings | None:
    """Turn a table without faults into settings; None where there is no uplink."""
    if not file.path:
        return None
    paths = tuple(_path(each, file.gateway, directory) for each in file.path)
    return UplinkSettings(file.gateway, paths)


def _check_keys(where: str, row: Tables, source: Source) -> None:
    kind = word(row, "type") or ""
    if kind not in TAKES:
        return  # its shape says so
    for key in row.keys() - {"id", "type", *TAKES[kind]}:
        values = {"key": key, "kind": kind, "names": ", ".join(TAKES[kind])}
        wrong = Phrase("fault.uplink_key", values)
        source.fault(f"{where}.{key}", wrong, Phrase("mend.uplink_key", values))
    for key in NEEDS[kind]:
        if key not in row:
            values = {"key": key, "other": key, "kind": kind}
            wrong = Phrase("fault.uplink_needs", values)
            source.fault(where, wrong, Phrase("mend.uplink_needs", values))
    url = word(row, "url")
    if url is not None and (urlsplit(url).scheme, bool(urlsplit(url).hostname)) != ("https", True):
        wrong = Phrase("fault.uplink_url", {"url": url})
        source.fault(f"{where}.url", wrong, Phrase("mend.uplink_url"))


def _check_files(where: str, row: Tables, directory: Path, source: Source) -> None:
    for key in FILES:
        name = word(row, key)
        if name is not None and not (directory / name).is_file():
            wrong = Phrase("fault.file_missing", {"path": directory / name})
            source.fault(f"{where}.{key}", wrong, Phrase("mend.file_missing"))
    for key, other in (("tls_certificate", "tls_key"), ("password_file", "username")):
        if key in row and other not in row:
            values = {"key": key, "other": other}
            wrong = Phrase("fault.needs", values)
            source.fault(f"{where}.{key}", wrong, Phrase("mend.needs", values))
    if (password := word(row, "password_file")) is not None:
        read_secret(password, directory, source, f"{where}.password_file")


def _path(each: UplinkPathTable, gateway: str, directory: Path) -> PathSettings:
    def file(name: str | None) -> Path | None:
        return None if name is None else directory / name

    files = [file(name) for name in (each.tls_ca, each.tls_certificate, each.tls_key)]
    if each.type == "https":
        return HttpsSettings(each.url or "", each.id, *files)
    if each.type == "gbt26875":
        return GbtSettings(
            each.host or "", each.port or 0, each.ours or 0, each.theirs or 0, each.id
        )
    is_tls = each.tls or any(files)
    password = None if each.password_file is None else located(each.password_file, directory)
    return MqttSettings(
        host=each.host or "",
        port=each.port or (TLS_PORT if is_tls else PLAIN_PORT),
        name=each.id,
        client_id=f"shouhu-uplink-{gateway}",
        tls=is_tls,
        tls_ca=files[0],
        tls_certificate=files[1],
        tls_key=files[2],
        username=each.username,
        password_file=password,
        retry_most=RETRY_MOST,
        keepalive=KEEPALIVE,
    )
