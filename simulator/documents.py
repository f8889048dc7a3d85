"""Changes a JSON document at a path, and a line at a key, as gateway.wire reads them.

What is to be put there is others' to say.
"""

import binascii
import json

from gateway.wire.tokens import Path, dig
from simulator.encoding import Undraftable


def text_of(document: object) -> bytes:
    """Write a document as a device does; a bare word stands for itself."""
    is_word = isinstance(document, str)
    return str(document).encode() if is_word else json.dumps(document, ensure_ascii=False).encode()


def wrapped(data: bytes, is_hex: bool) -> str:
    """Give bytes as they travel inside a text."""
    return data.hex() if is_hex else binascii.b2a_base64(data, newline=False).decode()


def unwrapped(document: object, path: Path, is_hex: bool) -> bytes:
    """Give the bytes that travel as text at a path; raise Undraftable where there are none."""
    text = dig(document, path)
    if not isinstance(text, str):
        raise Undraftable("the text with its bytes is not there")
    try:
        return bytes.fromhex(text) if is_hex else binascii.a2b_base64(text)
    except ValueError as error:
        raise Undraftable("the text does not stand for bytes") from error


def put(document: dict[str, object], path: Path, raw: object) -> bool:
    """Set what `dig` finds at a path, objects on the way included; say whether that can be."""
    holder = dig(document, path[:-1])
    for length in range(1, len(path)):
        if dig(document, path[:length]) is None and path[length - 1] != "*":
            put(document, path[:length], {})
            holder = dig(document, path[:-1])
    key = path[-1]
    if isinstance(holder, list):
        at = 0 if key == "*" else int(key) if key.isdecimal() else len(holder)
        if at >= len(holder):
            return False
        holder[at] = raw
    elif isinstance(holder, dict):
        holder[next(iter(holder), key) if key == "*" else key] = raw
    return isinstance(holder, dict | list)


def remove(document: object, path: Path) -> bool:
    """Take away what stands at a path; say whether there was anything."""
    holder = dig(document, path[:-1])
    return isinstance(holder, dict) and holder.pop(path[-1], None) is not None


def line_document(parts: list[str], equals: str) -> dict[str, object]:
    """Give the parts of a line by key, and those without one by number."""
    document: dict[str, object] = {}
    for number, part in enumerate(parts):
        key, has_key, value = part.partition(equals)
        document[key.strip() if has_key else str(number)] = (value if has_key else key).strip()
    return document


def put_part(parts: list[str], equals: str, key: str, raw: object) -> bool:
    """Set a part of a line by its key or number; say whether that can be."""
    keys = [part.partition(equals)[0].strip() for part in parts]
    if key.isdecimal():
        if int(key) >= len(parts):
            return False
        parts[int(key)] = str(raw)
    elif key in keys:
        parts[keys.index(key)] = f"{key}{equals}{raw}"
    else:
        at = len(parts) - (not parts[-1])  # a line may end with its separator
        parts.insert(at, f"{key}{equals}{raw}")
    return True
