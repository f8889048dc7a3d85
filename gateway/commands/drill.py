"""`shouhu drill`: every rung of the ladder that a real home has, exercised, timed and marked."""

import json
import sys
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import (
    by_option,
    command,
    config_option,
    flag,
    json_option,
    option,
    store_option,
)
from gateway.language import Language, say

if TYPE_CHECKING:
    from edge.model import Home
    from gateway.commands.asking import Asking
    from gateway.commands.drill_course import Course
    from gateway.commands.drill_hops import Result
    from gateway.commands.drill_plan import Plan

LADDERS = ("emergency", "urgent", "fault")
RUNGS = ("alert", "receipt", "acknowledgement")


@command("drill")
@click.argument("household")
@option("--device", metavar="ID", help="option.drill_device")
@option("--ladder", type=click.Choice(LADDERS), help="option.drill_ladder")
@option("--until", type=click.Choice(RUNGS), default=RUNGS[-1], help="option.drill_until")
@option("--contact", multiple=True, metavar="ID", help="option.drill_contact")
@option("--wait", type=float, default=240.0, metavar="SECONDS", help="option.drill_wait")
@flag("--yes", "option.drill_yes")
@option("--output", type=Path, metavar="FILE", help="option.drill_output")
@by_option()
@config_option()
@store_option()
@json_option()
@click.pass_obj
def drill(language: Language, /, *, household: str, **options: Any) -> int:
    """Drill a real home, hop by hop."""
    from gateway.commands.asking import Asking  # noqa: PLC0415
    from gateway.commands.drill_course import Course  # noqa: PLC0415
    from gateway.commands.drill_view import Teller, followed  # noqa: PLC0415
    from gateway.commands.household_file import installed  # noqa: PLC0415
    from gateway.commands.options import who  # noqa: PLC0415

    wait, is_json = options["wait"], options["as_json"]
    if not 0 < wait < inf:
        raise CommandFailed(Exit.USAGE, "drill.wait")
    name, is_typed = who(options["by"]), sys.stdin.isatty() and sys.stdout.isatty() and not is_json
    home = installed(options["config"], household, options["store"], language)
    asking = Asking(language) if is_typed else None
    plan = _plan(home.home, options, asking)
    if not _is_agreed(plan, language, asking, yes=options["yes"], is_quiet=is_json):
        return Exit.FAILED
    course = Course(home.store, plan, name)
    teller = Teller(plan, language, is_quiet=is_json)
    followed(course, teller, timedelta(seconds=wait), is_typed=is_typed)
    _keep(course, language)
    _report(course.result, plan, language, options["output"], as_json=is_json)
    if course.is_interrupted:
        return Exit.INTERRUPTED
    return Exit.DONE if course.result.passed else Exit.FAILED


def _plan(home: "Home", options: dict[str, Any], asking: "Asking | None") -> "Plan":
    from edge.model import Moment  # noqa: PLC0415
    from gateway.commands.drill_plan import choice, planned  # noqa: PLC0415

    chosen = choice(home, options["device"], options["ladder"], asking)
    now = Moment.of(datetime.now(UTC))
    return planned(home, chosen, options["until"], options["contact"], now)


def _is_agreed(
    plan: "Plan", language: Language, asking: "Asking | None", *, yes: bool, is_quiet: bool
) -> bool:
    """Say who will be told, and ask whether they know."""
    from gateway.commands.drill_plan import lines  # noqa: PLC0415

    if not yes and asking is None:
        raise CommandFailed(Exit.USAGE, "drill.no_yes")
    for line in [] if is_quiet else lines(plan, language):
        click.echo(line)
    if yes or asking is None or asking.yes("drill.do_they_know", default=False):
        return True
    click.echo(say(language, "drill.not_begun"))
    return False


def _keep(course: "Course", language: Language) -> None:
    """Keep what was shown to work; that this cannot be is no reason to hide what came of it."""
    try:
        course.record()
    except CommandFailed as failure:
        click.echo(failure.told(language), err=True)


def _report(
    result: "Result", plan: "Plan", language: Language, output: Path | None, *, as_json: bool
) -> None:
    from importlib.metadata import version  # noqa: PLC0415

    from gateway.commands.drill_page import page  # noqa: PLC0415
    from gateway.commands.drill_view import plain, summary  # noqa: PLC0415

    if as_json:
        click.echo(json.dumps(plain(result, plan), ensure_ascii=False))
    else:
        click.echo("\n".join(summary(result, plan, language)))
    if output is None:
        return
    try:
        output.write_text(page(result, plan, version("shouhu")), encoding="utf-8")
    except OSError as error:
        why = error.strerror or error
        raise CommandFailed(Exit.FAILED, "file.unwritable", file=output, why=why) from error
    click.echo(say(language, "report.written", file=output), err=as_json)


command = drill
