"""What shows that somebody was there: the code of the label there, or a photo taken there.

Of a photo its SHA-256, time and place are kept and nothing else: the picture stays with whoever
took it, and shown again it can be checked against the record.
"""

import hmac
import io
import re
import secrets
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

from msgspec import Struct
from PIL import ExifTags, Image
from sqlalchemy import select, update

from district.access import within
from district.incidents import Refused
from district.office import Office
from district.schema import households, visits

LARGEST = 10 << 20  # bytes
FORMATS = ("JPEG", "PNG", "WEBP")  # of telephones
AROUND = timedelta(hours=12)  # between what a photo says and what is said of the visit
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 12
CHINA = timezone(timedelta(hours=8))  # of a camera that says no zone
_TAKEN, _OFFSET = 0x9003, 0x9011  # Exif: DateTimeOriginal, OffsetTimeOriginal
_HASH = re.compile(r"[0-9a-f]{64}")


class Shown(Struct, frozen=True):
    """What somebody shows for a visit; `photo` is a SHA-256 in hexadecimal digits."""

    code: str = ""
    photo: str = ""
    taken: datetime | None = None
    place: str = ""


def photographed(content: bytes) -> Shown:
    """Give hash, time and place of a photo. Raises Refused."""
    if len(content) > LARGEST:
        raise Refused("invalid", "a photo of more than 10 MiB", "refused.photo_large")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            exif = image.getexif()
            inner, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Refused("invalid", "this is no photo", "refused.photo") from error
    return Shown("", sha256(content).hexdigest(), _taken(inner), _place(gps))


def proven(home: Any, shown: Shown, at: datetime, now: datetime) -> dict[str, Any]:
    """Give what is kept of a proof; {} where nothing was shown. Raises Refused."""
    if shown.code:
        code = shown.code.upper().replace("-", "").replace(" ", "")
        if not home.visit_code or not hmac.compare_digest(code.encode(), home.visit_code.encode()):
            raise Refused("invalid", "this is not the code of that home", "refused.code")
        if shown.photo == "":
            return {"how": "code"}
    if not shown.photo:
        return {}
    if not _HASH.fullmatch(shown.photo):
        raise Refused("invalid", "no SHA-256 of a photo", "refused.photo")
    taken = shown.taken
    if taken is None:
        raise Refused("invalid", "the photo does not say when it was taken", "refused.photo_time")
    if abs(taken - at) > AROUND or taken > now + timedelta(minutes=5):
        raise Refused("invalid", "the photo was taken at another time", "refused.photo_time")
    how = "code, photo" if shown.code else "photo"
    return {"how": how, "photo": shown.photo, "taken": taken.isoformat(), "place": shown.place}


async def label(office: Office, household: str, *, anew: bool = False) -> str:
    """Give the code on the label of a home; anew, older labels are good for nothing."""
    home = await office.watched(household)
    if home.visit_code and not anew:
        await office.noted("visit label seen", household)
        return str(home.visit_code)
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    known = update(households).where(households.c.id == household)
    await office.connection.execute(known.values(visit_code=code))
    await office.noted("visit label made", household)
    return code


async def proves(office: Office, content: bytes) -> dict[str, Any] | None:
    """Give the visit that a photo was shown for, of somebody's area; None where there is none."""
    wanted = (
        select(visits, households.c.name.label("home"))
        .join(households, visits.c.household == households.c.id)
        .where(visits.c.photo == sha256(content).hexdigest())
        .where(within(office.who, households.c.area))
    )
    row = (await office.connection.execute(wanted)).mappings().one_or_none()
    if row is None:
        return None
    await office.noted("photo checked", row["household"], visit=row["id"])
    return dict(row)


def _taken(exif: Any) -> datetime | None:
    try:
        taken = datetime.strptime(str(exif.get(_TAKEN)).strip("\x00 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        sign, hours, minutes = re.fullmatch(r"([+-])(\d\d):(\d\d)", str(exif[_OFFSET])).groups()  # type: ignore[union-attr]
        ahead = timedelta(hours=int(hours), minutes=int(minutes))
        zone = timezone(ahead if sign == "+" else -ahead)
    except KeyError:
        zone = CHINA
    except (ValueError, AttributeError):
        return None
    return taken.replace(tzinfo=zone).astimezone(UTC)


def _place(gps: Any) -> str:
    """Give latitude and longitude in degrees, or "" where the photo has none."""
    try:
        north = _degrees(gps[2]) * (-1 if gps[1] == "S" else 1)
        east = _degrees(gps[4]) * (-1 if gps[3] == "W" else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return ""
    return f"{north:.5f}, {east:.5f}"


def _degrees(parts: Any) -> float:
    whole, minutes, seconds = (float(each) for each in parts)
    return whole + minutes / 60 + seconds / 3600
