"""What a request over the control socket does to the running gateway.

Who may connect and what a request may look like is control.py's.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from edge.alerts import AlertBook
from edge.lifecycle import TRANSITIONS, Trigger
from edge.model import Alert, Arrive, Away, Back, HandOver, Moment, Rule, State
from edge.taking import person_of
from gateway.channel_trial import Trials
from gateway.config import Config
from gateway.control import (
    AcknowledgeAlert,
    Answer,
    CloseAlert,
    Request,
    Status,
    TrustDevice,
)
from gateway.drilling import Drilling
from gateway.linking import Linking
from gateway.node import Node
from gateway.question_trial import QuestionTrials
from gateway.requests import (
    Absences,
    AnswerQuestion,
    ArriveOnScene,
    DeclareAway,
    DeclareBack,
    Drill,
    EraseHousehold,
    GoOn,
    HandOverAlert,
    Installing,
    OfAlerts,
    ProveChannel,
    RecordTests,
    Rehearse,
    Reload,
    RenewLinks,
    TryChannel,
    Trying,
    TryQuestion,
    Watching,
)
from gateway.store import Store, StoreFailed

LONGEST_ABSENCE = timedelta(days=180)
OF_HOMES = (
    *(AcknowledgeAlert, HandOverAlert, ArriveOnScene, CloseAlert, AnswerQuestion),
    *(DeclareAway, DeclareBack, Drill),
)


class Commanding:
    """Answers people who ask through the command line."""

    def __init__(
        self,
        node: Node,
        store: Store,
        config: Config,
        now: Callable[[], Moment],
        settle: Callable[[], str],
        *,
        hears: Callable[[], Mapping[str, str]],
        show: Callable[[Watching], Awaitable[Answer]],
        install: Callable[[Installing], Awaitable[Answer]],
        counts: Callable[[], Mapping[str, int]],
        links: Linking,
        trials: Trials,
        questions: QuestionTrials,
        serves: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """Prepare; `show` answers what changes nothing, `install` those who set homes up."""
        self._node = node
        self._store = store
        self._config = config
        self._now = now
        self._settle = settle
        self._hears = hears
        self._serves = serves
        self._show = show
        self._install = install
        self._counts = counts
        self._links = links
        self._trials = trials
        self._questions = questions
        self._drilling = Drilling(node, now, settle)

    def handle(self, request: Request) -> Answer | Awaitable[Answer]:
        """Do what is asked, on disk before the answer."""
        if isinstance(request, OF_HOMES) and not self._node.households:
            return Answer(False, "no home is watched yet: nobody has set the drill's clock")
        try:
            match request:
                case AcknowledgeAlert() | HandOverAlert() | ArriveOnScene() | CloseAlert():
                    return self._of_alert(request)
                case AnswerQuestion():
                    return self._answer(request)
                case TrustDevice():
                    return self._trust(request)
                case DeclareAway() | DeclareBack():
                    return self._absence(request)
                case RenewLinks():
                    return self._renew_links(request)
                case TryChannel() | ProveChannel() | TryQuestion():
                    return self._try(request)
                case Status():
                    return self._status()
                case Drill() | GoOn():
                    return self._drilling.handle(request)
                case Rehearse() | RecordTests() | Reload() | EraseHousehold():
                    return self._install(request)
                case _:
                    return self._show(request)
        except StoreFailed as error:
            return Answer(False, f"the store cannot be used: {error}")

    def _acknowledge(self, request: AcknowledgeAlert) -> Answer:
        alert, refusal = self._find(request.alert, Trigger.ACKNOWLEDGE)
        if alert is None:
            return refusal
        lease = timedelta(seconds=request.lease_s)
        self._node.acknowledge(alert, request.by, lease, self._now())
        failure = self._settle()
        until = self._now().plus(lease).wall.isoformat()
        return Answer(True, facts={"alert": alert.id, "until": until, **_unstored(failure)})

    def _of_alert(self, request: AcknowledgeAlert | CloseAlert | OfAlerts) -> Answer:
        match request:
            case AcknowledgeAlert():
                return self._acknowledge(request)
            case HandOverAlert():
                return self._hand_over(request)
            case ArriveOnScene():
                return self._arrive(request)
            case CloseAlert():
                return self._close(request)

    def _hand_over(self, request: HandOverAlert) -> Answer:
        alert, refusal = self._find(request.alert, Trigger.HAND_OVER)
        if alert is None:
            return refusal
        lease, now = timedelta(seconds=request.lease_s), self._now()
        what = HandOver(alert.id, request.by, request.to, lease)
        self._node.obey(alert.household, what, now)
        person = person_of(self._node.homes[alert.household], request.to)
        facts = {
            "alert": alert.id,
            "owner": request.to if person is None else person.name,
            "told": person is not None and bool(person.channels),
            "until": now.plus(lease).wall.isoformat(),
        }
        return Answer(True, facts={**facts, **_unstored(self._settle())})

    def _arrive(self, request: ArriveOnScene) -> Answer:
        alert, refusal = self._find(request.alert, Trigger.ARRIVE)
        if alert is None:
            return refusal
        lease = timedelta(seconds=request.lease_s)
        self._node.obey(alert.household, Arrive(alert.id, request.by, lease), self._now())
        return Answer(True, facts={"alert": alert.id, **_unstored(self._settle())})

    def _answer(self, request: AnswerQuestion) -> Answer:
        if request.household not in self._node.homes:
            return Answer(False, "no such home")
        self._node.answer(request.household, request.by, self._now())
        return Answer(True, facts={"household": request.household, **_unstored(self._settle())})

    def _trust(self, request: TrustDevice) -> Answer:
        if not self._has_key(request) or not self._node.repair(request.household, request.device):
            name = f"{request.household}/{request.device}"
            return Answer(False, f"no device {name} with a bindkey_file is set up")
        failure = self._settle()
        facts = {"household": request.household, "device": request.device}
        return Answer(True, facts={**facts, **_unstored(failure)})

    def _try(self, request: Trying) -> Answer | Awaitable[Answer]:
        match request:
            case TryQuestion():
                return self._questions.handle(request)
            case TryChannel():
                return self._trials.handle(request)
            case ProveChannel():
                return self._prove(request)

    def _prove(self, request: ProveChannel) -> Answer:
        if request.config != self._config.sha256:
            return Answer(False, "the running gateway has another configuration; reload it first")
        return self._trials.note(request.channel)

    def _renew_links(self, request: RenewLinks) -> Answer:
        try:
            self._links.renew(revoke=request.revoke)
        except OSError as error:
            return Answer(False, f"no new secret: {error.strerror}")
        return Answer(True, facts={"revoked": request.revoke})

    def _absence(self, request: Absences) -> Answer:
        name, now = request.household, self._now()
        if name not in self._node.homes:
            return Answer(False, "no such household")
        if isinstance(request, DeclareBack):
            if self._node.absence(name) is None:
                return Answer(False, "no absence is declared")
            self._node.declare(name, Back(request.by), now)
            return Answer(True, facts={"household": name, **_unstored(self._settle())})
        until = request.until
        if until is not None and not now.wall < until <= now.wall + LONGEST_ABSENCE:
            return Answer(False, "until is past, or more than 180 days ahead")
        if _is_silence_told(self._node.households[name].book):
            return Answer(False, "an alert of silence stands")
        self._node.declare(name, Away(request.by, until), now)
        failure, declared = self._settle(), self._node.absence(name)
        ends = declared.until if declared is not None else None
        facts = {"household": name, "until": None if ends is None else ends.isoformat()}
        return Answer(True, facts={**facts, **_unstored(failure)})

    def _has_key(self, request: TrustDevice) -> bool:
        return any(
            (one.household, one.device.id) == (request.household, request.device)
            and one.address.upper() in self._config.keys
            for one in self._config.fitted
        )

    def _close(self, request: CloseAlert) -> Answer:
        alert, refusal = self._find(request.alert, Trigger.CLOSE)
        if alert is None:
            return refusal
        self._node.close(alert, request.by, request.outcome, self._now())
        facts = {"alert": alert.id, "outcome": str(request.outcome)}
        return Answer(True, facts={**facts, **_unstored(self._settle())})

    def _find(self, name: str, trigger: Trigger) -> tuple[Alert | None, Answer]:
        alert = self._node.alert(name) or self._store.alert(name)
        if alert is None or alert.household not in self._node.homes:
            return None, Answer(False, "no such alert")
        if (alert.state, trigger) not in TRANSITIONS:
            return None, Answer(False, f"the alert is {alert.state}")
        return alert, Answer(True)

    def _status(self) -> Answer:
        facts: dict[str, object] = {
            "homes": sorted(self._node.homes),
            "hears": dict(self._hears()),
            "serves": dict(self._serves()),
            "refused": dict(self._counts()),
            "alerts": [alert.id for alert in self._store.alerts()],
            "owed": self._store.owed_count(),
            "away": {
                name: declared.until and declared.until.isoformat()
                for name in sorted(self._node.homes)
                if (declared := self._node.absence(name)) is not None
            },
        }
        return Answer(True, facts=facts)


def _is_silence_told(book: AlertBook) -> bool:
    """Say whether people were told of a silence, and nobody has ended that yet."""
    silent = (a for a in book.alerts if a.finding.rule is Rule.INACTIVITY and not a.inhibited_by)
    return any(a.holds and a.state in (State.RAISED, State.ACKNOWLEDGED) for a in silent)


def _unstored(failure: str) -> dict[str, object]:
    """Say that what was done stands in memory only."""
    return {"not_stored": failure} if failure else {}
