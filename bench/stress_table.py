"""What came of strained homes, as tables of Markdown.

Who is told of what is watched's to say, and how long it took stress's.
"""

from collections import Counter
from collections.abc import Iterable
from statistics import median

from msgspec import Struct

from bench.collapses import Form
from bench.machine import quantile
from bench.strains import STRAINED, STRAINS, Strain
from bench.trial import Noticed
from bench.watched import Told
from edge.model import Severity
from edge.watch import IMPAIRMENT_RULES
from simulator.fitting import HOUR

LATE = 12.0  # hours: the field's fixed rule
MONTH = 30.0


class Strained(Struct, frozen=True):
    """What one home came to under one strain."""

    home: int
    plan: str
    strain: str
    struck: float  # epoch seconds
    told: list[Told]
    noticed: list[Noticed]


def table(found: list[Strained]) -> str:
    """Give all tables."""
    parts = [_strains(found), _forms(found), _rules(found)]
    return "\n\n".join("\n".join(part) for part in parts)


def _strains(found: list[Strained]) -> list[str]:
    rows = [
        "| | homes | called in vain in 30 days | fault told | collapses | noticed after, median "
        "(p90) | after 12 h | not in 26 h |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return rows + [_row(strain, found) for strain in STRAINS if _of(strain, found)]


def _row(strain: Strain, found: list[Strained]) -> str:
    own = _of(strain, found)
    rate = sum(told.is_of_person for one in own for told in one.told) / len(own)
    rate *= MONTH / STRAINED
    cells = [strain.title, str(len(own)), f"{rate:.2f}", _faults(strain, own)]
    return f"| {' | '.join([*cells, *_delays(n for one in own for n in one.noticed)])} |"


def _faults(strain: Strain, own: list[Strained]) -> str:
    """Give in how many homes somebody was told of a fault, and after how long."""
    after = [first for one in own if (first := _first_fault(one)) is not None]
    if not after:
        return "none of them" if strain.is_fault else ""
    return f"{len(after) / len(own):.0%}, {median(after):.1f} h"


def _first_fault(one: Strained) -> float | None:
    hours = [
        (told.at - one.struck) / HOUR
        for told in one.told
        if told.rule in IMPAIRMENT_RULES and told.severity is not Severity.NOTE
    ]
    return min((each for each in hours if each >= 0), default=None)


def _delays(noticed: Iterable[Noticed]) -> list[str]:
    hours = [each.hours for each in noticed]
    known = [each for each in hours if each is not None]
    if not known:
        return [str(len(hours)), "", "", ""]
    late = sum(each > LATE for each in known)
    middle = f"{median(known):.1f} h ({quantile(known, 0.9):.1f})"
    missed = len(hours) - len(known)
    return [str(len(hours)), middle, f"{late / len(hours):.1%}", str(missed)]


def _forms(found: list[Strained]) -> list[str]:
    forms = list(Form)
    rows = [f"| | {' | '.join(forms)} |", f"|---{'|---' * len(forms)}|"]
    for strain in STRAINS:
        own = _of(strain, found)
        if own:
            cells = [_form(form, own) for form in forms]
            rows.append(f"| {strain.title} | {' | '.join(cells)} |")
    return rows


def _form(form: Form, own: list[Strained]) -> str:
    of_form = [each for one in own for each in one.noticed if each.form is form]
    count, middle, _, missed = _delays(of_form)
    return f"{middle or '-'}{f', {missed} of {count} not' if missed not in ('', '0') else ''}"


def _rules(found: list[Strained]) -> list[str]:
    """Give which rule told people how often, under each strain."""
    told = Counter((one.strain, each.rule, each.severity) for one in found for each in one.told)
    kinds = sorted(
        {(rule, severity) for _, rule, severity in told}, key=lambda k: (k[1].rank, k[0])
    )
    heads = [f"{rule} ({severity})" for rule, severity in kinds]
    rows = [f"| in 30 days | {' | '.join(heads)} |", f"|---{'|---' * len(heads)}|"]
    for strain in STRAINS:
        homes = len(_of(strain, found))
        if homes:
            rates = [told[strain.key, *kind] / homes * MONTH / STRAINED for kind in kinds]
            cells = [f"{rate:.2f}" if rate else "" for rate in rates]
            rows.append(f"| {strain.title} | {' | '.join(cells)} |")
    return rows


def _of(strain: Strain, found: list[Strained]) -> list[Strained]:
    return [one for one in found if one.strain == strain.key]
