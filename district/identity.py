"""Ids of the district: made from what they name where that may come twice, else from chance."""

import secrets
from hashlib import sha256


def fresh() -> str:
    """Give an id that nobody has."""
    return secrets.token_hex(10)


def derived(*parts: str) -> str:
    """Give the same id for the same parts, always."""
    return sha256("\x1f".join(parts).encode()).hexdigest()[:20]
