"""How the page puts things: times as seen from now, an alert in the words of its message.

The phrases are those of the messages and of the command line.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import structs

from edge.model import Alert, BlindCause, Contact, Home, Moment, Notice, Reason, State
from gateway.language import Language, say
from gateway.messages import render
from gateway.wording import LANGUAGES
from gateway.wording.plain import plain
from gateway.wording.times import Times

READER = "reader"


class Teller:
    """Puts what is known of one home into one language, as of a moment."""

    def __init__(self, home: Home, language: Language, now: Moment) -> None:
        """Prepare."""
        self.home = home
        self.language = language
        self.now = now
        self._words = LANGUAGES[language.value]
        self._times = Times(self._words, home.zone, now.wall)
        self._rooms = {room.id: room.name for room in home.rooms}

    def say(self, key: str, /, **values: object) -> str:
        """Give a phrase."""
        return say(self.language, key, **values)

    def at(self, moment: datetime) -> str:
        """Tell a time, with the day unless it is today's."""
        return self._times.at(moment)

    def ago(self, moment: datetime) -> str:
        """Tell a time and how long ago that is."""
        return self._times.with_age(moment)

    def lasting(self, duration: timedelta) -> str:
        """Tell a duration."""
        return self._times.lasting(duration)

    def blind(self, cause: BlindCause) -> str:
        """Tell why a home cannot be seen."""
        return self._words.deaf[cause].rstrip("。.")

    def room(self, name: str) -> str:
        """Name a room."""
        return plain(self._rooms.get(name, name))

    def person(self, identity: str) -> str:
        """Name a contact."""
        return next((c.name for c in self.home.contacts if c.id == identity), identity)

    def title(self, alert: Alert) -> str:
        """Tell in a line what an alert is, and where."""
        title, _ = self._message(alert, ())
        return title

    def why(self, alert: Alert) -> list[str]:
        """Tell an alert as the one who gets its message reads it, who and reference left out."""
        names = [self.person(each) for each in alert.told]
        _, text = self._message(alert, names)
        return text.splitlines()[1:-1]

    def held(self, alert: Alert) -> str:
        """Tell who sees to it."""
        match alert.state:
            case State.ACKNOWLEDGED if alert.lease is not None:
                until = self.at(alert.lease.until.wall)
                return self.say("view.taken", name=alert.lease.owner, until=until)
            case State.SUSPECTED:
                return self.say("view.asked")
            case State.RESOLVED:
                return self.say("view.ended")
            case State.CLOSED:
                outcome = "" if alert.outcome is None else self.say(f"outcome.{alert.outcome}")
                return self.say("view.closed", outcome=outcome)
            case _:
                return self.say("view.nobody")

    def _message(self, alert: Alert, names: Sequence[str]) -> tuple[str, str]:
        reader = Contact(READER, "", "", "", self.language.value, ())
        severity = alert.finding.severity
        notice = Notice("", alert.id, self.home.id, READER, "", Reason.FIRST, severity, self.now)
        return render(alert, notice, structs.replace(self.home, contacts=(reader,)), names)


def language_of(home: Home) -> Language:
    """Give the language that most of a home's people read; Chinese where nobody is named."""
    wanted = [contact.language for contact in home.contacts]
    return Language.EN if wanted.count("en") * 2 > len(wanted) else Language.ZH
