"""What every test has: the repository's folder, and fixtures of the real parts."""

import signal
from pathlib import Path

import pytest


def pytest_configure() -> None:
    """Let commands that the tests start hear Ctrl-C, also where the tests run in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Give the top folder of the repository."""
    return Path(__file__).resolve().parent.parent
