"""Everything through which one gateway reaches people, and what is known of how well it does.

Whom to tell is the households' to decide, how a channel works the channel's own business.
"""

from collections.abc import Callable

import structlog

from edge.model import Moment, Notice, Rule, Unreached
from gateway.channel_trial import Trials
from gateway.channels.health import Troubles
from gateway.channels.proofs import Proofs
from gateway.channels.siren import Post
from gateway.composing import Composer
from gateway.config import Config
from gateway.config.channels import SmsWay
from gateway.linking import Linking
from gateway.node import Node
from gateway.outbox import Outbox
from gateway.overdue import Overdue
from gateway.parts import channels
from gateway.store import Store
from gateway.wording.advice import TEMPLATE

log = structlog.get_logger()


class Reaching:
    """The channels of one gateway, and what is owed on them."""

    def __init__(
        self,
        config: Config,
        node: Node,
        store: Store,
        now: Callable[[], Moment],
        *,
        post: Post,
        why_deaf: Callable[[str], str],
        wake: Callable[[], None],
    ) -> None:
        """Prepare; nothing is opened yet. `wake` has the node's news put on disk."""
        directory, page = config.settings.store.directory, config.settings.page
        self._node = node
        self._now = now
        self._wake = wake
        self.channels = channels(config.settings, post, now)
        self.links = Linking(directory, "" if page is None else page.public_url)
        self.proofs = Proofs(directory)
        self.troubles = Troubles(self._note_trouble)
        self.trials = Trials(self.channels, node.homes, now, self._prove)
        composer = self._composer(config, why_deaf)
        self.overdue = Overdue(self.channels, node.homes, composer=composer)
        self.outbox = Outbox(
            *(store, self.channels, node.homes, now, self.troubles.note),
            composer=composer,
            on_taken=self._prove,
            on_unreached=self._note_unreached,
        )

    def _composer(self, config: Config, why_deaf: Callable[[str], str]) -> Composer:
        return Composer(
            self._node.homes,
            why_deaf=why_deaf,
            link=self.links.link,
            templates=config.settings.templates,
            on_template=lambda name, why: self.troubles.note(TEMPLATE + name, "words", why),
            short_on={way.id for way in config.settings.channels if isinstance(way, SmsWay)},
        )

    def _prove(self, channel: str) -> None:
        now = self._now()
        self.proofs.note(channel, now.wall, is_trusted=now.trusted)

    def _note_trouble(self, channel: str, detail: str, stands: bool) -> None:
        log.warning("channel", channel=channel, failing=stands, detail=detail)
        self._node.trouble(Rule.CHANNEL, channel, detail, stands, self._now())
        self._wake()

    def _note_unreached(self, notice: Notice) -> None:
        log.warning("unreached", notice=notice.id, alert=notice.alert)
        self._node.obey(notice.household, Unreached(notice.alert, notice.recipient), self._now())
        self._wake()
