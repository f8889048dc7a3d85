"""`shouhu backtest`: a recording in, one JSON line for each answer out; or a home's past days.

What is made of a home's past days is hindsight.py's.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import (
    command,
    config_option,
    json_option,
    option,
    store_option,
)
from gateway.language import Language

if TYPE_CHECKING:
    from gateway.backtest import Noticed, Raised

Collapse = tuple[str, datetime]


@command("backtest")
@option("--recording", type=Path, metavar="FILE", help="option.recording")
@option("--collapses", type=Path, metavar="FILE", help="option.collapses")
@option("--budget", type=float, default=0.5, metavar="B", help="option.budget")
@option("--timezone", default="UTC", metavar="ZONE", help="option.timezone")
@option("--household", metavar="ID", help="option.past_household")
@option("--days", type=click.IntRange(1, 3650), default=30, metavar="N", help="option.past_days")
@option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="option.set")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def backtest(
    language: Language,
    /,
    *,
    recording: Path | None,
    collapses: Path | None,
    budget: float,
    timezone: str,
    household: str | None,
    **past: Any,
) -> None:
    """Print what a recording, or a home's past days, would have been alerted on."""
    if (recording is None) == (household is None):
        raise CommandFailed(Exit.USAGE, "hindsight.which")
    if recording is not None:
        _recorded(recording, collapses, budget, timezone)
    elif household is not None:
        from gateway.commands.hindsight import Wish, hindsight, parted  # noqa: PLC0415

        settings = parted(past.pop("settings"))
        hindsight(Wish(household=household, settings=settings, **past), language)


def _recorded(recording: Path, collapses: Path | None, budget: float, timezone: str) -> None:
    """Print the alerts of a recording, and when each collapse would have been noticed."""
    from edge.model import Patience  # noqa: PLC0415
    from gateway import backtest as past  # noqa: PLC0415
    from simulator import recording as recordings  # noqa: PLC0415

    if not 0 < budget < float("inf"):
        raise CommandFailed(Exit.USAGE, "recording.budget")
    zone = zone_named(timezone)
    asked = [] if collapses is None else _collapses(collapses)
    try:
        source = recordings.Recording(recording)
        home = recordings.home(source, timezone, Patience(budget=budget))
        moments = [recordings.to_utc(time, zone) for _, time in asked]
        readings = recordings.readings(source.rows(), zone)
        for answer in past.backtest(home, readings, moments):
            line = _line(answer, asked, zone, source.separator)
            click.echo(json.dumps(line, ensure_ascii=False))
    except recordings.RecordingFault as fault:
        raise CommandFailed(Exit.FAILED, "recording.fault", why=fault) from fault


def zone_named(name: str) -> ZoneInfo:
    """Give a time zone, or say that there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise CommandFailed(Exit.USAGE, "recording.zone", name=name) from error


def _line(
    answer: "Raised | Noticed", asked: list[Collapse], zone: ZoneInfo, separator: str
) -> dict[str, object]:
    import msgspec  # noqa: PLC0415

    from gateway.backtest import Noticed  # noqa: PLC0415

    at = None if answer.at is None else _local(answer.at, zone, separator)
    if isinstance(answer, Noticed):
        return {"collapse": asked[answer.collapse][0], "alert": at}
    finding = answer.alert.finding
    facts = msgspec.to_builtins(finding.because, builtin_types=(datetime,))
    because = {
        name: _local(fact, zone, separator) if isinstance(fact, datetime) else fact
        for name, fact in facts.items()
    }
    return {"alert": at, "rule": finding.rule, "because": because}


def _local(at: datetime, zone: ZoneInfo, separator: str) -> str:
    """Write a time as the recording does: local, without a zone."""
    return at.astimezone(zone).replace(tzinfo=None).isoformat(sep=separator)


def _collapses(path: Path) -> list[Collapse]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise CommandFailed(Exit.FAILED, "decode.unreadable", name=path, why=why) from error
    numbered = enumerate(lines, start=1)
    return [
        (line.strip(), _time(line.strip(), number, path))
        for number, line in numbered
        if line.strip()
    ]


def _time(text: str, number: int, path: Path) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise _bad_time(text, number, path) from error
    if time.tzinfo is not None:
        raise _bad_time(text, number, path)
    return time


def _bad_time(text: str, number: int, path: Path) -> CommandFailed:
    return CommandFailed(Exit.USAGE, "recording.collapse", file=path, line=number, text=text[:60])


command = backtest
