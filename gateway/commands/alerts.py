"""`shouhu alerts`: see what stands, take it, close it.

The store is only read here; what changes an alert goes through the running daemon.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import (
    by_option,
    config_option,
    flag,
    json_option,
    option,
    store_option,
    who,
)
from gateway.commands.spoken import SpokenCommand, SpokenGroup
from gateway.language import Language, say

if TYPE_CHECKING:
    from gateway.commands.alert_acts import Given

OUTCOMES = ("helped", "well", "sensor", "test", "unknown")


@click.group("alerts", cls=SpokenGroup)
def alerts() -> None:
    """Gather the commands; their words stand in gateway/phrases."""


@alerts.command("list", cls=SpokenCommand)
@config_option()
@store_option()
@flag("--all", "option.all")
@option("--household", metavar="ID", help="option.household")
@json_option()
@click.pass_obj
def list_alerts(
    language: Language,
    /,
    *,
    config: Path,
    store: Path | None,
    household: str | None,
    **wanted: bool,
) -> None:
    """List alerts, the gravest first."""
    from gateway.commands import alert_views  # noqa: PLC0415
    from gateway.commands.homes import known  # noqa: PLC0415

    homes = known(config, store, language)
    if household is not None and homes.homes and household not in homes.homes:
        raise CommandFailed(Exit.NOT_FOUND, "alerts.no_household", name=household)
    found = alert_views.listed(homes.store, household, open_only=not wanted["all"])
    if wanted["as_json"]:
        plain = [alert_views.plain(alert) for alert in found]
        click.echo(json.dumps(plain, ensure_ascii=False))
        return
    for line in alert_views.overview(found, homes, language):
        click.echo(line)
    if not found:
        none = "alerts.none_at_all" if wanted["all"] else "alerts.none"
        click.echo(say(language, none))


@alerts.command("show", cls=SpokenCommand)
@click.argument("alert_id", metavar="ID")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def show(
    language: Language, *, alert_id: str, config: Path, store: Path | None, as_json: bool
) -> None:
    """Show one alert with its journal."""
    from gateway.commands import alert_story, alert_views  # noqa: PLC0415
    from gateway.commands.homes import known  # noqa: PLC0415

    homes = known(config, store, language)
    history = alert_views.history(homes.store, alert_id)
    if as_json:
        plain = alert_views.plain_history(history, has_platform=homes.has_platform)
        click.echo(json.dumps(plain, ensure_ascii=False))
        return
    for line in alert_story.told(history, homes, language):
        click.echo(line)


@alerts.command("ack", cls=SpokenCommand)
@click.argument("alert_id", metavar="ID")
@by_option()
@option("--lease", metavar="DURATION", help="option.lease")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def acknowledge(
    language: Language, *, alert_id: str, lease: str | None, **given: "Unpack[Given]"
) -> None:
    """Take an alert for a while."""
    from gateway.commands.alert_acts import begun  # noqa: PLC0415
    from gateway.control import AcknowledgeAlert  # noqa: PLC0415

    act = begun(language, alert_id, given, lease)
    facts = act.asks(AcknowledgeAlert(act.alert.id, act.by, act.lease_s))
    if facts is not None:
        act.tells("alerts.acknowledged", facts)


@alerts.command("hand-over", cls=SpokenCommand)
@click.argument("alert_id", metavar="ID")
@option("--to", required=True, metavar="NAME", help="option.to")
@by_option()
@option("--lease", metavar="DURATION", help="option.lease")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def hand_over(
    language: Language, *, alert_id: str, to: str, lease: str | None, **given: "Unpack[Given]"
) -> None:
    """Give an alert to somebody else."""
    from gateway.commands.alert_acts import begun  # noqa: PLC0415
    from gateway.requests import HandOverAlert  # noqa: PLC0415

    act = begun(language, alert_id, given, lease)
    facts = act.asks(HandOverAlert(act.alert.id, act.by, who(to), act.lease_s))
    if facts is not None:
        key = "alerts.handed_over" if facts.get("told") else "alerts.handed_over_untold"
        act.tells(key, facts, owner=facts.get("owner"))


@alerts.command("on-scene", cls=SpokenCommand)
@click.argument("alert_id", metavar="ID")
@by_option()
@config_option()
@store_option()
@json_option()
@click.pass_obj
def on_scene(language: Language, *, alert_id: str, **given: "Unpack[Given]") -> None:
    """Say that somebody is there."""
    from gateway.commands.alert_acts import begun  # noqa: PLC0415
    from gateway.requests import ArriveOnScene  # noqa: PLC0415

    act = begun(language, alert_id, given)
    facts = act.asks(ArriveOnScene(act.alert.id, act.by, act.lease_s))
    if facts is not None:
        act.tells("alerts.on_scene", facts)


@alerts.command("close", cls=SpokenCommand)
@click.argument("alert_id", metavar="ID")
@option("--outcome", type=click.Choice(OUTCOMES), required=True, help="option.outcome")
@by_option()
@config_option()
@store_option()
@json_option()
@click.pass_obj
def close(language: Language, *, alert_id: str, outcome: str, **given: "Unpack[Given]") -> None:
    """Close an alert and say what it was."""
    from edge.model import Outcome  # noqa: PLC0415
    from gateway.commands.alert_acts import begun  # noqa: PLC0415
    from gateway.control import CloseAlert  # noqa: PLC0415

    act = begun(language, alert_id, given)
    facts = act.asks(CloseAlert(act.alert.id, act.by, Outcome(outcome)))
    if facts is not None:
        act.tells("alerts.closed", facts, outcome=say(language, f"outcome.{outcome}"))


command = alerts
