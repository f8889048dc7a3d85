"""`shouhu simulate`: a home with somebody in it, or a street of them, over the real transports."""

import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import command, flag, json_option, option
from gateway.language import Language, say

if TYPE_CHECKING:
    from simulator.drivers.link import BrokerAddress
    from simulator.home import Plan
    from simulator.person import Person
    from simulator.street_play import Figures

BEGINS = "2026-03-02T06:00"


@command("simulate")
@click.argument("home", metavar="HOME")
@option("--person", metavar="PERSON", help="option.person")
@option("--seed", type=int, default=1, metavar="N", help="option.seed")
@option("--days", type=float, default=1.0, metavar="N", help="option.days")
@option("--begin", metavar="TIME", help="option.begin")
@option("--speed", type=float, default=1.0, metavar="N", help="option.speed")
@flag("--fast", "option.fast")
@option("--street", type=click.IntRange(1), metavar="N", help="option.street")
@option("--faults", type=float, default=0.02, metavar="SHARE", help="option.faults")
@option("--ledger", type=Path, metavar="FILE", help="option.ledger")
@option("--write", type=Path, metavar="DIR", help="option.write")
@option("--channel", default="caregiver", metavar="ID", help="option.channel")
@option("--host", metavar="HOST", help="option.simulate_host")
@option("--port", type=click.IntRange(1, 65535), default=1883, metavar="PORT", help="option.port")
@option("--username", metavar="NAME", help="option.username")
@option("--password-file", type=Path, metavar="FILE", help="option.password_file")
@option("--tls-ca", type=Path, metavar="FILE", help="option.tls_ca")
@json_option()
@click.pass_obj
def simulate(language: Language, /, *, home: str, **options: Any) -> None:
    """Play a home or a street, or write the households that hear it."""
    from simulator.drivers.cable import CableStuck  # noqa: PLC0415
    from simulator.drivers.link import LinkFailed  # noqa: PLC0415
    from simulator.stage import StageFailed  # noqa: PLC0415

    numbers = (options["speed"], options["days"])
    if not all(0 < number < inf for number in numbers) or not 0 <= options["faults"] <= 1:
        raise CommandFailed(Exit.USAGE, "simulate.number")
    plan, somebody = _read(language, home, options["person"], options["seed"])
    try:
        if options["write"] is not None:
            _write(language, plan, options)
        elif options["street"] is not None:
            _play_street(language, plan, somebody, options)
        else:
            _play_home(language, plan, somebody, options)
    except (LinkFailed, StageFailed, CableStuck) as failure:
        raise CommandFailed(Exit.FAILED, "simulate.failed", why=failure) from failure
    except OSError as error:
        why = f"{error.filename or ''} {error.strerror or error}".strip()
        raise CommandFailed(Exit.FAILED, "simulate.failed", why=why) from error


def _read(language: Language, home: str, person: str | None, seed: int) -> tuple["Plan", "Person"]:
    from simulator import home_file  # noqa: PLC0415
    from simulator.person import Person, PersonFaults, named, read  # noqa: PLC0415

    try:
        plan = home_file.named(home)
        if person is None:
            return plan, Person.drawn(seed)
        return plan, read(Path(person)) if person.endswith(".toml") else named(person)
    except (home_file.HomeFaults, PersonFaults) as faults:
        raise CommandFailed(Exit.USAGE, "simulate.faults", why=faults.told(language)) from faults


def _begins(plan: "Plan", options: dict[str, Any], *, is_now: bool) -> datetime:
    """Give when the life begins: as asked, or now where somebody's clock goes by the sun."""
    if options["begin"] is None and is_now:
        return datetime.now(UTC)
    try:
        begins = datetime.fromisoformat(options["begin"] or BEGINS)
    except ValueError as error:
        raise CommandFailed(Exit.USAGE, "simulate.begin", text=options["begin"]) from error
    return begins if begins.tzinfo is not None else begins.replace(tzinfo=plan.zone)


def _broker(options: dict[str, Any]) -> "BrokerAddress":
    from simulator.drivers.link import BrokerAddress  # noqa: PLC0415

    names = ("port", "username", "password_file", "tls_ca")
    return BrokerAddress(options["host"] or "127.0.0.1", *(options[name] for name in names))


# --- one home


def _play_home(language: Language, plan: "Plan", who: "Person", options: dict[str, Any]) -> None:
    from simulator.playing import Wish, into_broker, on_stage  # noqa: PLC0415
    from simulator.view_words import Words  # noqa: PLC0415

    speed = inf if options["fast"] else options["speed"]
    is_foreign = options["host"] is not None
    if is_foreign and (plan.ports or plan.speaks("ble")):
        raise CommandFailed(Exit.USAGE, "simulate.not_mqtt", home=plan.id)
    begins = _begins(plan, options, is_now=is_foreign and speed < inf)
    wish = Wish(plan, who, options["seed"], options["days"], speed, begins)
    show = "json" if options["as_json"] else "live" if _is_terminal() else "lines"
    words = Words(language.value)
    if is_foreign:
        run = into_broker(wish, words, show, _broker(options))
    else:
        run = on_stage(wish, words, show)
    if show != "json":
        days = (run.now - run.living.begins) / 86400
        counts = {"signals": run.signals, "messages": run.messages, "notices": run.notices}
        click.echo(say(language, "simulate.done", days=f"{days:.1f}", **counts))


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


# --- a street


def _play_street(
    language: Language, plan: "Plan", somebody: "Person", options: dict[str, Any]
) -> None:
    from simulator.drivers.link import Link  # noqa: PLC0415
    from simulator.street import Street  # noqa: PLC0415
    from simulator.street_play import play  # noqa: PLC0415

    if plan.ports or plan.speaks("ble"):
        raise CommandFailed(Exit.USAGE, "simulate.not_mqtt", home=plan.id)
    is_now = options["speed"] == 1 and not options["fast"]
    begins = _begins(plan, options, is_now=is_now)
    hours = options["days"] * 24
    street = Street(
        plan,
        options["street"],
        options["seed"],
        begins=begins,
        hours=hours,
        share=options["faults"],
        person=None if options["person"] is None else somebody,
    )

    def tell(figures: "Figures", at: float) -> None:
        when = datetime.fromtimestamp(at, UTC).astimezone(plan.zone)
        if options["as_json"]:
            click.echo(figures.json())
        else:
            told = {"at": f"{when:%m-%d %H:%M:%S}", "count": figures.messages}
            late = f"{figures.behind:.1f}"
            click.echo(say(language, "simulate.street", late=late, **told))

    with ExitStack() as stack:
        ledger = options["ledger"] and stack.enter_context(options["ledger"].open("a"))
        link = stack.enter_context(Link(_broker(options)))
        clock = link if options["fast"] else None
        figures = play(street, link.send, options["speed"], ledger=ledger, tell=tell, clock=clock)
    if options["as_json"]:
        click.echo(figures.json())
    else:
        worst = f"{figures.worst:.1f}"
        homes = options["street"]
        told = {"homes": homes, "count": figures.messages, "late": figures.late}
        click.echo(say(language, "simulate.street_done", worst=worst, **told))


# --- the households that hear it


def _write(language: Language, plan: "Plan", options: dict[str, Any]) -> None:
    from simulator.household_file import household, people, write  # noqa: PLC0415

    count = options["street"]
    if count is None:
        plans = [plan]
    else:
        from simulator.street import names  # noqa: PLC0415

        plans = [plan.moved_to(name) for name in names(count)]
    contacts = people(language.value, (options["channel"],))
    for each in plans:
        text = household(each, language.value, contacts=contacts)
        path = write(each, options["write"], text)
    shown = path if count is None else path.parent
    click.echo(say(language, "simulate.written", file=shown, count=len(plans)))


command = simulate
