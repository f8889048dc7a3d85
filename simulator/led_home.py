"""The drill home on its stage: what its devices send while its clock is led from moment to moment.

What happens in it is the story's.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from simulator import home_life
from simulator.drill_devices import SignsOfLife, SmokeAlarm, SosButton
from simulator.drivers.link import play_in_step
from simulator.recording import Row
from simulator.replay import Devices
from simulator.stage import Stage

ZONE = ZoneInfo("Asia/Shanghai")


class LedHome:
    """The devices of the home on their three transports, and the time there."""

    def __init__(self, stage: Stage, first: date) -> None:
        """Take a stage that is set; nothing is sent before `begin`."""
        self._link = stage.link
        self._devices = Devices(ZONE)
        self.smoke_alarm = SmokeAlarm(stage.cables["stick"].send)
        self.button = SosButton(stage.air.send) if stage.air is not None else None
        others = [self.smoke_alarm, self.button] if self.button else [self.smoke_alarm]
        self._signs = SignsOfLife(*others)
        self.now = datetime.combine(first, datetime.min.time(), ZONE)

    def begin(self) -> None:
        """Let the bridge say how all is, and set the clock by it."""
        at_rest = home_life.at_rest(self.now.replace(tzinfo=None))
        over_mqtt = (row for row in at_rest if row.sensor != home_life.SMOKE)
        # The other transports are not ordered with the clock: it must have been set before.
        play_in_step(self._link, self._devices.messages(over_mqtt))

    def live(self, rows: Iterable[Row], until: datetime) -> int:
        """Play what the sensors see until a local time; give the number of MQTT messages."""
        messages = self._signs.between(self._devices.messages(rows))
        count = play_in_step(self._link, messages)
        self.now = until.replace(tzinfo=ZONE)
        return count

    def sense(self, sensor: str, kind: str, value: str) -> None:
        """Let one sensor say something now."""
        row = Row(self.now.replace(tzinfo=None), sensor, kind, value)
        for message in self._devices.messages([row]):
            self._link.publish(message.topic, message.payload)

    def wait(self, duration: timedelta) -> None:
        """Let time pass in which the sensors live and see nothing."""
        play_in_step(self._link, self._signs.between(self._devices.repeats(self.now + duration)))
        self.walk(duration)

    def walk(self, duration: timedelta) -> None:
        """Let time pass in which nothing is sent."""
        self.now += duration
        self._link.walk(self.now.astimezone(UTC))
