"""`shouhu actogram`: a picture of a home's days, from a recording or from the store."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import command, config_option, option, store_option
from gateway.language import Language, say

if TYPE_CHECKING:
    from gateway.pictures.canvas import Canvas
    from gateway.pictures.past import Past

FORMATS = (".svg", ".png")
DAYS = 28


@command("actogram")
@option("--recording", type=Path, metavar="FILE", help="option.recording")
@option("--household", metavar="ID", help="option.household")
@option("--days", type=click.IntRange(1, 400), default=DAYS, metavar="N", help="option.shown_days")
@option("--out", type=Path, metavar="FILE", help="option.out")
@option("--timezone", default="UTC", metavar="ZONE", help="option.timezone")
@config_option()
@store_option()
@click.pass_obj
def actogram(
    language: Language,
    /,
    *,
    recording: Path | None,
    household: str | None,
    days: int,
    out: Path | None,
    timezone: str,
    config: Path,
    store: Path | None,
) -> None:
    """Draw a home's days, its learned rhythm and its slow changes on one sheet."""
    from gateway.pictures.sheet import sheet  # noqa: PLC0415

    if (recording is None) == (household is None):
        raise CommandFailed(Exit.USAGE, "actogram.which")
    if out is not None and out.suffix.lower() not in FORMATS:
        raise CommandFailed(Exit.USAGE, "actogram.format", file=out)
    if recording is not None:
        past = _recorded(recording, days, timezone)
    else:
        past = _stored(household or "", days, config, store, language)
    if not past.lives:
        raise CommandFailed(Exit.FAILED, "actogram.nothing", name=past.home.name)
    _hand_over(sheet(past, language), out, language)


def _hand_over(canvas: "Canvas", out: Path | None, language: Language) -> None:
    from gateway.pictures import svg  # noqa: PLC0415

    if out is None:
        click.echo(svg.written(canvas), nl=False)
        return
    if out.suffix.lower() == ".png":
        from gateway.pictures import png  # noqa: PLC0415

        written = png.painted(canvas)
    else:
        written = svg.written(canvas).encode()
    try:
        out.write_bytes(written)
    except OSError as error:
        why = error.strerror
        raise CommandFailed(Exit.FAILED, "actogram.unwritable", file=out, why=why) from error
    click.echo(say(language, "actogram.done", file=out))


def _recorded(file: Path, days: int, timezone: str) -> "Past":
    """Live through a recording as the household would have."""
    from msgspec import structs  # noqa: PLC0415

    from edge.household import Household  # noqa: PLC0415
    from edge.model import Alert, Configured, Entry, Patience  # noqa: PLC0415
    from gateway.commands.backtest import zone_named  # noqa: PLC0415
    from gateway.pictures.past import Gathering, learned  # noqa: PLC0415
    from simulator import recording as recordings  # noqa: PLC0415

    zone = zone_named(timezone)
    try:
        source = recordings.Recording(file)
        home = structs.replace(
            recordings.home(source, timezone, Patience()), name=file.name.partition(".")[0]
        )
        household, gathering = Household(home), Gathering(home, days)
        alerts: dict[str, Alert] = {}
        for number, reading in enumerate(recordings.readings(source.rows(), zone)):
            if not number:
                household.receive(Entry(home.id, reading.received, Configured("")))
            entry = Entry(home.id, reading.received, reading)
            gathering.take(entry)
            effects = household.receive(entry)
            alerts |= {alert.id: alert for alert in effects.alerts}
    except recordings.RecordingFault as fault:
        raise CommandFailed(Exit.FAILED, "recording.fault", why=fault) from fault
    past = gathering.past()
    past.alerts = list(alerts.values())
    learned(past, household.snapshot())
    return past


def _stored(
    household: str, days: int, config: Path, store: Path | None, language: Language
) -> "Past":
    """Read what the store has of a household; the daemon may go on meanwhile."""
    from gateway.commands.alert_views import opened  # noqa: PLC0415
    from gateway.commands.homes import known  # noqa: PLC0415
    from gateway.leftovers import is_drilled  # noqa: PLC0415
    from gateway.pictures.past import Gathering, learned  # noqa: PLC0415

    homes = known(config, store, language)
    home = homes.homes.get(household)
    if home is None:
        raise CommandFailed(Exit.NOT_FOUND, "alerts.no_household", name=household)
    gathering = Gathering(home, days)
    with opened(homes.store) as reading:
        for _, entry in reading.entries(0, household):
            gathering.take(entry)
        past = gathering.past()
        found = reading.alerts(household, open_only=False)
        past.alerts = [alert for alert in found if not is_drilled(alert, home)]
        snapshot = reading.snapshot(household)
        if snapshot is not None:
            learned(past, snapshot[2])
    return past


command = actogram
