"""`shouhu pair`: a device that is heard gets its place in a household, and shows that it works."""

import json
import sys
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
from gateway.language import Language, Phrase, say

if TYPE_CHECKING:
    from gateway.commands.household_file import Installed
    from gateway.commands.planning import Hardware, Plan
    from gateway.commands.trying import Role


@command("pair")
@option("--household", metavar="ID", help="option.household_of")
@option("--address", metavar="ADDRESS", help="option.address")
@option("--profile", metavar="PROFILE", help="option.profile")
@option("--room", metavar="ROOM", help="option.room")
@option("--id", "identity", metavar="ID", help="option.id")
@option("--name", metavar="NAME", help="option.name")
@flag("--outer-door", "option.outer_door")
@option("--bindkey-file", metavar="FILE", help="option.bindkey_file")
@option("--wait", type=float, default=60.0, metavar="SECONDS", help="option.wait")
@flag("--no-test", "option.no_test")
@flag("--yes", "option.yes")
@by_option()
@config_option()
@store_option()
@json_option()
@click.pass_obj
def pair(language: Language, /, **wishes: Any) -> int:
    """Set up one device."""
    return _Pairing(language, wishes).run()


class _Pairing:
    """One call."""

    def __init__(self, language: Language, wishes: dict[str, Any]) -> None:
        self._language = language
        self._wishes = wishes
        self._is_silent = bool(wishes["yes"] or wishes["as_json"])

    def run(self) -> int:
        """Set up one device; while a person wants more, the next."""
        is_seen = sys.stdin.isatty() and not self._is_silent
        if not (is_seen or self._wishes["address"]):
            raise CommandFailed(Exit.USAGE, "pair.no_address")
        passed = self._one()
        while not self._is_silent and self._wants_more():
            self._wishes |= dict.fromkeys(("address", "profile", "room", "identity", "name"))
            passed = self._one() and passed
        return Exit.DONE if passed else Exit.FAILED

    def _wants_more(self) -> bool:
        from gateway.commands.asking import Asking  # noqa: PLC0415

        return Asking(self._language).yes("pair.another", default=True)

    def _one(self) -> bool:
        from gateway.commands.household_file import installed  # noqa: PLC0415

        wishes = self._wishes
        home = installed(wishes["config"], self._household(), wishes["store"], self._language)
        hardware = self._hardware(home)
        if hardware is None:
            return True
        plan = self._plan(home, hardware)
        if not self._is_silent:
            click.echo("\n".join(["", *plan.lines(self._language)]))
            if not self._agrees(home):
                return True
        if not self._writes(home, plan):
            return False
        self._say("pair.written", file=home.path, device=plan.id)
        return self._try(home, plan)

    def _writes(self, home: "Installed", plan: "Plan") -> bool:
        """Write the file; where that is refused, a person may still set up another device."""
        try:
            home.write(plan.added_to(home), self._language)
        except CommandFailed as failure:
            if self._is_silent:
                raise
            click.echo(click.style(failure.told(self._language), fg="red"), err=True)
            return False
        return True

    def _household(self) -> str:
        """Give the household that was named, or the only one there is, or ask."""
        from gateway.commands.asking import Asking  # noqa: PLC0415
        from gateway.commands.homes import known  # noqa: PLC0415

        named: str | None = self._wishes["household"]
        if named is not None:
            return named
        homes = known(self._wishes["config"], self._wishes["store"], self._language).homes
        if len(homes) == 1:
            return next(iter(homes))
        if self._is_silent or not homes:
            raise CommandFailed(Exit.USAGE, "pair.no_household")
        names = [f"{home.name} ({home.id})" for home in homes.values()]
        place = Asking(self._language).choice("pair.which_household", names)
        self._wishes["household"] = list(homes)[place]
        return list(homes)[place]

    def _hardware(self, home: "Installed") -> "Hardware | None":
        from gateway.commands.finding import found, picked  # noqa: PLC0415

        if self._wishes["address"]:
            hardware = found(home, self._wishes, self._language)
        else:
            title = Phrase("choose.pair", {"home": home.home.name})
            chosen = picked(home, title, self._language)
            if chosen is None:
                return None
            hardware = chosen
        return hardware

    def _plan(self, home: "Installed", hardware: "Hardware") -> "Plan":
        from msgspec.structs import replace  # noqa: PLC0415

        from gateway.commands.planning import (  # noqa: PLC0415
            asked_plan,
            proposed,
            room_named,
            with_key_file,
        )

        wishes = self._wishes
        room = room_named(wishes["room"], home.home.rooms) if wishes["room"] else None
        if room is None and self._is_silent:
            raise CommandFailed(Exit.USAGE, "pair.no_room")
        plan = proposed(home, hardware, room, wishes["name"], wishes["identity"])
        if not self._is_silent and room is None:
            plan = asked_plan(plan, home, self._language)
        if wishes["outer_door"]:
            plan = replace(plan, outer_door=True)
        if wishes["bindkey_file"]:
            keyed = with_key_file(plan.hardware, wishes["bindkey_file"], home)
            plan = replace(plan, hardware=keyed)
        return plan

    def _agrees(self, home: "Installed") -> bool:
        from gateway.commands.asking import Asking  # noqa: PLC0415

        return Asking(self._language).yes("pair.write", default=True, file=home.path)

    def _try(self, home: "Installed", plan: "Plan") -> bool:
        from gateway.commands.trying import Role, reload  # noqa: PLC0415

        role = Role(home.store, home.home.id, plan.id, plan.name, plan.hardware.kinds)
        reload(home.store, home.home.id)
        passed = None if self._wishes["no_test"] else self._trial(home, plan, role)
        if self._wishes["as_json"]:
            answer: dict[str, object] = {"household": role.household, "device": role.device}
            answer |= {"room": plan.room.id, "name": plan.name, **plan.hardware.values()}
            answer |= {"file": str(home.path), "passed": passed}
            click.echo(json.dumps(answer, ensure_ascii=False))
        return passed is not False

    def _trial(self, home: "Installed", plan: "Plan", role: "Role") -> bool:
        """Try the device; where it fails a person may try again, keep it or take it out."""
        from gateway.commands.asking import Asking  # noqa: PLC0415
        from gateway.commands.options import who  # noqa: PLC0415
        from gateway.commands.trying import record, reload, tried  # noqa: PLC0415

        while True:
            is_quiet = self._wishes["as_json"]
            trial = tried(role, self._wishes["wait"], self._language, is_quiet=is_quiet)
            for each in trial.advice if is_quiet else ():
                click.echo(each.told(self._language), err=True)
            record(role, trial, who(self._wishes["by"]))
            if trial.passed or self._is_silent:
                return trial.passed
            names = [say(self._language, f"pair.{name}") for name in ("again", "keep", "undo")]
            what = Asking(self._language).choice("pair.what_now", names)
            if what == 1:
                return False
            if what == 2:
                home.write(home.text, self._language, instead_of=plan.added_to(home))
                reload(home.store, home.home.id)
                self._say("pair.undone", device=role.device)
                return False

    def _say(self, key: str, **values: object) -> None:
        if not self._wishes["as_json"]:
            click.echo(say(self._language, key, **values))


command = pair
