"""Open a serial port, and say in words what is wrong where that fails.

What is read from it and when to try again is left to the source.
"""

import errno
import grp
import os
import pwd
import termios
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from serial import Serial

from gateway.wire.serial_spec import SerialSpec

_BUSY = frozenset({errno.EAGAIN, errno.EBUSY})
_GONE = frozenset({errno.EIO, errno.ENODEV, errno.ENXIO})
_NO_PORT = frozenset({errno.ENOTTY, errno.EINVAL, errno.EISDIR})


class PortTrouble(StrEnum):
    """Why a port cannot be opened."""

    MISSING = "missing"
    DENIED = "denied"
    BUSY = "busy"
    GONE = "gone"
    SPEED = "speed"
    NO_PORT = "no_port"
    OTHER = "other"


class PortFault(Exception):
    """A port that cannot be opened, or was lost; its text says what would be right."""

    def __init__(self, text: str, trouble: PortTrouble = PortTrouble.OTHER) -> None:
        super().__init__(text)
        self.trouble = trouble


def opened(path: str, spec: SerialSpec) -> Serial:
    """Open a port for ourselves alone, set as the profile says; raise PortFault."""
    try:
        return Serial(
            path,
            baudrate=spec.baud,
            parity=spec.parity.value,
            stopbits=spec.stop_bits,
            timeout=0,
            exclusive=True,
        )
    except (OSError, ValueError, termios.error) as error:
        trouble = _trouble(error)
        raise PortFault(_words(path, spec, error, trouble), trouble) from error


def close(port: Serial) -> None:
    """Close a port, also one that is no longer there."""
    with suppress(OSError, termios.error):
        port.reset_output_buffer()  # what cannot be sent would hold up the close
    with suppress(OSError):
        port.close()


def _trouble(error: Exception) -> PortTrouble:
    number = _number(error)
    if number == errno.ENOENT:
        return PortTrouble.MISSING
    if number in (errno.EACCES, errno.EPERM):
        return PortTrouble.DENIED
    if number in _BUSY:
        return PortTrouble.BUSY
    if number in _GONE:
        return PortTrouble.GONE
    if isinstance(error, ValueError):
        return PortTrouble.SPEED
    return PortTrouble.NO_PORT if number in _NO_PORT else PortTrouble.OTHER


def _words(path: str, spec: SerialSpec, error: Exception, trouble: PortTrouble) -> str:
    match trouble:
        case PortTrouble.MISSING:
            said = "is not there: plug it in, or take its path from ls -l /dev/serial/by-id"
        case PortTrouble.DENIED:
            return f"{path}: permission denied; {_permission(path)}"
        case PortTrouble.BUSY:
            said = "is busy: another program has it open; stop that program"
        case PortTrouble.GONE:
            said = "does not answer: unplug it and plug it in again"
        case PortTrouble.SPEED:
            said = f"cannot be set to {spec.baud} baud: {error}"
        case PortTrouble.NO_PORT:
            said = "is no serial port; take its path from ls -l /dev/serial/by-id"
        case PortTrouble.OTHER:
            return f"{path}: {error}"
    return f"{path} {said}"


def _number(error: BaseException | None) -> int | None:
    """Give the system's error number; pyserial wraps that of termios without passing it on."""
    while error is not None:
        number = error.errno if isinstance(error, OSError) else None
        if isinstance(error, termios.error):
            number = error.args[0]
        if number is not None:
            return int(number)
        error = error.__context__
    return None


def _permission(path: str) -> str:
    """Say how we would be allowed to open a port: by its group, as a rule dialout."""
    try:
        group = grp.getgrgid(Path(path).stat().st_gid).gr_name
        user = pwd.getpwuid(os.geteuid()).pw_name
    except (OSError, KeyError):
        return "add the daemon's user to the group dialout and restart it"
    return f"usermod -aG {group} {user}, then restart the daemon"
