"""What the running gateway can say of its own health: sources, clock, disk, and what it refused.

What can be found out from outside, channels and devices among it, `shouhu doctor` looks at itself.
"""

from collections.abc import Mapping

from msgspec import Struct

from gateway.language import Phrase
from gateway.wire.profile import Transport


class Check(Struct, frozen=True):
    """One thing that was looked at, in phrases of both languages; `mend` where it is wrong."""

    id: str  # "broker", "port/radar", "count/replayed"
    ok: bool
    said: Phrase
    mend: Phrase | None = None


def source_checks(hears: Mapping[str, tuple[bool, str]]) -> list[Check]:
    """Say of each source whether it is heard; the detail is in the source's own words."""
    return [_source(name, *state) for name, state in hears.items()]


def clock_check(is_trusted: bool) -> Check:
    """Say whether the daemon believes the clock."""
    if is_trusted:
        return Check("clock", True, Phrase("doctor.clock_trusted"))
    return Check("clock", False, Phrase("doctor.clock_doubted"), Phrase("cure.clock"))


def disk_check(failure: str) -> Check:
    """Say whether what is to be kept gets to the disk."""
    if not failure:
        return Check("store", True, Phrase("doctor.store_written"))
    said = Phrase("doctor.store_refuses", {"why": failure})
    return Check("store", False, said, Phrase("cure.store_refuses"))


def count_checks(counts: Mapping[str, int]) -> list[Check]:
    """Say how often something was refused, by reason: it may be well, and is worth a look."""
    return [
        Check(f"count/{name.replace(' ', '_')}", True, Phrase("doctor.count", {"count": count}))
        for name, count in sorted(counts.items())
        if count
    ]


def _source(name: str, is_heard: bool, detail: str) -> Check:
    sort, _, port = name.partition("/")
    values = {"why": detail, "port": port}
    match sort:
        case Transport.MQTT:
            check, said = "broker", "broker_partly" if is_heard and detail else "broker"
        case Transport.SERIAL:
            check, said = f"port/{port}", "port"
        case _:
            check, said = "adapter", "adapter"
    if is_heard and said != "broker_partly":
        return Check(check, True, Phrase(f"doctor.{said}_heard", values))
    lost = said if said == "broker_partly" else f"{said}_lost"
    return Check(check, False, Phrase(f"doctor.{lost}", values), Phrase(f"cure.{said}", values))
