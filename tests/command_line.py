"""The installed command `shouhu` as a person or a program calls it: a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

COMMAND = Path(sys.executable).with_name("shouhu")
# Nothing of the language of whoever runs the tests.
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}


class Done:
    """What a call came to."""

    def __init__(self, finished: subprocess.CompletedProcess[bytes]) -> None:
        self.code = finished.returncode
        self.out = finished.stdout.decode()
        self.err = finished.stderr.decode()

    def json(self) -> object:
        """Read the output as one JSON document."""
        return json.loads(self.out)


def shouhu(
    *arguments: str | Path, typed: bytes = b"", within: Mapping[str, str] = {}, **environment: str
) -> Done:
    """Call the command and wait for its end."""
    finished = subprocess.run(
        [COMMAND, *arguments],
        input=typed,
        capture_output=True,
        check=False,
        timeout=60,
        env={**PLAIN, **within, **environment},
    )
    return Done(finished)
