"""What is found out about a home: which rule speaks, of what, how grave, since when and why."""

from msgspec import Struct

from edge.because import (
    Abed,
    Missed,
    Overdue,
    Roaming,
    Sensed,
    Shifted,
    Silence,
    Sparse,
    Stay,
    Unworn,
    Vital,
)
from edge.facts import Moment
from edge.impairments import Asked, Broken, Deaf, Ebbing, Lost, Odd, Unseen
from edge.rules import Rule, Severity

Because = (
    Sensed
    | Silence
    | Lost
    | Deaf
    | Unseen
    | Odd
    | Ebbing
    | Broken
    | Asked
    | Shifted
    | Vital
    | Unworn
    | Stay
    | Sparse
    | Missed
    | Roaming
    | Abed
    | Overdue
)


class Finding(Struct, frozen=True):
    """Something that holds now; (rule, subject) is its identity, `since` its beginning."""

    rule: Rule
    subject: str
    severity: Severity
    since: Moment
    because: Because
