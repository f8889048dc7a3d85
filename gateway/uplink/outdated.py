"""Whether an order to close an alert is older than something that nobody who gave it could know.

Carrying it out is service.py's. The far end decides by the same two times whether the word of it
opens again what was closed there: neither end has it closed while the other one has not.
"""

from collections.abc import Iterable

from edge.model import Change, Moment
from gateway.store import Store, StoreFailed
from gateway.uplink.making import NEWS, number_of
from gateway.wire.uplink.event import Event as Ordered


def refusal(store: Store, alert: str, ordered: Ordered, epoch: str, now: Moment) -> str:
    """Say why an alert is not to end by this order; "" where it is."""
    try:
        news = news_since(ordered, store.changes(alert), epoch, now)
    except StoreFailed:
        return "what happened to the alert since cannot be read"
    if news is None:
        return ""
    return f"the alert has {news.what} since{'' if now.trusted else ', or the clock is wrong'}"


def news_since(
    ordered: Ordered, changes: Iterable[Change], epoch: str, now: Moment
) -> Change | None:
    """Give what happened to the alert after an order of it was given; None: nothing of weight.

    `epoch` and `sequence` of the order are those of the last word that the far end had of the
    alert: what it had heard is no news, however far the two clocks are apart. Where our clock is
    not set nobody knows which was first, and an alert had better stay open.
    """
    return next((each for each in changes if _is_news(each, ordered, epoch, now)), None)


def _is_news(change: Change, ordered: Ordered, epoch: str, now: Moment) -> bool:
    if change.what not in NEWS:
        return False
    # By a clock that was not set the number says nothing: numbering.py has given it another one.
    is_numbered = change.at.trusted and ordered.epoch == epoch
    if is_numbered and number_of(change) <= ordered.sequence:
        return False
    # By its age: the clock may have been set since.
    return not now.trusted or now.wall - now.since(change.at) > ordered.time
