"""What a message about one home is told with: its language, its clock, its people's own names."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from edge.model import Home
from gateway.wording.plain import plain
from gateway.wording.times import Times
from gateway.wording.words import Words

MOST_NAMES = 4


class Telling:
    """The names and times of one home in one language, as of one moment.

    `language` is the key of the words, for whoever has phrases of his own; what is told of
    began at `since`.
    """

    def __init__(
        self, language: str, words: Words, home: Home, at: datetime, since: datetime
    ) -> None:
        self.language = language
        self.words = words
        self.home = home
        self.at = at
        self._since = since
        self.times = Times(words, home.zone, at)
        self.resident = plain(home.resident) or plain(home.name) or plain(home.id)
        self._rooms = {room.id: plain(room.name) or room.id for room in home.rooms}
        self._devices = {device.id: plain(device.name) or device.id for device in home.devices}

    def room(self, room: str) -> str:
        """Give the name that people use for a room."""
        return self._rooms.get(room, plain(room))

    def lasted(self, lasted: timedelta) -> str:
        """Tell how long it lasts by now: whoever is told again hours later reads that."""
        return self.times.lasting(max(lasted, self.at - self._since))

    def device(self, device: str, room: str = "") -> str:
        """Name a device and, where its name does not say it, its room."""
        name = self._devices.get(device, plain(device))
        if not name:
            return self.room(room)
        if not room or self.room(room) in name:
            return self.words.device.format(device=name)
        return self.words.device_in.format(device=name, room=self.room(room))

    def devices(self, devices: Sequence[str]) -> str:
        """Name several devices, the first of them where they are many."""
        return self.several([self._devices.get(name, plain(name)) for name in devices])

    def several(self, names: Sequence[str]) -> str:
        """Join names; where they are many, give the first of them and their number."""
        listed = self.words.join.join(names[:MOST_NAMES])
        if len(names) <= MOST_NAMES:
            return listed
        return self.words.more.format(names=listed, count=len(names))
