"""Which device profiles there are: those that come along, and third parties' directories.

It finds and reads the files; what stands in them, gateway/wire/profile.py reads.
"""

from collections.abc import Iterable, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from gateway.wire.decoder import decode_once
from gateway.wire.profile import Profile, ProfileError, parse_profile

__all__ = ["CatalogueError", "decode_once", "load_catalogue"]

_LONGEST = 256 * 1024


class CatalogueError(ValueError):
    """Profiles that cannot be used, with every fault of every file."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def load_catalogue(extra: Sequence[Path] = ()) -> dict[str, Profile]:
    """Read every profile, by id; a third party's one takes the place of ours of the same id.

    Raise CatalogueError with every fault of every file.
    """
    profiles: dict[str, Profile] = {}
    faults: list[str] = []
    for directory in (files("device_profiles"), *extra):
        try:
            found = sorted(_profiles_in(directory), key=lambda file: file.name)
        except OSError as error:
            faults.append(f"{directory}: cannot be read as a directory: {error.strerror}")
            continue
        for file in found:
            try:
                profile = _read(file)
            except ProfileError as error:
                faults.extend(f"{file}: {fault}" for fault in error.faults)
            else:
                profiles[profile.id] = profile
    if faults:
        raise CatalogueError(faults)
    return profiles


def _profiles_in(directory: Traversable) -> Iterable[Traversable]:
    return [file for file in directory.iterdir() if file.name.endswith(".toml")]


def _read(file: Traversable) -> Profile:
    name = file.name.removesuffix(".toml")
    try:
        content = file.read_bytes()
        if len(content) > _LONGEST:
            raise ProfileError(name, [f"longer than {_LONGEST} bytes; no profile is"])
        return parse_profile(content.decode(), name)
    except OSError as error:
        raise ProfileError(name, [f"cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise ProfileError(name, ["is not UTF-8"]) from error
