"""How it stands with a gateway and its homes, as the far end is told."""

import contextlib
import shutil
from collections import Counter
from importlib.metadata import version

from edge.model import Moment, Rule, Severity
from gateway.beside import Box
from gateway.store import StoreFailed
from gateway.wire.uplink.event import HealthData


def health(box: Box, now: Moment) -> HealthData:
    """Gather what stands: homes that cannot be seen, faults by rule, what is still owed."""
    owed = free_bytes = 0
    with contextlib.suppress(StoreFailed):
        owed = box.store.owed_count()
    with contextlib.suppress(OSError):
        free_bytes = shutil.disk_usage(box.config.settings.store.directory).free
    faults: Counter[str] = Counter()
    blind: list[str] = []
    count = 0
    for household in box.node.households.values():
        count += 1
        for alert in household.book.alerts:
            if not alert.holds:
                continue
            if alert.finding.severity is Severity.FAULT:
                faults[alert.finding.rule] += 1
            if alert.finding.rule is Rule.BLIND and household.home.id not in blind:
                blind.append(household.home.id)
    return HealthData(
        at=now.wall,
        version=version("shouhu"),
        boot=now.boot,
        homes=count,
        blind=tuple(blind),
        faults=dict(faults),
        owed=owed,
        disk_free_mb=free_bytes >> 20,
        clock_trusted=now.trusted,
    )
