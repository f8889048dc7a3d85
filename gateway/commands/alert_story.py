"""One alert told to a person: what and why, its journal, whom it was told and with what result."""

from datetime import datetime

from msgspec import structs

from edge.model import Alert, Change, Contact, Event, Home, Notice, Outcome, Reason, Receipt
from gateway.commands.alert_views import History, what, where
from gateway.commands.homes import Known
from gateway.commands.layout import entries, table
from gateway.language import Language, say
from gateway.messages import render
from gateway.rungs import US, Reached, Step

_READER = "reader"


def told(history: History, known: Known, language: Language) -> list[str]:
    """Give everything about an alert, line by line."""
    return _Story(history, known, language).lines()


class _Story:
    """One alert in the making of its story."""

    def __init__(self, history: History, known: Known, language: Language) -> None:
        self._history = history
        self._alert = history.alert
        self._known = known
        self._home = known.homes.get(history.alert.household)
        self._language = language

    def lines(self) -> list[str]:
        """Give the card, the message, the journal and the notices."""
        lines = [*entries([pair for pair in self._card() if pair[1]])]
        if self._home is not None:
            lines += ["", self._say("show.why"), *self._why(self._home)]
        lines += ["", self._say("show.ladder"), *_indented(table(self._ladder()))]
        lines += ["", self._say("show.journal"), *_indented(table(self._journal()))]
        if self._history.notices:
            lines += ["", self._say("show.notices"), *_indented(table(self._notices()))]
        return lines

    def _say(self, key: str, **values: object) -> str:
        return say(self._language, key, **values)

    def _time(self, at: datetime) -> str:
        return self._known.time(at, self._alert.household)

    def _card(self) -> list[tuple[str, str]]:
        alert, finding = self._alert, self._alert.finding
        outcome = "" if alert.outcome is None else self._say(f"outcome.{alert.outcome}")
        rows = [
            ("column.id", alert.id),
            ("show.household", self._known.name(alert.household)),
            ("show.what", what(alert, self._language)),
            ("show.where", where(alert, self._known)),
            ("show.severity", self._say(f"severity.{finding.severity}")),
            ("show.state", self._say(f"state.{alert.state}")),
            ("show.since", self._time(finding.since.wall)),
            ("show.opened", self._time(alert.opened.wall)),
            ("show.owner", self._owner(alert)),
            ("show.outcome", outcome),
            ("show.told", ", ".join(map(self._person, alert.told))),
        ]
        return [(self._say(key), text) for key, text in rows]

    def _owner(self, alert: Alert) -> str:
        if alert.lease is None:
            return ""
        until = self._time(alert.lease.until.wall)
        return self._say("show.until", owner=alert.lease.owner, until=until)

    def _person(self, identity: str) -> str:
        people = () if self._home is None else self._home.contacts
        return next((each.name for each in people if each.id == identity), identity)

    def _why(self, home: Home) -> list[str]:
        """Tell it in the words that a caregiver gets."""
        alert, changes = self._alert, self._history.changes
        reader = Contact(_READER, "", "", "", self._language.value, ())
        ended = (each.at for each in changes if each.what in (Event.RESOLVED, Event.CLOSED))
        now = next(ended, changes[-1].at if changes else alert.opened)
        notice = Notice(
            "", alert.id, home.id, _READER, "", Reason.FIRST, alert.finding.severity, now
        )
        names = [self._person(each) for each in alert.told]
        _, text = render(alert, notice, structs.replace(home, contacts=(reader,)), names)
        return _indented(text.splitlines()[1:-1])  # not who, which is above, nor the reference

    def _ladder(self) -> list[list[str]]:
        steps = self._history.ladder(has_platform=self._known.has_platform)
        return [self._step(step) for step in steps]

    def _step(self, step: Step) -> list[str]:
        name = self._say(f"ladder.{step.name}")
        if step.at is None:
            key = "not_yet" if step.reached is Reached.NOT_YET else "unknown"
            no_uplink = step.name == "platform" and step.reached is Reached.UNKNOWN
            why = self._say("ladder.no_uplink") if no_uplink else step.evidence
            return [name, self._say(f"ladder.{key}"), "", why]
        who = "" if step.who == US else self._person(step.who)
        return [name, self._time(step.at), who, self._proof(step)]

    def _proof(self, step: Step) -> str:
        if step.channel:
            return f"{step.channel}: {step.evidence}" if step.evidence else step.channel
        if step.name == "seen":
            return self._say("ladder.by_taking")
        if step.name == "closed":
            outcome = step.evidence.partition(":")[0]
            return self._say(f"outcome.{outcome}") if outcome in set(Outcome) else step.evidence
        return step.evidence

    def _journal(self) -> list[list[str]]:
        return [self._change(change) for change in self._history.changes]

    def _change(self, change: Change) -> list[str]:
        event = self._say(f"event.{change.what}")
        detail = change.detail
        if change.what is Event.MISSED:
            detail = self._person(detail)
        elif change.what is Event.ESCALATED and detail.partition(" ")[0] in set(Reason):
            why, _, count = detail.partition(" ")
            detail = self._say(f"reason.{why}") + ("" if count in ("", "0") else f" {count}")
        return [self._time(change.at.wall), event, change.by, detail]

    def _notices(self) -> list[list[str]]:
        rows = []
        for notice in self._history.notices:
            head = [
                self._time(notice.due.wall),
                self._person(notice.recipient),
                notice.channel,
                self._say(f"reason.{notice.reason}"),
            ]
            receipts = [each for each in self._history.receipts if each.notice == notice.id]
            rows += [[*head, *self._receipt(each)] for each in receipts]
            if not receipts:
                rows.append([*head, self._say("show.unsent"), "", ""])
        return rows

    def _receipt(self, receipt: Receipt) -> list[str]:
        attempt = self._say("show.attempt", number=receipt.attempt)
        return [attempt, self._say(f"rung.{receipt.rung}"), receipt.evidence]


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]
