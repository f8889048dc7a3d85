"""The pages that show: the homes, one home, an alert, the journal, four weeks, the channels.

To look changes nothing. What is pressed is acts.py's.
"""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from edge.model import Home, Moment, Rule
from gateway.beside import Box
from gateway.page import past
from gateway.page.acts import Trial
from gateway.page.cards import ORDER, Mood, card_of, mood_of, open_alerts, seen_through
from gateway.page.day import Day, day_of, hours
from gateway.page.now import HomeNow, home_now
from gateway.page.past import Line
from gateway.page.reading import Reads
from gateway.page.story import lines, rungs, story_of
from gateway.page.told import Teller
from gateway.page.visit import Paper
from gateway.store import StoreFailed

if TYPE_CHECKING:
    from aiohttp import web

SAME_MOODS = timedelta(seconds=2)  # where there is always news of one of so many homes:
MANY = 500
MOST_HOMES = 300  # on one page
MOST_RECEIPTS = 100


class HomeRow(Struct, frozen=True):
    """One home among several."""

    home: Home
    mood: Mood
    headline: str
    seen: str


class ChannelRow(Struct, frozen=True):
    """One channel: whom it reaches, whether something is wrong, what came of it last."""

    id: str
    type: str
    people: list[str]
    trouble: str
    tested: tuple[str, str] | None  # when, and what the receiver said
    last: list[Line]


class Views:
    """Shows."""

    def __init__(self, box: Box, paper: Paper, trials: Mapping[str, Trial]) -> None:
        """Prepare; `trials` are the channels' tests from the page."""
        self._box = box
        self._trials = trials
        self._paper = paper
        self._store = box.config.settings.store.directory
        self._days = Reads[Day](timedelta(seconds=10), 1.0)
        self._journals = Reads[past.Told](timedelta(seconds=10), 20.0)
        self._pictures = Reads[str](timedelta(minutes=5), 30.0)
        self._moods: tuple[Moment, dict[str, Mood]] | None = None

    def add_to(self, app: "web.Application") -> None:
        """Serve the pages."""
        get = app.router.add_get
        get("/", self._homes)
        get("/h/{home}", self._home)
        get("/h/{home}/alerts/{alert}", self._alert)
        get("/h/{home}/journal", self._journal)
        get("/h/{home}/weeks", self._weeks)
        get("/h/{home}/weeks.svg", self._picture)
        get("/channels", self._channels)

    # -- the homes

    async def _homes(self, request: "web.Request") -> "web.StreamResponse":
        homes = list(self._box.node.homes.values())
        if len(homes) == 1:
            return await self._show_home(request, homes[0])
        wanted = request.query.get("q", "").strip().lower()
        found = [h for h in homes if wanted in f"{h.id} {h.name} {h.resident}".lower()]
        moods = self._all_moods()
        found.sort(key=lambda home: (ORDER.index(moods[home.id]), home.name))
        rows = [self._row(request, home, moods[home.id]) for home in found[:MOST_HOMES]]
        # Whoever searches still sees whether anything is open anywhere.
        open_ones = [mood for mood in moods.values() if mood is not Mood.CALM]
        return self._paper.page(
            request,
            "homes.html",
            rows=rows,
            count=len(found),
            wanted=wanted,
            mood=min(open_ones, key=ORDER.index, default=Mood.CALM),
            open_count=len(open_ones),
            as_of=f"{self._box.now().wall.astimezone(homes[0].zone):%H:%M:%S}" if homes else "",
        )

    def _all_moods(self) -> dict[str, Mood]:
        """Give how every home stands; of thousands it is not worked out for every visitor."""
        now, homes = self._box.now(), self._box.node.homes.values()
        is_old = self._moods is None or now.since(self._moods[0]) >= SAME_MOODS
        if self._moods is None or is_old or len(homes) < MANY:
            self._moods = now, {home.id: self._mood(home) for home in homes}
        return self._moods[1]

    def _mood(self, home: Home) -> Mood:
        household = self._box.node.households.get(home.id)
        alerts = () if household is None else household.book.alerts
        return seen_through(mood_of(a for a in alerts if not a.inhibited_by), household)

    def _row(self, request: "web.Request", home: Home, mood: Mood) -> HomeRow:
        teller = Teller(home, self._paper.language(request), self._box.now())
        household = self._box.node.households.get(home.id)
        seen_at = None if household is None else household.inactivity.state.seen_at
        seen = teller.say("view.never_seen") if seen_at is None else teller.ago(seen_at)
        titles = []
        if mood is not Mood.CALM:
            titles = [teller.title(each) for each in open_alerts(self._box, home)[:3]]
        return HomeRow(home, mood, teller.say("list.comma").join(titles), seen)

    # -- one home

    async def _home(self, request: "web.Request") -> "web.StreamResponse":
        return await self._show_home(request, self._asked(request))

    async def _show_home(self, request: "web.Request", home: Home) -> "web.StreamResponse":
        teller = Teller(home, self._paper.language(request, home), self._box.now())
        day = await self._day(home)
        now: HomeNow = home_now(self._box, teller, day)
        return self._paper.page(
            request,
            "home.html",
            home=home,
            now=now,
            mood=now.mood,
            people=[contact.name for contact in home.contacts],
            hours=[] if day is None else list(hours(day, home)),
            as_of=f"{teller.now.wall.astimezone(home.zone):%H:%M:%S}",
        )

    async def _alert(self, request: "web.Request") -> "web.StreamResponse":
        home = self._asked(request)
        alert = self._box.node.alert(request.match_info["alert"])
        try:
            alert = alert or self._box.store.alert(request.match_info["alert"])
            story = None if alert is None else story_of(self._box.store, alert)
        except StoreFailed:
            story = None
        if alert is None or alert.household != home.id:
            raise _not_found()
        teller = Teller(home, self._paper.language(request, home), self._box.now())
        card = card_of(alert, teller)
        has_platform = self._box.config.settings.uplink is not None
        return self._paper.page(
            request,
            "alert.html",
            home=home,
            card=card,
            mood=card.mood,
            rungs=[] if story is None else rungs(story, teller, has_platform=has_platform),
            lines=[] if story is None else lines(story, teller),
            people=[contact.name for contact in home.contacts],
            as_of=f"{teller.now.wall.astimezone(home.zone):%H:%M:%S}",
        )

    async def _journal(self, request: "web.Request") -> "web.StreamResponse":
        home, now = self._asked(request), self._box.now()
        teller = Teller(home, self._paper.language(request, home), now)
        read = partial(past.read, self._store, home, now.wall)
        told = await self._journals.get(home.id, now.wall, read)
        found = None if told is None else past.lines(told, teller)
        return self._paper.page(request, "journal.html", home=home, lines=found)

    async def _weeks(self, request: "web.Request") -> "web.StreamResponse":
        return self._paper.page(request, "weeks.html", home=self._asked(request))

    async def _picture(self, request: "web.Request") -> "web.StreamResponse":
        from aiohttp import web  # noqa: PLC0415

        home, now = self._asked(request), self._box.now().wall
        language = self._paper.language(request, home)
        read = partial(past.weeks, self._store, home, now, language)
        drawn = await self._pictures.get((home.id, language), now, read)
        if drawn is None:
            raise web.HTTPServiceUnavailable
        return web.Response(text=drawn, content_type="image/svg+xml")

    async def _day(self, home: Home) -> Day | None:
        now = self._box.now().wall
        return await self._days.get(home.id, now, partial(day_of, self._store, home, now))

    # -- the channels

    async def _channels(self, request: "web.Request") -> "web.StreamResponse":
        homes = list(self._box.node.homes.values())
        language = self._paper.language(request)
        teller = Teller(homes[0], language, self._box.now())
        types = {
            each.id: type(each).__name__.removesuffix("Way").lower()
            for each in self._box.config.settings.channels
        }
        sent = self._receipts(teller)
        rows = [
            ChannelRow(
                name,
                types.get(name, ""),
                sorted({c.name for h in homes for c in h.contacts if name in c.channels}),
                self._troubles().get(name, ""),
                self._tested(name, teller),
                sent.get(name, [])[:3],
            )
            for name in self._box.channels
        ]
        return self._paper.page(request, "channels.html", rows=rows)

    def _tested(self, name: str, teller: Teller) -> tuple[str, str] | None:
        trial = self._trials.get(name)
        return None if trial is None else (teller.at(trial.at.wall), trial.evidence)

    def _receipts(self, teller: Teller) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = {}
        try:
            latest = self._box.store.latest_receipts(MOST_RECEIPTS)
        except StoreFailed:
            return {}
        for notice, receipt in latest:
            what = teller.say(f"rung.{receipt.rung}")
            line = Line(receipt.at, teller.ago(receipt.at), what, receipt.evidence)
            found.setdefault(notice.channel, []).append(line)
        return found

    def _troubles(self) -> dict[str, str]:
        first = next(iter(self._box.node.households.values()), None)
        troubles = () if first is None else first.troubles
        return {
            each.subject: str(getattr(each.because, "detail", ""))
            for each in troubles
            if each.rule is Rule.CHANNEL
        }

    def _asked(self, request: "web.Request") -> Home:
        home = self._box.node.homes.get(request.match_info["home"])
        if home is None:
            raise _not_found()
        return home


def _not_found() -> Exception:
    from aiohttp import web  # noqa: PLC0415

    return web.HTTPNotFound()
