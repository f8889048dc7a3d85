"""Where the gateway itself listens for people and programs, and why it cannot: one word a change.

What is served there the page and the figures know.
"""

import structlog

from gateway.checkup import Check
from gateway.language import Phrase

log = structlog.get_logger()


class Serving:
    """The ports of one gateway: "page", "metrics"."""

    def __init__(self) -> None:
        self._shut: dict[str, tuple[int, str]] = {}

    def note(self, what: str, port: int, why: str) -> None:
        """Note that something listens on its port, or why it cannot; empty: it does."""
        before = self._shut.get(what)
        self._shut[what] = port, why
        if before == (port, why):
            return
        if why:
            log.error("port", of=what, port=port, why=why)
        elif before is not None:
            log.info("port", of=what, port=port, why="")

    def said(self) -> dict[str, str]:
        """Give for each "yes", or "closed" and why."""
        return {what: f"closed: {why}" if why else "yes" for what, (_, why) in self._shut.items()}

    def checks(self) -> list[Check]:
        """Say of each whether it can be reached."""
        return [_check(what, port, why) for what, (port, why) in self._shut.items()]


def _check(what: str, port: int, why: str) -> Check:
    values = {"port": port, "why": why}
    if not why:
        return Check(what, True, Phrase("doctor.serves", values))
    return Check(what, False, Phrase("doctor.shut", values), Phrase("cure.shut", values))
