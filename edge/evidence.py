"""Whether a fact shows how it stands with what an alert is about, where its detector knows nothing.

So it is after the loss of what was learned: until there is evidence, an alert stands as it stood.
"""

from edge.habits import WATCHED
from edge.model import (
    Answer,
    Away,
    Back,
    Close,
    Finding,
    Freshness,
    Input,
    Kind,
    Life,
    Lost,
    Reading,
    Rule,
    Sighted,
    Trouble,
)

SPEAKS_OF = {
    Rule.BATTERY: frozenset({Kind.BATTERY, Kind.BATTERY_LOW}),
    Rule.TAMPER: frozenset({Kind.TAMPER}),
    Rule.DEFECT: frozenset({Kind.FAULT}),
    Rule.END_OF_LIFE: frozenset({Kind.END_OF_LIFE}),
    Rule.MUTED: frozenset({Kind.MUTED}),
    Rule.TEST: frozenset({Kind.TEST}),
    Rule.MAINS: frozenset({Kind.MAINS}),
    Rule.ODD: WATCHED,
    Rule.BED: frozenset({Kind.PRESENCE, Kind.USE}),
    Rule.WANDERING: frozenset({Kind.CONTACT_OPEN}),
}
OF_LIFE = frozenset(
    {
        Rule.INACTIVITY,
        Rule.NOT_BACK,
        Rule.BLIND,
        Rule.STAY,
        Rule.CRAWLING,
        Rule.ROUTINE,
        Rule.WANDERING,
        Rule.BED,
    }
)


def tells_of(what: Reading | Life | Input, finding: Finding) -> bool:
    """Say whether a fact is evidence for or against a finding."""
    match what:
        case Life():
            is_of_room = finding.rule is Rule.ROOM and finding.subject == what.room
            return is_of_room or finding.rule in OF_LIFE
        case Reading():
            return _speaks_of(what, finding)
        case Answer() | Away() | Back():
            return finding.rule in (Rule.INACTIVITY, Rule.NOT_BACK)
        case Close() | Trouble():
            return (finding.rule, finding.subject) == (what.rule, what.subject)
        case Sighted():
            return finding.rule is Rule.BLIND and finding.subject == what.subject
        case _:
            return False


def _speaks_of(reading: Reading, finding: Finding) -> bool:
    if finding.subject != reading.device or reading.freshness is not Freshness.LIVE:
        return False
    if finding.rule is Rule.ODD and reading.value:
        return False  # a sensor that is stuck says so again and again
    if reading.kind is Kind.ONLINE and isinstance(finding.because, Lost):
        # A bridge that starts calls all that it knows online; it takes back its own word only.
        return finding.because.said_offline
    kinds = SPEAKS_OF.get(finding.rule)
    return kinds is None or reading.kind in kinds
