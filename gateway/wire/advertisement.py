"""What one Bluetooth advertisement holds, and how it travels in the payload of a packet.

What it means is left to the profiles; how it was heard, to the source.
"""

from collections.abc import Callable
from typing import Annotated, cast

import msgspec
from msgspec import Meta, Struct

Company = Annotated[int, Meta(ge=0, le=0xFFFF)]
_BASE = "-0000-1000-8000-00805f9b34fb"  # Bluetooth Core, volume 3, part B, 2.5.1


class Advertisement(Struct, frozen=True, omit_defaults=True):
    """Everything that was advertised; a part that was not is empty.

    `manufacturer` is by company number, `services` by short uuid ("fcd2") or, where there is none,
    the full one in lower case; `uuids` names the services in the same way.
    """

    name: str = ""
    manufacturer: dict[Company, bytes] = {}
    services: dict[str, bytes] = {}
    uuids: tuple[str, ...] = ()
    rssi: int | None = None


pack = cast("Callable[[Advertisement], bytes]", msgspec.msgpack.Encoder().encode)
_decode = msgspec.msgpack.Decoder(Advertisement).decode


def unpack(payload: bytes) -> Advertisement | None:
    """Give what `pack` packed; None for anything else."""
    try:
        return _decode(payload)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def short_uuid(uuid: str) -> str:
    """Name a service or characteristic as profiles do: "2a37", or 36 lower-case characters."""
    uuid = uuid.lower()
    if len(uuid) == 36 and uuid.startswith("0000") and uuid.endswith(_BASE):
        return uuid[4:8]
    return uuid


def full_uuid(uuid: str) -> str:
    """Give the 36 characters that `short_uuid` may have shortened."""
    uuid = uuid.lower()
    return f"0000{uuid}{_BASE}" if len(uuid) == 4 else uuid
