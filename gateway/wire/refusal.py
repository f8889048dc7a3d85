"""What becomes of one packet: readings, bridge states, and what was refused with its reason.

It names the reasons; who counts and logs them is the daemon's business.
"""

from enum import StrEnum

from msgspec import Struct

from edge.model import Reading

_DETAIL = 80


class Refusal(StrEnum):
    """Why a message, or one part of it, was not believed."""

    UNKNOWN_DEVICE = "unknown_device"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_JSON = "not_json"
    NOT_TEXT = "not_text"
    NOT_A_NUMBER = "not_a_number"
    WRONG_TYPE = "wrong_type"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_VALUE = "unknown_value"
    MISDATED = "misdated"
    DAMAGED = "damaged"
    UNKNOWN_FRAME = "unknown_frame"
    NO_KEY = "no_key"  # encrypted, and nobody has told the key
    NOT_AUTHENTIC = "not_authentic"
    REPLAYED = "replayed"
    RESET = "counter_reset"  # the battery was changed, or somebody plays an old recording
    DOWNGRADED = "downgraded"  # in the clear, from a device that has a key


class Refused(Struct, frozen=True):
    """One thing that was not believed; the detail is short and safe to log."""

    reason: Refusal
    detail: str


class BridgeState(Struct, frozen=True):
    """What a bridge, or its last will, says of itself."""

    bridge: str
    online: bool


class Doubt(Struct, frozen=True):
    """A device is not believed, for a reason, or is believed again."""

    household: str
    device: str
    reason: str
    stands: bool


class Decoded(Struct, frozen=True):
    """Everything that one packet meant."""

    readings: tuple[Reading, ...] = ()
    bridges: tuple[BridgeState, ...] = ()
    refused: tuple[Refused, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def safe(text: object) -> str:
    """Give a short printable form of anything a wire sent: one line, no control characters."""
    if isinstance(text, str):
        shown = text[:_DETAIL]
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
    if isinstance(text, list | dict):
        return "list" if isinstance(text, list) else "object"
    # A whole number of more than 4,300 digits does not turn into text at all.
    if isinstance(text, int) and abs(text) >= 10**20:
        return "a very large number"
    return str(text)[:_DETAIL]


def refused(reason: Refusal, detail: object) -> Refused:
    """Refuse something for a reason, with the value made safe to log."""
    return Refused(reason, safe(detail))
