"""A whole district for tests: `shouhu district` as processes over a database that is set up."""

import asyncio
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from district import beginning
from district.access import Role
from district.database import Database
from district.settings import load
from tests.broker import Broker, free_port
from tests.installation import SHOUHU

PASSWORD = "eight calm geese 81"
PEOPLE = (
    ("lin", "林静", Role.DUTY),
    ("zhao", "赵磊", Role.DUTY),
    ("qian", "钱敏", Role.SUPERVISOR),
)


class Running:
    """One district in a directory; `start` one process or several, by parts."""

    def __init__(self, directory: Path, broker: Broker, database: str = "") -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.file = directory / "district.toml"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        kept = f'url = "{database}"' if database else ""
        self.file.write_text(
            f"[database]\n{kept}\n[web]\nport = {self.port}\n[mqtt]\nport = {broker.port}\n"
        )

    def start(self, *parts: str) -> subprocess.Popen[bytes]:
        """Start a process that does these parts, or all; wait until it is ready."""
        only = [word for part in parts for word in ("--only", part)]
        path = self.directory / f"log{len(self.processes)}"
        with path.open("wb") as log:
            process = subprocess.Popen(
                [*SHOUHU, "district", "run", "--config", str(self.file), *only],
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self.processes.append(process)
        ready = b"heard=True" if "web" not in parts and parts else b"http://"
        deadline = time.monotonic() + 60
        while ready not in (said := path.read_bytes()):
            assert process.poll() is None and time.monotonic() < deadline, said.decode()
            time.sleep(0.02)
        return process

    def stop(self) -> None:
        """End every process that runs."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(20)

    def killed(self) -> None:
        """End the last process as a power cut does."""
        self.processes[-1].kill()
        self.processes[-1].wait(20)

    def told(self, *words: str) -> None:
        """Run one of its commands."""
        command = [*SHOUHU, "district", *words, "--config", str(self.file)]
        subprocess.run(command, check=True, input=f"{PASSWORD}\n".encode(), capture_output=True)

    def settle(self) -> None:
        """Set up one community with two people at its desk, who leads them, and a gateway."""
        # What the commands do, in one process: each of them takes a second to start.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(_settled(load(self.file).database))).result()


async def _settled(url: str) -> None:
    now = datetime.now(UTC)
    database = Database(url)
    await database.migrate()
    async with database.begin() as connection:
        await beginning.begin(connection)
        await beginning.add_area(connection, "ninghai", "宁海路社区", beginning.TOP, now)
        for login, name, role in PEOPLE:
            who = {"name": name, "area": "ninghai", "role": role}
            add = beginning.add_account
            await add(connection, login, PASSWORD, **who, now=now, must_change=False)
        await beginning.add_gateway(connection, "yuhua-7", "ninghai", now)
    await database.close()
