"""Numbers the messages of BTHome devices, as theirs are, so that none looks like the one before.

What they say is devices' and voice's.
"""

from dataclasses import replace

from gateway.wire.advertisement import Advertisement, pack
from simulator.devices import Sent

_BTHOME = "fcd2"
_SEALED = 1  # in the first byte; sealed messages have a number of their own
_NUMBER = 0  # the object that numbers messages; objects stand in order


def numbered(sent: Sent, number: int) -> Sent:
    """Give the message with a number, where it is a BTHome one without any."""
    heard = sent.advertisement
    data = heard.services.get(_BTHOME, b"") if heard is not None else b""
    if heard is None or len(data) < 2 or data[0] & _SEALED or data[1] == _NUMBER:
        return sent
    counted = data[:1] + bytes([_NUMBER, number & 0xFF]) + data[1:]
    services = {**heard.services, _BTHOME: counted}
    told = Advertisement(heard.name, heard.manufacturer, services, heard.uuids, heard.rssi)
    return replace(sent, payload=pack(told))
