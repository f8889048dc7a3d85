"""[metrics] of gateway.toml: where figures can be read, if anywhere."""

from msgspec import Struct

from gateway.config.shape import MetricsTable


class MetricsSettings(Struct, frozen=True):
    """The address and port that are listened on."""

    host: str
    port: int


def metrics_settings(table: MetricsTable) -> MetricsSettings | None:
    """Turn the table into settings; None where no port is named."""
    return None if table.port is None else MetricsSettings(table.host, table.port)
