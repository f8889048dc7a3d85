"""`shouhu doctor`: everything that can be wrong with this gateway, each thing with its mend."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.options import command, config_option, json_option, store_option
from gateway.language import Language, Phrase, say

if TYPE_CHECKING:
    from gateway.checkup import Check
    from gateway.commands.homes import Known
    from gateway.config import Examination


@command("doctor")
@config_option()
@store_option()
@json_option()
@click.pass_obj
def doctor(language: Language, config: Path, store: Path | None, as_json: bool) -> int:
    """Look at everything; exit 1 where anything is wrong."""
    checks = _Doctor(config, store, language).checks()
    wrong = [check for check in checks if not check.ok]
    if as_json:
        plain = [_plain(check, language) for check in checks]
        click.echo(json.dumps({"ok": not wrong, "checks": plain}, ensure_ascii=False))
    else:
        _show(checks, language)
        sound = say(language, "doctor.sound")
        click.echo(say(language, "doctor.faults", count=len(wrong)) if wrong else sound)
    return Exit.FAILED if wrong else Exit.DONE


class _Doctor:
    """One look at one gateway, with or without its daemon."""

    def __init__(self, config: Path, store: Path | None, language: Language) -> None:
        from gateway.config import examine  # noqa: PLC0415

        self._found: Examination = examine(config)
        self._place = config
        settings = self._found.settings
        self._store = store or (None if settings is None else settings.store.directory)
        self._language = language

    def checks(self) -> list["Check"]:
        """Look at everything, what the rest hangs on first."""
        from gateway.commands import checks_box, checks_config  # noqa: PLC0415

        checks = [self._config(), *checks_config.start_checks()]
        if self._store is None:
            return [*checks, *checks_box.clock_checks(datetime.now(UTC))]
        live = self._live(self._store)
        is_running = any(check.id == "daemon" and check.ok for check in live)
        closer = self._wires(live, is_running=is_running)
        taken = {check.id for check in closer}
        checks += [*closer, *(check for check in live if check.id not in taken)]
        checks += checks_box.clock_checks(datetime.now(UTC))
        checks.append(checks_box.disk_check(self._store))
        checks += checks_box.store_checks(self._store)
        checks += checks_config.readable_checks(self._place, self._store)
        checks += self._homes(self._store, is_running=is_running)
        order = [each.split(".")[1] for each in _PARTS]
        return sorted(checks, key=lambda check: order.index(check.id.partition("/")[0]))

    def _config(self) -> "Check":
        from gateway.checkup import Check  # noqa: PLC0415

        found = self._found
        if found.faults:
            first = found.faults[0].told(self._language)
            values = {"count": len(found.faults), "first": first}
            said = Phrase("doctor.config_faults", values)
            return Check("config", False, said, Phrase("cure.config_faults"))
        devices = sum(len(each.fitted) for each in found.households)
        channels = len(found.settings.channels) if found.settings is not None else 0
        values = {"homes": len(found.households), "devices": devices, "channels": channels}
        return Check("config", True, Phrase("doctor.config_sound", values))

    def _live(self, store: Path) -> list["Check"]:
        """Ask the daemon; say so where none runs."""
        import msgspec  # noqa: PLC0415

        from gateway.checkup import Check  # noqa: PLC0415
        from gateway.control import SOCKET, ControlFailed, Doctor, NoDaemon, ask  # noqa: PLC0415

        try:
            facts = ask(store / SOCKET, Doctor()).facts
            live = msgspec.convert(facts.get("checks"), list[Check])
        except NoDaemon:
            cure = Phrase("cure.daemon_none")
            return [Check("daemon", False, Phrase("doctor.daemon_none"), cure)]
        except (ControlFailed, msgspec.ValidationError) as error:
            said = Phrase("doctor.daemon_deaf", {"why": error})
            return [Check("daemon", False, said, Phrase("cure.daemon_deaf"))]
        return [Check("daemon", True, Phrase("doctor.daemon_runs")), *live]

    def _wires(self, live: list["Check"], *, is_running: bool) -> list["Check"]:
        """Try ourselves what no daemon says; what one says to be wrong is looked at more closely.

        A closer look that finds the same thing wrong takes the place of the daemon's words.
        """
        from gateway.commands import checks_wires  # noqa: PLC0415

        settings = self._found.settings
        if settings is None:
            return []
        fitted = [one for each in self._found.households for one in each.fitted]
        wrong = {check.id for check in live if not check.ok}
        closer = []
        told = {check.id for check in live}
        if "broker" in wrong or "broker" not in told:
            is_named = _names_a_broker(self._place)
            closer.append(checks_wires.broker_check(settings, fitted, is_named=is_named))
        closer += checks_wires.port_checks(settings, fitted, is_free=not is_running)
        if not is_running or "adapter" in wrong:
            adapter = checks_wires.adapter_check(settings, fitted)
            closer += [] if adapter is None else [adapter]
        return [each for each in closer if each.id not in told or not each.ok]

    def _homes(self, store: Path, *, is_running: bool) -> list["Check"]:
        """Look into the store; what hinders that is told where its files are looked at."""
        from gateway.clock import SystemClock  # noqa: PLC0415
        from gateway.commands import checks_homes  # noqa: PLC0415
        from gateway.commands.ear import heard  # noqa: PLC0415
        from gateway.store import Store, StoreFailed  # noqa: PLC0415

        known, settings = self._known(store), self._found.settings
        channels = [] if settings is None else [each.id for each in settings.channels]
        try:
            reading = Store.read_only(store)
        except StoreFailed:
            return []
        try:
            tested = checks_homes.tested_before(reading, known, SystemClock().now())
            if is_running:
                devices = heard(store, strangers=False).devices
                tested |= {each.known: each.tested_at for each in devices if each.known}
            return checks_homes.home_checks(reading, known, channels, tested)
        except (StoreFailed, CommandFailed):
            return []
        finally:
            reading.close()

    def _known(self, store: Path) -> "Known":
        from gateway.commands.homes import Known  # noqa: PLC0415

        homes = {each.home.id: each.home for each in self._found.households}
        return Known(store, homes, {})


_PARTS = (
    *("part.config", "part.daemon", "part.broker", "part.port", "part.adapter"),
    *(
        "part.page",
        "part.metrics",
        "part.clock",
        "part.disk",
        "part.store",
        "part.channel",
        "part.device",
        "part.smoke",
        "part.count",
    ),
)


def _names_a_broker(config: Path) -> bool:
    """Say whether gateway.toml has a table [mqtt]; without one the broker is as it mostly is."""
    import tomllib  # noqa: PLC0415

    try:
        return "mqtt" in tomllib.loads((config / "gateway.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False


def _show(checks: list["Check"], language: Language) -> None:
    from gateway.commands.layout import padded, safe, width  # noqa: PLC0415

    names = [say(language, f"part.{check.id.partition('/')[0]}") for check in checks]
    words = {ok: say(language, "doctor.ok" if ok else "doctor.wrong") for ok in (True, False)}
    left, wide = max(map(width, words.values())), max(map(width, names))
    for name, check in zip(names, checks, strict=True):
        colour = "green" if check.ok else "red"
        verdict = click.style(padded(words[check.ok], left), fg=colour)
        click.echo(f"{verdict}  {padded(name, wide)}  {safe(_said(check, language))}")
        if check.mend is not None:
            click.echo(" " * (left + wide + 4) + "-> " + safe(check.mend.told(language)))


def _said(check: "Check", language: Language) -> str:
    """Put a finding into words; a count names its reason."""
    said = check.said.told(language)
    part, _, reason = check.id.partition("/")
    return f"{reason}: {said}; {_meaning(reason, language)}" if part == "count" else said


def _meaning(reason: str, language: Language) -> str:
    from gateway.phrases import PHRASES  # noqa: PLC0415

    key = f"count.{reason}"
    return say(language, key) if key in PHRASES else ""


def _plain(check: "Check", language: Language) -> dict[str, object]:
    mend = None if check.mend is None else check.mend.told(language)
    said = _said(check, language)
    return {"id": check.id, "ok": check.ok, "said": said, "mend": mend}


command = doctor
