"""Which device profiles there are: those that come along, and third parties' directories.

It finds and reads the files; what stands in them, gateway/wire/profile.py reads.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from gateway.wire.profile import Profile, ProfileError
from gateway.wire.profile_file import parse_profile
from gateway.wire.trial import decode_once

__all__ = ["CatalogueError", "decode_once", "load_catalogue"]

_LONGEST = 256 * 1024


class CatalogueError(ValueError):
    """Profiles that cannot be used, with every fault of every file."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class Catalogue(Mapping[str, Profile]):
    """Every profile by its id. Ours are read when they are asked for: a home needs a few of them.

    `theirs` are those of third parties by their files; their examples nobody has tried yet.
    Looking one up raises CatalogueError where ours is broken.
    """

    def __init__(self, ours: Iterable[Traversable], theirs: Mapping[Path, Profile]) -> None:
        self._files = {file.name.removesuffix(".toml"): file for file in ours}
        self._profiles = {profile.id: profile for profile in theirs.values()}
        self.theirs = theirs

    def __getitem__(self, name: str) -> Profile:
        if name not in self._profiles:
            file = self._files[name]
            try:
                self._profiles[name] = _read(file)
            except ProfileError as error:
                raise CatalogueError([f"{file}: {fault}" for fault in error.faults]) from error
        return self._profiles[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._files.keys() | self._profiles.keys()))

    def __contains__(self, name: object) -> bool:
        return name in self._profiles or name in self._files

    def __len__(self) -> int:
        return len(self._files.keys() | self._profiles.keys())


def load_catalogue(extra: Sequence[Path] = ()) -> Catalogue:
    """Find every profile; a third party's one takes the place of ours of the same id.

    Raise CatalogueError with every fault of every file of third parties.
    """
    theirs: dict[Path, Profile] = {}
    faults: list[str] = []
    for directory in extra:
        try:
            found = sorted(file for file in directory.iterdir() if file.suffix == ".toml")
        except OSError as error:
            faults.append(f"{directory}: cannot be read as a directory: {error.strerror}")
            continue
        for file in found:
            try:
                theirs[file] = _read(file)
            except ProfileError as error:
                faults.extend(f"{file}: {fault}" for fault in error.faults)
    if faults:
        raise CatalogueError(faults)
    return Catalogue(_profiles_in(files("device_profiles")), theirs)


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
