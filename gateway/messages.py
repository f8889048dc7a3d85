"""The message to a caregiver: where, who, what, since when, why, what to do, who else was told.

It is made for somebody who is woken by it. The words themselves are in gateway/wording.
"""

from collections.abc import Sequence
from datetime import timedelta

from edge.model import (
    Alert,
    Broken,
    Deaf,
    Ebbing,
    Home,
    Kind,
    Lost,
    Notice,
    Odd,
    Reason,
    Rule,
    Sensed,
    Severity,
    Unseen,
)
from gateway.wording import LANGUAGES
from gateway.wording.advice import advice, lost_source, what_is_deaf
from gateway.wording.body import call
from gateway.wording.families import TELLERS
from gateway.wording.plain import plain
from gateway.wording.telling import Telling

DETAIL_LENGTH = 100


def render(
    alert: Alert,
    notice: Notice,
    home: Home,
    told: Sequence[str],
    *,
    is_stored: bool = True,
    why_deaf: str = "",
) -> tuple[str, str]:
    """Give title and text in the recipient's language, as plain text, as of the notice's due time.

    `told` are the names of the others who were told. Names may be anything: they are shortened
    and kept on their line, and never read as markup here. `why_deaf` is what is wrong with the
    source of an alert that is about one, as of now.
    """
    telling = _Telling(alert, notice, home, why_deaf)
    return telling.title(), "\n".join(line for line in telling.lines(told, is_stored) if line)


def language_of(notice: Notice, home: Home) -> str:
    """Give the language that the recipient reads; Chinese where none of ours is named."""
    for contact in home.contacts:
        if contact.id == notice.recipient:
            wanted = contact.language.lower().replace("_", "-").partition("-")[0]
            return wanted if wanted in LANGUAGES else "zh"
    return "zh"


class _Telling:
    """One message in the making."""

    def __init__(self, alert: Alert, notice: Notice, home: Home, why_deaf: str) -> None:
        self._alert = alert
        self._why_deaf = why_deaf
        self._finding = alert.finding
        self._notice = notice
        self._home = home
        language = language_of(notice, home)
        due, since = notice.due.wall, alert.finding.since.wall
        self._telling = Telling(language, LANGUAGES[language], home, due, since)
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
            rule=words.partly_deaf if self._is_partly_deaf else words.rules[self._finding.rule],
            resident=self._resident,
        )
        room = getattr(self._finding.because, "room", "")
        if room:
            title = words.title_room.format(title=title, room=self._telling.room(room))
        return words.drill + title if self._is_drill else title

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
            "" if is_stored else words.not_stored,
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
            case Lost() as because:
                return [self._lost(because), self._last_heard(because), reason, self._do()]
            case Deaf() as because:
                detail = self._detail(self._why_deaf)
                return [*self._deaf(because), since, detail, reason, self._do()]
            case Unseen() | Odd() | Ebbing() as because:
                return [*self._impaired(because), since, reason, self._do()]
            case Broken() as because:
                detail = self._detail(because.detail)
                return [self._broken(because), since, detail, reason, self._do()]
            case _ as because:
                told = TELLERS[type(because)](because, self._telling)
                return [*told, reason, self._do()]

    def _end(self) -> list[str]:
        words, finding = self._words, self._finding
        is_ours = finding.severity in (Severity.FAULT, Severity.NOTE)
        what = words.recovered.get(finding.rule, words.other_recovered)
        if self._is_partly_deaf:
            what = words.partly_recovered
        outcome = None if is_ours else self._alert.outcome
        if outcome is not None:
            what = words.outcomes[outcome].format(resident=self._resident)
        since, until = self._times.at(finding.since.wall), self._times.at(self._notice.due.wall)
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

    # -- the watching is impaired

    def _lost(self, because: Lost) -> str:
        words = self._words
        device = self._telling.device(because.device, because.room)
        silent = because.silent_after
        if because.last_heard is not None:
            silent = self._notice.due.wall - because.last_heard
        lost = words.lost.format(device=device, duration=self._times.lasting(silent))
        more = (
            words.said_offline if because.said_offline else "",
            words.weak_link if because.weak_link else "",
            words.alone if because.alone else "",
        )
        return words.gap.join((lost, *(each for each in more if each)))

    def _last_heard(self, because: Lost) -> str:
        if because.last_heard is None:
            return self._words.never_heard
        return self._words.last_heard.format(time=self._times.at(because.last_heard))

    def _impaired(self, because: Unseen | Odd | Ebbing) -> list[str]:
        words = self._words
        if isinstance(because, Unseen):
            return [
                words.room.format(room=self._telling.room(because.room)),
                self._named(because.devices),
            ]
        device = self._telling.device(because.device, because.room)
        if isinstance(because, Odd):
            odd = words.odd[because.oddity].format(device=device)
            return [words.gap.join((odd, words.not_seen))]
        percent = f"{because.percent:.0f}"
        return [words.ebbing.format(device=device, percent=percent, days=because.days)]

    def _deaf(self, because: Deaf) -> list[str]:
        _, port = lost_source(because)
        what = what_is_deaf(self._words, because).format(port=plain(port))
        return [what, self._named(because.devices)]

    def _named(self, devices: Sequence[str]) -> str:
        named = self._telling.devices(devices)
        return self._words.deaf_devices.format(devices=named) if devices else ""

    def _broken(self, because: Broken) -> str:
        words, subject = self._words, because.subject
        match self._finding.rule:
            case Rule.STORAGE:
                return words.storage
            case Rule.CHANNEL:
                return words.channel.format(subject=plain(subject))
            case Rule.UNTRUSTED:
                return words.untrusted.format(device=self._telling.device(subject, ""))
            case _:
                return words.other_broken

    def _detail(self, said: str) -> str:
        detail = plain(said, DETAIL_LENGTH)
        return self._words.detail.format(detail=detail) if detail else ""

    # -- what to do, who knows

    def _do(self) -> str:
        words = self._words
        _, port = lost_source(self._finding.because)
        advised = advice(words, self._finding).format(resident=self._resident, port=plain(port))
        return (words.do_in_drill if self._is_drill else words.do).format(advice=advised)

    def _told(self, told: Sequence[str]) -> str:
        names = [name for name in (plain(name) for name in told) if name]
        if not names:
            return "" if self._is_over else self._words.told_nobody
        return self._words.told.format(names=self._telling.several(names))
