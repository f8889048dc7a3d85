"""What in district.toml does not hang together, or is not there: every fault at once.

The shape of single keys is settings.py's.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from district.faults import Fault
from district.outward import checking as outward

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
EVERYWHERE = frozenset({"0.0.0.0", "::"})
BACKENDS = frozenset({"sqlite", "postgresql"})
FILES = {
    "database": ("url_file",),
    "mqtt": ("password_file", "tls_ca", "tls_certificate", "tls_key"),
    "https": ("certificate", "key", "clients"),
}
# What means nothing without the other.
NEEDS = {
    "mqtt": (
        ("password_file", "username"),
        ("tls_certificate", "tls_key"),
        ("tls_key", "tls_certificate"),
    ),
    "https": (
        ("certificate", "key"),
        ("certificate", "clients"),
        ("key", "certificate"),
        ("clients", "certificate"),
    ),
}
HOST = r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])"
PORTS = {"web": 8330, "https": 8340, "gbt": 8350}
Tables = Mapping[str, Any]


def faults_of(tables: Tables, directory: Path) -> list[Fault]:
    """Give every fault of a file whose keys are sound each by itself."""
    looks = (
        _files(tables, directory),
        _needs(tables),
        _open(tables),
        _reached(tables),
        _ports(tables),
    )
    pushes = outward.faults_of(tables.get("push", ()), directory)
    more = (_database(tables, directory), _addresses(tables), pushes)
    return [fault for look in (*looks, *more) for fault in look]


def database_url(table: Tables, directory: Path) -> str:
    """Give the database's address, from its file where it lies in one. Raises OSError."""
    if table.get("url_file"):
        return (directory / str(table["url_file"])).read_text(encoding="utf-8").strip()
    usual = f"sqlite:///{directory / (table.get('file') or 'district.db')}"
    return str(table.get("url") or usual)


def _files(tables: Tables, directory: Path) -> Iterator[Fault]:
    for name, keys in FILES.items():
        for key in keys:
            told = (tables.get(name) or {}).get(key)
            if told is None:
                continue
            path = directory / told
            try:
                with path.open("rb"):
                    pass
            except OSError as error:
                why = f"{path}: {error.strerror}"
                yield Fault(f"{name}.{key}", f"读不了这个文件（{why}）", f"cannot be read: {why}")


def _needs(tables: Tables) -> Iterator[Fault]:
    for name, pairs in NEEDS.items():
        table = tables.get(name) or {}
        for key, other in pairs:
            if key in table and other not in table:
                yield Fault(f"{name}.{key}", f"还要写 {other}", f"needs {other} too")


def _open(tables: Tables) -> Iterator[Fault]:
    """Find what would be spoken in the clear beyond this machine."""
    web, https = tables.get("web", {}), tables.get("https") or {}
    if web.get("host", "127.0.0.1") not in LOOPBACK and not web.get("behind_tls", False):
        yield Fault(
            "web.host",
            "对外开放时，前面要有讲 TLS 的代理；有了就写 behind_tls = true",
            "beyond this machine a proxy must speak TLS; where one does: behind_tls = true",
        )
    if https.get("host", "127.0.0.1") not in LOOPBACK and "certificate" not in https:
        yield Fault(
            "https.host",
            "对外开放时，双方都要有证书：写 certificate、key 和 clients",
            "beyond this machine both sides need certificates: certificate, key and clients",
        )


def _reached(tables: Tables) -> Iterator[Fault]:
    """Find an address of the desk that no telephone could open."""
    web = tables.get("web", {})
    scheme = "https" if web.get("behind_tls", False) else "https?"
    if not re.fullmatch(rf"{scheme}://{HOST}(:[0-9]{{1,5}})?", web.get("address", "https://x")):
        usual = "https://desk.example.org"
        yield Fault("web.address", f"应写成例如 {usual}", f"should be e.g. {usual}")
    for number, proxy in enumerate(web.get("proxies", ())):
        try:
            ip_network(proxy)
        except ValueError:
            told = ("应写成例如 10.0.0.5 或 10.0.0.0/24", "should be e.g. 10.0.0.5 or 10.0.0.0/24")
            yield Fault(f"web.proxies.{number}", *told)


def _ports(tables: Tables) -> Iterator[Fault]:
    taken: list[tuple[str, str, int]] = []
    for name, usual in PORTS.items():
        if name != "web" and tables.get(name) is None:
            continue
        table = tables.get(name) or {}
        host, port = table.get("host", "127.0.0.1"), table.get("port", usual)
        for first, other, its_port in taken:
            if port == its_port != 0 and (host == other or EVERYWHERE & {host, other}):
                told = (f"{port} 已给了 {first}", f"{port} is taken by {first} already")
                yield Fault(f"{name}.port", *told)
        taken.append((name, host, port))


def _database(tables: Tables, directory: Path) -> Iterator[Fault]:
    table = tables.get("database", {})
    if "url" in table and "url_file" in table:
        yield Fault("database.url", "url 和 url_file 只写一个", "url or url_file, not both")
        return
    key = "database.url_file" if "url_file" in table else "database.url"
    try:
        url = make_url(database_url(table, directory))
    except OSError:
        return  # the file's own fault says so
    except (ArgumentError, UnicodeDecodeError, ValueError):
        usual = "postgresql://shouhu@/district"
        yield Fault(key, f"应写成例如 {usual}", f"should be e.g. {usual}")
        return
    if url.get_backend_name() not in BACKENDS:
        yield Fault(key, "只能是 postgresql 或 sqlite", "should be postgresql or sqlite")
    if url.password is not None and "url_file" not in table:
        yield Fault(
            "database.url",
            "密码不写在这里：把整个地址放进一个文件，用 url_file 指向它",
            "holds a password: put the whole address into a file, and name that by url_file",
        )


def _addresses(tables: Tables) -> Iterator[Fault]:
    named: defaultdict[int, list[str]] = defaultdict(list)
    for name, address in ((tables.get("gbt") or {}).get("gateways") or {}).items():
        named[address].append(name)
    for address, (first, *others) in named.items():
        for name in others:
            yield Fault(
                f"gbt.gateways.{name}",
                f"地址 {address} 已给了 {first}",
                f"the address {address} is {first}'s already",
            )
