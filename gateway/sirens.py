"""Switches the sirens off: when somebody has taken the alert, when it is over, or after a while.

Switching on is a send like any other: gateway/channels/siren.py.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta

from edge.model import Moment, Reason, Rung, State
from gateway.beside import Box
from gateway.channels import Channel
from gateway.channels.siren import LEFT, SOUNDED, SirenChannel
from gateway.store import StoreFailed

LOOKED_BACK = timedelta(days=2)  # at what a daemon before this one has switched on
ALERTS = 500


def sirens(channels: Mapping[str, Channel]) -> dict[str, SirenChannel]:
    """Give the sirens among the channels."""
    return {name: each for name, each in channels.items() if isinstance(each, SirenChannel)}


class Sirens:
    """Looks after the sirens at every change of an alert."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._sirens = sirens(box.channels)
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look again."""
        self._woken.set()

    async def run(self) -> None:
        """Look after them until cancelled."""
        with contextlib.suppress(StoreFailed):
            self._recall(self._box.now())
        while True:
            self._woken.clear()
            wait = self._look(self._box.now())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()

    def _look(self, now: Moment) -> float | None:
        waits = []
        for siren in self._sirens.values():
            siren.settle({name for name in siren.sounding if self._calls(name)}, now)
            waits.append(siren.wait(now))
        return min((wait for wait in waits if wait is not None), default=None)

    def _calls(self, name: str) -> bool:
        """Say whether an alert still calls for somebody."""
        alert = self._box.node.alert(name)
        return alert is not None and alert.state is State.RAISED and alert.holds

    def _recall(self, now: Moment) -> None:
        """Find out what was switched on before this start, and not off again.

        Alert by alert: of attempts to tell people there may have been thousands since.
        """
        store, begun = self._box.store, now.wall - LOOKED_BACK
        for alert in store.alerts(open_only=False, since=begun, limit=ALERTS):
            if alert.finding.severity not in SOUNDED:
                continue
            told = {n.id: n for n in store.notices(alert.id) if n.channel in self._sirens}
            left_on: set[str] = set()
            for receipt in store.receipts(alert.id) if told else ():
                notice = told.get(receipt.notice)
                if notice is None or receipt.rung is Rung.REFUSED or receipt.evidence == LEFT:
                    continue
                is_off = notice.reason is Reason.RESOLVED
                (left_on.discard if is_off else left_on.add)(notice.channel)
            for channel in left_on:
                self._sirens[channel].recall(alert.id, now)
