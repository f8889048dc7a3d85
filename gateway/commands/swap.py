"""`shouhu swap`: new hardware takes a role over; what was learned hangs on the role and stays."""

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
    from edge.model import Device
    from gateway.commands.household_file import Installed
    from gateway.commands.planning import Hardware


@command("swap")
@click.argument("household")
@click.argument("device")
@option("--address", metavar="ADDRESS", help="option.address")
@option("--profile", metavar="PROFILE", help="option.profile")
@option("--bindkey-file", metavar="FILE", help="option.bindkey_file")
@option("--wait", type=float, default=60.0, metavar="SECONDS", help="option.wait")
@flag("--no-test", "option.no_test")
@flag("--yes", "option.yes")
@by_option()
@config_option()
@store_option()
@json_option()
@click.pass_obj
def swap(language: Language, /, household: str, device: str, **wishes: Any) -> int:
    """Give a role new hardware."""
    from gateway.commands.household_file import installed  # noqa: PLC0415
    from gateway.nearest import near  # noqa: PLC0415

    home = installed(wishes["config"], household, wishes["store"], language)
    role = next((each for each in home.home.devices if each.id == device), None)
    if role is None:
        mend = near(device, [each.id for each in home.home.devices])
        where = {"household": household, "device": device, "mend": mend}
        raise CommandFailed(Exit.NOT_FOUND, "swap.no_device", **where)
    return _Swapping(language, home, role, wishes).run()


class _Swapping:
    """One call."""

    def __init__(
        self, language: Language, home: "Installed", role: "Device", wishes: dict[str, Any]
    ) -> None:
        self._language = language
        self._home = home
        self._role = role
        self._wishes = wishes
        self._is_silent = bool(wishes["yes"] or wishes["as_json"])

    def run(self) -> int:
        """Find the new hardware, write it, try it."""
        hardware = self._hardware()
        if hardware is None:
            return Exit.DONE
        lost = self._lost(hardware)
        if not self._is_silent and not self._agrees(hardware, lost):
            return Exit.DONE
        if lost and self._is_silent:
            self._say("swap.loses", kinds=lost)
        self._home.write(self._text(hardware), self._language)
        self._say("swap.written", file=self._home.path, device=self._role.id)
        return Exit.DONE if self._try(hardware) else Exit.FAILED

    def _hardware(self) -> "Hardware | None":
        from gateway.commands.finding import found, picked  # noqa: PLC0415
        from gateway.commands.planning import with_key_file  # noqa: PLC0415

        if self._wishes["address"]:
            hardware: Hardware | None = found(
                self._home, self._wishes, self._language, self._role.id
            )
        elif self._is_silent or not sys.stdin.isatty():
            raise CommandFailed(Exit.USAGE, "pair.no_address")
        else:
            title = Phrase("choose.swap", {"device": self._role.name})
            hardware = picked(self._home, title, self._language)
        if hardware is not None and self._wishes["bindkey_file"]:
            key = self._wishes["bindkey_file"]
            hardware = with_key_file(hardware, key, self._home)
        return hardware

    def _lost(self, hardware: "Hardware") -> str:
        """Name what the role measured and the new hardware does not."""
        from gateway.commands.ear import kinds_text  # noqa: PLC0415
        from gateway.commands.proposals import main_kind, measured  # noqa: PLC0415

        wanted = main_kind(measured(self._role.kinds))
        if wanted is None or not hardware.kinds or wanted in hardware.kinds:
            return ""
        return kinds_text([wanted], self._language)

    def _agrees(self, hardware: "Hardware", lost: str) -> bool:
        from gateway.commands.asking import Asking  # noqa: PLC0415
        from gateway.commands.ear import profile_text  # noqa: PLC0415
        from gateway.commands.layout import safe  # noqa: PLC0415

        if lost:
            click.echo(click.style(say(self._language, "swap.loses", kinds=lost), fg="yellow"))
        asking = Asking(self._language)
        return asking.yes(
            "swap.write",
            default=not lost,
            device=self._role.name,
            address=safe(hardware.address),
            profile=profile_text(hardware.profile, self._language),
        )

    def _text(self, hardware: "Hardware") -> str:
        from gateway.commands.household_file import editing  # noqa: PLC0415
        from gateway.config.edit import DEVICE, Value, with_values  # noqa: PLC0415

        fresh: dict[str, Value | None] = dict.fromkeys(("kinds", "bindkey_file"))
        if self._role.hardware == hardware.name:
            del fresh["kinds"]  # it is the same one, and measures what it did
        fresh |= hardware.values()
        with editing(self._home.path):
            return with_values(self._home.text, DEVICE, self._role.id, fresh)

    def _try(self, hardware: "Hardware") -> bool:
        from gateway.commands.options import who  # noqa: PLC0415
        from gateway.commands.trying import Role, record, reload, tried  # noqa: PLC0415

        home, role = self._home, self._role
        reload(home.store, home.home.id)
        passed = None
        if not self._wishes["no_test"]:
            one = Role(home.store, home.home.id, role.id, role.name, hardware.kinds)
            is_quiet = self._wishes["as_json"]
            trial = tried(one, self._wishes["wait"], self._language, is_quiet=is_quiet)
            for each in trial.advice if is_quiet else ():
                click.echo(each.told(self._language), err=True)
            record(one, trial, who(self._wishes["by"]))
            passed = trial.passed
        if self._wishes["as_json"]:
            answer: dict[str, object] = {"household": home.home.id, "device": role.id}
            answer |= {**hardware.values(), "file": str(home.path), "passed": passed}
            click.echo(json.dumps(answer, ensure_ascii=False))
        return passed is not False

    def _say(self, key: str, **values: object) -> None:
        if not self._wishes["as_json"]:
            click.echo(say(self._language, key, **values))


command = swap
