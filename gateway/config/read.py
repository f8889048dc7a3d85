"""Reads one TOML file; whatever hinders that becomes a fault with its line and its mend.

What the tables mean is decided in shape.py and by those who convert it.
"""

import errno
import os
import re
import tomllib
from pathlib import Path

from gateway.config.faults import Faults, Source
from gateway.config.lines import lines_of
from gateway.language import Phrase

LARGEST = 1024 * 1024
Tables = dict[str, object]

_WHERE = re.compile(
    r"^(?P<why>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of .*)\)$"
)
# Typed by a Chinese keyboard and told from the right sign only by a close look: the full-width
# forms stand 0xFEE0 above the signs that they imitate.
_WIDE = {chr(ord(sign) + 0xFEE0): sign for sign in "\"#',.=[]"}
_WIDE |= {"“": '"', "”": '"', "‘": "'", "’": "'", "【": "[", "】": "]"}
_BARE = re.compile(r"=\s*[^\s\"'\[{\d+\-tf#]")


def read(path: Path, name: str, faults: Faults) -> tuple[Tables, Source] | None:
    """Read a file; None when it cannot be read as TOML, with the reason among the faults."""
    source = Source(name, faults)
    raw = _bytes(path, source)
    text = None if raw is None else _text(raw, source)
    if text is None:
        return None
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _report_syntax(str(error), text, source)
        return None
    except RecursionError:
        source.fault("", Phrase("fault.nested"), Phrase("mend.nested"))
        return None
    return tables, Source(name, faults, lines_of(text))


def _bytes(path: Path, source: Source) -> bytes | None:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        source.fault("", Phrase("fault.unreadable", {"why": why(error)}), Phrase("mend.unreadable"))
        return None
    if len(raw) > LARGEST:
        source.fault("", Phrase("fault.too_large", {"limit": "1 MB"}), Phrase("mend.too_large"))
        return None
    return raw


def _text(raw: bytes, source: Source) -> str | None:
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode(errors="replace")) + 1
        values = {"byte": f"0x{raw[error.start]:02X}", "line": line, "column": column}
        seems = _encoding(raw)
        mend = Phrase("mend.encoding_seems" if seems else "mend.encoding", {"encoding": seems})
        source.fault("", Phrase("fault.encoding", values), mend, line)
        return None


def _encoding(raw: bytes) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    for codec, name in (("gbk", "GBK"), ("gb18030", "GB18030"), ("big5", "Big5")):
        try:
            raw.decode(codec)
        except UnicodeDecodeError:
            continue
        return name
    return ""


def _report_syntax(message: str, text: str, source: Source) -> None:
    found = _WHERE.match(message)
    lines = text.split("\n")
    if found is None or found["line"] is None:
        line, column = len(lines), len(lines[-1]) + 1
    else:
        line, column = int(found["line"]), int(found["column"])
    why = message if found is None else found["why"]
    shown = _without_secret(lines[min(line, len(lines)) - 1].strip()[:80])
    values = {"line": line, "column": column, "why": why}
    source.fault("", Phrase("fault.syntax", values), _syntax_mend(shown), line)


def _without_secret(line: str) -> str:
    """Hide what stands behind `url =`: notification addresses hold keys."""
    key, equals, _ = line.partition("=")
    is_secret = (bool(equals) and key.strip().startswith("url")) or "://" in line
    return f"{key.strip()} = …" if is_secret else line


def _syntax_mend(shown: str) -> Phrase:
    unquoted = re.sub(r'"[^"]*"|#.*', "", shown)
    wide = next((sign for sign in unquoted if sign in _WIDE), None)
    if wide is not None:
        return Phrase("mend.wide", {"wrong": wide, "right": _WIDE[wide], "text": shown})
    if _BARE.search(shown):
        return Phrase("mend.quote", {"text": shown})
    return Phrase("mend.syntax", {"text": shown})


def why(error: OSError) -> Phrase | str:
    """Say in a few words why the system refused a file."""
    known = {
        errno.EACCES: "why.forbidden",
        errno.EPERM: "why.forbidden",
        errno.ENOENT: "why.missing",
        errno.EISDIR: "why.directory",
        errno.ENOTDIR: "why.missing",
        errno.ELOOP: "why.loop",
        errno.EIO: "why.disk",
    }
    key = known.get(error.errno or 0)
    return Phrase(key) if key else (os.strerror(error.errno) if error.errno else str(error))
