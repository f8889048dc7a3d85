"""What can be pressed on the page: take and end an alert, answer, declare away, test a channel.

Each is the request that the command line would send. Where a form comes from was checked before.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from edge.model import Alert, Home, Moment, Outcome, Rung
from gateway.beside import Box
from gateway.control import Answer, Request
from gateway.page.cards import OUTCOMES
from gateway.page.forms import form_of
from gateway.page.visit import LONGEST_NAME, WHO, Paper, keep
from gateway.requests import (
    AcknowledgeAlert,
    AnswerQuestion,
    ArriveOnScene,
    CloseAlert,
    DeclareAway,
    DeclareBack,
    HandOverAlert,
    TryChannel,
)
from gateway.store import StoreFailed
from gateway.wording.plain import plain

if TYPE_CHECKING:
    from aiohttp import web

LEASE = timedelta(minutes=30)
BETWEEN_TESTS = timedelta(seconds=10)
Form = Mapping[str, str]


class Trial(Struct, frozen=True):
    """The last test of a channel from the page: when, and what the receiver said."""

    at: Moment
    evidence: str = ""


class Acts:
    """Does what is pressed."""

    def __init__(self, box: Box, paper: Paper) -> None:
        """Prepare."""
        self._box = box
        self._paper = paper
        self.trials: dict[str, Trial] = {}

    def add_to(self, app: "web.Application") -> None:
        """Serve the forms."""
        post = app.router.add_post
        post("/h/{home}/alerts/{alert}", self._alert)
        post("/h/{home}/answer", self._of_home(self._answer))
        post("/h/{home}/away", self._of_home(self._away))
        post("/h/{home}/back", self._of_home(self._back))
        post("/channels/{channel}/test", self._test)

    # -- alerts

    async def _alert(self, request: "web.Request") -> "web.StreamResponse":
        form = await form_of(request)
        home, name = self._home(request), request.match_info["alert"]
        alert = self._box.node.alert(name)
        if alert is None:
            with suppress(StoreFailed):
                alert = self._box.store.alert(name)
        if alert is None or alert.household != home.id:
            return self._back_to(request, form, "refused")
        by = _by(form)
        if not by:
            return self._back_to(request, form, "nameless")
        wish = self._wish(alert, by, form)
        said = "refused" if wish is None else await self._done(wish)
        return self._back_to(request, form, said)

    def _wish(self, alert: Alert, by: str, form: Form) -> Request | None:
        lease = round(self._box.config.leases.get(alert.household, LEASE).total_seconds())
        outcome, to = form.get("outcome", ""), plain(form.get("to", ""), LONGEST_NAME)
        match form.get("do"):
            case "take":
                return AcknowledgeAlert(alert.id, by, lease)
            case "arrive":
                return ArriveOnScene(alert.id, by, lease)
            case "hand_over" if to:
                return HandOverAlert(alert.id, by, to, lease)
            case "close" if outcome in OUTCOMES:
                return CloseAlert(alert.id, by, Outcome(outcome))
            case _:
                return None

    # -- the home

    def _of_home(
        self, wish_of: Callable[[Home, str, Form], Request | str]
    ) -> "Callable[[web.Request], Awaitable[web.StreamResponse]]":
        async def act(request: "web.Request") -> "web.StreamResponse":
            form = await form_of(request)
            home, by = self._home(request), _by(form)
            wish = wish_of(home, by, form) if by else "nameless"
            said = wish if isinstance(wish, str) else await self._done(wish)
            return self._back_to(request, form, said)

        return act

    def _answer(self, home: Home, by: str, _: Form) -> Request:
        return AnswerQuestion(home.id, by)

    def _away(self, home: Home, by: str, form: Form) -> Request | str:
        said = form.get("until", "")
        try:
            until = datetime.fromisoformat(said).replace(tzinfo=home.zone) if said else None
        except ValueError:
            return "baddate"
        return DeclareAway(home.id, by, until)

    def _back(self, home: Home, by: str, _: Form) -> Request:
        return DeclareBack(home.id, by)

    # -- the channels

    async def _test(self, request: "web.Request") -> "web.StreamResponse":
        form, name, now = await form_of(request), request.match_info["channel"], self._box.now()
        before = self.trials.get(name)
        if name not in self._box.channels:
            return self._back_to(request, form, "refused")
        if before is not None and now.since(before.at) < BETWEEN_TESTS:
            return self._back_to(request, form, "soon")
        self.trials[name] = Trial(now)
        language = self._paper.language(request)
        answer = await self._answered(TryChannel(name, language=language.value))
        evidence = str(answer.facts.get("evidence", answer.error))
        is_taken = answer.ok and answer.facts.get("rung") != Rung.REFUSED
        self.trials[name] = Trial(now, evidence)
        return self._back_to(request, form, "sent" if is_taken else "unsent")

    # -- inside

    def _home(self, request: "web.Request") -> Home:
        from aiohttp import web  # noqa: PLC0415

        home = self._box.node.homes.get(request.match_info["home"])
        if home is None:
            raise web.HTTPNotFound
        return home

    async def _done(self, wish: Request) -> str:
        answer = await self._answered(wish)
        if not answer.ok:
            return "refused"
        return "unstored" if "not_stored" in answer.facts else "done"

    async def _answered(self, wish: Request) -> Answer:
        asked = self._box.ask(wish)
        answer: Answer = await asked if inspect.isawaitable(asked) else asked
        return answer

    def _back_to(self, request: "web.Request", form: Form, said: str) -> "web.StreamResponse":
        """Send the visitor back to the page with what came of it; to load it again does nothing."""
        from aiohttp import web  # noqa: PLC0415

        response = web.Response(status=303, headers={"Location": f"{_path(form)}?said={said}"})
        if by := _by(form):
            keep(response, WHO, by, request)
        return response


def _by(form: Form) -> str:
    return plain(form.get("by", ""), LONGEST_NAME)


def _path(form: Form) -> str:
    """Give where to go on; never to another site."""
    path = form.get("from", "/")
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_ours and path.isascii() and path.isprintable() else "/"
