"""`shouhu erase`: everything that is kept of a household goes, after it was asked for twice."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import command, config_option, flag, json_option, store_option
from gateway.language import Language, say

if TYPE_CHECKING:
    from gateway.commands.homes import Known

PATIENCE = 60.0  # seconds in which a running gateway should have done it
LOOK = 0.1


@command("erase")
@click.argument("household")
@flag("--yes", "option.erase_yes")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def erase(
    language: Language,
    *,
    household: str,
    yes: bool,
    config: Path,
    store: Path | None,
    as_json: bool,
) -> None:
    """Ask, erase, and say what stays."""
    from gateway.commands.homes import known  # noqa: PLC0415
    from gateway.commands.kept import alerts_of, is_known  # noqa: PLC0415

    homes = known(config, store, language)
    if not is_known(homes, household):
        raise CommandFailed(Exit.NOT_FOUND, "export.nothing", name=household)
    if not yes:
        _make_sure(household, alerts_of(homes, household), language)
    is_over, is_watched = _erased(homes, household)
    if as_json:
        facts = {"household": household, "erased": is_over, "watched": is_watched}
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    click.echo(say(language, "erase.done" if is_over else "erase.slow", name=household))
    click.echo(say(language, "erase.stays"))
    if is_watched:
        click.echo(say(language, "erase.watched", name=household))


def _make_sure(household: str, alerts: int, language: Language) -> None:
    question = say(language, "erase.sure", name=household, alerts=alerts)
    suffix = say(language, "ask.suffix")
    typed = click.prompt(question, default="", show_default=False, prompt_suffix=suffix, err=True)
    if str(typed).strip() != household:
        raise CommandFailed(Exit.FAILED, "erase.not_sure")


def _erased(homes: "Known", household: str) -> tuple[bool, bool]:
    """Erase through the daemon, or where none runs in its place.

    Give whether it is done, and whether the household is watched anew.
    """
    from gateway.commands.daemon import asked  # noqa: PLC0415
    from gateway.erasing import pending  # noqa: PLC0415
    from gateway.requests import EraseHousehold  # noqa: PLC0415

    try:
        facts = asked(homes.store, EraseHousehold(household)).facts
    except CommandFailed as failure:
        if failure.code is not Exit.NO_DAEMON:
            raise
        return _erased_here(homes.store, household), household in homes.homes
    deadline = time.monotonic() + PATIENCE
    while household in pending(homes.store) and time.monotonic() < deadline:
        time.sleep(LOOK)
    return household not in pending(homes.store), facts.get("watched") is True


def _erased_here(store: Path, household: str) -> bool:
    from gateway.clock import SystemClock  # noqa: PLC0415
    from gateway.erasing import order, pending  # noqa: PLC0415
    from gateway.language import Phrase  # noqa: PLC0415
    from gateway.parts import opened  # noqa: PLC0415
    from gateway.store import StoreFailed  # noqa: PLC0415

    try:
        order(store, household)
        whole, _ = opened(store, SystemClock().now(), patience=None)
        whole.close()
    except (StoreFailed, OSError) as error:
        why = Phrase(f"cause.{error.cause}") if isinstance(error, StoreFailed) else str(error)
        raise CommandFailed(Exit.FAILED, "store.unreadable", place=store, why=why) from error
    return household not in pending(store)


command = erase
