"""A household's file, found sound, becomes a Home and its fitted devices.

What must hold between the keys is checked before: references.py.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import get_args

import msgspec
from msgspec import Struct, structs

from edge.availability import Availability
from edge.model import (
    Contact,
    Device,
    Home,
    Kind,
    Patience,
    Room,
    Routine,
    Severity,
    Step,
    VitalLimits,
)
from edge.roles import ELDER, PREFIX, role_key
from gateway.config.channels import ChannelSettings, SirenWay, SmsWay
from gateway.config.consent import consent_of
from gateway.config.faults import Source
from gateway.config.hours import leave, span
from gateway.config.names import KindName
from gateway.config.question import QuestionSettings, pre_alarm_of, question_settings
from gateway.config.read import Tables
from gateway.config.secret import Secret, read_secret
from gateway.config.shape import (
    ContactTable,
    DeviceTable,
    HouseholdFile,
    StepTable,
    VitalsTable,
)
from gateway.consent import Consent
from gateway.language import Phrase
from gateway.wire.decoder import Fitted
from gateway.wire.guard import key_of
from gateway.wire.introduced import INTRODUCED, profile_of
from gateway.wire.profile import Profile, Transport

_EVERYBODY = StepTable()


class Household(Struct, frozen=True):
    """One household as configured: the home, its devices on their addresses, its lease."""

    home: Home
    fitted: tuple[Fitted, ...]
    lease: timedelta
    sha256: str
    keys: Mapping[str, Secret]  # of encrypted devices, by their address
    question: QuestionSettings | None = None
    consent: Consent = Consent()


def household(
    file: HouseholdFile,
    tables: Tables,
    profiles: Mapping[str, Profile],
    directory: Path,
    source: Source,
) -> Household:
    """Turn a file without faults into a household; what secret files hold is checked only now."""
    names = {room.id: room.name for room in file.room}
    head = file.household
    found = [_profile(each, profiles) for each in file.device]
    each_with = list(zip(file.device, found, strict=True))
    devices = [_device(each, profile, names, head.language) for each, profile in each_with]
    home = Home(
        id=head.id,
        name=head.name,
        resident=file.resident.name,
        zone_name=head.time_zone,
        rooms=tuple(Room(room.id, room.name) for room in file.room),
        devices=tuple(devices),
        contacts=tuple(_contact(each, head.language) for each in file.contact),
        steps=_steps(file),
        repeat_every=file.escalation.repeat_every,
        patience=Patience(
            file.inactivity.ceiling,
            file.inactivity.budget,
            pre_alarm_of(file),
            # Asked more seldom than people may be told, the question would hold them back.
            max(file.inactivity.question_budget, file.inactivity.budget),
        ),
        drill=head.drill,
        routine=Routine(**file.routine.model_dump()),
        misses_absent=file.absence.not_back,
        vitals=_vitals(file.vitals),
        follows_falls=file.fall.aftermath,
        notes_change=file.change.note,
        # In a drill home, where weeks pass in seconds, nobody could answer.
        asks_contacts=file.escalation.monthly_test and not head.drill,
    )
    fitted = tuple(
        Fitted(head.id, head.drill, device, profile, each.address)
        for device, (each, profile) in zip(devices, each_with, strict=True)
    )
    keys = _keys(file, directory, source)
    asks = question_settings(file)
    agreed = consent_of(file.consent)
    digest = content_hash(tables)
    return Household(home, fitted, file.escalation.lease, digest, keys, asks, agreed)


def with_channels(
    household: Household, channels: Sequence[ChannelSettings], *, has_links: bool
) -> Household:
    """Note of each contact whether somebody is there who can answer, or nothing but a siren."""
    sirens = {each.id for each in channels if isinstance(each, SirenWay)}
    texts = {each.id for each in channels if isinstance(each, SmsWay)}
    people = tuple(
        structs.replace(
            each,
            is_person=not (each.channels and sirens.issuperset(each.channels)),
            can_answer=has_links or not texts.isdisjoint(each.channels),
        )
        for each in household.home.contacts
    )
    return structs.replace(household, home=structs.replace(household.home, contacts=people))


def _keys(file: HouseholdFile, directory: Path, source: Source) -> dict[str, Secret]:
    keys = {}
    for number, device in enumerate(file.device):
        if device.bindkey_file is None:
            continue
        place = f"device[{number}].bindkey_file"
        secret = read_secret(device.bindkey_file, directory, source, place)
        if secret is None:
            continue
        try:
            key_of(secret.reveal())
        except ValueError as error:
            wrong = Phrase("fault.bindkey", {"why": str(error)})
            source.fault(place, wrong, Phrase("mend.bindkey"))
        else:
            keys[device.address.upper()] = secret
    return keys


def content_hash(tables: Tables) -> str:
    """Give a hash of what a file says: comments, order of keys and spacing do not change it."""
    return hashlib.sha256(msgspec.json.encode(tables, order="deterministic")).hexdigest()


def _profile(table: DeviceTable, profiles: Mapping[str, Profile]) -> Profile:
    if table.profile == INTRODUCED:
        return profile_of(table.address, (Kind(kind) for kind in table.kinds))
    return profiles[table.profile]


def _device(
    table: DeviceTable, profile: Profile, rooms: Mapping[str, str], language: str
) -> Device:
    title = profile.title_zh if language == "zh" else profile.title
    return Device(
        id=table.id,
        room=table.room,
        name=table.name or f"{rooms[table.room]} {title}",
        kinds=_kinds(table, profile),
        source=_source(profile, table.address),
        bridge=profile.bridge_of(table.address),
        outer_door=table.outer_door,
        hold=profile.hold if table.hold is None else table.hold,
        clears_after=profile.clears_after if table.clears_after is None else table.clears_after,
        silent_after=profile.silent_after if table.silent_after is None else table.silent_after,
        battery_low_percent=table.battery_low_percent,
        bed=profile.bed if table.bed is None else table.bed,
        answers=table.answers,
        hardware=hardware_name(table.profile, table.address),
    )


def hardware_name(profile: str, address: str) -> str:
    """Tell one piece of hardware behind a role from another."""
    return f"{profile} {address}"


def _kinds(table: DeviceTable, profile: Profile) -> frozenset[Kind]:
    """Give what a device measures: all that its profile can, or the part that the file lists."""
    if not table.kinds:
        return profile.kinds
    of_every_one = (kind for kind in profile.kinds if kind not in get_args(KindName))
    return frozenset([*(Kind(kind) for kind in table.kinds), *of_every_one])


def _source(profile: Profile, address: str) -> str:
    """Give what is lost where the device cannot be heard: each serial port by itself."""
    if profile.source is Transport.SERIAL:
        return f"{profile.source}/{address.partition('/')[0]}"
    return profile.source


def _contact(table: ContactTable, language: str) -> Contact:
    return Contact(
        id=table.id,
        name=table.name,
        role=table.role,
        phone=table.phone,
        language=table.language or language,
        channels=tuple(dict.fromkeys(table.channels)),
        availability=Availability(
            hours=tuple(map(span, table.hours)),
            leaves=tuple(map(leave, table.away)),
            quiet=tuple(map(span, table.quiet)),
        ),
    )


def _vitals(table: VitalsTable) -> VitalLimits:
    """Give which vital signs are watched, and their limits."""
    wanted = {
        Kind.HEART_RATE: table.heart_rate,
        Kind.SPO2: table.oxygen,
        Kind.BODY_TEMPERATURE: table.temperature,
    }
    return VitalLimits(
        watched=frozenset(kind for kind, is_watched in wanted.items() if is_watched),
        own_range=table.own_range,
        heart_rate=(table.heart_rate_low, table.heart_rate_high),
        spo2_low=table.oxygen_low,
        body_temperature=(table.temperature_low, table.temperature_high),
        minds_unworn=table.unworn,
    )


def _steps(file: HouseholdFile) -> tuple[Step, ...]:
    """Give the ladder; without one everybody but the resident is told at once."""
    if not file.escalation.step:
        severities = frozenset(Severity(name) for name in _EVERYBODY.severities)
        others = tuple(each.id for each in file.contact if role_key(each.role) != ELDER)
        return (Step(_EVERYBODY.after, others, severities),)
    return tuple(
        Step(
            step.after,
            _told(step, file.contact),
            frozenset(Severity(name) for name in step.severities),
        )
        for step in file.escalation.step
    )


def _told(step: StepTable, people: Sequence[ContactTable]) -> tuple[str, ...]:
    """Give whom a step tells: those it names, and all of a role that it names."""
    told: list[str] = []
    for name in step.tell:
        if name.startswith(PREFIX):
            role = role_key(name.removeprefix(PREFIX))
            told += [each.id for each in people if role_key(each.role) == role]
        else:
            told.append(name)
    return tuple(dict.fromkeys(told))
