"""A household's story in a few words: what happens, how long nothing does, who is told of it.

`home.at("22:10").motion("bathroom").after(hours=9).expects("inactivity")`
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from edge.household import Household
from edge.model import (
    Acknowledge,
    Alert,
    Away,
    Back,
    Blind,
    BlindCause,
    Close,
    Configured,
    Effects,
    Entry,
    Freshness,
    Home,
    Input,
    Kind,
    Moment,
    Notice,
    Outcome,
    Reading,
    Sighted,
    Trouble,
    Value,
)
from tests.homes import START, home

ROUTINE = (
    "03:00 bathroom,03:20 bedroom,07:00 bedroom,07:20 bathroom,07:40 kitchen,08:10 kitchen,"
    "08:50 bedroom,09:40 bathroom,10:30 kitchen,11:20 kitchen,12:00 kitchen,12:40 bedroom,"
    "14:10 bathroom,15:00 kitchen,15:50 bedroom,16:40 kitchen,17:30 kitchen,18:20 kitchen,"
    "19:10 bedroom,20:00 bathroom,20:50 bedroom,21:40 bathroom,22:10 bedroom"
)


class Story:
    """Plays a home through made-up time and keeps everything that came of it."""

    def __init__(self, of: Home | None = None) -> None:
        self.home = of or home()
        self.zone = ZoneInfo(self.home.zone_name)
        self.household = Household(self.home)
        self.journal: list[Entry] = []
        self.outcome = Effects()
        self.now = Moment.of(START.replace(tzinfo=self.zone))
        self._rooms = {d.room: d.id for d in self.home.devices if Kind.MOTION in d.kinds}
        self._put(Configured("story"))
        for device in self.home.devices:
            self._first_words(device.id, device.kinds)

    # -- time

    def at(self, clock: str) -> "Story":
        """Go on to the next time that the clock on the wall shows this."""
        hour, minute = (int(part) for part in clock.split(":"))
        local = self.now.wall.astimezone(self.zone)
        then = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if then <= local:
            then += timedelta(days=1)
        return self._until(Moment.of(then))

    def after(self, **duration: float) -> "Story":
        """Let time pass."""
        return self._until(self.now.plus(timedelta(**duration)))

    def lives(self, days: int, routine: str = ROUTINE) -> "Story":
        """Live so many days after the same clock, give or take a little."""
        for day in range(days):
            for index, event in enumerate(routine.split(",")):
                clock, room = event.split()
                self.at(clock).after(minutes=(7 * day + 3 * index) % 9).motion(room)
                if index % 8 == 0:
                    self.reports()
        return self

    def lives_until(self, clock: str) -> "Story":
        """Live the coming day as usual, up to a time of it."""
        for event in ROUTINE.split(","):
            usual, room = event.split()
            if usual < clock:
                self.at(usual).motion(room)
        return self.at(clock).reports()

    def reports(self) -> "Story":
        """Every device sends its regular report."""
        for device in self.home.devices:
            self.reads(device.id, Kind.LINK_QUALITY, 200)
        return self

    # -- what happens

    def motion(self, room: str) -> "Story":
        """Somebody moves in a room; the sensor clears a minute later."""
        device = self._rooms[room]
        self.reads(device, Kind.MOTION, True)
        return self.after(minutes=1).reads(device, Kind.MOTION, False)

    def door(self) -> "Story":
        """The outer door is opened and closed."""
        self.reads("front_door", Kind.CONTACT_OPEN, True)
        return self.after(seconds=8).reads("front_door", Kind.CONTACT_OPEN, False)

    def smoke(self, stands: bool = True, freshness: Freshness = Freshness.LIVE) -> "Story":
        """The smoke alarm in the kitchen says so."""
        return self.reads("kitchen_smoke", Kind.SMOKE, stands, freshness)

    def press(self) -> "Story":
        """The SOS button is pressed."""
        return self.reads("sos_button", Kind.SOS, True)

    def reads(
        self,
        device: str,
        kind: Kind,
        value: Value,
        freshness: Freshness = Freshness.LIVE,
        at: datetime | None = None,
    ) -> "Story":
        """A device says something, `at` by its own clock."""
        room = next(d.room for d in self.home.devices if d.id == device)
        now, at = self.now, at or self.now.wall
        return self._put(Reading(self.home.id, device, room, kind, value, at, now, freshness))

    def goes_blind(self, cause: BlindCause = BlindCause.BRIDGE_OFFLINE) -> "Story":
        """Nothing can be heard any more."""
        everything = tuple(device.id for device in self.home.devices)
        return self._put(Blind(cause, "zigbee2mqtt", everything, self.now))

    def sees_again(self, cause: BlindCause = BlindCause.BRIDGE_OFFLINE) -> "Story":
        """It can be heard again."""
        return self._put(Sighted(cause, "zigbee2mqtt"))

    def goes_deaf(self, source: str, *devices: str) -> "Story":
        """A source is lost, and these devices with it."""
        return self._put(Blind(BlindCause.SOURCE_LOST, source, devices, self.now))

    def hears_again(self, source: str) -> "Story":
        """It is back."""
        return self._put(Sighted(BlindCause.SOURCE_LOST, source))

    def is_off(self, **duration: float) -> "Story":
        """The box is without power for so long; the household comes back from what was kept."""
        began, self.now = self.now, self.now.plus(timedelta(**duration))
        everything = tuple(device.id for device in self.home.devices)
        alerts = self.household.book.alerts
        self.household = Household.restore(self.home, self.household.snapshot(), alerts)
        self._put(Blind(BlindCause.DOWNTIME, "shouhu", everything, began))
        self._put(Sighted(BlindCause.DOWNTIME, "shouhu"))
        return self._put(Configured("story"))

    def restarts(self) -> "Story":
        """The daemon is restarted at once."""
        alerts = self.household.book.alerts
        self.household = Household.restore(self.home, self.household.snapshot(), alerts)
        return self._put(Configured("story"))

    # -- people

    def takes(self, rule: str, by: str = "daughter", **lease: float) -> "Story":
        """Somebody acknowledges the open alert of this rule."""
        lasts = timedelta(**lease) if lease else timedelta(minutes=30)
        return self._put(Acknowledge(self.alert(rule).id, by, lasts))

    def ends(self, rule: str, outcome: Outcome = Outcome.WELL, by: str = "daughter") -> "Story":
        """Somebody closes the open alert of this rule."""
        alert = self.alert(rule)
        finding = alert.finding
        return self._put(Close(alert.id, by, outcome, finding.rule, finding.subject))

    def declares(self, what: Away | Back) -> "Story":
        """Somebody says that nobody will be at home, or that somebody is there again."""
        return self._put(what)

    def trouble(self, trouble: Trouble) -> "Story":
        """The gateway has a problem of its own."""
        return self._put(trouble)

    # -- what came of it

    def alert(self, rule: str) -> Alert:
        """Give the newest alert of a rule as it stands."""
        alerts = [a for a in self.outcome.alerts if a.finding.rule == rule]
        assert alerts, f"no {rule}; there were {self.rules()}"
        return alerts[-1]

    def rules(self) -> list[str]:
        """Give the rule of each alert that was raised, in order."""
        return list({a.id: str(a.finding.rule) for a in self.outcome.alerts}.values())

    def told(self, since: Moment | None = None) -> list[Notice]:
        """Give the notices that are owed, or those since a moment."""
        return [n for n in self.outcome.notices if since is None or since.reached(n.due)]

    def expects(self, *rules: str) -> "Story":
        """These alerts and no others were raised so far."""
        assert self.rules() == list(rules), f"raised: {self.rules()}"
        return self

    def _until(self, then: Moment) -> "Story":
        self.outcome.extend(self.household.advance(then))
        self.now = then
        return self

    def _first_words(self, device: str, kinds: frozenset[Kind]) -> None:
        for kind in sorted(kinds & {Kind.MOTION, Kind.CONTACT_OPEN}):
            self.reads(device, kind, False)

    def _put(self, what: Reading | Input) -> "Story":
        entry = Entry(self.home.id, self.now, what)
        self.journal.append(entry)
        self.outcome.extend(self.household.receive(entry))
        return self
