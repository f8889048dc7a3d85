"""How channels and devices do, as the store beside the daemon tells it.

For `shouhu doctor`; nothing here needs a daemon.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import takewhile

from edge.household import Household
from edge.model import Alert, Device, Home, Kind, Moment, Notice, Receipt, Rule, Rung
from edge.remembered import StateUnusable
from gateway.checkup import Check
from gateway.commands.homes import Known
from gateway.language import Phrase
from gateway.store import Store

RECEIPTS = 5_000  # the latest; a channel not used since is shown as unused
FIRES = frozenset({Kind.SMOKE, Kind.CO, Kind.GAS})
ALARMS = frozenset({Rule.SMOKE, Rule.CO, Rule.GAS})
# What is wrong with the watching itself, and how it is mended.
CURES = {
    Rule.SILENT: "cure.silent",
    Rule.BATTERY: "cure.battery",
    Rule.UNTRUSTED: "cure.untrusted",
}
Tested = dict[tuple[str, str], datetime | None]  # by household and device
IMPAIRED = frozenset(
    {
        *(Rule.SILENT, Rule.BATTERY, Rule.UNTRUSTED, Rule.TAMPER, Rule.BLIND, Rule.ROOM, Rule.ODD),
        *(Rule.DEFECT, Rule.END_OF_LIFE, Rule.MAINS, Rule.STORAGE),
    }
)


def home_checks(store: Store, known: Known, channels: Iterable[str], tested: Tested) -> list[Check]:
    """Say how each channel and each device does."""
    alerts = store.alerts(open_only=False)
    standing = [alert for alert in alerts if alert.holds]
    receipts = store.latest_receipts(RECEIPTS)
    return [
        *(_channel(name, receipts, standing, known) for name in channels),
        *_devices(standing, known),
        *_smoke_alarms(known, alerts, tested),
    ]


def _channel(
    name: str, receipts: Sequence[tuple[Notice, Receipt]], standing: Sequence[Alert], known: Known
) -> Check:
    """Judge a channel by what came of its latest sends, the latest first."""
    mine = [(notice, receipt) for notice, receipt in receipts if notice.channel == name]
    refused = list(takewhile(lambda each: each[1].rung is Rung.REFUSED, mine))
    told = [a.finding for a in standing if a.finding.rule is Rule.CHANNEL]
    told = [finding for finding in told if finding.subject == name]
    if refused or told:
        household = refused[-1][0].household if refused else ""
        at = refused[-1][1].at if refused else told[0].since.wall
        why = refused[0][1].evidence if refused else getattr(told[0].because, "detail", "")
        values = {"channel": name, "at": known.time(at, household), "why": why}
        said = Phrase("doctor.channel_failing", values)
        return Check(f"channel/{name}", False, said, Phrase("cure.channel", values))
    if not mine:
        return Check(f"channel/{name}", True, Phrase("doctor.channel_unused", {"channel": name}))
    notice, receipt = mine[0]
    values = {"channel": name, "at": known.time(receipt.at, notice.household)}
    return Check(f"channel/{name}", True, Phrase("doctor.channel_well", values))


def _devices(standing: Sequence[Alert], known: Known) -> list[Check]:
    """Name everything that is impaired, by the alerts that stand."""
    wrong = [_impaired(a, known) for a in standing if a.finding.rule in IMPAIRED]
    if any(a.finding.rule is Rule.SILENT for a in standing):
        return wrong
    count = sum(len(home.devices) for home in known.homes.values())
    return [Check("device", True, Phrase("doctor.devices_well", {"count": count})), *wrong]


def _impaired(alert: Alert, known: Known) -> Check:
    finding = alert.finding
    home = known.homes.get(alert.household)
    named = {device.id: device.name for device in home.devices} if home else {}
    rooms = {room.id: room.name for room in home.rooms} if home else {}
    subject = finding.subject
    values = {
        "household": alert.household,
        "home": known.name(alert.household),
        "device": named.get(subject) or rooms.get(subject) or subject,
        "rule": Phrase(f"rule.{finding.rule}"),
        "since": known.time(finding.since.wall, alert.household)[:16],
    }
    said = Phrase("doctor.device_stands", values)
    cure = Phrase(CURES.get(finding.rule, "cure.other"), {**values, "device": subject})
    return Check(f"device/{alert.household}/{subject}/{finding.rule}", False, said, cure)


def _smoke_alarms(known: Known, alerts: Sequence[Alert], tested: Tested) -> list[Check]:
    """Say of each alarm of a real home when it was tested."""
    # Smoke that was told has proven the path as well as a test has.
    proven = {
        (alert.household, alert.finding.subject): alert.opened.wall
        for alert in reversed(alerts)
        if alert.finding.rule in ALARMS and not alert.drill
    }
    return [
        _smoke(home, device, tested.get(role) or proven.get(role), known)
        for home in known.homes.values()
        for device in home.devices
        if device.kinds & FIRES and not home.drill
        for role in [(home.id, device.id)]
    ]


def _smoke(home: Home, device: Device, at: datetime | None, known: Known) -> Check:
    name = f"smoke/{home.id}/{device.id}"
    values: dict[str, object] = {"home": home.name, "device": device.name}
    if at is None:
        return Check(name, False, Phrase("doctor.smoke_untested", values), Phrase("cure.smoke"))
    values["at"] = known.time(at, home.id)[:16]
    return Check(name, True, Phrase("doctor.smoke_tested", values))


def tested_before(store: Store, known: Known, now: Moment) -> Tested:
    """Give when each device was last tested, by what was kept when the daemon stopped."""
    found: Tested = {}
    for home in known.homes.values():
        kept = store.snapshot(home.id)
        if kept is None:
            continue
        with suppress(StateUnusable):
            household = Household.restore(home, kept[2], store.live_alerts(home.id))
            found |= {(home.id, one.device): one.tested_at for one in household.checkups(now)}
    return found
