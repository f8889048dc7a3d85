"""What does not hang together in the [[push]] tables of district.toml: every fault at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from district.faults import Fault
from district.outward.webhook import secrets_of

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
TLS = ("tls_ca", "tls_certificate", "tls_key")
KEYS = {
    "webhook": ("url", "secret_file", "token_file", "timeout", *TLS),
    "mqtt": ("host", "port", "topic", "username", "password_file", "tls", *TLS),
}
NEEDED = {"webhook": ("url", "secret_file"), "mqtt": ("host",)}
PAIRS = (
    ("password_file", "username"),
    ("tls_certificate", "tls_key"),
    ("tls_key", "tls_certificate"),
)
FILES = ("token_file", "password_file", *TLS)
Push = Mapping[str, Any]


def faults_of(pushes: Sequence[Push], directory: Path) -> Iterator[Fault]:
    """Give every fault of tables whose keys are sound each by itself."""
    named: defaultdict[str, list[int]] = defaultdict(list)
    for number, push in enumerate(pushes):
        named[str(push.get("name"))].append(number)
        place = f"push.{number}"
        for look in (_keys, _url, _topic):
            yield from look(push, place)
        yield from _files(push, place, directory)
    for name, (_, *others) in named.items():
        for number in others:
            told = (f"{name} 已有了，名称不能重复", f"{name} is there already; names differ")
            yield Fault(f"push.{number}.name", *told)


def _keys(push: Push, place: str) -> Iterator[Fault]:
    kind = str(push.get("type"))
    for key in NEEDED.get(kind, ()):
        if key not in push:
            yield Fault(f"{place}.{key}", "缺少这个键", "this key is missing")
    for other, keys in KEYS.items():
        for key in push.keys() & set(keys) if other != kind else ():
            if key not in KEYS.get(kind, ()):
                yield Fault(f"{place}.{key}", f"只用于 {other}", f"is for {other} only")
    for key, also in PAIRS:
        if key in push and also not in push:
            yield Fault(f"{place}.{key}", f"还要写 {also}", f"needs {also} too")


def _url(push: Push, place: str) -> Iterator[Fault]:
    if "url" not in push:
        return
    try:
        parts = urlsplit(str(push["url"]))
        host, scheme, is_named = parts.hostname, parts.scheme, parts.username is not None
    except ValueError:
        host, scheme, is_named = None, "", False
    example = "https://platform.example.org/feed"
    if not host or scheme not in {"http", "https"}:
        yield Fault(f"{place}.url", f"应写成例如 {example}", f"should be e.g. {example}")
    elif scheme == "http" and host not in LOOPBACK:
        yield Fault(
            f"{place}.url",
            "离开本机必须用 https：里面有住户的警报",
            "beyond this machine it should be https: it carries people's alerts",
        )
    if is_named:
        yield Fault(
            f"{place}.url",
            "地址里不写用户名和密码：放进文件，用 token_file 指向它",
            "holds a name or password: put a token into a file, and name that by token_file",
        )


def _topic(push: Push, place: str) -> Iterator[Fault]:
    topic = str(push.get("topic", "shouhu/feed"))
    if set(topic) & set("+#\0$") or topic != topic.strip("/"):
        yield Fault(
            f"{place}.topic",
            "不能有 + # $，首尾不能是 /",
            "should be without + # $ and without / at its ends",
        )


def _files(push: Push, place: str, directory: Path) -> Iterator[Fault]:
    for key in FILES:
        if key in push:
            try:
                (directory / push[key]).read_bytes()
            except OSError as error:
                yield _unread(f"{place}.{key}", directory / push[key], error)
    if "secret_file" in push:
        path = directory / push["secret_file"]
        try:
            secrets_of(path)
        except OSError as error:
            yield _unread(f"{place}.secret_file", path, error)
        except ValueError:
            yield Fault(
                f"{place}.secret_file",
                "每行一个密钥，至少 24 个字节；以 whsec_ 开头的，后面是 base64",
                "should hold a secret a line, of 24 bytes at least; after whsec_ in base64",
            )


def _unread(place: str, path: Path, error: OSError) -> Fault:
    why = f"{path}: {error.strerror}"
    return Fault(place, f"读不了这个文件（{why}）", f"cannot be read: {why}")
