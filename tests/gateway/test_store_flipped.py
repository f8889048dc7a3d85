"""A card that flips one bit in a row costs that row, and never the start of the watching."""

import msgspec
import pytest
from msgspec import Struct

from edge.model import Alert, Notice
from gateway.store.bodies import Unreadable, pack
from tests.gateway.keeping import alert, notice


def flipped(body: bytes) -> list[tuple[int, bytes]]:
    bits = range(8 * len(body))
    return [
        (bit, bytes(b ^ (1 << bit % 8) if at == bit // 8 else b for at, b in enumerate(body)))
        for bit in bits
    ]


@pytest.mark.parametrize(
    ("kept", "kind"), [(alert("王", "wang"), Alert), (notice(alert("王", "wang")), Notice)]
)
def test_a_row_with_any_bit_flipped_is_read_or_left_out(kept: Struct, kind: type[Struct]) -> None:
    rows = flipped(pack(kept))
    unreadable = Unreadable()
    read = unreadable.readable("rows", rows, msgspec.msgpack.Decoder(kind))
    assert unreadable.names and len(read) + len(unreadable.names) == len(rows)
