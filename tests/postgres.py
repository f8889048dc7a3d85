"""A real PostgreSQL for tests: a cluster of its own in a folder of its own, on a Unix socket."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

# It ends with the tests: nothing of it need survive a power cut.
QUICK = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=60")
DURABLE = ("-c", "max_connections=60")  # as shipped: each commit waits for the disk
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))


def program(name: str) -> str | None:
    """Give the path of one of PostgreSQL's programs; Debian keeps them out of the PATH."""
    for folder in reversed(PROGRAMS):
        if (folder / name).is_file():
            return str(folder / name)
    return shutil.which(name)


class Postgres:
    """One cluster. `database()` makes an empty database and gives its address."""

    def __init__(self, directory: Path, options: Sequence[str] = QUICK) -> None:
        self.directory = directory
        self._options = options
        self._count = 0

    def start(self) -> None:
        """Make the cluster and start it; skips the test where there is no PostgreSQL."""
        initdb, server = program("initdb"), program("postgres")
        if initdb is None or server is None:
            pytest.skip("no PostgreSQL on this machine: install the package postgresql")
        self.directory.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            # The server refuses to be root.
            nobody = pwd.getpwnam("postgres")
            os.chown(self.directory, nobody.pw_uid, nobody.pw_gid)
        data = self.directory / "data"
        make = [initdb, "-D", str(data), "-U", "test", "--auth=trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(self._as_nobody(make), check=True, capture_output=True)
        options = ["-k", str(self.directory), "-c", "listen_addresses=", *self._options]
        with (self.directory / "log").open("wb") as log:
            self._server = subprocess.Popen(
                self._as_nobody([server, "-D", str(data), *options]), stdout=log, stderr=log
            )
        self._wait()

    def stop(self) -> None:
        """End it at once."""
        self._server.send_signal(signal.SIGQUIT)  # nothing of it is wanted any more
        self._server.wait(30)

    @property
    def pid(self) -> int:
        """Give the number of the process that the others are children of."""
        return self._server.pid

    def database(self, template: str = "template1") -> str:
        """Make a database, empty or like another one; give its address for SQLAlchemy."""
        self._count += 1
        name = f"t{self._count}"
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgresql://test@/{name}?host={self.directory}"

    def refuse(self, url: str, *, refuses: bool) -> None:
        """End all connections to a database and let nobody in, as while it restarts; or let in."""
        name = make_url(url).database
        self._sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {not refuses}")
        if refuses:
            who = f"FROM pg_stat_activity WHERE datname = '{name}'"
            self._sql(f"SELECT pg_terminate_backend(pid) {who}")

    def _sql(self, statement: str) -> None:
        psql = program("psql") or "psql"
        command = [psql, "-h", str(self.directory), "-U", "test", "-d", "postgres", "-c", statement]
        subprocess.run(command, check=True, capture_output=True)

    def _wait(self, seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._sql("SELECT 1")
            except subprocess.CalledProcessError:
                log = (self.directory / "log").read_text(errors="replace")
                assert time.monotonic() < deadline, f"PostgreSQL does not start:\n{log}"
                assert self._server.poll() is None, f"PostgreSQL has ended:\n{log}"
                time.sleep(0.1)
            else:
                return

    def _as_nobody(self, command: list[str]) -> list[str]:
        if os.geteuid() != 0:
            return command
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


@contextmanager
def cluster(directory: Path, options: Sequence[str] = QUICK) -> Iterator[Postgres]:
    """Give a running cluster."""
    postgres = Postgres(directory, options)
    postgres.start()
    try:
        yield postgres
    finally:
        postgres.stop()
