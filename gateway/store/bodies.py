"""How values become bytes and numbers on disk, and come back exactly equal."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_ENCODER = msgspec.msgpack.Encoder()


def pack(what: object) -> bytes:
    """Encode a body.

    Half of a surrogate pair, which JSON and command lines may hold and UTF-8 may not, becomes a
    question mark: a receiver's odd answer must not stop the daemon.
    """
    try:
        return _ENCODER.encode(what)
    except UnicodeEncodeError:
        plain = msgspec.to_builtins(what, builtin_types=(bytes, datetime, timedelta))
        return _ENCODER.encode(_scrubbed(plain))


def _scrubbed(plain: object) -> object:
    if isinstance(plain, str):
        return plain.encode(errors="replace").decode()
    if isinstance(plain, dict):
        return {key: _scrubbed(value) for key, value in plain.items()}
    if isinstance(plain, list | tuple):
        return [_scrubbed(value) for value in plain]
    return plain


class Unreadable:
    """The rows that could not be read, by name.

    One rotten row must not keep the house from being watched: it is left out, and named here.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()

    def note(self, table: str, key: str | int) -> None:
        """Name a row that is left out."""
        self.names.add(f"{table} {key}")

    def readable(
        self,
        table: str,
        rows: Iterable[tuple[str | int, bytes]],
        decoder: msgspec.msgpack.Decoder[T],
    ) -> list[T]:
        """Decode the bodies of these rows of key and body."""
        found = []
        for key, body in rows:
            try:
                found.append(decoder.decode(body))
            except (ValueError, TypeError, OverflowError):
                self.note(table, key)
        return found


def to_microseconds(wall: datetime) -> int:
    """Give an aware time as whole microseconds since 1970, exactly."""
    return (wall - EPOCH) // MICROSECOND


def from_microseconds(count: int) -> datetime:
    """Give the time back, in UTC."""
    return EPOCH + timedelta(0, 0, count)
