"""What `away` and `back` have in common: the home, and the daemon's refusal in words."""

from pathlib import Path

from gateway.commands.daemon import asked
from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.homes import Known, known
from gateway.language import Language
from gateway.requests import Absences

REFUSALS = {
    "no such household": "away.no_household",
    "no absence is declared": "back.none",
    "an alert of silence stands": "away.silence",
    "until is past, or more than 180 days ahead": "away.too_far",
}


def chosen(config: Path, store: Path | None, household: str, language: Language) -> Known:
    """Find the homes; raise CommandFailed where there is none of that name."""
    homes = known(config, store, language)
    if household not in homes.homes:
        raise CommandFailed(Exit.NOT_FOUND, "away.no_household", name=household)
    return homes


def asked_of(store: Path, request: Absences) -> dict[str, object]:
    """Ask the daemon; raise CommandFailed, in words of its own, where it refuses."""
    try:
        return asked(store, request).facts
    except CommandFailed as failure:
        key = REFUSALS.get(str(failure.phrase.values.get("why", "")))
        if key is None:
            raise
        raise CommandFailed(failure.code, key, name=request.household) from failure
