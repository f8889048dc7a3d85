"""What the further rules say, by the type of their reason: one file of phrases a family of rules.

Titles, advice and what is said at the end stand with every other rule's in the languages' files.
"""

from collections.abc import Callable, Mapping
from typing import Any

from edge.model import (
    Abed,
    Asked,
    Missed,
    Overdue,
    Roaming,
    Shifted,
    Silence,
    Sparse,
    Stay,
    Unworn,
    Vital,
)
from gateway.wording import absence, body, change, reach, routine, silence
from gateway.wording.telling import Telling

# The reason and the home's names and times, to lines of text; an empty line says nothing.
Teller = Callable[[Any, Telling], list[str]]

TELLERS: Mapping[type, Teller] = {
    Silence: silence.lines,
    Stay: routine.stay,
    Sparse: routine.sparse,
    Missed: routine.missed,
    Roaming: routine.roaming,
    Abed: routine.abed,
    Overdue: absence.lines,
    Shifted: change.lines,
    Unworn: body.unworn,
    Vital: body.vital,
    Asked: reach.lines,
}
