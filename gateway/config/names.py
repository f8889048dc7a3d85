"""The closed sets of a household's file, as its writer names them."""

from typing import Literal

SeverityName = Literal["emergency", "urgent", "fault", "note"]
LanguageName = Literal["zh", "en"]
KindName = Literal[
    "motion",
    "presence",
    "contact_open",
    "vibration",
    "use",
    "activity",
    "steps",
    "smoke",
    "co",
    "gas",
    "leak",
    "sos",
    "fall",
    "tamper",
    "battery",
    "battery_low",
    "temperature",
    "body_temperature",
    "humidity",
    "illuminance",
    "heart_rate",
    "spo2",
    "worn",
]
