"""What protects an encrypted device: its key, and a counter that only rises.

Taking the messages apart is the envelopes' business, keeping the counters the daemon's.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from edge.model import Moment, Packet
from gateway.wire.ccm import KEY
from gateway.wire.refusal import Refusal, Refused, refused

LEGACY_KEY = 12
# A device with a new battery begins to count anew, and its very first messages may be missed.
EARLY = 1_000
# Copies of one burst, by another adapter or a relay, come late by so much at most, and not after
# the burst. A button that is hardly ever pressed counts no higher before its battery is changed.
LATE = 64
# Counters are 32 bits wide and begin anew after the last.
_AFTER_LAST = 1 << 32
_ANY = -1
# Anybody may send in the clear, under as many addresses as he likes.
_MOST_PLAIN = 1_000
# A burst is over by then. A device that sleeps between its messages may begin at the same number
# each time, and the same alarm is then not the same message.
BURST = timedelta(minutes=1)

Opened = bytes | Refused | None


class Guard:
    """The keys and counters of encrypted devices, by address; it changes with what it admits."""

    def __init__(
        self, keys: Mapping[str, bytes] | None = None, counters: Mapping[str, int] | None = None
    ) -> None:
        self._keys = dict(keys or {})
        self._counters = dict(counters or {})
        self._sealed: dict[str, bytes] = {}
        self._admitted: dict[str, bytes] = {}
        self._heard: dict[str, Moment] = {}
        self._fallen: dict[str, int] = {}
        self._plain: dict[str, tuple[bytes, Moment | None]] = {}
        self._of_packet: dict[object, Opened] = {}
        self._packet: Packet | None = None
        self.changed: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"Guard({len(self._keys)} keys)"

    def key(self, address: str) -> bytes | None:
        """Give a device's key; None where none has been set."""
        return self._keys.get(address)

    def plain(self, address: str) -> Refused | None:
        """Refuse a plain message of a device that has a key: anybody could have sent it."""
        return refused(Refusal.DOWNGRADED, address) if address in self._keys else None

    def next_packet(self, packet: Packet) -> None:
        """Take in that another packet is asked about, be it the same object once more."""
        self._packet = packet
        self._of_packet = {}

    def once(self, packet: Packet, what: object, unpack: Callable[[], Opened]) -> Opened:
        """Give what `unpack` gives; it is called once for all devices that hear the packet.

        To the second of them its counter would be a repetition, and an alarm nothing.
        """
        if self._packet is not packet:
            self.next_packet(packet)
        if what not in self._of_packet:
            self._of_packet[what] = unpack()
        return self._of_packet[what]

    def is_repetition(self, address: str, payload: bytes) -> bool:
        """Say whether this numbered plain message is the device's last one once more."""
        now = None if self._packet is None else self._packet.received
        last, heard = self._plain.pop(address, (b"", None))
        if len(self._plain) >= _MOST_PLAIN:
            del self._plain[next(iter(self._plain))]
        self._plain[address] = payload, now
        is_late = now is not None and heard is not None and now.since(heard) > BURST
        return last == payload and not is_late

    def opened(
        self, address: str, counter: int, payload: bytes, unseal: Callable[[bytes], bytes | None]
    ) -> Opened:
        """Give what `unseal` makes of a sealed payload with the device's key.

        None: the last message once more, as devices repeat it, also in another form of header.
        """
        if self._sealed.get(address) == payload:
            return None
        key = self._keys.get(address)
        if key is None:
            return refused(Refusal.NO_KEY, address)
        plain = unseal(key)
        if plain is None:
            return refused(Refusal.NOT_AUTHENTIC, address)
        admitted = self.admit(address, counter, plain)
        if isinstance(admitted, Refused):
            return admitted
        self._sealed[address] = payload
        return plain if admitted else None

    def admit(self, address: str, counter: int, plain: bytes) -> Refused | bool:
        """Say whether an authentic message is new: its counter has risen.

        False: the last one once more; after a restart it is known by its counter alone. Whatever
        is older is refused, and so is everything of a device that has begun to count anew, until
        somebody in the home has paired it again.
        """
        last = self._counters.get(address, _ANY)
        if counter == last:
            same = self._admitted.setdefault(address, plain) == plain
            return False if same else refused(Refusal.REPLAYED, address)
        if not _has_risen(counter, last):
            return refused(self._why_lower(address, counter, last), address)
        self._counters[address] = self.changed[address] = counter
        self._admitted[address] = plain
        if self._packet is not None:
            self._heard[address] = self._packet.received
        self._fallen.pop(address, None)
        return True

    def repaired(self, address: str) -> None:
        """Accept the device's next counter whatever it is."""
        self._counters[address] = self.changed[address] = _ANY
        self._sealed.pop(address, None)
        self._admitted.pop(address, None)
        self._fallen.pop(address, None)

    def take_changed(self) -> dict[str, int]:
        """Give the counters that have changed since they were last taken."""
        changed, self.changed = self.changed, {}
        return changed

    def _why_lower(self, address: str, counter: int, last: int) -> Refusal:
        first = self._fallen.setdefault(address, counter)
        # A copy comes once or twice; a device that counts anew goes on rising.
        is_anew = counter < EARLY or counter > first
        is_copy = last - counter <= LATE and self._is_in_burst(address, counter <= first)
        return Refusal.RESET if is_anew and not is_copy else Refusal.REPLAYED

    def _is_in_burst(self, address: str, is_first: bool) -> bool:
        """Say whether the last message is so young that a copy of one before it may still come."""
        if self._packet is None:
            return True  # nobody says when it came
        heard = self._heard.get(address)
        if heard is None:
            return is_first  # it came before the start
        return self._packet.received.since(heard) <= BURST


def key_of(text: str) -> bytes:
    """Read a bind key in hex; raise ValueError with what would be right, never with the key."""
    digits = "".join(text.split()).replace(":", "").replace("-", "")
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        raise ValueError(
            f"must be {KEY * 2} hex digits: 0 to 9 and a to f, and nothing else"
        ) from None
    if len(key) not in (KEY, LEGACY_KEY):
        raise ValueError(
            f"must be {KEY * 2} hex digits, or {LEGACY_KEY * 2} of a device before MiBeacon 4; "
            f"these are {len(digits)}"
        )
    return key


def _has_risen(counter: int, last: int) -> bool:
    return counter > last or last - counter > _AFTER_LAST - EARLY
