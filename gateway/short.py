"""A notice in three short messages at most: what, who, where, since when, what to do, how.

It is read on a telephone that can nothing else, perhaps by somebody who is woken by it.
"""

from collections.abc import Sequence

from edge.model import Alert, Broken, Home, Lost, Notice, Reason, Rule, Severity, Silence
from gateway.messages import Facts, facts, language_of
from gateway.wire.sms import parts_of
from gateway.wording import LANGUAGES
from gateway.wording.advice import rule_named
from gateway.wording.brief import DO, PHRASES
from gateway.wording.plain import plain
from gateway.wording.telling import Telling

MOST_PARTS = 3
NAME_LENGTH = 16  # of a person, a home or a room
CUT_LENGTHS = (NAME_LENGTH, 10, 6)


def short(alert: Alert, notice: Notice, home: Home, *, link: str = "") -> str:
    """Give the text in the recipient's language, as of the notice's due time.

    Where the names are so long that it does not fit they are cut; a link that does not fit is left
    out, for a link that is cut leads nowhere.
    """
    told = [_Short(alert, notice, home, length) for length in CUT_LENGTHS]
    tries = [*(each.text(link) for each in told), *(each.text("") for each in told)]
    return next((text for text in tries if parts_of(text) <= MOST_PARTS), _cut(tries[-1]))


def short_facts(
    alert: Alert, notice: Notice, home: Home, told: Sequence[str], *, link: str = ""
) -> Facts:
    """Give what a short message is made of piece by piece: as `messages.facts`, in fewer words."""
    brief = _Short(alert, notice, home, NAME_LENGTH)
    return facts(alert, notice, home, told, link=link) | brief.facts()


class _Short:
    """One short message, with names of so many characters at most."""

    def __init__(self, alert: Alert, notice: Notice, home: Home, length: int) -> None:
        self._alert, self._notice, self._home = alert, notice, home
        self._length = length
        self._finding = alert.finding
        self._is_drill = notice.drill or alert.drill or home.drill
        language = language_of(notice, home)
        self._words = LANGUAGES[language]
        self._phrases, self._do = PHRASES[language], DO[language]
        since = alert.finding.since.wall
        self._telling = Telling(language, self._words, home, notice.due.wall, since)
        self._resident = self._named(home.resident) or self._named(home.name) or home.id

    def text(self, link: str) -> str:
        """Give it line by line; the reply and the link stand last, where they are found."""
        is_over = self._notice.reason is Reason.RESOLVED
        where = (self._where(), self._since(), self._device())
        lines = [
            self._title(),
            self._phrases["comma"].join(each for each in where if each),
            self._phrases["drill"] if self._is_drill and not is_over else "",
            self._end() if is_over else self._advice(),
            "" if is_over else self._reply(),
            link,
        ]
        return "\n".join(line for line in lines if line)

    def facts(self) -> Facts:
        """Give what is shorter here."""
        is_over = self._notice.reason is Reason.RESOLVED
        said = self._end() if is_over else ""
        return {
            "title": self._title(),
            "resident": self._resident,
            "home": self._named(self._home.name),
            "since": self._since(),
            "said": [each for each in (said, self._device()) if each],
            "advice": "" if is_over else self._advice(),
            "reply": "" if is_over else self._reply(),
        }

    def _title(self) -> str:
        words = self._words
        title = words.title.format(
            reason=words.reasons[self._notice.reason],
            rule=rule_named(words, self._finding),
            resident=self._resident,
        )
        room = getattr(self._finding.because, "room", "")
        if room:
            name = self._named(self._telling.room(room))
            title = words.title_room.format(title=title, room=name)
        return words.drill + title if self._is_drill else title

    def _where(self) -> str:
        home = self._named(self._home.name)
        return "" if home == self._resident else home

    def _since(self) -> str:
        since, now = self._finding.since.wall, self._notice.due.wall
        because = self._finding.because
        if isinstance(because, Silence) and because.last_at is not None:
            since = because.last_at
        times = self._telling.times
        key = "lasts" if (now - since).total_seconds() >= 60 else "since"
        return self._phrases[key].format(since=times.at(since), lasting=times.lasting(now - since))

    def _device(self) -> str:
        """Name the device or channel that a fault is about; of an alarm the room says enough."""
        because = self._finding.because
        device = getattr(because, "device", "")
        if isinstance(because, Broken):
            return self._named(because.subject)
        if self._finding.severity is not Severity.FAULT or not device:
            return ""
        names = {each.id: each.name for each in self._home.devices}
        return self._phrases["device"].format(device=self._named(names.get(device, device)))

    def _advice(self) -> str:
        finding = self._finding
        if isinstance(finding.because, Lost) and finding.severity is Severity.URGENT:
            said = self._phrases["alarm_lost"]
        elif finding.rule is Rule.REACH and finding.severity is not Severity.NOTE:
            said = self._phrases["unreached"]
        else:
            said = self._do.get(finding.rule, self._phrases["look"])
        return said.format(resident=self._resident)

    def _end(self) -> str:
        words, finding = self._words, self._finding
        is_ours = finding.severity in (Severity.FAULT, Severity.NOTE)
        outcome = None if is_ours else self._alert.outcome
        what = words.recovered.get(finding.rule, words.other_recovered)
        if outcome is not None:
            what = words.outcomes[outcome].format(resident=self._resident)
        is_known = is_ours or outcome is not None
        after = self._phrases["nothing" if is_known else "call"].format(resident=self._resident)
        return what + words.gap + after

    def _reply(self) -> str:
        """Say how to answer; nobody has to answer a note."""
        if self._finding.severity is not Severity.NOTE:
            return self._phrases["reply"]
        return self._phrases["got_it"] if self._finding.rule is Rule.REACH else ""

    def _named(self, name: str) -> str:
        return plain(name, self._length)


def _cut(text: str) -> str:
    while parts_of(text) > MOST_PARTS:
        text = text[:-2] + "…"
    return text
