"""What the page behind a link may know of the gateway and do to it; how it looks is answering's."""

import contextlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from edge.model import Alert, Home, Notice, Outcome
from gateway.beside import Box
from gateway.page.answering import Answering
from gateway.store import StoreFailed
from gateway.wire.uplink.visiting import Button, PageData


class BoxDesk:
    """The desk of one running gateway; what its disk refuses is looked for in memory."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @property
    def homes(self) -> Mapping[str, Home]:
        """Give the homes by their ids."""
        return self._box.node.homes

    def notice(self, name: str) -> Notice | None:
        """Give a notice by its id."""
        with contextlib.suppress(StoreFailed):
            if (stored := self._box.store.notice(name)) is not None:
                return stored
        return self._box.links.notice(name)

    def alert(self, name: str) -> Alert | None:
        """Give an alert as it stands."""
        if (living := self._box.node.alert(name)) is not None:
            return living
        with contextlib.suppress(StoreFailed):
            return self._box.store.alert(name)
        return None

    def acknowledge(self, alert: Alert, by: str, lease: timedelta) -> str:
        """Lease it to somebody; give why it could not be put on disk."""
        self._box.node.acknowledge(alert, by, lease, self._box.now())
        return self._box.settle()

    def close(self, alert: Alert, by: str, outcome: Outcome) -> str:
        """End it with what it was; give why it could not be put on disk."""
        self._box.node.close(alert, by, outcome, self._box.now())
        return self._box.settle()


def answering(box: Box) -> Answering:
    """Give what serves the links in this gateway's messages."""
    return Answering(box.links, BoxDesk(box), box.now, box.config.leases)


def page_data(visit: str, status: int, shown: Mapping[str, Any]) -> PageData:
    """Give what is shown behind a link as it goes to whoever passed the visit on."""
    take = (shown["take"], shown["take_hint"]) if shown.get("may_take") else ("", "")
    phone = shown.get("phone", "")
    return PageData(
        visit=visit,
        status=status,
        language=shown["language"],
        title=shown["title"],
        text=shown.get("text", ""),
        state=shown.get("state", ""),
        take=take[0],
        take_hint=take[1],
        close=shown["close"] if shown.get("outcomes") else "",
        buttons=tuple(Button(Outcome(each), label) for each, label in shown.get("outcomes", ())),
        phone=phone,
        call=shown["call"] if phone else "",
    )
