"""Say how to reach the broker and what to agree with it.

What is done with it is left to the source.
"""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from msgspec import Struct


class MqttVersion(StrEnum):
    """The versions that are spoken."""

    V5 = "5"
    V311 = "3.1.1"


class MqttSettings(Struct, frozen=True):
    """How to reach the broker and what to agree with it; `tls` or any of its paths mean TLS.

    `session_file` keeps the session's name over restarts, so that what is redelivered after one is
    recognised. `marker_timeout` is how long messages on a resumed session count as buffered where
    the broker does not let our marker through.
    """

    host: str
    port: int = 1883
    name: str = "mqtt"
    version: MqttVersion = MqttVersion.V5
    client_id: str = "shouhu"
    tls: bool = False
    tls_ca: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    username: str | None = None
    password_file: Path | None = None
    keepalive: timedelta = timedelta(seconds=30)
    session_expiry: timedelta = timedelta(days=7)
    receive_maximum: int = 500
    marker_topic: str = ""  # empty: shouhu/marker/<client_id>
    marker_timeout: timedelta = timedelta(seconds=10)
    connect_timeout: timedelta = timedelta(seconds=10)
    retry_first: timedelta = timedelta(seconds=1)
    retry_most: timedelta = timedelta(seconds=30)
    session_file: Path | None = None

    @property
    def is_v5(self) -> bool:
        """Say whether MQTT 5 is spoken."""
        return self.version is MqttVersion.V5

    @property
    def is_tls(self) -> bool:
        """Say whether the connection is encrypted."""
        return self.tls or self.tls_ca is not None or self.tls_certificate is not None


def is_filter(text: str) -> bool:
    """Say whether MQTT takes this as a topic filter: # last, # and + alone (MQTT 5, 4.7)."""
    levels = text.split("/")
    if not text or "\0" in text or len(text.encode(errors="replace")) > 65_535:
        return False
    if any(("#" in level or "+" in level) and len(level) > 1 for level in levels):
        return False
    return "#" not in levels[:-1]
