"""What a sealed or headed payload holds: the objects inside, or why they are not believed.

It chooses the module that knows the envelope; what the objects mean, the profile says.
"""

from enum import StrEnum

from gateway.wire import atc, bthome, enocean_ble, govee, mibeacon
from gateway.wire.guard import Guard
from gateway.wire.refusal import Refused


class Envelope(StrEnum):
    """The envelopes that a profile can name."""

    BTHOME_V1 = "bthome_v1"
    BTHOME_V2 = "bthome_v2"
    MIBEACON = "mibeacon"
    ENOCEAN_BLE = "enocean_ble"
    GOVEE_512X = "govee_512x"
    ATC = "atc"


def opened(
    envelope: Envelope, payload: bytes, address: str, guard: Guard, uuid: str
) -> bytes | Refused | None:
    """Give the objects in an envelope; None where it is a repetition or says nothing.

    bthome_v1: id, length, data. bthome_v2: id, data. mibeacon: id as u16 LE, length, data.
    enocean_ble: the content as it was signed. govee_512x: 16 bytes. atc: 6 bytes or 3,
    or the whole of a plain message.
    """
    if envelope is Envelope.BTHOME_V2:
        return bthome.open_v2(payload, address, guard)
    if envelope is Envelope.BTHOME_V1:
        return bthome.open_v1(payload, address, guard, uuid)
    if envelope is Envelope.GOVEE_512X:
        return govee.open_512x(payload)
    if envelope is Envelope.ENOCEAN_BLE:
        return enocean_ble.open_signed(payload, address, guard)
    if envelope is Envelope.ATC:
        return atc.open_181a(payload, address, guard)
    return mibeacon.open_frame(payload, address, guard)
