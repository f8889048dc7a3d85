"""The book of one household's alerts: it turns levels into events and keeps their deadlines.

Detectors say what holds now; here it is decided what is news. Who is told is escalation's.
"""

from collections.abc import Iterable

from msgspec import structs

from edge import escalation, taking
from edge.causes import cause_of, is_explained_for_good
from edge.deadlines import deadline_of, resumed
from edge.lifecycle import (
    FORGOTTEN_AFTER,
    TRANSITIONS,
    Trigger,
    alert_id,
    has_its_device,
    is_asked_before,
    is_called_again,
    is_question,
    needs_no_outcome,
    own_outcome,
    said_again,
)
from edge.model import (
    Acknowledge,
    Alert,
    Change,
    Close,
    Effects,
    Event,
    Finding,
    Home,
    Lease,
    Moment,
    OfAlert,
    Outcome,
    Reason,
    Rule,
    Severity,
    State,
)

US = "shouhu"
TAKEN_OUT = "its device was taken out of the household"


class AlertBook:
    """Every alert of one household that is not over.

    A closed alert whose finding still stands is kept, so that it is not raised a second time.
    """

    def __init__(self, home: Home, alerts: Iterable[Alert] = ()) -> None:
        self._home = home
        self._alerts = {alert.id: alert for alert in alerts}
        self._nearest: Moment | None = None
        self._is_nearest_known = False

    @property
    def alerts(self) -> list[Alert]:
        """Give the alerts that are not over, closed ones that still hold included."""
        return list(self._alerts.values())

    # -- levels

    def update(self, rules: frozenset[Rule], findings: list[Finding], now: Moment) -> Effects:
        """Hold the findings of these rules against the book; what differs is an event."""
        effects = Effects()
        held = {
            alert.finding.subject + alert.finding.rule: alert
            for alert in self._alerts.values()
            if alert.holds and alert.finding.rule in rules
        }
        for found in findings:
            alert = held.pop(found.subject + found.rule, None)
            finding = found if alert is None else said_again(found, alert.finding)
            if alert is not None and alert.finding.since != finding.since:
                self._vanish(alert, now, effects)
                alert = None
            if alert is None:
                self._appear(finding, now, effects)
            elif alert.finding != finding:
                self._develop(alert, finding, now, effects)
        # What another alert explains ends before it, or it would be told at the very end.
        for alert in sorted(held.values(), key=lambda alert: not alert.inhibited_by):
            self._vanish(alert, now, effects)
        return effects

    def _appear(self, finding: Finding, now: Moment, effects: Effects) -> None:
        identity = alert_id(self._home, finding)
        known = self._alerts.get(identity)
        if known is not None:
            self._return(known, finding, now, effects)
            return
        alert = Alert(identity, self._home.id, finding, State.RAISED, now, drill=self._home.drill)
        if is_question(finding) and cause_of(finding, self._alerts.values()) is None:
            # It becomes worse by the detector's word, or ends with an answer.
            self._note(alert, Event.SUSPECTED, now, effects)
            self._put(structs.replace(alert, state=State.SUSPECTED), effects)
        else:
            self._raise(alert, now, effects)

    def _raise(self, alert: Alert, now: Moment, effects: Effects) -> None:
        """Tell of an alert, unless another one explains it."""
        self._note(alert, Event.RAISED, now, effects)
        cause = cause_of(alert.finding, self._alerts.values())
        if cause is None:
            self._take(escalation.begin(alert, self._home, now), effects)
            return
        held = structs.replace(alert, state=State.RAISED, inhibited_by=cause.id)
        self._note(held, Event.INHIBITED, now, effects, detail=cause.id)
        self._put(held, effects)

    def _return(self, alert: Alert, finding: Finding, now: Moment, effects: Effects) -> None:
        """Raise again what was taken for over; what a person has closed stays closed."""
        after = structs.replace(alert, finding=finding, holds=True)
        if (alert.state, Trigger.RETURN) not in TRANSITIONS:
            self._put(after, effects)
            return
        effects.cancelled.append(alert.id)
        self._note(after, Event.RETURNED, now, effects)
        self._take(escalation.begin(after, self._home, now, Reason.RETURNED), effects)

    def _develop(self, alert: Alert, finding: Finding, now: Moment, effects: Effects) -> None:
        """Take in new facts about what already stands; only worse ones are told again."""
        if is_asked_before(alert, finding):
            return
        # Milder, it is told about as rarely as what has just begun so mildly, and no more rarely.
        is_milder = finding.severity.rank > alert.finding.severity.rank
        rounds = 0 if is_milder else alert.rounds
        after = structs.replace(alert, finding=finding, rounds=rounds)
        self._put(after, effects)
        is_worse = finding.severity.rank < alert.finding.severity.rank
        if not (is_worse or is_called_again(alert.finding, finding)):
            return
        if alert.state in (State.RESOLVED, State.CLOSED) or alert.inhibited_by:
            return
        if alert.state is State.SUSPECTED:
            self._raise(after, now, effects)
        else:
            self._note(after, Event.WORSENED, now, effects, detail=str(finding.severity))
            self._take(escalation.again(after, self._home, now), effects)

    def _vanish(self, alert: Alert, now: Moment, effects: Effects) -> None:
        after = structs.replace(alert, holds=False)
        state = TRANSITIONS.get((alert.state, Trigger.VANISH))
        if state is None:
            self._put(after, effects)
            self._release(alert, now, effects)
            return
        effects.cancelled.append(alert.id)
        after = structs.replace(after, state=state, lease=None, next_step=None)
        if state is State.RESOLVED:
            after = structs.replace(after, next_step=now.plus(FORGOTTEN_AFTER))
            why = "" if has_its_device(alert.finding, self._home) else TAKEN_OUT
            self._note(after, Event.RESOLVED, now, effects, detail=why)
            if alert.finding.severity is not Severity.NOTE:
                effects.notices += escalation.finish(after, self._home, now)
        if state is State.CLOSED or needs_no_outcome(alert):
            outcome = own_outcome(alert)
            after = structs.replace(
                after, state=State.CLOSED, outcome=outcome, next_step=None, inhibited_by=""
            )
            self._note(after, Event.CLOSED, now, effects, detail=outcome)
        self._put(after, effects)
        self._release(alert, now, effects)

    def _release(self, cause: Alert, now: Moment, effects: Effects) -> None:
        """Tell of what still stands although its supposed cause has gone."""
        if is_explained_for_good(cause):
            return
        for alert in [a for a in self._alerts.values() if a.inhibited_by == cause.id and a.holds]:
            free = structs.replace(alert, inhibited_by="")
            self._note(free, Event.RELEASED, now, effects)
            self._take(escalation.begin(free, self._home, now), effects)

    # -- people

    def acknowledge(self, what: Acknowledge, now: Moment) -> Effects:
        """Lease an alert to somebody; everything that is pending about it is cancelled."""
        effects = Effects()
        alert = self._alerts.get(what.alert)
        if alert is None or (alert.state, Trigger.ACKNOWLEDGE) not in TRANSITIONS:
            return effects
        lease = Lease(what.by, now.plus(what.lease))
        effects.cancelled.append(alert.id)
        self._note(alert, Event.ACKNOWLEDGED, now, effects, by=what.by)
        after = structs.replace(
            alert, state=State.ACKNOWLEDGED, lease=lease, next_step=None, waits_for=()
        )
        self._put(after, effects)
        return effects

    def obey(self, what: OfAlert, now: Moment) -> Effects:
        """Hand an alert over, note that somebody is there, or go on to who can be reached."""
        effects = Effects()
        alert = self._alerts.get(what.alert)
        if alert is not None and not alert.inhibited_by:
            self._take(taking.came_of(what, alert, self._home, now), effects)
        return effects

    def close(self, what: Close, now: Moment) -> Effects:
        """End an alert with what it was; whoever was told of it hears that it is over."""
        effects = Effects()
        alert = self._alerts.get(what.alert)
        if alert is None or (alert.state, Trigger.CLOSE) not in TRANSITIONS:
            return effects
        effects.cancelled.append(alert.id)
        self._note(alert, Event.CLOSED, now, effects, by=what.by, detail=what.outcome)
        after = structs.replace(
            alert, state=State.CLOSED, lease=None, outcome=what.outcome, next_step=None
        )
        if alert.state is not State.RESOLVED:
            effects.notices += escalation.finish(after, self._home, now)
        self._put(after, effects)
        self._release(after, now, effects)
        return effects

    def reconfigure(self, now: Moment) -> Effects:
        """After a change of the household: tell what there was nobody to be told of."""
        effects = Effects()
        for alert in self.alerts:
            is_untold = alert.state is State.RAISED and alert.next_step is None
            if is_untold and not alert.inhibited_by and alert.finding.severity != Severity.NOTE:
                self._take(escalation.begin(alert, self._home, now), effects)
        return effects

    # -- time

    def next_check(self) -> Moment | None:
        """Give the nearest deadline of any alert: a step, a lease, the end of the pre-alarm."""
        if not self._is_nearest_known:
            due = [moment for a in self._alerts.values() if (moment := deadline_of(a)) is not None]
            self._nearest = min(due, key=lambda moment: moment.monotonic, default=None)
            self._is_nearest_known = True
        return self._nearest

    def tick(self, now: Moment) -> Effects:
        """Do what is due."""
        effects = Effects()
        for alert in self.alerts:
            deadline = deadline_of(alert)
            if deadline is not None and deadline.reached(now):
                self._expire(alert, now, effects)
        return effects

    def _expire(self, alert: Alert, now: Moment, effects: Effects) -> None:
        match alert.state:
            case State.SUSPECTED:
                self._note(alert, Event.RAISED, now, effects)
                self._take(escalation.begin(alert, self._home, now), effects)
            case State.RAISED:
                self._take(escalation.advance(alert, self._home, now), effects)
            case State.ACKNOWLEDGED if alert.lease is not None:
                self._note(alert, Event.LAPSED, now, effects, by=alert.lease.owner)
                begun = escalation.begin(alert, self._home, now, Reason.RETURNED)
                self._take(begun, effects)
            case State.RESOLVED:
                self._note(alert, Event.CLOSED, now, effects, detail=Outcome.UNKNOWN)
                after = structs.replace(
                    alert, state=State.CLOSED, outcome=Outcome.UNKNOWN, next_step=None
                )
                self._put(after, effects)
            case _:
                pass

    def resume(self, now: Moment) -> Effects:
        """After downtime, or by a clock that was set: what fell due meanwhile is due now, once.

        The clocks of two starts of the box agree as far as they can be trusted; nothing waits
        longer than it would have waited without the downtime.
        """
        effects = Effects()
        for alert in self.alerts:
            later = resumed(alert, self._home, now)
            if later is not None:
                self._put(later, effects)
        return effects

    # -- keeping

    def _note(
        self,
        alert: Alert,
        what: Event,
        now: Moment,
        effects: Effects,
        *,
        by: str = US,
        detail: str = "",
    ) -> None:
        effects.changes.append(Change(alert.id, what, now, by, detail))

    def _take(self, more: Effects, effects: Effects) -> None:
        for alert in more.alerts:
            self._put(alert, Effects())
        effects.extend(more)

    def _put(self, alert: Alert, effects: Effects) -> None:
        self._is_nearest_known = False
        effects.alerts.append(alert)
        if alert.state is State.CLOSED and not alert.holds:
            self._alerts.pop(alert.id, None)
        else:
            self._alerts[alert.id] = alert
