"""What is to be drilled, and who will be told of it when: chosen, looked up and said beforehand."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct, structs

from edge.exercise import Begin, alarm_of
from edge.foresight import Foreseen, foreseen
from edge.model import Contact, Device, Home, Kind, Moment, Severity
from gateway.commands.asking import Asking
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.layout import table
from gateway.commands.proposals import measured
from gateway.language import Language, Phrase, say
from gateway.nearest import near
from gateway.requests import Drill
from gateway.wording import LANGUAGES
from gateway.wording.times import lasting

LADDERS = (Severity.EMERGENCY, Severity.URGENT, Severity.FAULT)
EXACT = timedelta(minutes=10)
UNTIL = ("alert", "receipt", "acknowledgement")


class Plan(Struct, frozen=True):
    """One drill as it is to be."""

    home: Home
    what: Phrase
    begin: Begin
    by_sensor: bool
    until: str
    contacts: tuple[str, ...]
    foreseen: Foreseen

    @property
    def device(self) -> Device | None:
        """Give the device by whose alarm it begins."""
        return None if isinstance(self.begin, Severity) else self.begin[0]

    @property
    def tells(self) -> bool:
        """Say whether anybody is told."""
        return self.until != UNTIL[0]

    def wish(self, by: str) -> Drill:
        """Give what is asked of the daemon."""
        device = self.device
        severity = self.begin if isinstance(self.begin, Severity) else Severity.EMERGENCY
        role = "" if device is None else device.id
        return Drill(self.home.id, by, role, self.by_sensor, severity, self.contacts, self.tells)

    def person(self, identity: str) -> str:
        """Give the name of somebody who is told."""
        people: Sequence[Contact] = self.home.contacts
        return next((each.name for each in people if each.id == identity), identity)


class Choice(Struct, frozen=True):
    """What begins a drill."""

    what: Phrase
    begin: Begin
    by_sensor: bool = False


def choice(home: Home, device: str | None, ladder: str | None, asking: Asking | None) -> Choice:
    """Find what was named; where nothing was, ask, or raise CommandFailed where nobody sits."""
    if device is not None and ladder is not None:
        raise CommandFailed(Exit.USAGE, "drill.either")
    if device is not None:
        return _by_device(home, device)
    if ladder is not None:
        return _by_ladder(home, Severity(ladder))
    if asking is None:
        raise CommandFailed(Exit.USAGE, "drill.name_it")
    choices = _choices(home)
    names = [each.what.told(asking.language) for each in choices]
    return choices[asking.choice("drill.which", names)]


def planned(home: Home, chosen: Choice, until: str, contacts: Sequence[str], now: Moment) -> Plan:
    """Look ahead at who will be told; raise CommandFailed where nobody would be."""
    known = [each.id for each in home.contacts]
    for name in contacts:
        if name not in known:
            where = {"household": home.id, "name": name, "mend": near(name, known)}
            raise CommandFailed(Exit.NOT_FOUND, "drill.no_contact", **where)
    seen = foreseen(home, chosen.begin, contacts, now)
    if until == UNTIL[0]:
        seen = Foreseen((), None)
    elif not seen.told:
        raise CommandFailed(Exit.FAILED, "drill.nobody")
    return Plan(home, chosen.what, chosen.begin, chosen.by_sensor, until, tuple(contacts), seen)


def lines(plan: Plan, language: Language) -> list[str]:
    """Say what will happen and who will be told."""
    what = plan.what.told(language)
    head = say(language, "drill.plan", home=plan.home.name, what=what)
    if not plan.foreseen.told:
        people = [say(language, "drill.told_nobody")]
    else:
        rows = table([_row(plan, number, language) for number in range(len(plan.foreseen.told))])
        people = [say(language, "drill.will_be_told"), *(f"  {row}" for row in rows)]
    again = plan.foreseen.again
    if again is not None:
        people.append(say(language, "drill.again", time=lasts(again, language)))
    return [head, *people, say(language, "drill.not_learned")]


def waits(after: timedelta, language: Language) -> str:
    """Say how long after the alert."""
    if not after:
        return say(language, "drill.at_once")
    return say(language, "drill.after", time=lasts(after, language))


def lasts(duration: timedelta, language: Language) -> str:
    """Tell a wait as people say it, to the second where that matters."""
    if duration < EXACT and duration % timedelta(minutes=1):
        return say(language, "drill.seconds", seconds=round(duration.total_seconds()))
    return lasting(duration, LANGUAGES[language])


def _row(plan: Plan, number: int, language: Language) -> list[str]:
    told = plan.foreseen.told[number]
    person = next(each for each in plan.home.contacts if each.id == told.recipient)
    here = say(language, "drill.now", seconds=f"{told.within.total_seconds():g}")
    when = waits(told.after, language)
    return [person.name, person.role, told.channel, f"{when} {here}" if told.after else when]


def alarming(home: Home) -> dict[str, tuple[Device, Kind]]:
    """Give the devices that alarm, each with the gravest thing it says."""
    found = {}
    for device in home.devices:
        kind = alarm_of(structs.replace(device, kinds=measured(device.kinds)))
        if kind is not None:
            found[device.id] = device, kind
    return found


def _by_device(home: Home, name: str) -> Choice:
    found = alarming(home)
    if name not in found:
        where = {"household": home.id, "name": name, "mend": near(name, list(found))}
        raise CommandFailed(Exit.NOT_FOUND, "drill.no_device", **where)
    return Choice(Phrase("drill.by_sensor", {"device": found[name][0].name}), found[name], True)


def _by_ladder(home: Home, severity: Severity) -> Choice:
    what = Phrase(f"drill.{severity}")
    if severity is not Severity.EMERGENCY:
        return Choice(what, severity)
    grave = [begin for begin in alarming(home).values() if begin[1] is not Kind.LEAK]
    if not grave:
        raise CommandFailed(Exit.NOT_FOUND, "drill.nothing_alarms", household=home.id)
    return Choice(what, grave[0])


def _choices(home: Home) -> list[Choice]:
    by_hand = [_by_device(home, name) for name in alarming(home)]
    return [*by_hand, *(_by_ladder(home, each) for each in LADDERS if _is_possible(home, each))]


def _is_possible(home: Home, severity: Severity) -> bool:
    grave = (kind for _, kind in alarming(home).values() if kind is not Kind.LEAK)
    return severity is not Severity.EMERGENCY or any(grave)
