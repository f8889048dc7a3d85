"""Whether the filters that an operator wrote bring every device's messages."""

from collections.abc import Iterable, Sequence

from gateway.config.faults import Source
from gateway.language import Phrase
from gateway.wire.decoder import Fitted
from gateway.wire.introduced import introduction_examples


def check_coverage(filters: Sequence[str], fitted: Iterable[Fitted], source: Source) -> None:
    """Report each device of which a message would not be subscribed to."""
    wanted = [_shared(each).split("/") for each in filters]
    for one in fitted if filters else ():
        topics = [*one.topics(), *introduction_examples(one)]
        lost = next((t for t in topics if not any(_covers(f, t) for f in wanted)), None)
        if lost is not None:
            values = {"topic": lost, "device": f"{one.household}/{one.device.id}"}
            wrong = Phrase("fault.not_covered", values)
            source.fault("mqtt.subscribe", wrong, Phrase("mend.not_covered"))


def _shared(written: str) -> str:
    """Strip $share/GROUP/ (MQTT 5, 4.8.2): the rest is the filter."""
    parts = written.split("/", 2)
    return parts[2] if parts[0] == "$share" and len(parts) == 3 else written


def _covers(wanted: Sequence[str], topic: str) -> bool:
    levels = topic.split("/")
    for number, level in enumerate(wanted):
        if level == "#":
            return True
        if number >= len(levels) or level not in ("+", levels[number]):
            return False
    return len(wanted) == len(levels)
