"""Who of a ladder is to be told now: who is there, who would be woken, who is waited for.

When the next step is due, and what they are told for, is escalation's.
"""

from collections.abc import Sequence
from datetime import UTC, timedelta

from edge.model import Alert, Contact, Home, Moment, Severity, Step

LONGEST_WAIT = timedelta(hours=24)  # for the morning, or for Monday
SOON = timedelta(seconds=1)


def people_of(home: Home, names: Sequence[str]) -> list[Contact]:
    """Give the contacts of these ids, each once."""
    by_id = {contact.id: contact for contact in home.contacts}
    return [by_id[name] for name in dict.fromkeys(names) if name in by_id]


def all_of(ladder: Sequence[Step], home: Home) -> list[Contact]:
    """Give everybody whom a step of it names."""
    return people_of(home, [name for step in ladder for name in step.tell])


def step_from(
    alert: Alert,
    ladder: Sequence[Step],
    home: Home,
    now: Moment,
    skipped: Sequence[str] = (),
) -> tuple[int, list[Contact]]:
    """Give how many steps are taken after this one, and who is told; nobody: it waits.

    An emergency tells everybody who is there, from the second round on everybody. Nothing grave
    waits because nobody is there, or because nobody but the `skipped` is.
    """
    severity = alert.finding.severity
    is_emergency, is_grave = severity is Severity.EMERGENCY, severity.rank <= Severity.URGENT.rank
    everyone = all_of(ladder, home)

    def there(people: Sequence[Contact]) -> list[Contact]:
        told = (each for each in people if each.id not in skipped)
        return [person for person in told if can_be_told(person, home, severity, now)]

    if is_emergency or alert.step >= len(ladder):
        if is_emergency and (alert.step or alert.rounds):
            return len(ladder), everyone
        return len(ladder), there(everyone) or (everyone if is_grave else [])
    for number, step in enumerate(ladder[alert.step :], start=alert.step + 1):
        if found := there(people_of(home, step.tell)):
            return number, found
    return (len(ladder), everyone) if is_grave else (alert.step, [])


def can_be_told(person: Contact, home: Home, severity: Severity, now: Moment) -> bool:
    """Say whether somebody is to be told of something so grave at this time."""
    availability = person.availability
    if availability.is_always:
        return True
    local, is_grave = now.wall.astimezone(home.zone), severity.rank <= Severity.URGENT.rank
    if is_grave and not now.trusted:
        return True  # whose hours these are nobody knows
    if is_grave:
        return availability.is_there(local)
    return availability.is_free(local)


def wait_for(people: Sequence[Contact], home: Home, now: Moment) -> timedelta | None:
    """Give how long until the first of them can be told of anything; None: for over a day."""
    local = now.wall.astimezone(home.zone)
    found = (person.availability.free_from(local) for person in people)
    # Over UTC: aware times of one zone differ by their wall clocks, which may be changed between.
    waits = [at.astimezone(UTC) - now.wall for at in found if at is not None]
    wait = min(waits, default=None)
    return None if wait is None or wait > LONGEST_WAIT else max(wait, SOON)
