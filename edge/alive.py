"""What proves that a device lives, and what is said when nothing does any more.

For how long it is waited for is beat's; what others conclude from it is supervision's.
"""

from collections.abc import Mapping
from datetime import timedelta

from edge.device_state import DeviceState
from edge.model import ZERO, Device, Finding, Freshness, Lost, Moment, Reading, Rule, Severity
from edge.mute import HELD, Wait

# A bridge that starts repeats what it remembers of every device, as if it were live.
REPEATS_MEMORY = timedelta(minutes=1)
LATELY = timedelta(hours=6)  # who spoke within it is not silent


def shows_life(
    reading: Reading, state: DeviceState, device: Device, back: Mapping[str, Moment]
) -> bool:
    """Say whether a reading proves that its device lives; what others remember does not.

    `back` has the sources and bridges that came back, and when.
    """
    if reading.freshness is Freshness.RETAINED:
        return False
    if state.heard_at is None or not device.bridge:
        return True
    if reading.at < reading.received.wall and _has_said(reading, state):
        return False
    if not back or _is_changed(reading, state):
        return True
    since = [back[each] for each in (device.bridge, device.source) if each in back]
    return not any(_is_within(REPEATS_MEMORY, each, reading.received) for each in since)


def is_heard_of(state: DeviceState, now: Moment) -> bool:
    """Say whether a device was heard of late, and nothing is known against it."""
    return state.odd is None and state.lost_since is None and state.quiet.age(now) < LATELY


def lost(device: Device, state: DeviceState, since: Moment, now: Moment, *, alone: bool) -> Finding:
    """Give what is told of a device that is not heard any more."""
    because = Lost(
        device.id,
        device.room,
        state.heard_at,
        state.beat.bound(device),
        state.offline is not None,
        alone=alone,
        weak_link=state.signal.is_weak(now),
    )
    severity = Severity.URGENT if state.is_alarm(device) else Severity.FAULT
    return Finding(Rule.SILENT, device.id, severity, since, because)


def waited_for(device: Device, state: DeviceState, now: Moment) -> Wait:
    """Give how it stands with a device that could be heard."""
    offline = state.offline
    return Wait(
        device.id,
        device.bridge or device.source,
        state.quiet.began,
        state.quiet.age(now),
        state.beat.bound(device),
        said_offline=offline is not None,
        is_missed=state.gone(device, now) is not None,
        offline_for=ZERO if offline is None else offline.age(now),
        is_overdue=state.gone(device, now, HELD) is not None,
        has_beat=state.beat.is_known and state.is_needed(device),
    )


def _has_said(reading: Reading, state: DeviceState) -> bool:
    """Say whether, by the device's own clock, this was said before what is known already."""
    present = reading.received.wall
    if state.said_at is None or state.heard_at == present:
        return False  # what else the same message says was not said before
    # A date that lies ahead is of a clock that was wrong, and says nothing.
    return reading.at < present and reading.at <= state.said_at <= present


def _is_changed(reading: Reading, state: DeviceState) -> bool:
    """Say whether its sensor says something else than before."""
    habit = state.habits.get(reading.kind)
    return habit is not None and habit.value is (not reading.value)


def _is_within(time: timedelta, since: Moment, now: Moment) -> bool:
    # What came in an earlier start of the box has been there for long, whatever the clocks say.
    return since.boot == now.boot and now.since(since) < time
