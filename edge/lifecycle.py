"""The life of an alert as a table of transitions; what else each of them brings is the book's."""

from enum import StrEnum

from edge.model import State


class Trigger(StrEnum):
    """What moves an alert from one state to the next."""

    CONFIRM = "confirm"
    VANISH = "vanish"
    ACKNOWLEDGE = "acknowledge"
    LAPSE = "lapse"
    CLOSE = "close"
    RETURN = "return"


TRANSITIONS = {
    (State.SUSPECTED, Trigger.CONFIRM): State.RAISED,
    (State.SUSPECTED, Trigger.VANISH): State.CLOSED,
    (State.SUSPECTED, Trigger.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.SUSPECTED, Trigger.CLOSE): State.CLOSED,
    (State.RAISED, Trigger.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.RAISED, Trigger.VANISH): State.RESOLVED,
    (State.RAISED, Trigger.CLOSE): State.CLOSED,
    (State.ACKNOWLEDGED, Trigger.ACKNOWLEDGE): State.ACKNOWLEDGED,  # handed over, or prolonged
    (State.ACKNOWLEDGED, Trigger.LAPSE): State.RAISED,
    (State.ACKNOWLEDGED, Trigger.VANISH): State.RESOLVED,
    (State.ACKNOWLEDGED, Trigger.CLOSE): State.CLOSED,
    (State.RESOLVED, Trigger.CLOSE): State.CLOSED,
    (State.RESOLVED, Trigger.RETURN): State.RAISED,  # it had not ended after all
}
