"""`shouhu probe`: what a device sends, raw, beside what it means."""

import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import (
    command,
    config_option,
    json_option,
    option,
    store_option,
)
from gateway.language import Language, say

if TYPE_CHECKING:
    from gateway.commands.messages import Printer

EVERY = 0.3  # seconds between two questions
LOOK = 600  # seconds for which strangers are listened for
AGAIN = 300  # seconds after which that is asked for anew
MAC = re.compile(r"[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}(/|$)")


@command("probe")
@click.argument("address", required=False, metavar="[ADDRESS]")
@config_option()
@store_option()
@option("--port", type=Path, metavar="PATH", help="option.probe_port")
@option("--profile", metavar="NAME", help="option.probe_profile")
@option("--profiles", type=Path, multiple=True, metavar="DIR", help="option.profiles")
@option("--count", type=click.IntRange(min=1), metavar="N", help="option.count")
@option("--seconds", type=click.FloatRange(min=0.1), metavar="N", help="option.seconds")
@json_option()
@click.pass_obj
def probe(
    language: Language,
    /,
    *,
    address: str | None,
    config: Path,
    store: Path | None,
    port: Path | None,
    profile: str | None,
    profiles: tuple[Path, ...],
    count: int | None,
    seconds: float | None,
    as_json: bool,
) -> int:
    """Show what a device sends; exit 1 where it sent nothing."""
    from gateway.commands.messages import Printer  # noqa: PLC0415

    printer = Printer(language, count, as_json=as_json)
    if (address is None) is (port is None):
        raise CommandFailed(Exit.USAGE, "probe.no_address")
    if (profile is None) is not (port is None):
        raise CommandFailed(Exit.USAGE, "probe.needs_profile")
    if address is not None:
        from gateway.commands.homes import known  # noqa: PLC0415

        homes = known(config, store, language)
        _Following(homes.store, _port_of(address, config), printer).run(seconds)
    elif port is not None and profile is not None:
        from gateway.commands.probe_port import probe_port  # noqa: PLC0415

        probe_port(port, profile, profiles, printer, seconds)
    if printer.count:
        return Exit.DONE
    click.echo(say(language, "probe.nothing"), err=True)
    return Exit.FAILED


def _port_of(address: str, config: Path) -> str:
    """Give the id of a serial port that was named by its path; anything else as it is."""
    from gateway.config import examine  # noqa: PLC0415

    path = Path(address)
    if not path.is_char_device():
        return address
    settings = examine(config).settings
    ports = {} if settings is None else settings.serial
    same = [port for port, its in ports.items() if Path(its).exists() and path.samefile(its)]
    if not same:
        raise CommandFailed(Exit.USAGE, "probe.needs_port", path=path)
    return same[0]


class _Following:
    """Asks the daemon again and again for what came of an address."""

    def __init__(self, store: Path, address: str, printer: "Printer") -> None:
        self._store = store
        self._address = address
        self._printer = printer
        self._after = 0

    def run(self, seconds: float | None) -> None:
        """Show what comes until it is enough, or the time is over."""
        end = None if seconds is None else time.monotonic() + seconds
        look_at = time.monotonic()
        while True:
            is_known = self._ask()
            now = time.monotonic()
            if self._printer.is_done or (end is not None and now >= end):
                return
            if not self._printer.count and now >= look_at:
                self._printer.wait("probe.waiting", address=self._address)
                if not is_known:
                    self._look()
                look_at = now + AGAIN
            time.sleep(EVERY if end is None else min(EVERY, end - now))

    def _ask(self) -> bool:
        """Show what is new; say whether the daemon knows the address."""
        import msgspec  # noqa: PLC0415

        from gateway.commands.daemon import asked  # noqa: PLC0415
        from gateway.control import Probe  # noqa: PLC0415
        from gateway.heard import Message  # noqa: PLC0415

        facts = asked(self._store, Probe(self._address, self._after)).facts
        for message in msgspec.convert(facts["messages"], list[Message]):
            self._after = max(self._after, message.seq)
            self._printer.show(message)
        return facts["is_known"] is True

    def _look(self) -> None:
        """Have strangers listened for, and say what hinders that where this one would speak."""
        from gateway.commands.daemon import asked  # noqa: PLC0415
        from gateway.commands.ear import remarks_of  # noqa: PLC0415
        from gateway.control import Look  # noqa: PLC0415

        is_ble = MAC.match(self._address) is not None
        for remark in remarks_of(asked(self._store, Look(LOOK)).facts):
            if (remark.key == "look.no_bluetooth") is is_ble:
                self._printer.remark(remark)


command = probe
