"""What is said when the watching itself is impaired: lost, deaf, odd, ebbing or broken.

The phrases stand with the languages' own; what is to be done is advice.py's.
"""

from collections.abc import Sequence

from edge.model import Broken, Deaf, Ebbing, Finding, Lost, Odd, Rule, Unseen
from gateway.wording.advice import TEMPLATE, is_template, lost_source, what_is_deaf
from gateway.wording.plain import plain
from gateway.wording.telling import Telling

DETAIL_LENGTH = 100


def lines(finding: Finding, telling: Telling, since: str, why_deaf: str) -> list[str]:
    """Put such a reason into words, line by line; `since` stands where its turn is."""
    match finding.because:
        case Lost() as because:
            return [_lost(because, telling), _last_heard(because, telling)]
        case Deaf() as because:
            return [*_deaf(because, telling), since, _detail(why_deaf, telling)]
        case Unseen() | Odd() | Ebbing() as because:
            return [*_impaired(because, telling), since]
        case Broken() as because:
            return [_broken(finding, because, telling), since, _detail(because.detail, telling)]
        case _:
            return [since]


def _lost(because: Lost, telling: Telling) -> str:
    words = telling.words
    device = telling.device(because.device, because.room)
    silent = because.silent_after
    if because.last_heard is not None:
        silent = telling.at - because.last_heard
    lost = words.lost.format(device=device, duration=telling.times.lasting(silent))
    more = (
        words.said_offline if because.said_offline else "",
        words.weak_link if because.weak_link else "",
        words.alone if because.alone else "",
    )
    return words.gap.join((lost, *(each for each in more if each)))


def _last_heard(because: Lost, telling: Telling) -> str:
    if because.last_heard is None:
        return telling.words.never_heard
    return telling.words.last_heard.format(time=telling.times.at(because.last_heard))


def _impaired(because: Unseen | Odd | Ebbing, telling: Telling) -> list[str]:
    words = telling.words
    if isinstance(because, Unseen):
        room = words.room.format(room=telling.room(because.room))
        return [room, _named(because.devices, telling)]
    device = telling.device(because.device, because.room)
    if isinstance(because, Odd):
        odd = words.odd[because.oddity].format(device=device)
        return [words.gap.join((odd, words.not_seen))]
    percent = f"{because.percent:.0f}"
    return [words.ebbing.format(device=device, percent=percent, days=because.days)]


def _deaf(because: Deaf, telling: Telling) -> list[str]:
    _, port = lost_source(because)
    what = what_is_deaf(telling.words, because).format(port=plain(port))
    returns = because.returns
    often = telling.words.comes_and_goes.format(count=returns) if returns else ""
    return [what, often, _named(because.devices, telling)]


def _named(devices: Sequence[str], telling: Telling) -> str:
    named = telling.devices(devices)
    return telling.words.deaf_devices.format(devices=named) if devices else ""


def _broken(finding: Finding, because: Broken, telling: Telling) -> str:
    words, subject = telling.words, because.subject
    match finding.rule:
        case Rule.STORAGE:
            return words.storage
        case Rule.CHANNEL if subject.startswith("question/"):
            return words.question_mute
        case Rule.CHANNEL if is_template(finding):
            return words.template.format(name=plain(subject.removeprefix(TEMPLATE)))
        case Rule.CHANNEL:
            return words.channel.format(subject=plain(subject))
        case Rule.UNTRUSTED:
            return words.untrusted.format(device=telling.device(subject, ""))
        case _:
            return words.other_broken


def _detail(said: str, telling: Telling) -> str:
    detail = plain(said, DETAIL_LENGTH)
    return telling.words.detail.format(detail=detail) if detail else ""
