"""Whether the examples of a profile hold: what each should mean, and what it means.

What to do about one that does not is its caller's business.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from edge.model import Kind, Moment, Value
from gateway.wire.decoder import Decoded
from gateway.wire.profile import Example, Profile
from gateway.wire.refusal import Refusal
from gateway.wire.trial import decode_example

# No device that anybody has seen says a later time, so none is ahead of its receipt.
RECEIVED = Moment.of(datetime(2100, 1, 1, tzinfo=UTC))


class Miss(Struct, frozen=True):
    """An example that does not hold."""

    number: int
    expected: str
    got: str


def misses(profile: Profile) -> list[Miss]:
    """Try every example of a profile, and give those that mean something else than they say."""
    found = []
    for number, example in enumerate(profile.examples):
        decoded = decode_example(profile, example, RECEIVED)
        expected, got = _expected(example), _said(decoded)
        if expected != got:
            found.append(Miss(number, expected, got))
    return found


def _expected(example: Example) -> str:
    online = () if example.bridge_online is None else (example.bridge_online,)
    return _told(example.readings, example.refused, online)


def _said(decoded: Decoded) -> str:
    readings = {reading.kind: reading.value for reading in decoded.readings}
    reasons = [refused.reason for refused in decoded.refused]
    return _told(readings, reasons, [state.online for state in decoded.bridges])


def _told(
    readings: Mapping[Kind, Value], refused: Iterable[Refusal], online: Iterable[bool]
) -> str:
    """Write what a message means as its example would; two that are written alike are alike."""
    parts = [f"{kind} = {_value(readings[kind])}" for kind in Kind if kind in readings]
    parts += [f"refused {reason}" for reason in refused]
    parts += [f"bridge_online = {_value(each)}" for each in online]
    return ", ".join(parts) or "nothing"


def _value(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:.12g}"
