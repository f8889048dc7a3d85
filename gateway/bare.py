"""The message for when the proper one cannot be made: who, where, what, and since when.

It leans on as little as it can, for what is wrong may be in the words, the zone or a name.
"""

from edge.model import Alert, Home, Notice
from gateway.wording import LANGUAGES


def bare(alert: Alert, notice: Notice, home: Home) -> tuple[str, str]:
    """Give title and text, with the time in UTC."""
    spoken = {contact.id: contact.language[:2].lower() for contact in home.contacts}
    words = LANGUAGES.get(spoken.get(notice.recipient, ""), LANGUAGES["zh"])
    finding = alert.finding
    rooms = {room.id: room.name for room in home.rooms}
    room = getattr(finding.because, "room", "")
    is_drill = notice.drill or alert.drill or home.drill
    title = words.reasons.get(notice.reason, "") + words.rules.get(finding.rule, finding.rule)
    lines = (
        f"{words.drill if is_drill else ''}{title}: {home.resident}",
        f"{home.resident} ({home.name})",
        rooms.get(room, room),
        f"{finding.since.wall:%Y-%m-%d %H:%M} UTC",
        words.reference.format(alert=alert.id[:8], notice=notice.id[:4]),
    )
    first, *others = [_sendable(line) for line in lines if line]
    return first, "\n".join([first, *others])


def _sendable(line: str) -> str:
    """Replace what no encoding can carry: half of a surrogate pair."""
    return " ".join(line.encode(errors="replace").decode().split())
