"""One message that several devices hear: each of them hears it, and hears it once."""

from datetime import timedelta

from edge.model import Kind, Moment, Packet
from gateway.wire.advertisement import Advertisement, pack
from gateway.wire.bthome import plain_v2, seal_v2
from gateway.wire.conditions import Condition
from gateway.wire.decoder import Decoder, Fitted
from gateway.wire.guard import BURST, Guard
from gateway.wire.mibeacon import plain_frame
from gateway.wire.strangers import Strangers
from gateway.wire.tokens import token
from tests.profiles.made import CATALOGUE, NOON, fitted, profile_of

MAC = "A4:C1:38:8D:18:B2"
KEY = bytes(range(16))
SMOKE = bytes.fromhex("2901")
PRESS = bytes.fromhex("00003a01")
LATER = NOON.plus(BURST + timedelta(seconds=1))


def advertised(payload: bytes, at: Moment = NOON, service: str = "fcd2") -> Packet:
    return Packet("ble", MAC, pack(Advertisement(services={service: payload})), at)


def said(decoder: Decoder, packet: Packet) -> list[tuple[str, str, Kind, object]]:
    return [(r.household, r.device, r.kind, r.value) for r in decoder.decode(packet).readings]


def test_an_encrypted_alarm_is_heard_in_the_home_and_in_the_drill_beside_it() -> None:
    homes = [fitted("bthome", MAC, household=name) for name in ("wang", "drill")]
    decoder = Decoder(homes, Guard({MAC: KEY}))
    sealed = seal_v2(SMOKE, MAC, KEY, 7)

    assert said(decoder, advertised(sealed)) == [
        ("wang", "sensor", Kind.SMOKE, True),
        ("drill", "sensor", Kind.SMOKE, True),
    ]
    assert said(decoder, advertised(sealed)) == []


def test_a_sensor_with_a_button_is_heard_in_both_roles() -> None:
    roles = [fitted("bthome", MAC, id="smoke"), fitted("bthome_sos", MAC, id="button")]
    decoder = Decoder(roles, Guard({MAC: KEY}))

    heard = said(decoder, advertised(seal_v2(SMOKE + bytes.fromhex("3a01"), MAC, KEY, 7)))

    assert ("wang", "smoke", Kind.SMOKE, True) in heard
    assert ("wang", "button", Kind.SOS, True) in heard


def test_a_recording_is_refused_to_all_who_hear_it() -> None:
    homes = [fitted("bthome", MAC, household=name) for name in ("wang", "drill")]
    decoder = Decoder(homes, Guard({MAC: KEY}))
    decoder.decode(advertised(seal_v2(SMOKE, MAC, KEY, 9)))

    decoded = decoder.decode(advertised(seal_v2(SMOKE, MAC, KEY, 8)))

    assert not decoded.readings
    assert [refused.reason.value for refused in decoded.refused] == ["replayed"]


def test_of_a_stranger_every_profile_reads_the_one_message() -> None:
    two = [CATALOGUE["bthome"], profile_of(WORN)]

    values, _ = Strangers(two).read(advertised(plain_v2(bytes.fromhex("0001") + SMOKE)))

    assert values == {Kind.SMOKE: True, Kind.WORN: True}


def test_a_button_that_numbers_every_press_alike_calls_each_time() -> None:
    decoder = Decoder([fitted("bthome_sos", MAC)])
    call = [("wang", "sensor", Kind.SOS, True)]
    press = plain_v2(PRESS)

    assert said(decoder, advertised(press)) == call
    assert said(decoder, advertised(press, NOON.plus(BURST / 2))) == []
    assert said(decoder, advertised(press, LATER.plus(BURST))) == call


def test_a_xiaomi_alarm_in_the_clear_with_the_same_number_an_hour_later_is_news() -> None:
    decoder = Decoder([fitted("mibeacon", MAC)])
    frame = plain_frame(bytes.fromhex("15100101"), MAC, 1, 0x0153)
    hour = NOON.plus(timedelta(hours=1))

    heard = [said(decoder, advertised(frame, at, "fe95")) for at in (NOON, NOON, hour)]

    assert [bool(one) for one in heard] == [True, False, True]


def test_a_button_with_a_new_battery_is_told_at_once_however_little_it_has_counted() -> None:
    decoder = Decoder([fitted("bthome_sos", MAC)], Guard({MAC: KEY}))
    press = bytes.fromhex("3a01")
    before, copy, after = (
        advertised(seal_v2(press, MAC, KEY, counter), at)
        for counter, at in [(20, NOON), (19, NOON.plus(BURST / 2)), (0, LATER)]
    )

    heard = [decoder.decode(packet) for packet in (before, copy, after)]

    assert [len(one.readings) for one in heard] == [1, 0, 0]
    assert [r.reason.value for one in heard for r in one.refused] == ["replayed", "counter_reset"]
    assert [doubt.stands for one in heard for doubt in one.doubts] == [False, True]


def test_a_device_whose_place_is_shared_hears_nothing_until_it_is_said_which_it_is() -> None:
    one = fitted("rtl433_contact", "rtl_433/box/Kerui-Security/5")
    other = fitted("rtl433_contact", "rtl_433/box/Kerui-Security/55", id="other")
    nobody = Fitted("wang", False, one.device, profile_of(SHARED), "box")
    opened = b'{"model":"Kerui-Security","id":5,"opened":1}'

    heard = Decoder([one, other]).decode(Packet("mqtt", "rtl_433/box/events", opened, NOON))

    assert [reading.device for reading in heard.readings] == ["sensor"]
    assert not Decoder([nobody]).decode(Packet("mqtt", "box", opened, NOON)).readings


def test_a_condition_that_something_is_there_holds_only_with_its_value_too() -> None:
    there = Condition(("id",), values=frozenset({token(5)}), is_there=True)
    gone = Condition(("id",), is_there=False)

    assert [there.holds(raw) for raw in (5, 6, None)] == [True, False, False]
    assert [gone.holds(raw) for raw in (5, None)] == [False, True]


def test_two_names_that_begin_alike_are_two_devices() -> None:
    long = "王" * 64
    one = Fitted("wang", False, fitted("mqtt_use", "x").device, profile_of(SHARED), f"box/{long}")
    packets = [
        Packet("mqtt", "box", f'{{"id":"{long}{tail}","opened":1}}'.encode(), NOON)
        for tail in ("", "1")
    ]

    assert [len(Decoder([one]).decode(packet).readings) for packet in packets] == [1, 0]


WORN = """
profile = 1
id = "mine"
title = "beside"
source = "ble"

[[message]]
service_data = "fcd2"
envelope = "bthome_v2"
format = "tlv"
field = [{ kind = "worn", tag = "29", at = 0, on = [1] }]

[message.tlv]
sizes = { 00 = 1, 29 = 1 }

[[example]]
from = "a test"
service_data = { fcd2 = "402901" }
means = { worn = true }
"""

SHARED = """
profile = 1
id = "mine"
title = "shared"

[[message]]
topic = "{address}"
who = "id"
field = [{ kind = "contact_open", path = "opened", on = [1] }]

[[example]]
from = "a test"
topic = "box"
payload = '{"id":5,"opened":1}'
means = { contact_open = true }
"""
