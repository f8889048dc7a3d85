"""Reads a configuration directory whole: gateway.toml and households/*.toml.

Either everything in it is sound, or every fault of every file is reported at once.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from msgspec import Struct

from edge.model import Home
from gateway.catalogue import CatalogueError, load_catalogue
from gateway.config.channels import check_phones
from gateway.config.consent import check_consent
from gateway.config.coverage import check_coverage
from gateway.config.explain import shaped
from gateway.config.faults import ConfigFaults, Fault, Faults, Source
from gateway.config.household import Household, content_hash, household, with_channels
from gateway.config.messages import check_messages
from gateway.config.question import QuestionSettings, check_question
from gateway.config.read import Tables, read
from gateway.config.references import Known, Seen, check_household, table, words
from gateway.config.secret import Secret
from gateway.config.settings import Settings, channel_ids, check_gateway, settings
from gateway.config.shape import GatewayFile, HouseholdFile
from gateway.config.wiring import check_wiring
from gateway.consent import Consent
from gateway.language import Phrase
from gateway.wire.decoder import Fitted
from gateway.wire.introduced import INTRODUCED
from gateway.wire.profile import Profile
from gateway.wire.proof import misses

GATEWAY = "gateway.toml"
HOUSEHOLDS = "households"


class Config(Struct, frozen=True):
    """A directory in which everything is sound."""

    directory: Path
    settings: Settings
    homes: tuple[Home, ...]
    fitted: tuple[Fitted, ...]
    leases: Mapping[str, timedelta]  # how long an acknowledgement lasts, by household
    keys: Mapping[str, Secret]  # of encrypted devices, by their address
    sha256: str  # of what the files say, not of how they are written
    warnings: tuple[Fault, ...] = ()
    questions: Mapping[str, QuestionSettings] = {}  # what asks, by household
    consents: Mapping[str, Consent] = {}  # what was agreed, by household


class Examination(Struct, frozen=True):
    """What a directory came to: the parts that are sound, and everything that is not."""

    settings: Settings | None
    households: tuple[Household, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    sha256: str = ""


def load(directory: Path) -> Config:
    """Give the configuration, or raise ConfigFaults with every fault in it."""
    found = examine(directory)
    if found.faults or found.settings is None:
        raise ConfigFaults(found.faults, found.warnings)
    return Config(
        directory=directory,
        settings=found.settings,
        homes=tuple(each.home for each in found.households),
        fitted=tuple(one for each in found.households for one in each.fitted),
        leases={each.home.id: each.lease for each in found.households},
        keys={address: key for each in found.households for address, key in each.keys.items()},
        sha256=found.sha256,
        warnings=found.warnings,
        questions={
            each.home.id: each.question for each in found.households if each.question is not None
        },
        consents={each.home.id: each.consent for each in found.households},
    )


def examine(
    directory: Path,
    instead: Mapping[Path, Path] = {},
    revise: Callable[[Tables], Tables] = lambda tables: tables,
) -> Examination:
    """Read everything and report all that is wrong; never raises for what it reads.

    `instead` names drafts that are read in the place of a household's file; `revise` gives the
    tables of a household's file as they are to be examined, and what it raises goes on.
    """
    faults = Faults()
    whole = Source(str(directory), faults)
    if not directory.is_dir():
        whole.fault("", Phrase("fault.no_directory"), Phrase("mend.no_directory"))
        return _examined(None, [], faults, "")
    gateway = _gateway(directory, faults)
    tables, source = gateway or ({}, whole)
    base, profiles, is_whole = directory.resolve(), *_profiles(tables, directory, faults)
    known = Known(profiles, channel_ids(tables) if gateway else None, is_whole)
    found_files = _household_files(directory, whole, faults, instead)
    files = [(revise(each), origin) for each, origin in found_files]
    seen = Seen()
    for each, origin in files:
        check_household(each, origin, known, seen)
        check_phones(each, origin, tables)
        check_question(each, origin, tables)
        check_consent(each, origin)
    _check_drills(files)
    if gateway:
        check_gateway(tables, base, source)
        check_messages(tables, base, source, faults)
    households = _households(files, profiles, base, faults)
    file = shaped(GatewayFile, tables, source) if gateway else None
    is_sound = file is not None and not (
        faults.has(GATEWAY) or _has_faulty_template(tables, faults)
    )
    found = settings(file, base, source) if file is not None and is_sound else None
    if found is not None:
        fitted = [one for each in households for one in each.fitted]
        check_coverage(found.subscribe, fitted, source)
        check_wiring(found.serial, fitted, source)
        has_links = found.page is not None and bool(found.page.public_url)
        households = [
            with_channels(each, found.channels, has_links=has_links) for each in households
        ]
    hashes = [content_hash(each) for each in (tables, *(t for t, _ in files))]
    return _examined(found, households, faults, "\n".join(hashes))


def _examined(
    found: Settings | None, households: list[Household], faults: Faults, hashes: str
) -> Examination:
    faults.sort()
    sha256 = hashlib.sha256(hashes.encode()).hexdigest()
    warnings = tuple(faults.warnings)
    return Examination(found, tuple(households), tuple(faults.grave), warnings, sha256)


def _gateway(directory: Path, faults: Faults) -> tuple[Tables, Source] | None:
    path = directory / GATEWAY
    if not path.exists():
        source = Source(GATEWAY, faults)
        source.fault("", Phrase("fault.no_file"), Phrase("mend.no_gateway"))
        return None
    return read(path, GATEWAY, faults)


def _profiles(
    tables: Tables, directory: Path, faults: Faults
) -> tuple[Mapping[str, Profile], bool]:
    """Give the profiles by name, and whether they are all there are."""
    extra = [directory / name for name in words(tables.get("profiles"))]
    try:
        catalogue = load_catalogue([path for path in extra if path.is_dir()])
    except CatalogueError as error:
        for fault in error.faults:
            file, _, wrong = fault.partition(": ")
            place, why = _placed(wrong)
            source = Source(file, faults)
            source.fault(place, Phrase("fault.profile", {"why": why}), Phrase("mend.profile"))
        return load_catalogue(), False
    _try_examples(catalogue.theirs, faults)
    return catalogue, True


def _placed(fault: str) -> tuple[str, str]:
    """Part the place in a profile from what is wrong there; some faults are of the whole file."""
    place, _, why = fault.partition(": ")
    return ("", fault) if " " in place or not why else (place, why)


def _try_examples(profiles: Mapping[Path, Profile], faults: Faults) -> None:
    """Warn of examples that do not hold: the devices are watched all the same."""
    for file, profile in profiles.items():
        for miss in misses(profile):
            told = {"expected": miss.expected, "got": miss.got}
            wrong = Phrase("fault.example", told)
            Source(str(file), faults).warn(f"example[{miss.number}]", wrong, Phrase("mend.example"))


def _household_files(
    directory: Path, whole: Source, faults: Faults, instead: Mapping[Path, Path]
) -> list[tuple[Tables, Source]]:
    paths = sorted((directory / HOUSEHOLDS).glob("*.toml"))
    paths = [path for path in paths if not path.name.startswith(".")]
    if not paths:
        whole.fault(HOUSEHOLDS, Phrase("fault.no_household"), Phrase("mend.no_household"))
    found = (read(instead.get(path, path), f"{HOUSEHOLDS}/{path.name}", faults) for path in paths)
    return [each for each in found if each is not None]


def _has_faulty_template(tables: Tables, faults: Faults) -> bool:
    return any(faults.has(str(name)) for name in table(tables, "messages").values())


def _check_drills(files: list[tuple[Tables, Source]]) -> None:
    drills = [table(tables, "household").get("drill") is True for tables, _ in files]
    for (_, source), is_drill in zip(files, drills, strict=True):
        if is_drill and not all(drills):
            wrong = Phrase("fault.mixed_drill")
            source.fault("household.drill", wrong, Phrase("mend.mixed_drill"))


def _households(
    files: list[tuple[Tables, Source]],
    profiles: Mapping[str, Profile],
    directory: Path,
    faults: Faults,
) -> list[Household]:
    found = []
    for tables, source in files:
        file = shaped(HouseholdFile, tables, source)
        if file is None or faults.has(source.name):
            continue
        # One that is not there is in a file that cannot be read, which has been told.
        if all(device.profile in {INTRODUCED, *profiles} for device in file.device):
            found.append(household(file, tables, profiles, directory, source))
    return found
