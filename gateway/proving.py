"""Tells of channels that have taken nothing for so long that nobody knows whether they would.

What a failed send means is gateway/channels/health.py's.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

from gateway.beside import Box

LOOKS_EVERY = timedelta(hours=1)
CAUSE = "unproven"


class Proving:
    """Tells of channels that have proven nothing for too long."""

    def __init__(self, box: Box) -> None:
        self._box = box
        used = {
            way for home in box.node.homes.values() for c in home.contacts for way in c.channels
        }
        self._limits: Mapping[str, timedelta] = {
            each.id: each.unproven_after for each in box.config.settings.channels if each.id in used
        }
        self._told: set[str] = set()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look again soon where somebody was told: a send may just have proven it."""
        if self._told:
            self._woken.set()

    async def run(self) -> None:
        """Look now and then until cancelled."""
        while True:
            self._woken.clear()
            self.look()
            try:
                async with asyncio.timeout(LOOKS_EVERY.total_seconds()):
                    await self._woken.wait()
            except TimeoutError:
                continue

    def look(self) -> None:
        """Tell what has changed. A clock that is not to be trusted says nothing of ages."""
        now = self._box.now()
        if not now.trusted:
            return
        for channel, limit in self._limits.items():
            age = self._box.proofs.age(channel, now.wall)
            if age >= limit:
                self._told.add(channel)
                self._box.trouble(
                    channel, CAUSE, f"nothing has been taken there for {age.days} days"
                )
            elif channel in self._told:
                self._told.discard(channel)
                self._box.trouble(channel, CAUSE, "")
