"""How far an alert has come towards somebody's door: each rung with its time, who, and the proof.

Pure. What a channel cannot prove is not known, and never taken for done.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from edge.model import Alert, Change, Event, Notice, Reason, Receipt, Rung, State

US = "shouhu"


class Reached(StrEnum):
    """Whether an alert has come so far."""

    YES = "yes"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"  # nothing can prove it either way


class Step(Struct, frozen=True):
    """One rung; `who` is a contact's id or a name, `evidence` in the words of whoever gave it."""

    name: str
    reached: Reached
    at: datetime | None = None
    who: str = ""
    channel: str = ""
    evidence: str = ""


def ladder(
    alert: Alert,
    changes: Sequence[Change],
    notices: Iterable[Notice],
    receipts: Iterable[Receipt],
    *,
    has_platform: bool,
) -> list[Step]:
    """Give every rung of an alert, from the disk to its end."""
    told = {n.id: n for n in notices if n.reason is not Reason.RESOLVED}
    proofs = sorted((r for r in receipts if r.notice in told), key=lambda each: each.at)
    is_over = alert.state in (State.RESOLVED, State.CLOSED)
    return [
        _changed("stored", changes, (Event.RAISED, Event.SUSPECTED)),
        _platform(changes, has_platform=has_platform),
        _sent(proofs, told),
        _proven("delivered", proofs, told, (Rung.DELIVERED, Rung.SEEN)),
        _seen(proofs, told, changes),
        _changed("acknowledged", changes, (Event.ACKNOWLEDGED,), is_over=is_over),
        _changed("on_scene", changes, (Event.ON_SCENE,), is_over=is_over),
        _changed("closed", changes, (Event.CLOSED,)),
    ]


def _changed(
    name: str, changes: Sequence[Change], events: Sequence[Event], *, is_over: bool = False
) -> Step:
    """Give the first of these events; once it is over nothing more is waited for."""
    found = next((change for change in changes if change.what in events), None)
    if found is None:
        return Step(name, Reached.UNKNOWN if is_over else Reached.NOT_YET)
    return Step(name, Reached.YES, found.at.wall, found.by, evidence=found.detail)


def _platform(changes: Sequence[Change], *, has_platform: bool) -> Step:
    found = _changed("platform", changes, (Event.PLATFORM,))
    if found.reached is Reached.NOT_YET and not has_platform:
        return Step("platform", Reached.UNKNOWN)
    return found


def _sent(proofs: Sequence[Receipt], told: dict[str, Notice]) -> Step:
    step = _proven("sent", proofs, told, (Rung.SENT, Rung.ACCEPTED, Rung.DELIVERED, Rung.SEEN))
    if step.reached is Reached.YES:
        return step
    refused = proofs[-1].evidence if proofs else ""
    return Step("sent", Reached.NOT_YET, evidence=refused)


def _proven(
    name: str, proofs: Sequence[Receipt], told: dict[str, Notice], rungs: Sequence[Rung]
) -> Step:
    """Give the first receipt that proves it."""
    found = next((each for each in proofs if each.rung in rungs), None)
    if found is None:
        return Step(name, Reached.UNKNOWN)
    notice = told[found.notice]
    return Step(name, Reached.YES, found.at, notice.recipient, notice.channel, found.evidence)


def _seen(proofs: Sequence[Receipt], told: dict[str, Notice], changes: Sequence[Change]) -> Step:
    """Give who has seen it: a receipt says so, or they have taken it."""
    step = _proven("seen", proofs, told, (Rung.SEEN,))
    taken = _changed("seen", changes, (Event.ACKNOWLEDGED,))
    if step.at is None or (taken.at is not None and taken.at < step.at):
        return taken if taken.reached is Reached.YES else step
    return step
