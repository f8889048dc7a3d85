"""The configuration: TOML as people write it, frozen types as the daemon takes it.

directory.py reads it whole, shape.py says what a file may hold, references.py what hangs together.
"""

from gateway.config.channels import ChannelSettings
from gateway.config.directory import Config, Examination, examine, load
from gateway.config.faults import ConfigFaults, Fault
from gateway.config.household import Household
from gateway.config.secret import Secret
from gateway.config.settings import (
    LogSettings,
    Settings,
    StoreSettings,
)

__all__ = [
    "ChannelSettings",
    "Config",
    "ConfigFaults",
    "Examination",
    "Fault",
    "Household",
    "LogSettings",
    "Secret",
    "Settings",
    "StoreSettings",
    "examine",
    "load",
]
