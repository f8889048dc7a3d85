"""What every test has: the repository's folder, and fixtures of the real parts."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def repository() -> Path:
    """Give the top folder of the repository."""
    return Path(__file__).resolve().parent.parent
