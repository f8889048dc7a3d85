"""Who is told what, when and why: the ladder of steps, as far as it is due.

Pure: it takes an alert and gives the next one with the notices that are owed.
"""

from datetime import timedelta
from itertools import pairwise

from msgspec import structs

from edge.model import (
    ZERO,
    Alert,
    Change,
    Contact,
    Effects,
    Event,
    Home,
    Moment,
    Notice,
    Reason,
    Rule,
    Severity,
    State,
    Step,
    digest,
)
from edge.waits import repeat_after
from edge.whom import all_of, people_of, step_from, wait_for


def begin(alert: Alert, home: Home, now: Moment, reason: Reason = Reason.FIRST) -> Effects:
    """Start the ladder from its first step, or anew when a lease has lapsed."""
    wait = _first_wait(home, alert.finding.severity) if reason is Reason.FIRST else ZERO
    fresh = structs.replace(
        alert, state=State.RAISED, lease=None, step=0, rounds=0, next_step=now.plus(wait)
    )
    return Effects(alerts=[fresh]) if wait else advance(fresh, home, now, reason)


def advance(
    alert: Alert,
    home: Home,
    now: Moment,
    reason: Reason | None = None,
    skipped: tuple[str, ...] = (),
) -> Effects:
    """Take the step that is due at `now`, and say when the next one is.

    A step that reaches nobody now is passed over, and so is who is `skipped`. What is not urgent
    waits for people's hours.
    """
    ladder = _ladder(home, alert.finding.severity)
    if alert.finding.rule is Rule.REACH and alert.finding.severity is Severity.NOTE:
        return _ask(alert, home, now)
    if not ladder:
        return _unreached(alert, now)
    taken, people = step_from(alert, ladder, home, now, skipped)
    if not people:
        people = all_of(ladder, home)
        if (wait := wait_for(people, home, now)) is not None:
            return Effects(alerts=[structs.replace(alert, next_step=now.plus(wait))])
        taken = len(ladder)
    is_emergency = alert.finding.severity is Severity.EMERGENCY
    is_round = alert.step >= len(ladder)
    why = reason or _why(alert, is_round=is_round)
    after = structs.replace(
        alert,
        step=taken,
        rounds=alert.rounds + is_round,
        next_step=_next_step(alert, ladder, taken, home, now),
        told=_joined(alert.told, [person.id for person in people]),
        waits_for=tuple(person.id for person in people),
        missed=_but(alert.missed, people),
    )
    notices = _notices(after, people, why, now, on_all_channels=is_emergency, knew=alert.told)
    changes = []
    if why is not Reason.FIRST:
        changes.append(Change(alert.id, Event.ESCALATED, now, "shouhu", f"{why} {after.rounds}"))
    return Effects(changes=changes, alerts=[after], notices=notices)


def again(alert: Alert, home: Home, now: Moment) -> Effects:
    """Tell everyone at once once more: the button was pressed again, or it has become worse."""
    ladder = _ladder(home, alert.finding.severity)
    people = all_of(ladder, home)
    after = structs.replace(
        alert,
        step=len(ladder),
        rounds=1,
        next_step=now.plus(repeat_after(alert.finding.severity, home, 1)) if ladder else None,
        told=_joined(alert.told, [person.id for person in people]),
        # Who has taken it keeps it, whoever else is out of reach.
        waits_for=alert.waits_for if alert.lease else tuple(person.id for person in people),
        missed=_but(alert.missed, people),
    )
    # Whoever was sent the test knows nothing of the answer that did not come.
    told = () if alert.finding.rule is Rule.REACH else alert.told
    knew = [person for person in people if person.id in told]
    others = [person for person in people if person.id not in told]
    notices = _notices(after, knew, Reason.REPEATED, now, on_all_channels=True)
    notices += _notices(after, others, Reason.FIRST, now, on_all_channels=True)
    return Effects(alerts=[after], notices=notices)


def hand(alert: Alert, person: Contact, now: Moment) -> list[Notice]:
    """Tell somebody that it is theirs now, on every channel: nobody else looks after it."""
    return _notices(alert, [person], Reason.HANDED, now, on_all_channels=True)


def missed(alert: Alert, person: str, home: Home, now: Moment) -> Effects:
    """Take in that somebody is reached on no channel: were they the last, go on without waiting.

    Once everybody was told there is nobody to go on to, and the next round comes in its time. To
    whom it was handed over without their hearing of it, they do not have it.
    """
    is_open = alert.state in (State.RAISED, State.ACKNOWLEDGED)
    if not is_open or person not in alert.waits_for:
        return Effects()
    left = tuple(name for name in alert.waits_for if name != person)
    after = structs.replace(alert, waits_for=left, missed=_joined(alert.missed, [person]))
    effects = Effects(
        changes=[Change(alert.id, Event.MISSED, now, "shouhu", person)], alerts=[after]
    )
    if alert.lease is not None:
        effects.changes.append(Change(alert.id, Event.LAPSED, now, alert.lease.owner))
        effects.extend(begin(after, home, now, Reason.RETURNED))
    elif not left and after.next_step is not None:
        effects.extend(_go_on(after, home, now))
    return effects


def _go_on(alert: Alert, home: Home, now: Moment) -> Effects:
    """Tell those who are left, without those who are out of reach; what is no hurry waits for them.

    Where everybody was told, however vainly, they are told again in their time and no sooner.
    """
    ladder = _ladder(home, alert.finding.severity)
    others = [p for p in all_of(ladder, home) if p.id not in alert.missed]
    if alert.step >= len(ladder) and {p.id for p in others} <= set(alert.told):
        return Effects()
    if alert.finding.severity.rank <= Severity.URGENT.rank:
        return advance(alert, home, now, skipped=alert.missed)
    wait = wait_for(others, home, now)
    due = None if wait is None else now.plus(wait)
    if due is None or (alert.next_step is not None and alert.next_step.reached(due)):
        return Effects()
    return Effects(alerts=[structs.replace(alert, next_step=due)])


def longest_wait(home: Home, alert: Alert) -> timedelta:
    """Give how long at most may lie between the last step of an alert and its next."""
    severity = alert.finding.severity
    repeat = repeat_after(severity, home, alert.rounds)
    if severity is Severity.EMERGENCY:
        return repeat
    ladder = _ladder(home, severity)
    gaps = [later.after - step.after for step, later in pairwise(ladder)]
    return max([_first_wait(home, severity), repeat, *gaps])


def finish(alert: Alert, home: Home, now: Moment) -> list[Notice]:
    """Tell everyone who was told that it is over."""
    people = people_of(home, list(alert.told))
    return _notices(alert, people, Reason.RESOLVED, now, on_all_channels=False)


def _why(alert: Alert, *, is_round: bool) -> Reason:
    if is_round:
        return Reason.REPEATED
    return Reason.ESCALATED if alert.step else Reason.FIRST


def _ladder(home: Home, severity: Severity) -> list[Step]:
    """Give the steps for this severity in order; one that tells nobody is skipped, not waited."""
    known = {contact.id for contact in home.contacts if contact.channels}
    steps = [step for step in home.steps if severity in step.severities]
    found = sorted((s for s in steps if known.intersection(s.tell)), key=lambda step: step.after)
    if severity is Severity.NOTE:
        # There is nothing to do about it: who comes later is not told that nobody has done it.
        return [step for step in found if step.after == found[0].after]
    return found


def _next_step(
    alert: Alert, ladder: list[Step], taken: int, home: Home, now: Moment
) -> Moment | None:
    if taken < len(ladder):
        wait = ladder[taken].after - ladder[taken - 1].after
        return now.plus(max(wait, timedelta(seconds=1)))
    if alert.finding.severity is Severity.NOTE:
        return None
    rounds = alert.rounds + (alert.step >= len(ladder))
    return now.plus(repeat_after(alert.finding.severity, home, rounds))


def _ask(alert: Alert, home: Home, now: Moment) -> Effects:
    """Send somebody the test of their own channels; it is nobody else's."""
    people = people_of(home, [alert.finding.subject])
    told = tuple(person.id for person in people)
    after = structs.replace(alert, next_step=None, step=1, told=told)
    notices = _notices(after, people, Reason.FIRST, now, on_all_channels=True)
    return Effects(alerts=[after], notices=notices)


def _unreached(alert: Alert, now: Moment) -> Effects:
    after = structs.replace(alert, next_step=None)
    change = Change(alert.id, Event.UNREACHED, now, "shouhu", "no step tells anybody of this")
    return Effects(changes=[change], alerts=[after])


def _joined(told: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*told, *more]))


def _but(names: tuple[str, ...], people: list[Contact]) -> tuple[str, ...]:
    told = {person.id for person in people}
    return tuple(name for name in names if name not in told)


def _notices(
    alert: Alert,
    people: list[Contact],
    reason: Reason,
    now: Moment,
    *,
    on_all_channels: bool,
    knew: tuple[str, ...] | None = None,
) -> list[Notice]:
    """Owe them a message; with `knew`, nothing is repeated to whom it was not told before."""
    found = []
    for person in people:
        why = reason
        if knew is not None and reason is Reason.REPEATED and person.id not in knew:
            why = Reason.ESCALATED
        channels = person.channels if on_all_channels else person.channels[:1]
        found += [_notice(alert, person, channel, why, now) for channel in channels]
    return found


def _notice(alert: Alert, person: Contact, channel: str, why: Reason, now: Moment) -> Notice:
    count = f"{alert.rounds}.{alert.step}"
    return Notice(
        digest(alert.id, person.id, channel, why, count, now.wall.isoformat()),
        alert.id,
        alert.household,
        person.id,
        channel,
        why,
        alert.finding.severity,
        now,
        alert.drill,
    )


def _first_wait(home: Home, severity: Severity) -> timedelta:
    """Give how long the first step waits after the alert; an emergency never waits."""
    ladder = _ladder(home, severity)
    if severity is Severity.EMERGENCY or not ladder:
        return ZERO
    return ladder[0].after
