"""[consent] of a household's file: what was agreed becomes a Consent.

A switch without a name and a day is nobody's consent, and a fault.
"""

from gateway.config.faults import Source
from gateway.config.read import Tables
from gateway.config.references import table, word
from gateway.config.shape import ConsentTable
from gateway.consent import Consent, Summaries
from gateway.language import Phrase

SWITCHES = ("summaries", "vitals", "changes")
NEEDS = {"by": "mend.consent_by", "on": "mend.consent_on"}
OFF = (None, False, "never")


def check_consent(tables: Tables, source: Source) -> None:
    """Report consent that nobody gave."""
    found = table(tables, "consent")
    given = [key for key in SWITCHES if found.get(key) not in OFF]
    for key, mend in NEEDS.items():
        if given and not (word(found, key) if key == "by" else key in found):
            values = {"key": key, "switch": given[0]}
            wrong = Phrase("fault.consent", values)
            source.fault(f"consent.{key}", wrong, Phrase(mend))


def consent_of(file: ConsentTable) -> Consent:
    """Turn a table without faults into what was agreed."""
    return Consent(Summaries(file.summaries), file.vitals, file.changes, file.by, file.on)
