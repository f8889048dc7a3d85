"""Short messages and calls over the modem, to the telephone number of a contact.

That the network has a message is proven at once, that the phone has it later by the line itself; a
call that was picked up was heard by somebody.
"""

from collections import OrderedDict
from datetime import timedelta

from edge.model import Reason, Rung, Severity
from gateway.channels import Message, SendFailed, Sent
from gateway.channels.modem import ModemLine
from gateway.channels.numbers import dialled

# The line gives up by itself what it has begun; this is for all that goes over it before.
PATIENCE = timedelta(minutes=4)
MOST_RINGS = 3  # for one notice; told again is a notice of its own
MOST_REMEMBERED = 500


class SmsChannel:
    """Short messages over a modem, to a contact's telephone number."""

    patience = PATIENCE
    is_rooted = True

    def __init__(self, line: ModemLine) -> None:
        self.line = line

    async def send(self, message: Message) -> Sent:
        """Send the short form; the network's number is what is proven at once."""
        text = message.short or f"{message.title}\n{message.text}"
        number = dialled(message.recipient.phone)
        said = await self.line.send_text(
            message.notice.id, number, text, is_urgent=_is_urgent(message)
        )
        return Sent(Rung.ACCEPTED, said)


class CallChannel:
    """A telephone that rings: it wakes whoever sleeps through messages, and says nothing more.

    So it does not ring for what is over.
    """

    patience = PATIENCE
    is_rooted = True

    def __init__(self, line: ModemLine) -> None:
        self.line = line
        self._rings: OrderedDict[str, int] = OrderedDict()

    async def send(self, message: Message) -> Sent:
        """Let it ring; picked up is delivered, anything else a failure, the third for good."""
        if message.notice.reason is Reason.RESOLVED:
            return Sent(Rung.SENT, "not called: it is over")
        number = dialled(message.recipient.phone)
        if await self.line.ring(number, is_urgent=_is_urgent(message)):
            return Sent(Rung.DELIVERED, "picked up")
        rings = self._count(message.notice.id)
        said = f"rang {rings} times, nobody picked up" if rings > 1 else "nobody picked up"
        raise SendFailed(said, permanent=rings >= MOST_RINGS, spares_channel=True)

    def _count(self, notice: str) -> int:
        self._rings[notice] = self._rings.pop(notice, 0) + 1
        while len(self._rings) > MOST_REMEMBERED:
            self._rings.popitem(last=False)
        return self._rings[notice]


def _is_urgent(message: Message) -> bool:
    return message.notice.severity is Severity.EMERGENCY and not message.notice.drill
