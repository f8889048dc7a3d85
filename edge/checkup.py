"""What supervision knows of each device, for those who list devices or write a report."""

from datetime import datetime, timedelta

from msgspec import Struct

from edge.device_state import DeviceState
from edge.model import Device, Moment, Odd, Oddity


class Checkup(Struct, frozen=True):
    """One device as it stands."""

    device: str
    heard_at: datetime | None
    missed_after: timedelta  # the silence after which it is told as silent
    is_learned: bool  # else that is what its profile says
    is_silent: bool
    battery: float | None  # percent
    days_left: int | None  # until the battery is empty; None: nobody can tell
    link: int | None  # 0 to 255, smoothed
    is_link_weak: bool  # and has been for a day
    tested_at: datetime | None  # its last test that arrived
    oddity: Oddity | None


def checkup(device: Device, state: DeviceState, now: Moment) -> Checkup:
    """Give what is known of one device."""
    bound = state.beat.bound(device)
    left, link = state.battery.left, state.signal.level
    because = None if state.odd is None else state.odd.because
    return Checkup(
        device.id,
        state.heard_at,
        bound,
        state.beat.is_known and bound < device.silent_after,
        state.lost_since is not None,
        state.battery.level,
        None if left is None else round(left),
        None if link is None else round(link),
        state.signal.is_weak(now),
        state.trial.at,
        because.oddity if isinstance(because, Odd) else None,
    )
