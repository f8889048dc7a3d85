"""Open a serial port, and say in words what is wrong where that fails.

What is read from it and when to try again is left to the source.
"""

import errno
import grp
import os
import pwd
import termios
from contextlib import suppress
from pathlib import Path

from serial import Serial

from gateway.wire.serial_spec import SerialSpec

_BUSY = frozenset({errno.EAGAIN, errno.EBUSY})
_GONE = frozenset({errno.EIO, errno.ENODEV, errno.ENXIO})
_NO_PORT = frozenset({errno.ENOTTY, errno.EINVAL, errno.EISDIR})


class PortFault(Exception):
    """A port that cannot be opened, or was lost; its text says what would be right."""


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
        raise PortFault(_words(path, spec, error)) from error


def close(port: Serial) -> None:
    """Close a port, also one that is no longer there."""
    with suppress(OSError, termios.error):
        port.reset_output_buffer()  # what cannot be sent would hold up the close
    with suppress(OSError):
        port.close()


def _words(path: str, spec: SerialSpec, error: Exception) -> str:
    number = _number(error)
    if number == errno.ENOENT:
        return f"{path} is not there: plug it in, or take its path from ls -l /dev/serial/by-id"
    if number in (errno.EACCES, errno.EPERM):
        return f"{path}: permission denied; {_permission(path)}"
    if number in _BUSY:
        return f"{path} is busy: another program has it open; stop that program"
    if number in _GONE:
        return f"{path} does not answer: unplug it and plug it in again"
    if isinstance(error, ValueError):
        return f"{path} cannot be set to {spec.baud} baud: {error}"
    if number in _NO_PORT:
        return f"{path} is no serial port; take its path from ls -l /dev/serial/by-id"
    return f"{path}: {error}"


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
