"""`shouhu replay`: a recording into a broker, and the drill household that hears it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.backtest import zone_named
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import command, flag, option
from gateway.language import Language, say

if TYPE_CHECKING:
    from simulator.recording import Recording


@command("replay")
@click.argument("recording", type=Path, metavar="FILE")
@option("--speed", type=float, default=1.0, metavar="N", help="option.speed")
@flag("--in-step", "option.in_step")
@option("--timezone", default="Asia/Shanghai", metavar="ZONE", help="option.timezone")
@option("--home", type=Path, metavar="FILE", help="option.home")
@option("--channel", default="caregiver", metavar="ID", help="option.channel")
@option("--host", default="127.0.0.1", metavar="HOST", help="option.host")
@option("--port", type=click.IntRange(1, 65535), default=1883, metavar="PORT", help="option.port")
@option("--username", metavar="NAME", help="option.username")
@option("--password-file", type=Path, metavar="FILE", help="option.password_file")
@option("--tls-ca", type=Path, metavar="FILE", help="option.tls_ca")
@click.pass_obj
def replay(
    language: Language,
    *,
    recording: Path,
    speed: float,
    in_step: bool,
    timezone: str,
    home: Path | None,
    channel: str,
    host: str,
    port: int,
    username: str | None,
    password_file: Path | None,
    tls_ca: Path | None,
) -> None:
    """Play a recording into a broker; with --home only write the household that hears it."""
    from simulator.drivers.link import BrokerAddress, Link, LinkFailed, play, play_in_step  # noqa: PLC0415
    from simulator.recording import Recording, RecordingFault  # noqa: PLC0415
    from simulator.replay import Devices  # noqa: PLC0415

    if not 0 < speed < float("inf"):
        raise CommandFailed(Exit.USAGE, "recording.speed")
    zone = zone_named(timezone)
    address = BrokerAddress(host, port, username, password_file, tls_ca)
    try:
        source = Recording(recording)
        if home is not None:
            _write_home(home, source, timezone, channel)
            click.echo(say(language, "replay.home", file=home))
            return
        messages = Devices(zone).messages(source.rows())
        with Link(address) as link:
            count = play_in_step(link, messages) if in_step else play(link, messages, speed)
    except RecordingFault as fault:
        raise CommandFailed(Exit.FAILED, "recording.fault", why=fault) from fault
    except LinkFailed as failure:
        raise CommandFailed(Exit.FAILED, "replay.failed", why=failure) from failure
    except OSError as error:
        why = f"{error.filename or ''} {error.strerror or error}".strip()
        raise CommandFailed(Exit.FAILED, "replay.failed", why=why) from error
    click.echo(say(language, "replay.done", count=count))


def _write_home(path: Path, source: "Recording", zone: str, channel: str) -> None:
    from simulator.replay import household  # noqa: PLC0415

    path.write_text(household(source.sensors, zone, channel), encoding="utf-8")


command = replay
