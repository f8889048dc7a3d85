"""Contacts for people's eyes and for programs: who they are, when they are reached, their tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from edge.model import Alert, Contact, Event, Home, Moment, Rule, Severity, State
from edge.reachability import SEVERITIES, Gap, Stretch
from edge.roles import ELDER, role_key, role_name
from edge.whom import can_be_told
from gateway.commands.alert_views import opened
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.homes import Known
from gateway.commands.layout import COLUMNS, table, wrapped
from gateway.config.values import written
from gateway.language import Language, say
from gateway.store import Cause, StoreFailed

COMMA = {Language.ZH: "、", Language.EN: ", "}


class Person(Struct, frozen=True):
    """One contact, whether they are there, and their last monthly test."""

    household: str
    contact: Contact
    is_there: bool  # for what is urgent
    is_free: bool  # for anything
    asked: datetime | None
    answered: datetime | None

    def plain(self) -> dict[str, object]:
        """Give it for a program."""
        contact = self.contact
        return {
            "household": self.household,
            "contact": contact.id,
            "name": contact.name,
            "role": contact.role,
            "role_key": role_key(contact.role),
            "language": contact.language,
            "channels": list(contact.channels),
            "there": self.is_there,
            "free": self.is_free,
            "asked": None if self.asked is None else self.asked.isoformat(),
            "answered": None if self.answered is None else self.answered.isoformat(),
        }


def wanted(homes: Known, household: str | None) -> list[str]:
    """Give the household that is meant, or all; raise CommandFailed where there is none such."""
    if household is None:
        return sorted(homes.homes)
    if household not in homes.homes:
        raise CommandFailed(Exit.NOT_FOUND, "alerts.no_household", name=household)
    return [household]


# -- who they are


def listed(homes: Known, households: Sequence[str], now: datetime) -> list[Person]:
    """Give all contacts of these homes; without a store nothing is known of their tests."""
    found = []
    for name in households:
        home, tests = homes.homes[name], _tests(homes, name)
        for contact in home.contacts:
            asked, answered = _last(homes, tests.get(contact.id, []))
            there, free = (
                can_be_told(contact, home, severity, Moment.of(now))
                for severity in (Severity.URGENT, Severity.NOTE)
            )
            found.append(Person(name, contact, there, free, asked, answered))
    return found


def open_test(homes: Known, household: str, contact: str) -> Alert:
    """Give the monthly test that somebody has not answered yet."""
    tests = _tests(homes, household).get(contact, [])
    waiting = [each for each in tests if each.state is not State.CLOSED]
    if not waiting:
        raise CommandFailed(Exit.NOT_FOUND, "contacts.not_asked", name=contact)
    return waiting[-1]


def _tests(homes: Known, household: str) -> dict[str, list[Alert]]:
    tests: dict[str, list[Alert]] = {}
    try:
        with opened(homes.store) as reading:
            alerts = reading.alerts(household, open_only=False)
    except CommandFailed as failure:
        cause = failure.__cause__
        if isinstance(cause, StoreFailed) and cause.cause is Cause.MISSING:
            return {}
        raise
    for alert in sorted(alerts, key=lambda each: each.opened.wall):
        if alert.finding.rule is Rule.REACH:
            tests.setdefault(alert.finding.subject, []).append(alert)
    return tests


def _last(homes: Known, tests: Sequence[Alert]) -> tuple[datetime | None, datetime | None]:
    """Give when the last test was sent, and when it was answered."""
    if not tests:
        return None, None
    last = tests[-1]
    with opened(homes.store) as reading:
        changes = reading.changes(last.id)
    answers = [each.at.wall for each in changes if each.what is Event.ACKNOWLEDGED]
    is_answered = last.state is State.CLOSED and bool(answers)
    return last.opened.wall, answers[-1] if is_answered else None


def people(found: Sequence[Person], homes: Known, language: Language) -> list[str]:
    """Lay the contacts out as a table."""
    if not found:
        return [say(language, "contacts.none")]
    names = (*("household", "name", "role", "channels", "there", "asked", "answered_column"),)
    head = [say(language, f"contacts.{name}") for name in names]
    return table([head, *(_row(each, homes, language) for each in found)])


def _row(person: Person, homes: Known, language: Language) -> list[str]:
    contact = person.contact
    there = "contacts.is_free" if person.is_free else "contacts.is_quiet"
    is_elder = role_key(contact.role) == ELDER
    return [
        homes.name(person.household),
        contact.name,
        role_name(contact.role, language.value),
        ", ".join(contact.channels),
        "" if is_elder else say(language, there if person.is_there else "contacts.is_away"),
        *("" if at is None else homes.time(at, person.household)[:16] for at in _times(person)),
    ]


def _times(person: Person) -> tuple[datetime | None, datetime | None]:
    return person.asked, person.answered


# -- when they are reached


def has_gap(stretches: Sequence[Stretch]) -> bool:
    """Say whether an alert may reach nobody who is there; of notes a home may want none."""
    return any(each.gap and each.severity is not Severity.NOTE for each in stretches)


def plain_week(household: str, stretches: Sequence[Stretch]) -> dict[str, object]:
    """Give a week for a program: every type of alert with its stretches, and the gaps alone."""
    return {
        "household": household,
        "sound": not has_gap(stretches),
        "alerts": [
            {
                "rule": rule.value,
                "severity": severity.value,
                "gaps": _plain_gaps(severity, stretches),
            }
            for severity, rules in SEVERITIES.items()
            for rule in rules
        ],
        "stretches": [_plain(each) for each in stretches],
    }


def _plain_gaps(severity: Severity, stretches: Sequence[Stretch]) -> list[dict[str, object]]:
    return [_plain(each) for each in stretches if each.severity is severity and each.gap]


def _plain(stretch: Stretch) -> dict[str, object]:
    return {
        "severity": stretch.severity.value,
        "begins": stretch.begins.isoformat(),
        "ends": stretch.ends.isoformat(),
        "people": list(stretch.people),
        "wait_s": stretch.wait.total_seconds(),
        "gap": None if stretch.gap is None else stretch.gap.value,
    }


def told_week(home: Home, stretches: Sequence[Stretch], language: Language) -> list[str]:
    """Tell a week: each severity with its kinds of alert, and a table of the gaps."""
    until = stretches[-1].ends
    head = say(
        language,
        "contacts.week",
        name=home.name,
        since=_when(stretches[0].begins, home, language),
        until=_when(until, home, language),
    )
    lines = [head]
    for severity in Severity:
        lines += _of_severity(home, severity, stretches, language)
    gaps = [each for each in stretches if each.gap is not None]
    if not has_gap(stretches):
        lines.append(say(language, "contacts.sound"))
    if not gaps:
        return lines
    columns = ("since", "until", "severity", "gap")
    rows = [[say(language, f"contacts.{name}") for name in columns]]
    rows += [_gap(home, each, language) for each in gaps]
    return [*lines, say(language, "contacts.gaps"), *(f"  {line}" for line in table(rows))]


def _of_severity(
    home: Home, severity: Severity, stretches: Sequence[Stretch], language: Language
) -> list[str]:
    mine = [each for each in stretches if each.severity is severity]
    reached = [each for each in mine if each.gap is None]
    names = dict.fromkeys(name for each in reached for name in each.people)
    hours = sum((each.ends - each.begins for each in reached), timedelta()) / timedelta(hours=1)
    wait = max((each.wait for each in reached), default=timedelta())
    after = "contacts.after" if wait else "contacts.at_once"
    line = say(
        language,
        "contacts.severity_line",
        severity=say(language, f"severity.{severity}"),
        hours=round(hours),
        after=say(language, after, wait=written(wait)),
        people=_names(home, tuple(names), language) or say(language, "contacts.nobody"),
    )
    rules = COMMA[language].join(say(language, f"rule.{each}") for each in SEVERITIES[severity])
    return [
        *(f"  {part}" for part in wrapped(line, COLUMNS - 2)),
        *(f"      {part}" for part in wrapped(rules, COLUMNS - 6)),
    ]


def _gap(home: Home, stretch: Stretch, language: Language) -> list[str]:
    key = "contacts.gap_nobody" if stretch.gap is Gap.NOBODY else "contacts.gap_woken"
    return [
        _when(stretch.begins, home, language),
        _when(stretch.ends, home, language),
        say(language, f"severity.{stretch.severity}"),
        say(language, key, people=_names(home, stretch.people, language)),
    ]


def _names(home: Home, people: Sequence[str], language: Language) -> str:
    known = {each.id: each.name for each in home.contacts}
    return COMMA[language].join(known[each] for each in people)


def _when(at: datetime, home: Home, language: Language) -> str:
    local = at.astimezone(home.zone)
    return f"{say(language, f'weekday.{local.weekday()}')} {local:%m-%d %H:%M}"
