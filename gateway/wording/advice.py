"""Which advice goes with what was found; the words themselves are each language's."""

from edge.model import (
    Aftermath,
    Asked,
    Because,
    BlindCause,
    Bound,
    Broken,
    Deaf,
    Finding,
    Lost,
    Odd,
    Overdue,
    Rule,
    Sensed,
    Severity,
    Silence,
    Vital,
)
from gateway.wire.profile import Transport
from gateway.wording.words import Words

TEMPLATE = "template/"  # before the name of one, where its failure is told as a channel's


def advice(words: Words, finding: Finding) -> str:
    """Give what to do, with {resident} and {port} to fill in."""
    because = finding.because
    source, _ = lost_source(because)
    if source is not None:
        return words.advice_deaf[source]
    match because:
        case Deaf(cause=BlindCause.REFUSED):
            return words.advice_refused
        case Silence() if because.is_away:
            return words.advice_away
        case Overdue() if because.declared_until is not None:
            return words.advice_not_home
        case Sensed(after=Aftermath() as after):
            return words.advice_fall[after.after]
        case Vital() if because.bound is Bound.OWN:
            return words.advice_own
        case Asked(is_late=True):
            return words.advice_unanswered
        case Odd():
            return words.advice_odd[because.oddity]
        case Broken() if is_template(finding):
            return words.advice_template
        case Lost() if finding.severity is Severity.URGENT:
            return words.advice_lost_alarm
        case _:
            return words.advice[finding.rule]


def is_template(finding: Finding) -> bool:
    """Say whether it is a template of the house that failed, not a way to people."""
    return finding.rule is Rule.CHANNEL and finding.subject.startswith(TEMPLATE)


def rule_named(words: Words, finding: Finding) -> str:
    """Name what was found, as a title does."""
    if isinstance(finding.because, Asked) and finding.because.is_late:
        return words.unanswered
    return words.rules[finding.rule]


def what_is_deaf(words: Words, because: Deaf) -> str:
    """Say what is lost, with {port} to fill in."""
    source, _ = lost_source(because)
    if source is not None:
        return words.deaf_source[source]
    return words.deaf_each if because.cause is None else words.deaf[because.cause]


def lost_source(because: Because) -> tuple[Transport | None, str]:
    """Give the transport that is lost, and which of its ports, where the alert is about one."""
    if not isinstance(because, Deaf) or because.cause is not BlindCause.SOURCE_LOST:
        return None, ""
    name, _, port = because.subject.partition("/")
    known = name in Transport.__members__.values()
    return (Transport(name) if known else None), port
