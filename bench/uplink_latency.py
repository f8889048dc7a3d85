"""Smoke published to the far end's acceptance, while so much waits that nobody has taken yet.

The far end is a real one over a broker of its own; it answers as fast as it can, so that what
waits is on its way all the time. Both loads are written into the store
of a gateway at rest, as a long outage leaves them.
"""

import argparse
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec import structs

from bench.machine import machine, quantile
from bench.stage import Publisher, broker, gateway
from edge.model import Alert, Effects, Moment, Rule, Severity, State
from gateway.store import Store
from gateway.store.uplink import ALERTS_BELOW, Parcel
from gateway.wire.uplink.event import AlertData, Event, Kind, SummaryData, encode
from tests.far_end import FarEnd
from tests.gateway.keeping import alert, notice
from tests.installation import Installation
from tests.receiver import Receiver, Reply
from tests.stories.test_uplink import UPLINK

ALARMS = 100
PAUSE = 0.4  # seconds between two alarms
WAITING = 100_000
CHUNK = 5000


def fill_uplink(store: Store, count: int) -> None:
    """Let so many summaries wait."""
    made = datetime.now(UTC) - timedelta(days=20)
    for first in range(0, count, CHUNK):
        store.uplinked.add([_summary(n, made) for n in range(first, min(first + CHUNK, count))])


def _summary(number: int, made: datetime) -> Parcel:
    data = SummaryData("wang", "2026-03-01", "Asia/Shanghai", "1" * 48)
    event = Event(f"s{number}", "/gateways/yuhua-7", Kind.SUMMARY, made, data, "wang")
    return Parcel(event.id, "wang", ALERTS_BELOW + 10, made, encode(event))


def fill_outbox(store: Store, count: int) -> None:
    """Let so many messages be owed, each about another old fault."""
    for first in range(0, count, CHUNK):
        olds = [_fault(n) for n in range(first, min(first + CHUNK, count))]
        owed = [notice(old, severity=Severity.FAULT) for old in olds]
        store.commit(Effects([], olds, owed), 0, _now())


def _fault(number: int) -> Alert:
    one = alert(f"old{number}", state=State.CLOSED, holds=False)
    finding = structs.replace(one.finding, rule=Rule.SILENT, severity=Severity.FAULT)
    return structs.replace(one, finding=finding)


def _now() -> Moment:
    return Moment(datetime.now(UTC), time.monotonic(), "bench", True)


def alarms(publisher: Publisher, far_end: FarEnd, count: int) -> list[float]:
    """Raise alarms one after the other; give the seconds to each one's acceptance."""
    took = []
    for _ in range(count):
        before = _raised(far_end)
        began = time.monotonic()
        publisher.smoke(True)
        took.append(_arrival(far_end, before) - began)
        publisher.smoke(False)
        time.sleep(PAUSE)
    return took


def _arrival(far_end: FarEnd, before: set[str]) -> float:
    far_end.until(lambda: bool(_raised(far_end) - before), seconds=120)
    [fresh] = _raised(far_end) - before
    return far_end.times[fresh]


def _raised(far_end: FarEnd) -> set[str]:
    events = list(far_end.applied.values())
    kinds = ((event.id, event.data) for event in events[-5000:])
    return {name for name, data in kinds if isinstance(data, AlertData) and data.msgType == "Alert"}


def measured(uplink: int, outbox: int, count: int) -> list[float]:
    """Give the seconds of each alarm with so much waiting."""
    with broker() as home, broker() as city, Receiver(Reply(hang=0.05)) as receiver:
        far_end = FarEnd(city.port)
        push = f"json://127.0.0.1:{receiver.port}/told"
        with gateway(home, push, uplink=UPLINK.format(port=city.port)) as box:
            box.hears()
            box.stop()
            fill(box, uplink, outbox)
            box.start()
            box.hears()
            publisher = Publisher(home)
            took = alarms(publisher, far_end, count)
            _say_left(box, far_end)
            publisher.close()
        far_end.stop()
        return took


def fill(box: Installation, uplink: int, outbox: int) -> None:
    """Write both loads."""
    store = Store.open(box.store, _now())
    fill_uplink(store, uplink)
    fill_outbox(store, outbox)
    store.close()


def _say_left(box: Installation, far_end: FarEnd) -> None:
    reading = Store.read_only(box.store)
    left, owed = reading.uplinked.waiting().count, len(reading.pending())
    reading.close()
    print(f"  applied {len(far_end.applied)}, still waiting {left}, still owed {owed}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=WAITING)
    parser.add_argument("--alarms", type=int, default=ALARMS)
    asked = parser.parse_args(arguments)
    count = asked.waiting
    print(machine())
    print(f"{'waiting':24}{'p50 ms':>9}{'p99 ms':>9}{'most ms':>9}")
    for name, loads in {
        "nothing": (0, 0),
        f"{count} events": (count, 0),
        f"{count} messages": (0, count),
        "both": (count, count),
    }.items():
        took = measured(*loads, asked.alarms)
        figures = (quantile(took, 0.5), quantile(took, 0.99), max(took))
        print(f"{name:24}" + "".join(f"{each * 1e3:9.1f}" for each in figures), flush=True)


if __name__ == "__main__":
    main()
