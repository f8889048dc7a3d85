"""The story of one alert for the page: how far it came, what happened, who was told."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from edge.model import Alert, Change, Notice, Outcome, Receipt
from gateway.page.told import Teller
from gateway.rungs import US, Reached, Step, ladder
from gateway.store import Store


class Told(Struct, frozen=True):
    """One line of it in words."""

    time: str
    what: str
    who: str = ""
    evidence: str = ""
    mark: str = ""  # of a rung: an edge.rungs.Reached


class Story(Struct, frozen=True):
    """All that is known of an alert."""

    alert: Alert
    changes: Sequence[Change]
    notices: Sequence[Notice]
    receipts: Sequence[Receipt]


def story_of(store: Store, alert: Alert) -> Story:
    """Read it. Raises StoreFailed."""
    return Story(
        alert,
        store.changes(alert.id),
        store.notices(alert.id),
        store.receipts(alert.id),
    )


def rungs(story: Story, teller: Teller, *, has_platform: bool) -> list[Told]:
    """Tell how far it has come, rung by rung; what nobody can prove is not known."""
    steps = ladder(
        *(story.alert, story.changes, story.notices, story.receipts), has_platform=has_platform
    )
    return [_rung(step, teller) for step in steps]


def lines(story: Story, teller: Teller) -> list[Told]:
    """Tell what happened and who was told, in order."""
    found = [(change.at.wall, _change(change, teller)) for change in story.changes]
    receipts: dict[str, list[Receipt]] = {}
    for receipt in story.receipts:
        receipts.setdefault(receipt.notice, []).append(receipt)
    for notice in story.notices:
        whom = teller.say(
            "view.by_channel", name=teller.person(notice.recipient), channel=notice.channel
        )
        tries = receipts.get(notice.id, [])
        found += [(each.at, _sent(each, whom, teller)) for each in tries]
        if not tries:
            at = notice.due.wall
            found.append((at, Told(teller.at(at), teller.say("view.owed"), whom)))
    return [told for _, told in sorted(found, key=_when)]


def _when(line: tuple[datetime, Told]) -> datetime:
    return line[0]


def _change(change: Change, teller: Teller) -> Told:
    by = "" if change.by == US else teller.person(change.by)
    return Told(teller.at(change.at.wall), teller.say(f"event.{change.what}"), by)


def _sent(receipt: Receipt, whom: str, teller: Teller) -> Told:
    said = teller.say(f"rung.{receipt.rung}")
    return Told(teller.at(receipt.at), said, whom, receipt.evidence)


def _rung(step: Step, teller: Teller) -> Told:
    name = teller.say(f"ladder.{step.name}")
    if step.at is None:
        said = "ladder.not_yet" if step.reached is Reached.NOT_YET else "ladder.unknown"
        return Told(teller.say(said), name, evidence=step.evidence, mark=step.reached)
    who = "" if step.who == US else teller.person(step.who)
    proof = ": ".join(part for part in (step.channel, step.evidence) if part)
    if step.name == "seen" and not step.channel:
        proof = teller.say("ladder.by_taking")
    if step.name == "closed":
        outcome = step.evidence.partition(":")[0]
        proof = teller.say(f"outcome.{outcome}") if outcome in set(Outcome) else proof
    return Told(teller.at(step.at), name, who, proof, step.reached)
