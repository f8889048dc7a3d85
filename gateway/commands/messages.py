"""Messages of a device for people's eyes: raw bytes on the left, what they mean beside them."""

import click
import msgspec

from edge.model import Freshness
from gateway.commands.ear import reading_text
from gateway.commands.layout import safe
from gateway.heard import BYTES, LONGEST, TEXT, Message, is_bytes
from gateway.language import Language, Phrase, say

WIDTH = 16  # bytes in a line


class Printer:
    """Prints messages as they come, and counts them."""

    def __init__(self, language: Language, most: int | None, *, as_json: bool) -> None:
        self._language = language
        self._most = most
        self._as_json = as_json
        self._has_waited = False
        self.count = 0

    @property
    def is_done(self) -> bool:
        """Say whether as many were shown as were asked for."""
        return self._most is not None and self.count >= self._most

    def wait(self, key: str, **values: object) -> None:
        """Say once that nothing has come yet."""
        if not self._has_waited:
            click.echo(say(self._language, key, **values), err=True)
        self._has_waited = True

    def remark(self, what: Phrase) -> None:
        """Say what hinders."""
        click.echo(safe(what.told(self._language)), err=True)

    def show(self, message: Message) -> None:
        """Print one message."""
        if self.is_done:
            return
        self.count += 1
        if self._as_json:
            click.echo(msgspec.json.encode(message).decode())
            return
        at = message.at.astimezone().strftime("%H:%M:%S.%f")[:-3]
        notes = self._notes(message)
        click.echo(click.style(f"{at}  {notes}".rstrip(), fg="bright_black"))
        for what, text in message.parts:
            for line in _lines(what, text):
                click.echo(f"  {line}")
        means, *more = self._meaning(message)
        click.echo(f"  {say(self._language, 'probe.means')}: {means}")
        for line in more:
            click.echo(f"    {line}")

    def _notes(self, message: Message) -> str:
        notes = []
        if message.freshness is Freshness.RETAINED:
            notes.append(say(self._language, "probe.retained"))
        if message.length > LONGEST:
            notes.append(say(self._language, "probe.cut", count=message.length))
        return "  ".join(notes)

    def _meaning(self, message: Message) -> list[str]:
        language = self._language
        said = [reading_text(*each, language) for each in message.readings.items()]
        refused = [
            click.style(
                f"{say(language, 'decode.refused')}: {say(language, f'count.{each.reason}')}"
                f" ({safe(each.detail)})",
                fg="yellow",
            )
            for each in message.refused
        ]
        comma = say(language, "list.comma")
        return [comma.join(said) or say(language, "probe.nothing_said"), *refused]


def _lines(what: str, text: str) -> list[str]:
    """Give a payload in lines: bytes with their characters beside them, text as it is."""
    label = "" if what in (TEXT, BYTES) else f"{safe(what)}: "
    if not (is_bytes(what) and text):
        return [label + safe(text)]
    data = bytes.fromhex(text)
    rows = [data[at : at + WIDTH] for at in range(0, len(data), WIDTH)]
    wide = len(rows[0].hex(" "))
    heads = [label, *(" " * len(label) for _ in rows[1:])]
    return [
        f"{head}{row.hex(' ').ljust(wide)}  {_signs(row)}"
        for head, row in zip(heads, rows, strict=True)
    ]


def _signs(row: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
