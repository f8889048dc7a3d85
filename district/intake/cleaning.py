"""What no column or reader could hold in an event, taken out of it: the rest is heard all the same.

No text in PostgreSQL has a NUL, and what is nested without end breaks whatever writes it as JSON.
Whether the event can be kept at all, fitness.py says.
"""

import msgspec

from gateway.wire.uplink.event import Event, NoEvent, decode

NUL, INSTEAD = "\0", "\N{REPLACEMENT CHARACTER}"
DEEPEST = 16  # levels; what a home says of an alert has five
SHALLOW = 100  # brackets: so many are no deeper than any reader goes
CUT = "…"


def cleaned(event: Event, body: str) -> tuple[Event, str]:
    """Give an event and its text without NULs, and without what is nested too deep."""
    if "\\u0000" not in body and body.count("[") + body.count("{") <= SHALLOW:
        return event, body
    plain = msgspec.json.encode(_kept(msgspec.to_builtins(event), DEEPEST))
    try:
        return decode(plain), plain.decode()
    except NoEvent:
        return event, body  # one that nobody has read from a wire


def _kept(value: object, levels: int) -> object:
    match value:
        case str():
            # Not taken out: a home's name without it might be another's.
            return value.replace(NUL, INSTEAD)
        case dict() if levels:
            return {_kept(key, 0): _kept(each, levels - 1) for key, each in value.items()}
        case list() | tuple() if levels:
            return [_kept(each, levels - 1) for each in value]
        case dict() | list() | tuple():
            return CUT
        case _:
            return value
