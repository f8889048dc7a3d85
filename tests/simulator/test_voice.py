"""What sensors say in the bytes of their profiles means to a gateway just what they said."""

from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest

from edge.model import Device, Kind, Moment, Value
from gateway.wire.decoder import Decoder, Fitted
from gateway.wire.guard import Guard
from simulator import person
from simulator.home import Plan
from simulator.home_file import named, names
from simulator.life import Signal
from simulator.resident import stays
from simulator.sensing import signals
from simulator.voice import Voice

NOW = Moment.of(datetime(2026, 3, 2, tzinfo=UTC))
FIRST = date(2026, 3, 2)
HALF_A_DAY = timedelta(hours=12).total_seconds()
SIGNS_OF_LIFE = {Kind.MOTION, Kind.PRESENCE, Kind.CONTACT_OPEN, Kind.USE, Kind.VIBRATION}
TROUBLES = {Kind.SMOKE, Kind.GAS, Kind.CO, Kind.LEAK, Kind.SOS, Kind.FALL, Kind.TAMPER}


class Gateway:
    """The decoder of a home's gateway."""

    def __init__(self, plan: Plan) -> None:
        fitted = [
            Fitted(
                "home",
                False,
                Device(each.id, each.room, "", each.profile.kinds, each.profile.source),
                each.profile,
                each.address,
            )
            for each in plan.sensors
        ]
        keys = {s.address: bytes.fromhex(s.bindkey) for s in plan.sensors if s.bindkey}
        self._decoder = Decoder(fitted, Guard(keys))
        self._voice = Voice(plan.sensors)

    def hears(self, signal: Signal) -> dict[tuple[str, Kind], Value]:
        """Give what it makes of a signal: by device and kind."""
        packets = [sent.packet(NOW) for sent in self._voice.said(signal)]
        readings = [r for packet in packets for r in self._decoder.decode(packet).readings]
        return {(reading.device, reading.kind): reading.value for reading in readings}


@pytest.mark.parametrize("home", names())
def test_what_sensors_say_is_heard_and_nothing_that_matters_beside_it(home: str) -> None:
    plan = named(home)
    gateway = Gateway(plan)
    lived = stays(person.Person.middle(), FIRST, ZoneInfo(plan.zone_name), 1)
    midnight = datetime(2026, 3, 2, tzinfo=plan.zone).timestamp()
    said = signals(plan, lived, 1)
    for signal in takewhile(lambda each: each.at < midnight + HALF_A_DAY, said):
        meant = {(signal.sensor, kind): value for kind, value in signal.values.items()}
        heard = gateway.hears(signal)
        assert {key: heard.get(key) for key in meant} == pytest.approx(meant, abs=0.01)
        beside = {
            kind for (_, kind), value in heard.items() if value is True
        } - signal.values.keys()
        assert beside & (SIGNS_OF_LIFE | TROUBLES) == set()


def test_a_sealed_button_numbers_its_messages_from_where_it_is_told() -> None:
    plan = named("flat_bracelet")
    first, later = Voice(plan.sensors), Voice(plan.sensors, first=1000)
    press = Signal(0.0, "sos", {Kind.SOS: True})
    assert first.said(press) != first.said(press)
    assert first.said(press) != later.said(press)


def test_a_radio_sensor_never_sends_the_same_twice() -> None:
    voice = Voice(named("flat_bracelet").sensors)
    still = Signal(0.0, "kitchen_smoke", {Kind.SMOKE: False})
    assert voice.said(still)[0].payload != voice.said(still)[0].payload
