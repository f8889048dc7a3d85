"""Starts a D-Bus daemon of one's own, on a socket in a folder of one's own.

What speaks on it is left to others; it can be killed and started again under the same address.
"""

import asyncio
import contextlib
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

from dbus_fast import Message
from dbus_fast.aio import MessageBus

PATIENCE = 5.0  # seconds until it must listen, or have ended

CONFIGURATION = """\
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow own="*"/>
    <allow send_type="method_call"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"""


class NoBus(Exception):
    """No D-Bus daemon could be started."""


class PrivateBus:
    """One dbus-daemon; `address` goes into DBUS_SYSTEM_BUS_ADDRESS of whoever shall use it."""

    def __init__(self) -> None:
        """Prepare a folder; nothing is started before `start`."""
        # A socket's path may have 107 bytes, which the folders of tests exceed.
        self._folder = Path(tempfile.mkdtemp(prefix="bus"))
        self._socket = self._folder / "socket"
        self.address = f"unix:path={self._socket}"
        self._daemon: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the daemon and wait until it listens. Raises NoBus."""
        program = shutil.which("dbus-daemon")
        if program is None:
            raise NoBus("dbus-daemon is not installed; right would be: apt install dbus")
        self._socket.unlink(missing_ok=True)
        configuration = self._folder / "bus.conf"
        configuration.write_text(CONFIGURATION.format(socket=self._socket))
        log = self._folder / "log"
        with log.open("wb") as stderr:
            self._daemon = subprocess.Popen(
                [program, f"--config-file={configuration}", "--nofork", "--nopidfile",
                 "--nosyslog", "--print-address=1"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                # Ctrl-C in the terminal must not end it before those who use it.
                start_new_session=True,
            )  # fmt: skip
        # It prints its address when it listens, and closes the pipe when it gives up.
        if self._daemon.stdout is None or not self._daemon.stdout.readline():
            raise NoBus(log.read_text(errors="replace").strip())

    def kill(self) -> None:
        """End it as kill -9 does; `start` begins again under the same address."""
        if self._daemon is not None:
            self._daemon.kill()
            self._daemon.wait(PATIENCE)
            if self._daemon.stdout is not None:
                self._daemon.stdout.close()
            self._daemon = None

    def __enter__(self) -> "PrivateBus":
        """Start."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it and remove its folder."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


_ends: set[asyncio.Task[None]] = set()


async def enter(address: str) -> MessageBus:
    """Connect to the bus at this address."""
    bus = await MessageBus(bus_address=address).connect()
    end = asyncio.create_task(_end(bus))
    _ends.add(end)
    end.add_done_callback(_ends.discard)
    return bus


async def ask(bus: MessageBus, member: str, signature: str = "", *body: object) -> None:
    """Call a method of the D-Bus daemon itself and wait for its answer."""
    await bus.call(
        Message(
            destination="org.freedesktop.DBus",
            path="/org/freedesktop/DBus",
            interface="org.freedesktop.DBus",
            member=member,
            signature=signature,
            body=list(body),
        )
    )


async def _end(bus: MessageBus) -> None:
    # A bus that is killed is an exception that asyncio wants somebody to have seen.
    with contextlib.suppress(OSError, EOFError):
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
