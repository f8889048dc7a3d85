"""What the daemon is put together from: its store, also on a bad day; its decoder, its channels."""

import os
import shutil
import ssl
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import structlog

from edge.model import Moment
from gateway.channels import Channel
from gateway.channels.apprise import AppriseChannel
from gateway.channels.modem import ModemLine, ModemSettings
from gateway.channels.phone import CallChannel, SmsChannel
from gateway.channels.siren import Post, SirenChannel
from gateway.channels.webhook import WebhookChannel
from gateway.clock import Clock, SystemClock
from gateway.config import ChannelSettings, Config, Settings
from gateway.config.channels import AppriseWay, CallWay, SirenWay, SmsWay, WebhookWay
from gateway.config.question import subject_of
from gateway.config.uplink import SUBJECT as UPLINK
from gateway.erasing import carry_out
from gateway.introductions import keep, kept
from gateway.refuge import SHELTER, Refuge, Taken, claim, clear
from gateway.store import Cause, Store, StoreFailed
from gateway.store.lock import lock_unwritable
from gateway.store.salvage import salvage_all
from gateway.wire.decoder import Decoder
from gateway.wire.guard import Guard, key_of

ERASES_WITHIN = 30.0  # seconds; systemd waits for a sign of life for a minute
ROOM = 32 << 20  # bytes that a shelter must find free
log = structlog.get_logger()


def decoder(config: Config, store: Store) -> Decoder:
    """Give one that knows what devices said of themselves, and how far they have counted."""
    keys = {address: key_of(key.reveal()) for address, key in config.keys.items()}
    made = Decoder(config.fitted, Guard(keys, store.counters()))
    directory = config.settings.store.directory
    before = kept(directory)
    made.recall(before)
    # What others said who are here no more goes with them, of a home that was erased first of all.
    if made.introduced.kept() != before:
        keep(directory, made.introduced.kept())
    return made


def doubt(clock: Clock, store: Store) -> None:
    """Let the system's clock trust no time before the last one at which the gateway was alive."""
    last = store.last_alive()
    if last is not None and isinstance(clock, SystemClock):
        clock.doubt_before(last.wall)


def subjects(config: Config) -> list[str]:
    """Name the ways to people of this configuration: troubles of any other are over."""
    ways = [way.id for way in config.settings.channels]
    uplink = [] if config.settings.uplink is None else [UPLINK]
    return [*ways, *map(subject_of, config.questions), *uplink]


def channels(settings: Settings, post: Post, now: Callable[[], Moment]) -> dict[str, Channel]:
    """Give the channels by id; nothing is opened or loaded yet, and the modem's line not run."""
    port, line = settings.modem, None
    if port is not None:
        pin = "" if port.pin is None else port.pin.reveal()
        line = ModemLine(ModemSettings(port.path, port.baud, pin))
    return {each.id: _channel(each, line, post, now) for each in settings.channels}


def alone(ways: Sequence[AppriseWay | WebhookWay], now: Callable[[], Moment]) -> dict[str, Channel]:
    """Give channels that need nothing of a running gateway."""
    return {way.id: _channel(way, None, lambda *_: False, now) for way in ways}


def _channel(
    way: ChannelSettings, line: ModemLine | None, post: Post, now: Callable[[], Moment]
) -> Channel:
    match way:
        case SmsWay() if line is not None:
            return SmsChannel(line)
        case CallWay() if line is not None:
            return CallChannel(line)
        case WebhookWay():
            context = None if way.tls_ca is None else ssl.create_default_context(cafile=way.tls_ca)
            url, secret = way.url.reveal(), way.secret.reveal()
            return WebhookChannel(way.id, url, secret, lambda: now().wall, context)
        case SirenWay():
            return SirenChannel(way.siren, post, now)
        case AppriseWay():
            return AppriseChannel(way.id, way.url.reveal())
    raise ValueError(f"{way.id} needs a modem")


def opened(
    directory: Path, now: Moment, *, patience: float | None = ERASES_WITHIN
) -> tuple[Store, str]:
    """Open the store; where the disk refuses, one in memory and the reason: we watch all the same.

    The one in memory begins with what can be read of the other, and is gone when it is closed.
    What a daemon that was killed had in it is taken up again. Raises StoreFailed where another
    daemon has the store.
    """
    try:
        refuge = claim(directory)
    except Taken as error:
        raise StoreFailed(directory, Cause.TAKEN) from error
    try:
        store, refusal = _opened(directory, now, refuge, patience)
    except BaseException:
        if refuge is not None:
            refuge.let_go()
        raise
    if refuge is not None:
        store.when_closed(refuge.leave)
    clear(directory)
    return store, refusal


def _opened(
    directory: Path, now: Moment, refuge: Refuge | None, patience: float | None
) -> tuple[Store, str]:
    try:
        store = Store.open(directory, now)
    except StoreFailed as error:
        if error.cause is Cause.TAKEN:
            raise
        return _sheltered(directory, now, refuge, error), str(error)
    if refuge is not None:
        shutil.rmtree(refuge.path / SHELTER, ignore_errors=True)
    carry_out(store, directory, patience)
    return store, ""


def _sheltered(directory: Path, now: Moment, refuge: Refuge | None, why: StoreFailed) -> Store:
    handle = lock_unwritable(directory)
    place, leave = _place(directory, refuge)
    shelter = place / SHELTER
    is_whole = shelter.exists() or _furnish(directory, shelter)
    try:
        store = Store.open(shelter, now)
    except StoreFailed:
        # What was taken along is of no use, written by a later version perhaps.
        shutil.rmtree(shelter, ignore_errors=True)
        is_whole, store = False, Store.open(shelter, now)
    log.error("store", why=str(why), took_all_along=is_whole, keeps="in memory only")
    store.when_closed(leave)
    if handle is not None:
        store.when_closed(lambda: os.close(handle))
    return store


def _place(directory: Path, refuge: Refuge | None) -> tuple[Path, Callable[[], None]]:
    """Give a directory with room for a shelter, and what to do when it is not needed any more."""
    if refuge is not None and (refuge.has(ROOM) or (refuge.path / SHELTER).exists()):
        return refuge.path, lambda: None
    with suppress(Taken):
        spare = claim(directory, ROOM, besides=refuge)
        if spare is not None:
            return spare.path, spare.leave
    place = Path(tempfile.mkdtemp(prefix="shouhu-"))
    return place, lambda: shutil.rmtree(place, ignore_errors=True)


def _furnish(directory: Path, shelter: Path) -> bool:
    """Take along what can be read; the shelter is there only once that is done."""
    fresh = shelter.with_name("new")
    shutil.rmtree(fresh, ignore_errors=True)
    with suppress(OSError):
        fresh.mkdir(mode=0o700)
        is_whole = salvage_all(directory, fresh)
        fresh.rename(shelter)
        return is_whole
    return False
