"""Say which Bluetooth adapter to use, and how patient to be with it.

What is done with it is left to the source.
"""

from datetime import timedelta

from msgspec import Struct


class BleSettings(Struct, frozen=True):
    """Which adapter to use, and how patient to be with it.

    `silence` is how long nothing at all may be heard before the scan is started anew, then the
    adapter is switched off and on, then it is told; `check` how often the adapter is asked how it
    is, and `answer` how long it may take. `stale_after` is how long a connected device may be
    silent before it is connected anew.
    """

    adapter: str = ""  # "hci0", or the adapter's own address; empty: the first that is there
    name: str = "ble"
    silence: timedelta = timedelta(seconds=60)
    check: timedelta = timedelta(seconds=5)
    answer: timedelta = timedelta(seconds=10)
    repeat_every: timedelta = timedelta(seconds=1)  # the same content from the same device
    links: int = 7  # so many connections does a common adapter hold
    connect_timeout: timedelta = timedelta(seconds=20)
    stale_after: timedelta = timedelta(minutes=10)
    read_every: timedelta = timedelta(hours=1)
    retry_first: timedelta = timedelta(seconds=1)
    retry_most: timedelta = timedelta(seconds=30)
