"""The page behind the link in a message: it shows the alert, and lets the one who got it answer.

To look changes nothing: chats fetch a link before anybody has seen it. Only a POST acts, and twice
is once. Who acts is the person whose message it was; a link opens that one alert and nothing else.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from edge.lifecycle import TRANSITIONS, Trigger
from edge.model import Alert, Contact, Home, Moment, Notice, Outcome, Rule, State
from edge.roles import ELDER, role_key
from gateway.links import BadLink, Flaw, Link, is_over
from gateway.messages import language_of, render
from gateway.page.forms import form_of
from gateway.page.words import word

if TYPE_CHECKING:
    from aiohttp import web
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")
ROUTE = "/a/{token}"
MOST_POSTED = 4096  # bytes
OUTCOMES = (Outcome.WELL, Outcome.HELPED, Outcome.SENSOR, Outcome.TEST)
# Nothing is fetched from elsewhere, nothing runs, nothing is kept, and nobody learns of the link.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class Links(Protocol):
    """What reads a token."""

    def signed(self, token: str) -> Link:
        """Give what a token names, however old it is. Raises BadLink."""


class Desk(Protocol):
    """What the page asks of the gateway."""

    @property
    def homes(self) -> Mapping[str, Home]:
        """Give the homes by their ids."""

    def notice(self, name: str) -> Notice | None:
        """Give a notice by its id."""

    def alert(self, name: str) -> Alert | None:
        """Give an alert as it stands."""

    def acknowledge(self, alert: Alert, by: str, lease: timedelta) -> str:
        """Lease it to somebody; give why it could not be put on disk."""

    def close(self, alert: Alert, by: str, outcome: Outcome) -> str:
        """End it with what it was; give why it could not be put on disk."""


class _Opened(Struct, frozen=True):
    """What a good link leads to."""

    notice: Notice
    alert: Alert
    home: Home
    contact: Contact

    @property
    def who(self) -> str:
        return self.contact.name

    @property
    def others(self) -> list[str]:
        told = (each for each in self.home.contacts if each.id in self.alert.told)
        return [each.name for each in told if each is not self.contact]


class Answering:
    """The two handlers of the route, for an aiohttp application."""

    def __init__(
        self,
        links: Links,
        desk: Desk,
        now: Callable[[], Moment],
        leases: Mapping[str, timedelta],
    ) -> None:
        self._links = links
        self._desk = desk
        self._now = now
        self._leases = leases
        self._templates: Environment | None = None

    def add_to(self, app: "web.Application") -> None:
        """Serve the route; GET and HEAD show, POST acts."""
        app.router.add_get(ROUTE, self._show)
        app.router.add_post(ROUTE, self._act)

    def visit(self, token: str, do: str = "", outcome: str = "") -> tuple[int, dict[str, Any]]:
        """Look behind a link, or press there; give the status of HTTP and what is to be shown."""
        opened = self._open(token)
        if not isinstance(opened, _Opened):
            return self._refusal(opened)
        failure = self._do(opened, do, outcome) if do else ""
        again = self._open(token)
        return 200, self._page(again if isinstance(again, _Opened) else opened, failure)

    async def _show(self, request: "web.Request") -> "web.Response":
        return self._rendered(*self.visit(request.match_info["token"]))

    async def _act(self, request: "web.Request") -> "web.Response":
        # Whatever else the server takes: nobody posts more than a button here.
        posted = await form_of(request.clone(client_max_size=MOST_POSTED))
        do, outcome = posted.get("do", ""), posted.get("outcome", "")
        return self._rendered(*self.visit(request.match_info["token"], do, outcome))

    # -- what it does

    def _open(self, token: str) -> "_Opened | Flaw":
        try:
            link: Link = self._links.signed(token)
        except BadLink as bad:
            return bad.flaw
        now, notice = self._now(), self._desk.notice(link.notice)
        if now.wall >= link.expires if notice is None else is_over(link, notice, now):
            return Flaw.EXPIRED
        alert = None if notice is None else self._desk.alert(notice.alert)
        home = None if alert is None else self._desk.homes.get(alert.household)
        if notice is None or alert is None or home is None:
            return Flaw.FORGED
        contact = next((each for each in home.contacts if each.id == notice.recipient), None)
        # Who is not to be told any more has no say any more.
        return Flaw.FORGED if contact is None else _Opened(notice, alert, home, contact)

    def _do(self, opened: _Opened, what: str, outcome: str) -> str:
        """Take or close, where that can still be done; give why the disk refused it."""
        alert = opened.alert
        if what == "take" and alert.state is State.RAISED:
            lease = self._leases.get(alert.household, timedelta(minutes=30))
            return self._desk.acknowledge(alert, opened.who, lease)
        may_close = (alert.state, Trigger.CLOSE) in TRANSITIONS and outcome in OUTCOMES
        if what == "close" and may_close:
            return self._desk.close(alert, opened.who, Outcome(outcome))
        return ""

    # -- what it shows

    def _page(self, opened: _Opened, failure: str = "") -> dict[str, Any]:
        alert, home = opened.alert, opened.home
        language = language_of(opened.notice, home)
        title, text = render(alert, opened.notice, home, opened.others)
        is_over = alert.state is State.CLOSED
        lease = self._leases.get(alert.household, timedelta(minutes=30))
        minutes = round(lease.total_seconds() / 60)
        can_close = (alert.state, Trigger.CLOSE) in TRANSITIONS
        phone = "" if alert.finding.rule is Rule.CHANNEL else _phone(home)
        is_test = alert.finding.rule is Rule.REACH  # whoever got it says so, and that is all
        can_close = can_close and not is_test
        return {
            "language": language,
            "title": title,
            "text": "" if is_over else text,
            "drill": "",
            "state": word("not_stored", language) if failure else self._state(opened, language),
            "may_take": alert.state is State.RAISED,
            "take": word("got_it" if is_test else "take", language),
            "take_hint": "" if is_test else word("take_hint", language, minutes=minutes),
            "close": word("resolved" if alert.state is State.RESOLVED else "close", language),
            "outcomes": [(each.value, word(each, language)) for each in OUTCOMES if can_close],
            "phone": "" if is_over else phone,
            "call": word("call", language, phone=phone),
        }

    def _state(self, opened: _Opened, language: str) -> str:
        alert = opened.alert
        if alert.state is State.CLOSED:
            outcome = alert.outcome if alert.outcome in OUTCOMES else None
            said = word(outcome, language) if outcome else word("nothing_left", language)
            return word("closed", language, outcome=said.rstrip("。."))
        if alert.lease is None:
            return ""
        until = _clock(alert.lease.until.wall, opened.home)
        if alert.lease.owner == opened.who:
            return word("taken_by_you", language, until=until)
        return word("taken", language, name=alert.lease.owner, until=until)

    def _refusal(self, flaw: Flaw) -> tuple[int, dict[str, Any]]:
        key = "expired" if flaw is Flaw.EXPIRED else "unknown"
        both = f"{word(key, 'zh')}\n{word(key, 'en')}"
        status = 410 if flaw is Flaw.EXPIRED else 404
        return status, {"language": "zh", "title": word(key, "zh"), "text": both}

    def _rendered(self, status: int, values: dict[str, Any]) -> "web.Response":
        from aiohttp import web  # noqa: PLC0415

        page = self._environment().get_template("answer.html").render(values)
        return web.Response(status=status, text=page, content_type="text/html", headers=HEADERS)

    def _environment(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader  # noqa: PLC0415

        if self._templates is None:
            loader = FileSystemLoader(TEMPLATES)
            self._templates = Environment(loader=loader, autoescape=True)
        return self._templates


def _phone(home: Home) -> str:
    """Give the number to call in the home, where one is known."""
    numbers = (contact.phone for contact in home.contacts if role_key(contact.role) == ELDER)
    return next((number for number in numbers if number), "")


def _clock(at: datetime, home: Home) -> str:
    return f"{at.astimezone(home.zone):%H:%M}"
