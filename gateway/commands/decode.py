"""`shouhu decode`: what one message of a device means, and what of it was refused."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.commands.exits import CommandFailed, Exit
from gateway.commands.layout import table
from gateway.commands.options import command, flag, json_option, option
from gateway.language import Language, say

if TYPE_CHECKING:
    from gateway.catalogue import Catalogue
    from gateway.wire.decoder import Decoded
    from gateway.wire.profile import Profile

MOST_READ = 1024 * 1024


@command("decode")
@click.argument("profile", required=False)
@click.argument("payload", required=False)
@flag("--jsonl", "option.jsonl")
@option("--topic", metavar="TOPIC", help="option.topic")
@option("--profiles", type=Path, multiple=True, metavar="DIR", help="option.profiles")
@flag("--retained", "option.retained")
@json_option()
@click.pass_obj
def decode(
    language: Language,
    *,
    profile: str | None,
    payload: str | None,
    jsonl: bool,
    topic: str | None,
    profiles: tuple[Path, ...],
    retained: bool,
    as_json: bool,
) -> int:
    """Decode one message; exit 1 where it says nothing that is believed."""
    from edge.model import Moment  # noqa: PLC0415
    from gateway.wire.trial import decode_packet, hand_packet  # noqa: PLC0415

    if jsonl:
        return _cases(profiles)
    if profile is None or payload is None:
        ctx = click.get_current_context()
        missing = next(
            each for each in ctx.command.params if ctx.params.get(each.name or "") is None
        )
        raise click.MissingParameter(ctx=ctx, param=missing)
    known = profile_of(profile, profiles)
    at = Moment.of(datetime.now(UTC))
    try:
        packet = hand_packet(known, topic or "", _payload(payload), retained, at)
    except ValueError as error:
        raise CommandFailed(Exit.USAGE, "decode.not_hex", why=error) from error
    decoded = decode_packet(known, packet)
    if as_json:
        click.echo(json.dumps(_plain(decoded), ensure_ascii=False))
    else:
        for line in _told(decoded, language):
            click.echo(line)
    return Exit.DONE if decoded.readings or decoded.bridges else Exit.FAILED


def _cases(extra: tuple[Path, ...]) -> int:
    from gateway.commands.decode_cases import answers  # noqa: PLC0415

    for answer in answers(sys.stdin, _catalogue(extra).values()):
        click.echo(answer)
    return Exit.DONE


def _catalogue(extra: tuple[Path, ...]) -> "Catalogue":
    from gateway.catalogue import CatalogueError, load_catalogue  # noqa: PLC0415

    try:
        return load_catalogue(extra)
    except CatalogueError as error:
        raise CommandFailed(Exit.USAGE, "decode.catalogue", why=error) from error


def profile_of(name: str, extra: tuple[Path, ...]) -> "Profile":
    """Find a profile; say which was probably meant where there is none of that name."""
    from gateway.nearest import near  # noqa: PLC0415

    catalogue = _catalogue(extra)
    if name not in catalogue:
        mend = near(name, catalogue)
        raise CommandFailed(Exit.NOT_FOUND, "decode.unknown", name=name, mend=mend)
    return catalogue[name]


def _payload(written: str) -> bytes:
    if written == "-":
        return sys.stdin.buffer.read(MOST_READ).rstrip(b"\n")
    if not written.startswith("@"):
        return written.encode(errors="surrogateescape")
    path = Path(written[1:])
    try:
        with path.open("rb") as file:
            return file.read(MOST_READ)
    except OSError as error:
        why = error.strerror
        raise CommandFailed(Exit.FAILED, "decode.unreadable", name=path, why=why) from error


def _plain(decoded: "Decoded") -> dict[str, object]:
    return {
        "readings": [
            {
                "kind": each.kind,
                "value": each.value,
                "at": each.at.isoformat(),
                "freshness": each.freshness,
            }
            for each in decoded.readings
        ],
        "bridges": [{"bridge": each.bridge, "online": each.online} for each in decoded.bridges],
        "refused": [{"reason": each.reason, "detail": each.detail} for each in decoded.refused],
    }


def _told(decoded: "Decoded", language: Language) -> list[str]:
    rows = [
        (say(language, "decode.reading"), each.kind.value, _shown(each.value), each.freshness.value)
        for each in decoded.readings
    ]
    rows += [
        (say(language, "decode.bridge"), each.bridge, _shown(each.online), "")
        for each in decoded.bridges
    ]
    rows += [
        (say(language, "decode.refused"), each.reason.value, each.detail, "")
        for each in decoded.refused
    ]
    return table(rows) if rows else [say(language, "decode.nothing")]


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


command = decode
