"""How an advertisement travels in a packet."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.wire.advertisement import Advertisement, full_uuid, pack, short_uuid, unpack

advertisements = st.builds(
    Advertisement,
    name=st.text(max_size=30),
    manufacturer=st.dictionaries(st.integers(0, 0xFFFF), st.binary(max_size=40), max_size=3),
    services=st.dictionaries(st.text(max_size=36), st.binary(max_size=40), max_size=3),
    uuids=st.lists(st.text(max_size=36), max_size=3).map(tuple),
    rssi=st.none() | st.integers(-127, 20),
)


@given(advertisements)
def test_what_was_packed_is_unpacked(advertisement: Advertisement) -> None:
    assert unpack(pack(advertisement)) == advertisement


@given(st.binary(max_size=200))
def test_bytes_that_are_no_advertisement_raise_nothing(payload: bytes) -> None:
    assert unpack(payload) is None or isinstance(unpack(payload), Advertisement)


def test_an_advertisement_cut_short_is_none() -> None:
    payload = pack(Advertisement("门磁", services={"fcd2": b"\x40\x2d\x01"}))
    assert [unpack(payload[:length]) for length in range(len(payload))] == [None] * len(payload)


def test_uuids_are_named_as_in_profiles() -> None:
    assert short_uuid("0000FCD2-0000-1000-8000-00805F9B34FB") == "fcd2"
    assert short_uuid("FEE0") == "fee0"
    assert short_uuid("6E40FFF0-B5A3-F393-E0A9-E50E24DCCA9E")[:8] == "6e40fff0"
    assert full_uuid("2A37") == "00002a37-0000-1000-8000-00805f9b34fb"
    # Only the first 16 bits may be short: this one has 32.
    assert len(short_uuid("1000fcd2-0000-1000-8000-00805f9b34fb")) == 36
