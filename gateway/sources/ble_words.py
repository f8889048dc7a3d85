"""What can be wrong with Bluetooth, in the words of the log, and the phrase of each for people.

It is apart from ble_faults.py, so that who only reads the words does not load bleak.
"""

NO_SERVICE = (
    "no Bluetooth service answers; right would be bluetoothd running: "
    "systemctl enable --now bluetooth"
)
BLOCKED = "the Bluetooth adapter is blocked; right would be: rfkill unblock bluetooth"
NOT_READY = "the Bluetooth adapter is off; right would be: bluetoothctl power on"
BUSY = "the Bluetooth adapter is busy with something else"
DENIED = "Bluetooth is not allowed to us; right would be the user in the group bluetooth"
NO_ADAPTER = "no Bluetooth adapter; right would be one that is plugged in: bluetoothctl list"
NO_BUS = "no D-Bus; right would be: systemctl start dbus"

PHRASED = {
    NO_SERVICE: "doctor.adapter_service",
    NO_BUS: "doctor.adapter_service",
    NO_ADAPTER: "doctor.adapter_none",
    BLOCKED: "doctor.adapter_blocked",
    DENIED: "doctor.adapter_denied",
    NOT_READY: "doctor.adapter_unready",
    BUSY: "doctor.adapter_busy",
}


def phrased(detail: str) -> str | None:
    """Give the key of the phrase that says this; None where there is none."""
    return next((key for words, key in PHRASED.items() if detail.startswith(words)), None)
