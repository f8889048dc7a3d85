"""The parts that the daemon is put together from: its store, also on a bad day; its channels."""

import tempfile
from pathlib import Path

import structlog

from edge.model import Moment
from gateway.channels import Channel
from gateway.channels.apprise import AppriseChannel
from gateway.config import ChannelSettings
from gateway.store import Cause, Store, StoreFailed

MEMORY = Path("/dev/shm")
log = structlog.get_logger()


def channel(settings: ChannelSettings) -> Channel:
    """Give the channel of these settings; nothing is opened or loaded yet."""
    return AppriseChannel(settings.id, settings.url.reveal())


def opened(directory: Path, now: Moment) -> tuple[Store, str]:
    """Open the store; where the disk refuses, one in memory and the reason: we watch all the same.

    Raises StoreFailed where another daemon has it.
    """
    try:
        return Store.open(directory, now), ""
    except StoreFailed as error:
        if error.cause is Cause.BUSY:
            raise
        log.error("store", why=str(error), mend="nothing is kept until the disk is mended")
        shelter = Path(tempfile.mkdtemp(prefix="shouhu-", dir=MEMORY if MEMORY.is_dir() else None))
        return Store.open(shelter, now), str(error)
