"""Makes the daemon take up a changed file, and waits until a device speaks when it is tried."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec
from msgspec import Struct

from edge.model import Freshness, Kind
from gateway.commands.daemon import asked
from gateway.commands.ear import reading_text
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.proposals import advice, alarms, how_to_try, is_trigger
from gateway.control import Answer, Probe
from gateway.heard import Message
from gateway.language import Language, Phrase, say
from gateway.requests import RecordTests, Rehearse, Reload, Tested

RESTARTS_WITHIN = 60.0  # seconds, on a slow card
POLL = 0.25


class Role(Struct, frozen=True):
    """A device in its role, as it is tried."""

    store: Path
    household: str
    device: str
    name: str
    kinds: frozenset[Kind]


class Trial(Struct, frozen=True):
    """What came of trying a device."""

    passed: bool
    said: list[Message]
    ended_by: str = ""  # the device whose real alarm ended it

    @property
    def advice(self) -> list[Phrase]:
        """Give what probably helps; nothing where it passed."""
        if self.passed:
            return []
        if self.ended_by:
            return [Phrase("try.real", {"device": self.ended_by})]
        return [Phrase(key) for key in advice(self.said)]


def reload(store: Path, household: str) -> None:
    """Have the daemon begin anew with the files as they are; wait until it has."""
    facts = asked(store, Reload()).facts
    if not facts["ends"]:
        return
    deadline = time.monotonic() + RESTARTS_WITHIN
    while _run(store, household) in (None, facts["run"]):
        if time.monotonic() > deadline:
            raise CommandFailed(Exit.NO_DAEMON, "try.not_back", seconds=int(RESTARTS_WITHIN))
        time.sleep(POLL)


def _run(store: Path, household: str) -> object:
    try:
        return asked(store, Rehearse(household, ends=True)).facts["run"]
    except CommandFailed:
        return None


@contextmanager
def rehearsing(store: Path, household: str) -> Iterator[Callable[[str], Answer]]:
    """Give what keeps a test going, for the device that is tried; the test ends with this."""
    try:
        yield lambda device: asked(store, Rehearse(household, device))
    finally:
        asked(store, Rehearse(household, ends=True))


def tried(role: Role, seconds: float, language: Language, *, is_quiet: bool) -> Trial:
    """Ask for the device to be tried, and wait so long for what it then says."""
    with rehearsing(role.store, role.household) as go_on:
        go_on(role.device)  # before anybody is asked to press what alarms
        if not is_quiet:
            how = say(language, how_to_try(role.kinds))
            said = say(language, "try.now", name=role.name, how=how, seconds=f"{seconds:g}")
            click.echo(click.style(said, bold=True))
        trial = _waited(role, seconds, go_on, None if is_quiet else language)
    if not is_quiet:
        show(trial, role, language)
    return trial


def _waited(
    role: Role, seconds: float, go_on: Callable[[str], Answer], language: Language | None
) -> Trial:
    heard: list[Message] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        facts = go_on(role.device).facts
        if ended_by := str(facts["ended_by"]):
            return Trial(False, heard, ended_by)
        if alarms(role.kinds) and not facts["left"]:
            return Trial(False, heard)  # whatever it says from now on is real
        for message in messages(role, heard[-1].seq if heard else 0):
            heard.append(message)
            if language is not None:
                _show(message, language)
            if _passes(message, role):
                return Trial(True, heard)
        time.sleep(POLL)
    return Trial(False, heard)


def messages(role: Role, after: int) -> list[Message]:
    """Give what a device has said since a number."""
    probe = Probe(f"{role.household}/{role.device}", after)
    return msgspec.convert(asked(role.store, probe).facts["messages"], list[Message])


def _passes(message: Message, role: Role) -> bool:
    if message.freshness is not Freshness.LIVE:
        return False
    found = message.readings.items()
    return any(is_trigger(kind, value, role.kinds) for kind, value in found)


def _show(message: Message, language: Language) -> None:
    said = [reading_text(kind, value, language) for kind, value in message.readings.items()]
    said += [say(language, "try.refused", why=refused.reason) for refused in message.refused]
    text = say(language, "list.comma").join(said) or say(language, "try.nothing")
    at = message.at.astimezone().strftime("%H:%M:%S")
    click.echo(f"  {at}  {text}")


def show(trial: Trial, role: Role, language: Language) -> None:
    """Say what came of it, and what helps."""
    key, colour = ("try.passed", "green") if trial.passed else ("try.failed", "red")
    click.echo(click.style(say(language, key, name=role.name), fg=colour, bold=True))
    for each in trial.advice:
        click.echo("  " + each.told(language))
    if trial.passed and alarms(role.kinds):
        click.echo("  " + say(language, "try.real_now"))


def record(role: Role, trial: Trial, by: str) -> None:
    """Keep what came of it for the installation report."""
    result = Tested(role.device, trial.passed, noted(trial.advice))
    asked(role.store, RecordTests(role.household, by, [result]))


def noted(advice: Sequence[Phrase]) -> str:
    """Give what is kept of an advice: its key, which every report tells in its own language."""
    if not advice:
        return ""
    return "try.ended" if advice[0].values else advice[0].key
