"""`shouhu outcomes`: how often people were told of each home of late, and how often for nothing.

What counts as false is gateway/outcomes.py's.
"""

import json
from datetime import UTC, datetime, timedelta
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
    from gateway.commands.homes import Known
    from gateway.outcomes import Record


@command("outcomes")
@option("--household", metavar="ID", help="option.household")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def outcomes(
    language: Language,
    /,
    *,
    household: str | None,
    config: Path,
    store: Path | None,
    as_json: bool,
) -> None:
    """Print a line for each home and span."""
    from gateway.commands.homes import known  # noqa: PLC0415
    from gateway.commands.layout import table  # noqa: PLC0415

    homes = known(config, store, language)
    if household is not None and household not in homes.homes:
        raise CommandFailed(Exit.NOT_FOUND, "alerts.no_household", name=household)
    wanted = sorted(homes.homes) if household is None else [household]
    found = {name: _records(homes, name) for name in wanted}
    if as_json:
        click.echo(json.dumps(_plain(found, homes), ensure_ascii=False))
        return
    rows = [row for name, records in found.items() for row in _rows(name, records, homes, language)]
    lines = table([_head(language), *rows]) if rows else [say(language, "outcomes.none")]
    click.echo("\n".join(lines))


def _records(homes: "Known", household: str) -> "tuple[Record, ...]":
    from gateway.commands.alert_views import opened  # noqa: PLC0415
    from gateway.outcomes import SPANS, records  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened(homes.store) as reading:
        since = now - timedelta(days=max(SPANS) + 2)
        alerts = reading.alerts(household, open_only=False, since=since)
        return records(alerts, (c for a in alerts for c in reading.changes(a.id)), now)


COUNTS = ("told", "false", "real", "other", "unknown")


def _head(language: Language) -> list[str]:
    keys = ["outcomes.household", "outcomes.days", *(f"hindsight.count.{c}" for c in COUNTS)]
    return [say(language, key) for key in (*keys, "outcomes.allowed", "outcomes.rules")]


def _rows(
    name: str, found: "tuple[Record, ...]", homes: "Known", language: Language
) -> list[list[str]]:
    return [
        [
            homes.name(name),
            str(record.days),
            *(str(getattr(record.figures, count)) for count in COUNTS),
            f"{_allowed(homes, name) * record.days / 30:g}",
            say(language, "list.comma").join(
                f"{say(language, f'rule.{rule}')} {count}"
                for rule, count in record.false_by_rule.items()
            )
            or "-",
        ]
        for record in found
    ]


def _allowed(homes: "Known", name: str) -> float:
    """Give the false alerts in 30 days that the home's settings allow over all rules."""
    from gateway.outcomes import allowed  # noqa: PLC0415

    return allowed(homes.homes[name])


def _plain(found: "dict[str, tuple[Record, ...]]", homes: "Known") -> list[dict[str, object]]:
    import msgspec  # noqa: PLC0415

    return [
        {
            "household": name,
            "allowed_in_30_days": _allowed(homes, name),
            "spans": [msgspec.to_builtins(record) for record in records],
        }
        for name, records in found.items()
    ]


command = outcomes
