"""What is sealed is believed only whole, once, and from the device itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.wire.bthome import items_v1, open_v1, open_v2, plain_v2, seal_v1, seal_v2
from gateway.wire.enocean_ble import open_signed, sign
from gateway.wire.envelope import Envelope, opened
from gateway.wire.guard import Guard, key_of
from gateway.wire.mibeacon import open_frame, plain_frame, seal_frame
from gateway.wire.refusal import Refusal, Refused

MAC = "54:48:E6:8F:80:A5"
KEY = bytes.fromhex("231d39c1d7cc1ab1aee224cd096db932")
OLD_KEY = bytes.fromhex("b853075158487ca39a5b5ea9")
SMOKE = bytes.fromhex("2901")
NO_SMOKE = bytes.fromhex("2900")
MI_SMOKE = bytes.fromhex("15100101")
PRESS = bytes.fromhex("011003000000")
ALARM = 0x0997
SEALED = (Envelope.BTHOME_V1, Envelope.BTHOME_V2, Envelope.MIBEACON, Envelope.ENOCEAN_BLE)
RESULT = bytes | Refused | None

counters = st.integers(0, 2**32 - 1)
keys = st.binary(min_size=16, max_size=16)
macs = st.binary(min_size=6, max_size=6).map(lambda mac: mac.hex(":").upper())
objects = st.binary(min_size=1, max_size=18)
sendings = st.lists(st.tuples(st.integers(0, 255), st.binary(min_size=1, max_size=4)), min_size=1)


def guard(**of: object) -> Guard:
    return Guard({MAC: KEY}, **of)  # type: ignore[arg-type]


def reason(result: RESULT) -> Refusal | None:
    return result.reason if isinstance(result, Refused) else None


def bthome(counter: int, said: bytes = SMOKE) -> bytes:
    return seal_v2(said, MAC, KEY, counter)


def mibeacon(counter: int, said: bytes = MI_SMOKE) -> bytes:
    return seal_frame(said, MAC, KEY, counter, ALARM)


# -- published messages


def test_the_message_of_the_bthome_document_is_read_and_made_alike() -> None:
    sealed = bytes.fromhex("41a47266c95f730011223378237214")
    said = bytes.fromhex("02ca0903bf13")

    assert open_v2(sealed, MAC, guard()) == said
    assert seal_v2(said, MAC, KEY, 0x33221100) == sealed


def test_a_bthome_message_that_names_its_mac_is_read_from_any_address() -> None:
    sealed = bytes.fromhex("43a5808fe64854f196c06ffb4900112233f08ecbde")

    assert open_v2(sealed, MAC, guard()) == bytes.fromhex("02ca0903bf13")
    relay = Guard({"A4:C1:38:00:00:01": KEY})
    assert open_v2(sealed, "A4:C1:38:00:00:01", relay) == bytes.fromhex("02ca0903bf13")


def test_the_message_of_bthome_version_1_is_read_and_made_alike() -> None:
    sealed = bytes.fromhex("fba435e4d3c312fb0011223357d90a99")
    items = bytes.fromhex("2302ca090303bf13")

    assert open_v1(sealed, MAC, guard(), "181e") == bytes.fromhex("0202ca090302bf13")
    assert seal_v1(items, MAC, KEY, 0x33221100) == sealed


def test_a_smoke_alarm_of_xiaomi_is_read_and_made_alike() -> None:
    key, mac = bytes.fromhex("5b51a7c91cde6707c9ef18dfda143a58"), "54:EF:44:E3:9C:BC"
    sealed = bytes.fromhex("5859970966bc9ce344ef5401081205000000715ebe90")

    assert open_frame(sealed, mac, Guard({mac: key})) == MI_SMOKE
    made = seal_frame(MI_SMOKE, mac, key, 0x66, ALARM)
    # The header's first bits say how the device was paired; they are not sealed.
    assert made[2:] == sealed[2:]


def test_a_remote_with_an_old_key_is_read_and_made_alike() -> None:
    mac = "F8:24:41:C5:98:8B"
    sealed = bytes.fromhex("5830b603d28b98c54124f8c3491476757e00000099")

    assert open_frame(sealed, mac, Guard({mac: OLD_KEY})) == bytes.fromhex("011003000103")
    made = seal_frame(bytes.fromhex("011003000103"), mac, OLD_KEY, 0xD2, 0x03B6)
    assert made == sealed


def test_a_switch_of_enocean_is_read_and_made_alike() -> None:
    key, mac = bytes.fromhex("3dda31ad44767ae3ce56dce2b3ce2abb"), "E2:15:00:00:19:B8"
    signed = bytes.fromhex("5d04000011b2fa88ff")

    assert open_signed(signed, mac, Guard({mac: key})) == b"\x11"
    assert sign(b"\x11", mac, key, 0x045D) == signed
    assert reason(open_signed(flipped(signed, 35), mac, Guard({mac: key}))) is Refusal.NOT_AUTHENTIC
    assert open_signed(signed, mac, Guard()) == b"\x11"


# -- sealing and opening


@given(objects, macs, keys, counters)
def test_whatever_is_sealed_comes_out_again(said: bytes, mac: str, key: bytes, at: int) -> None:
    sealed = (
        (Envelope.BTHOME_V2, seal_v2(said, mac, key, at), "fcd2"),
        (Envelope.MIBEACON, seal_frame(said, mac, key, at, ALARM), "fe95"),
    )

    for envelope, payload, uuid in sealed:
        assert opened(envelope, payload, mac, Guard({mac: key}), uuid) == said


@given(st.binary(min_size=1, max_size=17), macs, keys, counters)
def test_whatever_is_signed_comes_out_again(said: bytes, mac: str, key: bytes, at: int) -> None:
    known = Guard({mac: key})

    assert open_signed(sign(said, mac, key, at), mac, known) == said
    assert open_signed(sign(said, mac, key, at), mac, known) is None


@given(sendings, keys, counters)
def test_whatever_version_1_seals_comes_out_again(
    values: list[tuple[int, bytes]], key: bytes, at: int
) -> None:
    said = b"".join(bytes([tag, len(value)]) + value for tag, value in values)
    sealed = seal_v1(items_v1(said), MAC, key, at)

    assert opened(Envelope.BTHOME_V1, sealed, MAC, Guard({MAC: key}), "181e") == said
    assert opened(Envelope.BTHOME_V1, items_v1(said), MAC, Guard(), "181c") == said


@given(st.integers(0, len(bthome(7)) * 8 - 1))
def test_one_wrong_bit_in_a_bthome_message_makes_it_nobodys(bit: int) -> None:
    damaged = flipped(bthome(7), bit)

    expected = {Refusal.NOT_AUTHENTIC}
    if bit < 8:
        # Version and MAC flag decide how to read the rest; without the seal it is a downgrade.
        expected |= {Refusal.UNKNOWN_FRAME, Refusal.DAMAGED, Refusal.DOWNGRADED}
    assert reason(open_v2(damaged, MAC, guard())) in expected


@given(st.integers(0, len(mibeacon(7)) * 8 - 1))
def test_one_wrong_bit_in_a_mibeacon_message_never_changes_what_it_says(bit: int) -> None:
    result = open_frame(flipped(mibeacon(7), bit), MAC, guard())

    if bit >= 16:
        assert reason(result) in {Refusal.NOT_AUTHENTIC, Refusal.UNKNOWN_FRAME}
    else:
        # The control bits are not sealed: they may hide the message, and no more.
        assert not isinstance(result, bytes) or result == MI_SMOKE


@settings(max_examples=300)
@given(st.sampled_from(SEALED), st.binary(max_size=40), st.sampled_from(["fcd2", "181c", "181e"]))
def test_no_payload_makes_an_envelope_raise_or_passes_for_sealed(
    envelope: Envelope, payload: bytes, uuid: str
) -> None:
    for known in (guard(), Guard({MAC: OLD_KEY}), Guard()):
        result = opened(envelope, payload, MAC, known, uuid)
        assert not (isinstance(result, bytes) and known.key(MAC))
        opened(envelope, payload, "not an address", known, uuid)


def test_an_old_key_opens_nothing_but_the_buttons_of_a_remote() -> None:
    known = Guard({MAC: OLD_KEY})

    assert open_frame(seal_frame(PRESS, MAC, OLD_KEY, 1, ALARM), MAC, known) == PRESS
    forged = seal_frame(MI_SMOKE, MAC, OLD_KEY, 2, ALARM)
    assert reason(open_frame(forged, MAC, known)) is Refusal.NOT_AUTHENTIC


# -- keys


def test_without_a_key_an_encrypted_device_is_visible_and_says_so() -> None:
    assert reason(open_v2(bthome(1), MAC, Guard())) is Refusal.NO_KEY
    assert reason(open_frame(mibeacon(1), MAC, Guard())) is Refusal.NO_KEY


def test_another_devices_key_opens_nothing() -> None:
    other = Guard({MAC: bytes(16)})

    assert reason(open_v2(bthome(1), MAC, other)) is Refusal.NOT_AUTHENTIC
    assert reason(open_frame(mibeacon(1), MAC, other)) is Refusal.NOT_AUTHENTIC
    assert reason(open_frame(mibeacon(1), MAC, Guard({MAC: OLD_KEY}))) is Refusal.NOT_AUTHENTIC
    assert reason(open_v2(bthome(1), MAC, Guard({MAC: OLD_KEY}))) is Refusal.NOT_AUTHENTIC
    assert other.changed == {}


def test_in_the_clear_a_device_with_a_key_is_not_believed() -> None:
    known = guard()
    plain = plain_v2(SMOKE), items_v1(bytes.fromhex("290101")), plain_frame(MI_SMOKE, MAC, 1, ALARM)

    assert reason(open_v2(plain[0], MAC, known)) is Refusal.DOWNGRADED
    assert reason(open_v1(plain[1], MAC, known, "181c")) is Refusal.DOWNGRADED
    assert reason(open_frame(plain[2], MAC, known)) is Refusal.DOWNGRADED
    assert open_v2(plain[0], MAC, Guard()) == SMOKE
    assert open_frame(plain[2], MAC, Guard()) == MI_SMOKE


@pytest.mark.parametrize("written", ["231d39c1 d7cc1ab1 AEE224CD 096db932", KEY.hex("-")])
def test_a_key_is_read_as_people_write_it(written: str) -> None:
    assert key_of(written) == KEY


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        (KEY.hex()[:-2], "these are 30"),
        (KEY.hex() + "ff", "these are 34"),
        ("", "these are 0"),
        ("钥匙", "0 to 9 and a to f"),
        (KEY.hex()[:-1] + "g", "0 to 9 and a to f"),
    ],
)
def test_a_key_of_the_wrong_length_is_a_fault_that_does_not_repeat_it(
    written: str, wrong: str
) -> None:
    with pytest.raises(ValueError, match="must be 32 hex digits") as fault:
        key_of(written)
    assert wrong in str(fault.value)
    assert not written or written not in str(fault.value)


def test_a_key_shows_in_no_text_that_could_be_logged() -> None:
    known = guard()

    assert KEY.hex() not in repr(known) + str(known)
    assert repr(KEY) not in repr(known)


# -- counters


def test_each_message_counts_once_however_often_it_is_sent() -> None:
    known = guard()

    assert [open_v2(bthome(5), MAC, known) for _ in range(8)] == [SMOKE, *[None] * 7]
    assert known.changed == {MAC: 5}


def test_one_message_under_two_headers_counts_once() -> None:
    known = guard()
    other = bytes([mibeacon(5)[0], mibeacon(5)[1] | 1]) + mibeacon(5)[2:]

    assert open_frame(mibeacon(5), MAC, known) == MI_SMOKE
    assert open_frame(other, MAC, known) is None


def test_another_message_under_the_last_counter_is_refused() -> None:
    known = guard()
    open_v2(bthome(5, NO_SMOKE), MAC, known)

    assert reason(open_v2(bthome(5, SMOKE), MAC, known)) is Refusal.REPLAYED


def test_what_was_recorded_earlier_is_refused() -> None:
    known = guard()
    for counter in (90_000, 90_001, 90_500):
        assert open_v2(bthome(counter), MAC, known) == SMOKE

    assert reason(open_v2(bthome(90_499), MAC, known)) is Refusal.REPLAYED
    assert reason(open_v2(bthome(80_000), MAC, known)) is Refusal.REPLAYED
    assert open_v2(bthome(90_501), MAC, known) == SMOKE


def test_a_refused_message_moves_no_counter() -> None:
    known = guard(counters={MAC: 500})

    open_v2(flipped(bthome(9_000), 70), MAC, known)
    open_v2(bthome(400), MAC, known)

    assert known.changed == {}
    assert open_v2(bthome(501), MAC, known) == SMOKE


def test_a_device_with_a_new_battery_is_refused_until_it_is_paired_again() -> None:
    known = guard(counters={MAC: 90_000})

    assert reason(open_v2(bthome(0), MAC, known)) is Refusal.RESET
    assert reason(open_v2(bthome(1), MAC, known)) is Refusal.RESET
    known.repaired(MAC)
    assert open_v2(bthome(2), MAC, known) == SMOKE
    assert reason(open_v2(bthome(1), MAC, known)) is Refusal.REPLAYED


def test_a_device_that_began_to_count_anew_unheard_is_found_out_by_its_next_message() -> None:
    known = guard(counters={MAC: 900_000})

    assert reason(open_v2(bthome(40_000), MAC, known)) is Refusal.REPLAYED
    assert reason(open_v2(bthome(40_001), MAC, known)) is Refusal.RESET
    assert reason(open_v2(bthome(40_001), MAC, known)) is Refusal.RESET


def test_the_counter_and_a_new_pairing_outlive_a_restart() -> None:
    before = guard()
    open_v2(bthome(90_000), MAC, before)
    stored = before.take_changed()

    after = guard(counters=stored)
    assert open_v2(bthome(90_000), MAC, after) is None
    assert reason(open_v2(bthome(89_000), MAC, after)) is Refusal.REPLAYED

    after.repaired(MAC)
    again = guard(counters=stored | after.take_changed())
    assert open_v2(bthome(3), MAC, again) == SMOKE
    assert before.take_changed() == {}


def test_the_small_counter_of_mibeacon_carries_into_the_upper_one() -> None:
    known = guard()

    for counter in (254, 255, 256, 257, 0x00FFFF, 0x010000):
        assert open_frame(mibeacon(counter), MAC, known) == MI_SMOKE
    assert known.changed == {MAC: 0x010000}


def test_a_counter_goes_on_after_its_last_number() -> None:
    known = guard(counters={MAC: 2**32 - 2})

    for counter in (2**32 - 1, 0, 1):
        assert open_v2(bthome(counter), MAC, known) == SMOKE
    assert reason(open_v2(bthome(0), MAC, known)) is Refusal.REPLAYED


@given(st.lists(st.integers(0, 3_000), max_size=40))
def test_no_counter_is_ever_heard_twice(sent: list[int]) -> None:
    known = guard()
    heard = [counter for counter in sent if open_v2(bthome(counter), MAC, known) == SMOKE]

    assert heard == sorted(set(heard))


def test_the_counters_of_two_devices_have_nothing_to_do_with_each_other() -> None:
    other = "A4:C1:38:00:00:01"
    known = Guard({MAC: KEY, other: KEY})

    assert open_v2(bthome(900), MAC, known) == SMOKE
    assert open_v2(seal_v2(SMOKE, other, KEY, 3), other, known) == SMOKE
    assert reason(open_v2(bthome(901), other, known)) is Refusal.NOT_AUTHENTIC


# -- in the clear


def test_a_numbered_plain_message_counts_once_and_an_unnumbered_one_each_time() -> None:
    known = Guard()
    numbered, unnumbered = plain_v2(bytes.fromhex("00073a01")), plain_v2(bytes.fromhex("020001"))

    assert [open_v2(numbered, MAC, known) is None for _ in range(3)] == [False, True, True]
    assert [open_v2(unnumbered, MAC, known) is None for _ in range(3)] == [False, False, False]
    frame = plain_frame(MI_SMOKE, MAC, 9, ALARM)
    assert [open_frame(frame, MAC, known) is None for _ in range(3)] == [False, True, True]


def test_a_crowd_of_strangers_takes_no_memory() -> None:
    known = Guard()
    for number in range(5_000):
        mac = (number.to_bytes(6, "big")).hex(":").upper()
        open_v2(plain_v2(bytes.fromhex("000121")), mac, known)

    assert sum(len(held) for held in vars(known).values() if isinstance(held, dict)) <= 1_000


def test_a_device_that_is_only_there_says_nothing() -> None:
    assert open_frame(bytes.fromhex("1059db780da5808fe64854"), MAC, guard()) is None


def test_a_relay_and_a_mesh_device_are_not_taken_for_the_device() -> None:
    frame = plain_frame(MI_SMOKE, MAC, 1, ALARM)
    mesh = bytes([frame[0] | 0x80]) + frame[1:]

    assert reason(open_frame(frame, "A4:C1:38:00:00:01", Guard())) is Refusal.UNKNOWN_FRAME
    assert reason(open_frame(mesh, MAC, Guard())) is Refusal.UNKNOWN_FRAME


def test_the_capability_of_a_device_is_stepped_over() -> None:
    one = bytes.fromhex("7030970901a5808fe648540d") + MI_SMOKE
    three = bytes.fromhex("7050970901a5808fe648542d1100") + MI_SMOKE

    assert open_frame(one, MAC, Guard()) == MI_SMOKE
    assert open_frame(three, MAC, Guard()) == MI_SMOKE


@pytest.mark.parametrize("items", ["0229", "1f2901", "02290100", "", "a22901", "01290229"])
def test_items_of_version_1_that_do_not_fit_are_damaged(items: str) -> None:
    result = open_v1(bytes.fromhex(items), MAC, Guard(), "181c")

    assert reason(result) is Refusal.DAMAGED


def test_the_mac_in_a_message_of_version_1_is_no_object() -> None:
    items = bytes.fromhex("86a5808fe64854" + "022901")

    assert open_v1(items, MAC, Guard(), "181c") == bytes.fromhex("290101")


def flipped(payload: bytes, bit: int) -> bytes:
    changed = bytearray(payload)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
