"""Who of many is due next, asked again only when a turn comes: most have moved on until then."""

from collections.abc import Callable, Iterable

from edge.model import Moment


class Agenda:
    """Keeps the nearest due of each; `dues` gives all of one, as they are now."""

    def __init__(self, dues: Callable[[str], list[Moment]]) -> None:
        self._dues = dues
        self._nearest: dict[str, Moment] = {}
        self._settled_at: Moment | None = None
        self.due: Moment | None = None

    def settle(self, names: Iterable[str], now: Moment) -> None:
        """Ask everybody anew; what was due by `now` is done."""
        self._settled_at, self._nearest = now, {}
        for name in names:
            self._ask(name, now)
        self.due = min(self._nearest.values(), key=_by_clock, default=None)

    def is_due(self, now: Moment) -> bool:
        """Say whether anybody really is; whoever was heard in the meantime is waited for anew."""
        while self.due is not None and self._settled_at is not None and self.due.reached(now):
            name = min(self._nearest, key=lambda name: self._nearest[name].monotonic)
            if any(due.reached(now) for due in self._ask(name, self._settled_at)):
                return True
            self.due = min(self._nearest.values(), key=_by_clock, default=None)
        return False

    def _ask(self, name: str, settled: Moment) -> list[Moment]:
        dues = [due for due in self._dues(name) if not due.reached(settled)]
        self._nearest.pop(name, None)
        if dues:
            self._nearest[name] = min(dues, key=_by_clock)
        return dues


def _by_clock(moment: Moment) -> float:
    return moment.monotonic
