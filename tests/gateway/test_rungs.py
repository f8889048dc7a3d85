"""The ladder of one alert: each rung with its proof, and nothing claimed that nothing proves."""

from datetime import datetime, timedelta

from msgspec import structs

from edge.model import Change, Event, Moment, Receipt, Rung, State
from gateway.rungs import Reached, Step, ladder
from tests.gateway.keeping import NOW, alert, notice

LATER = timedelta(seconds=1)
OPEN = structs.replace(alert("a"), state=State.RAISED)


def at(seconds: float) -> Moment:
    return NOW.plus(timedelta(seconds=seconds))


def change(what: Event, seconds: float, by: str = "shouhu", detail: str = "") -> Change:
    return Change("a", what, at(seconds), by, detail)


def receipt(rung: Rung, seconds: float, evidence: str = "", name: str = "n") -> Receipt:
    return Receipt(name, 1, rung, at(seconds).wall, evidence)


def rungs(
    changes: list[Change],
    receipts: list[Receipt],
    *,
    has_platform: bool = True,
    of: State = State.RAISED,
) -> dict[str, Step]:
    told = [structs.replace(notice(OPEN), id="n")]
    about = structs.replace(OPEN, state=of)
    steps = ladder(about, changes, told, receipts, has_platform=has_platform)
    return {step.name: step for step in steps}


def reached(steps: dict[str, Step]) -> dict[str, str]:
    return {name: str(step.reached) for name, step in steps.items()}


def test_what_was_just_raised_is_on_disk_and_nothing_more() -> None:
    steps = rungs([change(Event.RAISED, 0)], [])
    assert reached(steps) == {
        "stored": "yes",
        "platform": "not_yet",
        "sent": "not_yet",
        "delivered": "unknown",
        "seen": "unknown",
        "acknowledged": "not_yet",
        "on_scene": "not_yet",
        "closed": "not_yet",
    }
    assert list(steps) == list(reached(steps))


def test_what_a_channel_cannot_prove_is_not_known_and_what_it_can_is_told_with_its_words() -> None:
    begun = [change(Event.RAISED, 0), change(Event.PLATFORM, 1, "district", "accepted")]
    sent = rungs(begun, [receipt(Rung.SENT, 2, "HTTP 200")])
    assert (sent["sent"].at, sent["sent"].evidence) == (at(2).wall, "HTTP 200")
    assert sent["delivered"].reached is Reached.UNKNOWN
    assert (sent["platform"].who, sent["platform"].evidence) == ("district", "accepted")
    proven = rungs(begun, [receipt(Rung.SENT, 2), receipt(Rung.DELIVERED, 5, "report 0")])
    assert (proven["delivered"].at, proven["delivered"].evidence) == (at(5).wall, "report 0")
    assert proven["sent"].at == at(2).wall


def test_a_refusal_is_no_sending_and_says_why() -> None:
    steps = rungs([change(Event.RAISED, 0)], [receipt(Rung.REFUSED, 2, "no such robot")])
    assert steps["sent"] == Step("sent", Reached.NOT_YET, evidence="no such robot")


def test_who_takes_it_has_seen_it_unless_a_receipt_knew_before() -> None:
    taken = [change(Event.RAISED, 0), change(Event.ACKNOWLEDGED, 9, "王芳")]
    steps = rungs(taken, [receipt(Rung.SENT, 2)])
    assert (steps["seen"].who, steps["seen"].at) == ("王芳", at(9).wall)
    steps = rungs(taken, [receipt(Rung.SEEN, 5, "read")])
    assert (steps["seen"].at, steps["delivered"].at) == (at(5).wall, at(5).wall)


def test_once_it_is_over_nothing_is_waited_for_any_more() -> None:
    over = [change(Event.RAISED, 0), change(Event.CLOSED, 9, "王芳", "well")]
    steps = rungs(over, [], of=State.CLOSED)
    assert steps["acknowledged"].reached is steps["on_scene"].reached is Reached.UNKNOWN
    assert (steps["closed"].who, steps["closed"].evidence) == ("王芳", "well")


def test_without_a_platform_nobody_is_waited_for_there() -> None:
    steps = rungs([change(Event.RAISED, 0)], [], has_platform=False)
    assert steps["platform"].reached is Reached.UNKNOWN
    assert isinstance(steps["stored"].at, datetime)
