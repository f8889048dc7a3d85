"""The message to a caregiver: where, who, what, since when, why, what to do, who else was told.

It is made for somebody who is woken by it. The words themselves are in gateway/wording.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from edge.lifecycle import has_its_device
from edge.model import (
    Alert,
    Broken,
    Deaf,
    Ebbing,
    Home,
    Kind,
    Lost,
    Moment,
    Notice,
    Odd,
    Reason,
    Rule,
    Sensed,
    Severity,
    Silence,
    Unseen,
)
from gateway.wording import LANGUAGES, impaired
from gateway.wording.advice import advice, is_template, lost_source, rule_named
from gateway.wording.body import call
from gateway.wording.families import TELLERS
from gateway.wording.plain import plain
from gateway.wording.telling import Telling

Facts = dict[str, str | bool | list[str]]
FIRST = frozenset({Reason.FIRST, Reason.ESCALATED})  # of these nobody has heard before
STEP = timedelta(minutes=1)  # a clock that is off by less makes no difference to anybody


def render(
    alert: Alert,
    notice: Notice,
    home: Home,
    told: Sequence[str],
    *,
    is_stored: bool = True,
    why_deaf: str = "",
    link: str = "",
) -> tuple[str, str]:
    """Give title and text in the recipient's language, as plain text, as of the notice's due time.

    `told` are the names of the others who were told. Names may be anything: they are shortened
    and kept on their line, and never read as markup here. `why_deaf` is what is wrong with the
    source of an alert that is about one, as of now; `link`, where the alert is answered.
    """
    telling = _Telling(alert, notice, home, why_deaf, link)
    return telling.title(), "\n".join(line for line in telling.lines(told, is_stored) if line)


def facts(
    alert: Alert,
    notice: Notice,
    home: Home,
    told: Sequence[str],
    *,
    is_stored: bool = True,
    why_deaf: str = "",
    link: str = "",
) -> Facts:
    """Give what `render` is made of piece by piece, for whoever puts it together otherwise.

    Names are short and on one line, and what has nothing to say is empty: docs/messages.md.
    """
    return _Telling(alert, notice, home, why_deaf, link).facts(told, is_stored)


def language_of(notice: Notice, home: Home) -> str:
    """Give the language that the recipient reads; Chinese where none of ours is named."""
    for contact in home.contacts:
        if contact.id == notice.recipient:
            return language_named(contact.language)
    return "zh"


def language_named(name: str) -> str:
    """Give our language of that name, as "zh-CN" or "en_GB"; Chinese where it is none of ours."""
    wanted = name.lower().replace("_", "-").partition("-")[0]
    return wanted if wanted in LANGUAGES else "zh"


class _Telling:
    """One message in the making."""

    def __init__(self, alert: Alert, notice: Notice, home: Home, why_deaf: str, link: str) -> None:
        self._alert = alert
        self._link = link
        self._why_deaf = why_deaf
        self._finding = alert.finding
        self._notice = notice
        self._home = home
        language = language_of(notice, home)
        since = alert.finding.since
        self._due, self._is_dated = _dated(notice.due, since)
        self._telling = Telling(language, LANGUAGES[language], home, self._due, since.wall)
        self._words = self._telling.words
        self._times = self._telling.times
        self._resident = self._telling.resident

    @property
    def _is_over(self) -> bool:
        return self._notice.reason is Reason.RESOLVED

    @property
    def _is_drill(self) -> bool:
        return self._notice.drill or self._alert.drill or self._home.drill

    @property
    def _is_partly_deaf(self) -> bool:
        """Say whether only these devices are deaf, and others still see the home."""
        is_fault = self._finding.severity is Severity.FAULT
        because = self._finding.because
        return is_fault and isinstance(because, Deaf) and bool(because.devices)

    def title(self) -> str:
        """Give the line that shows on a locked screen."""
        words = self._words
        title = words.title.format(
            reason=words.reasons[self._notice.reason],
            rule=self._rule(),
            resident=self._resident,
        )
        room = getattr(self._finding.because, "room", "")
        if room:
            title = words.title_room.format(title=title, room=self._telling.room(room))
        return words.drill + title if self._is_drill else title

    def _rule(self) -> str:
        words = self._words
        if is_template(self._finding):
            return words.template_failed
        return words.partly_deaf if self._is_partly_deaf else rule_named(words, self._finding)

    def facts(self, told: Sequence[str], is_stored: bool) -> Facts:
        """Give the same in pieces."""
        finding, words = self._finding, self._words
        said = [line for line in (self._end() if self._is_over else self._beginning()) if line]
        if not self._is_over:
            said.pop()  # what is to be done stands for itself
        room = getattr(finding.because, "room", "")
        return {
            "title": self.title(),
            "resident": self._resident,
            "home": plain(self._home.name),
            "room": self._telling.room(room) if room else "",
            "since": self._times.with_age(finding.since.wall),
            "said": said,
            "advice": "" if self._is_over else self._do(),
            "told": [name for name in (plain(name) for name in told) if name],
            "link": self._link,
            "reference": f"{self._alert.id[:8]}-{self._notice.id[:4]}",
            "not_stored": "" if is_stored else words.not_stored,
            "what": self._rule(),
            "rule": finding.rule.value,
            "severity": finding.severity.value,
            "reason": self._notice.reason.value,
            "drill": self._is_drill,
            "over": self._is_over,
        }

    def lines(self, told: Sequence[str], is_stored: bool) -> list[str]:
        """Give the text line by line; an empty line is one that has nothing to say."""
        words = self._words
        home = plain(self._home.name)
        who = words.who.format(resident=self._resident, home=home)
        reference = words.reference.format(alert=self._alert.id[:8], notice=self._notice.id[:4])
        return [
            who if home and home != self._resident else self._resident,
            *(self._end() if self._is_over else self._beginning()),
            self._told(told),
            "" if self._is_dated else words.undated,
            "" if is_stored else words.not_stored,
            self._answered_at(),
            reference,
        ]

    def _beginning(self) -> list[str]:
        words = self._words
        since = words.since.format(since=self._times.with_age(self._finding.since.wall))
        reason = words.why_now[self._notice.reason]
        match self._finding.because:
            case Sensed() as because:
                latest = self._latest(because)
                after = call(because, self._telling)
                return [self._sensed(because), since, latest, *after, reason, self._do()]
            case Lost() | Deaf() | Unseen() | Odd() | Ebbing() | Broken():
                said = impaired.lines(self._finding, self._telling, since, self._why_deaf)
                return [*said, reason, self._do()]
            case _ as because:
                told = TELLERS[type(because)](because, self._telling)
                return [*told, reason, self._do()]

    def _end(self) -> list[str]:
        words, finding = self._words, self._finding
        is_ours = finding.severity in (Severity.FAULT, Severity.NOTE)
        what = words.recovered.get(finding.rule, words.other_recovered)
        if self._is_partly_deaf:
            what = words.partly_recovered
        elif is_template(finding):
            what = words.template_recovered
        if not has_its_device(finding, self._home):
            device = getattr(finding.because, "device", "")
            what = words.taken_out.format(device=self._telling.device(device))
        outcome = None if is_ours else self._alert.outcome
        if outcome is not None:
            what = words.outcomes[outcome].format(resident=self._resident)
        since, until = self._times.at(finding.since.wall), self._times.at(self._due)
        is_known = is_ours or outcome is not None
        after = words.nothing_to_do if is_known else words.do_after.format(resident=self._resident)
        return [what, words.lasted.format(since=since, until=until), after]

    # -- a sensor says so

    def _sensed(self, because: Sensed) -> str:
        words = self._words
        phrase = words.sensed.get(self._finding.rule, words.other_sensed)
        sentences = [phrase.format(device=self._telling.device(because.device, because.room))]
        if because.kind is Kind.BATTERY and not isinstance(because.value, bool):
            sentences.append(words.percent.format(percent=f"{because.value:.0f}"))
        if because.standing:
            sentences.append(words.standing)
        return words.gap.join(sentences)

    def _latest(self, because: Sensed) -> str:
        if because.at - self._finding.since.wall < timedelta(minutes=1):
            return ""
        return self._words.latest.format(time=self._times.with_age(because.at))

    # -- what to do, who knows

    def _do(self) -> str:
        words = self._words
        _, port = lost_source(self._finding.because)
        advised = advice(words, self._finding).format(resident=self._resident, port=plain(port))
        do = (words.do_in_drill if self._is_drill else words.do).format(advice=advised)
        return "\n".join(line for line in (do, self._say_away()) if line)

    def _out_of_reach(self) -> list[str]:
        """Give the names of the others who were told in vain."""
        missed = set(self._alert.missed) - {self._notice.recipient}
        return [
            name for one in self._home.contacts if one.id in missed if (name := plain(one.name))
        ]

    def _say_away(self) -> str:
        """Say how to make an end of it where a home is silent because nobody is there."""
        because, is_first = self._finding.because, self._notice.reason in FIRST
        if not isinstance(because, Silence) or (is_first and not because.vouched):
            return ""
        return self._words.say_away.format(home=self._home.id)

    def _told(self, told: Sequence[str]) -> str:
        if self._finding.rule is Rule.REACH:
            return ""  # it concerns nobody else
        out_of_reach = self._out_of_reach()
        names = [name for name in (plain(name) for name in told) if name not in {"", *out_of_reach}]
        if out_of_reach and not self._is_over:
            missed = self._words.missed.format(names=self._telling.several(out_of_reach))
            if not names:
                return missed
            named = self._telling.several(names)
            return f"{self._words.told.format(names=named)}\n{missed}"
        if not names:
            return "" if self._is_over else self._words.told_nobody
        return self._words.told.format(names=self._telling.several(names))

    def _answered_at(self) -> str:
        """Give the line with the link; none where somebody has said already what it was."""
        if not self._link or (self._is_over and self._alert.outcome is not None):
            return ""
        words = self._words
        return (words.link_after if self._is_over else words.link).format(link=self._link)


def _dated(due: Moment, since: Moment) -> tuple[datetime, bool]:
    """Give `due` on the same wall clock as `since`, and whether that clock can be believed.

    What was found by a clock that was not set yet did not go on for fifty years.
    """
    told = since.wall + due.since(since)
    is_same = abs(told - due.wall) < STEP
    return (due.wall if is_same else told), is_same and due.trusted and since.trusted
