"""What runs beside the watching: the uplink, the page. Each may fail alone, none stops the home.

What each of them does is its own; here stands which ones this configuration asks for.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from edge.model import Moment
from gateway.channels import Channel
from gateway.channels.proofs import Proofs
from gateway.channels.siren import Post
from gateway.checkup import Check
from gateway.config import Config
from gateway.control import Answer, Request
from gateway.linking import Linking
from gateway.node import Node
from gateway.store import Store


class Worker(Protocol):
    """One of them."""

    async def run(self) -> None:
        """Work until cancelled."""

    def wake(self) -> None:
        """Look again: something new is on disk."""


@dataclass(frozen=True, slots=True)
class Box:
    """What they may ask of the gateway around them."""

    config: Config
    node: Node
    store: Store
    channels: Mapping[str, Channel]
    now: Callable[[], Moment]
    settle: Callable[[], str]  # put on disk what was done; gives why that failed
    ask: Callable[[Request], Answer | Awaitable[Answer]]  # as the command line does
    post: Post  # over the broker of the home
    checks: Callable[[], list[Check]]
    counts: Callable[[], Mapping[str, int]]
    links: Linking
    trouble: Callable[[str, str, str], None]  # channel, cause, what is wrong; empty: nothing
    serves: Callable[[str, int, str], None]  # what, its port, and why it cannot be reached; or ""
    proofs: Proofs  # when each channel last took a message


def workers(box: Box) -> dict[str, Worker]:
    """Give those that the configuration asks for, by name; they are told of every commit."""
    # Each brings libraries that a home without it does not need.
    found: dict[str, Worker] = {}
    if box.config.settings.uplink is not None:
        from gateway.uplink.service import Uplink  # noqa: PLC0415

        found["uplink"] = Uplink(box.config.settings.uplink, box)
    if box.config.settings.page is not None:
        from gateway.page.server import Page  # noqa: PLC0415

        found["page"] = Page(box.config.settings.page, box)
    if box.config.settings.metrics is not None:
        from gateway.metrics import Metrics  # noqa: PLC0415

        found["metrics"] = Metrics(box.config.settings.metrics, box)
    if box.config.questions:
        from gateway.question import Questions  # noqa: PLC0415

        found["question"] = Questions(box)
    found |= _of_channels(box)
    return found


def _of_channels(box: Box) -> dict[str, Worker]:
    from gateway.modem_watch import ModemWatch, line_of  # noqa: PLC0415
    from gateway.proving import Proving  # noqa: PLC0415
    from gateway.sirens import Sirens, sirens  # noqa: PLC0415

    found: dict[str, Worker] = {"proving": Proving(box)}
    if sirens(box.channels):
        found["sirens"] = Sirens(box)
    if (line := line_of(box.channels)) is not None:
        found["modem"] = ModemWatch(line, box)
    return found
