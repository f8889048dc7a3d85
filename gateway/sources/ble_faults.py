"""Turns all that bleak, D-Bus and BlueZ raise into one exception with its mend.

What follows from it is left to those who catch it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bleak.exc import BleakDBusError, BleakError
from dbus_fast import AuthError, DBusFastError

from gateway.sources.ble_words import (
    BLOCKED,
    BUSY,
    DENIED,
    NO_ADAPTER,
    NO_BUS,
    NO_SERVICE,
    NOT_READY,
)

MENDS = {
    "org.freedesktop.DBus.Error.ServiceUnknown": NO_SERVICE,
    "org.freedesktop.DBus.Error.NameHasNoOwner": NO_SERVICE,
    "org.freedesktop.DBus.Error.NoReply": NO_SERVICE,
    "org.freedesktop.DBus.Error.Disconnected": NO_BUS,
    "org.freedesktop.DBus.Error.AccessDenied": DENIED,
    "org.freedesktop.DBus.Error.UnknownObject": NO_ADAPTER,
    "org.freedesktop.DBus.Error.UnknownMethod": NO_ADAPTER,
    "org.bluez.Error.Blocked": BLOCKED,
    "org.bluez.Error.NotReady": NOT_READY,
    "org.bluez.Error.Busy": BUSY,
    "org.bluez.Error.InProgress": BUSY,
}


class BleFailed(Exception):
    """Bluetooth does not do what it should; the text says what is wrong and what would be right."""


def mend(error_name: str, words: str) -> str:
    """Say in our words what a D-Bus error of this name means."""
    if "rfkill" in words:
        return BLOCKED
    return MENDS.get(error_name, f"Bluetooth refuses: {error_name} {words}".strip())


@asynccontextmanager
async def patience(limit: timedelta) -> AsyncIterator[None]:
    """Translate whatever bleak and D-Bus raise within; neither knows a time limit of its own."""
    try:
        async with asyncio.timeout(limit.total_seconds()):
            yield
    except BleakDBusError as error:
        raise BleFailed(mend(error.dbus_error, " ".join(map(str, error.args[1:])))) from error
    except (FileNotFoundError, ConnectionError, EOFError, AuthError) as error:
        raise BleFailed(f"{NO_BUS} ({type(error).__name__})") from error
    except TimeoutError as error:
        raise BleFailed(f"Bluetooth did not answer for {limit.total_seconds():g} s") from error
    # bleak asserts, and looks up, what a device or a bus that goes in between takes away, and
    # takes the numbers of a device's errors to be those that it knows.
    except (BleakError, DBusFastError, OSError, AssertionError, LookupError, ValueError) as error:
        words = str(error.args[-1]) if error.args else type(error).__name__
        raise BleFailed(f"Bluetooth fails: {words}") from error
