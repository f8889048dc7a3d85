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
    Severity,
    State,
    Step,
    digest,
)

EMERGENCY_REPEAT = timedelta(minutes=3)  # the whole first tier is tried again within 180 s
FAULT_REPEAT = timedelta(hours=24)  # a fault is told anew once a day, not through the night


def begin(alert: Alert, home: Home, now: Moment, reason: Reason = Reason.FIRST) -> Effects:
    """Start the ladder from its first step, or anew when a lease has lapsed."""
    wait = _first_wait(home, alert.finding.severity) if reason is Reason.FIRST else ZERO
    fresh = structs.replace(alert, state=State.RAISED, lease=None, step=0, next_step=now.plus(wait))
    return Effects(alerts=[fresh]) if wait else advance(fresh, home, now, reason)


def advance(alert: Alert, home: Home, now: Moment, reason: Reason | None = None) -> Effects:
    """Take the step that is due at `now`, and say when the next one is."""
    ladder = _ladder(home, alert.finding.severity)
    if not ladder:
        return _unreached(alert, now)
    is_emergency = alert.finding.severity is Severity.EMERGENCY
    is_round = alert.step >= len(ladder)
    if is_emergency or is_round:
        people = _people(home, [name for step in ladder for name in step.tell])
        taken = len(ladder)
    else:
        people = _people(home, list(ladder[alert.step].tell))
        taken = alert.step + 1
    why = reason or _why(alert, is_round=is_round)
    after = structs.replace(
        alert,
        step=taken,
        rounds=alert.rounds + is_round,
        next_step=_next_step(alert, ladder, taken, home, now),
        told=_joined(alert.told, [person.id for person in people]),
    )
    notices = _notices(after, people, why, now, on_all_channels=is_emergency)
    changes = []
    if why is not Reason.FIRST:
        changes.append(Change(alert.id, Event.ESCALATED, now, "shouhu", f"{why} {after.rounds}"))
    return Effects(changes=changes, alerts=[after], notices=notices)


def again(alert: Alert, home: Home, now: Moment) -> Effects:
    """Tell everyone at once once more: the button was pressed again, or it has become worse."""
    ladder = _ladder(home, alert.finding.severity)
    people = _people(home, [name for step in ladder for name in step.tell])
    after = structs.replace(
        alert,
        step=len(ladder),
        rounds=alert.rounds + 1,
        next_step=now.plus(_repeat_every(alert.finding.severity, home)) if ladder else None,
        told=_joined(alert.told, [person.id for person in people]),
    )
    notices = _notices(after, people, Reason.REPEATED, now, on_all_channels=True)
    return Effects(alerts=[after], notices=notices)


def longest_wait(home: Home, severity: Severity) -> timedelta:
    """Give how long at most may lie between two steps of the ladder."""
    if severity is Severity.EMERGENCY:
        return _repeat_every(severity, home)
    ladder = _ladder(home, severity)
    gaps = [later.after - step.after for step, later in pairwise(ladder)]
    return max([_first_wait(home, severity), _repeat_every(severity, home), *gaps])


def finish(alert: Alert, home: Home, now: Moment) -> list[Notice]:
    """Tell everyone who was told that it is over."""
    people = _people(home, list(alert.told))
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
    return now.plus(_repeat_every(alert.finding.severity, home))


def _repeat_every(severity: Severity, home: Home) -> timedelta:
    if severity is Severity.EMERGENCY:
        return min(EMERGENCY_REPEAT, home.repeat_every)
    return FAULT_REPEAT if severity is Severity.FAULT else home.repeat_every


def _unreached(alert: Alert, now: Moment) -> Effects:
    after = structs.replace(alert, next_step=None)
    change = Change(alert.id, Event.UNREACHED, now, "shouhu", "no step tells anybody of this")
    return Effects(changes=[change], alerts=[after])


def _people(home: Home, names: list[str]) -> list[Contact]:
    by_id = {contact.id: contact for contact in home.contacts}
    return [by_id[name] for name in dict.fromkeys(names) if name in by_id]


def _joined(told: tuple[str, ...], more: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*told, *more]))


def _notices(
    alert: Alert, people: list[Contact], reason: Reason, now: Moment, *, on_all_channels: bool
) -> list[Notice]:
    count = f"{alert.rounds}.{alert.step}"
    return [
        Notice(
            digest(alert.id, person.id, channel, reason, count, now.wall.isoformat()),
            alert.id,
            alert.household,
            person.id,
            channel,
            reason,
            alert.finding.severity,
            now,
            alert.drill,
        )
        for person in people
        for channel in (person.channels if on_all_channels else person.channels[:1])
    ]


def _first_wait(home: Home, severity: Severity) -> timedelta:
    """Give how long the first step waits after the alert; an emergency never waits."""
    ladder = _ladder(home, severity)
    if severity is Severity.EMERGENCY or not ladder:
        return ZERO
    return ladder[0].after
