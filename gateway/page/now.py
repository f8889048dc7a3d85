"""A home as it is now, put into words for the page: alerts, whereabouts, rooms, devices.

It reads what the households know; what happened in the last day is day's, how it looks the
templates'.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from edge.household import Household
from edge.model import Device, Home, State
from edge.roles import role_key
from edge.signs import gives_life
from gateway.beside import Box
from gateway.consent import switches
from gateway.heard import Before
from gateway.page.cards import Card, Mood, card_of, mood_of, open_alerts, seen_through, unseen
from gateway.page.day import Day, bars, spans
from gateway.page.told import Teller
from gateway.showing import known_of
from gateway.wording.plain import plain

GOOD_LINK, FAIR_LINK = 100, 50  # of 255


class RoomNow(Struct, frozen=True):
    """One room in words, and its last day as paths."""

    name: str
    last: str
    is_seen: bool
    life: str
    away: str
    blind: str
    later: str


class DeviceNow(Struct, frozen=True):
    """One device in words."""

    name: str
    room: str
    heard: str
    battery: str
    link: str
    state: str
    is_well: bool


class HomeNow(Struct, frozen=True):
    """Everything of one home."""

    mood: Mood
    headline: str
    cards: list[Card]
    ended: list[Card]
    notes: list[Card]
    facts: list[tuple[str, str]]
    rooms: list[RoomNow]
    devices: list[DeviceNow]
    phone: str
    is_away: bool
    leaves: list[tuple[str, str]]


def home_now(box: Box, teller: Teller, day: Day | None) -> HomeNow:
    """Look at one home."""
    home, household = teller.home, box.node.households.get(teller.home.id)
    cards = [card_of(alert, teller) for alert in open_alerts(box, home)]
    standing = [c for c in cards if c.mood is not Mood.CALM and c.alert.state is not State.RESOLVED]
    ended = [card for card in cards if card.alert.state is State.RESOLVED]
    mood = seen_through(mood_of(card.alert for card in cards), household)
    known = {} if household is None else known_of(household, box.now())
    return HomeNow(
        mood=mood,
        headline=_headline(mood, cards, teller, unseen(household)),
        cards=standing,
        ended=[card for card in ended if card.mood is not Mood.CALM],
        notes=[card for card in cards if card.mood is Mood.CALM],
        facts=[] if household is None else list(_facts(household, teller)),
        rooms=[_room(room.id, home, known, day, teller) for room in home.rooms],
        devices=[_device(d, known.get(d.id, Before()), teller) for d in home.devices],
        phone=_phone(home),
        is_away=box.node.absence(home.id) is not None,
        leaves=list(_leaves(box, teller)),
    )


def _headline(mood: Mood, cards: Sequence[Card], teller: Teller, unseen: str) -> str:
    of_mood = [card for card in cards if card.mood is mood]
    if unseen and mood in (Mood.CALM, Mood.CHECK):
        return teller.say(unseen)
    is_one = len(of_mood) == 1 and mood not in (Mood.CALM, Mood.CHECK)
    said = teller.say(
        f"view.mood_{mood}_one" if is_one else f"view.mood_{mood}", count=len(of_mood)
    )
    is_drill = bool(of_mood) and all(card.alert.drill for card in of_mood)
    return teller.say("view.only_drill", said=said) if is_drill or teller.home.drill else said


# -- whereabouts


def _facts(household: Household, teller: Teller) -> Iterator[tuple[str, str]]:
    state, now = household.inactivity.state, teller.now
    yield teller.say("view.where"), _whereabouts(household, teller)
    if state.seen_at is None:
        yield teller.say("view.seen"), teller.say("view.never_seen")
        return
    room = "" if state.last is None else teller.room(state.last.room)
    seen = teller.ago(state.seen_at)
    yield (
        teller.say("view.seen"),
        teller.say("view.seen_in", room=room, time=seen) if room else seen,
    )
    yield teller.say("view.quiet"), teller.lasting(household.inactivity.age(now))
    usual = household.inactivity.usual(now)
    said = teller.say("view.usual_unknown") if usual is None else teller.lasting(usual)
    yield teller.say("view.usual"), said


def _whereabouts(household: Household, teller: Teller) -> str:
    presence, now = household.presence, teller.now
    declared = presence.state.declared
    if declared is not None and presence.is_declared(now):
        until = "" if declared.until is None else teller.at(declared.until)
        key = "view.declared_until" if until else "view.declared"
        return teller.say(key, by=declared.by, until=until)
    out = presence.out_since
    if presence.is_away(now) and out is not None:
        return teller.say("view.out", time=teller.ago(out.wall))
    unsure = presence.unsure_from
    if unsure is not None and unsure.reached(now):
        return teller.say("view.unsure")
    return teller.say("view.visited" if presence.company.is_there(now) else "view.inside")


# -- rooms and devices


def _room(
    name: str, home: Home, known: dict[str, Before], day: Day | None, teller: Teller
) -> RoomNow:
    witnesses = [d for d in home.devices if d.room == name and gives_life(d)]
    is_seen = any(known.get(d.id, Before()).silent_since is None for d in witnesses)
    last = None if day is None else day.last.get(name)
    return RoomNow(
        teller.room(name),
        _last(last, teller, has_witness=bool(witnesses), is_seen=is_seen),
        is_seen,
        "" if day is None else bars(day, name),
        "" if day is None else spans(day, day.away),
        "" if day is None else spans(day, day.blind),
        "" if day is None else spans(day, [(day.now, day.ends)]),
    )


def _last(last: datetime | None, teller: Teller, *, has_witness: bool, is_seen: bool) -> str:
    if not has_witness:
        return teller.say("view.no_witness")
    if not is_seen:
        return teller.say("view.unseen")
    return teller.say("view.none_today") if last is None else teller.ago(last)


def _device(device: Device, before: Before, teller: Teller) -> DeviceNow:
    battery = before.battery
    is_low = battery is not None and battery <= device.battery_low_percent
    troubles = [teller.say(f"rule.{rule}") for rule in before.troubles]
    if before.silent_since is not None:
        troubles = [teller.say("view.silent", since=teller.at(before.silent_since)), *troubles]
    if before.heard_at is None and not troubles:
        troubles = [teller.say("devices.never")]
    return DeviceNow(
        plain(device.name),
        teller.room(device.room),
        "" if before.heard_at is None else teller.at(before.heard_at),
        "" if battery is None else f"{battery:.0f}%",
        _link(before.link, teller),
        teller.say("list.comma").join(troubles) or teller.say("view.well"),
        not (troubles or is_low),
    )


def _link(link: int | None, teller: Teller) -> str:
    if link is None:
        return ""
    if link >= GOOD_LINK:
        return teller.say("view.link_good")
    return teller.say("view.link_fair" if link >= FAIR_LINK else "view.link_weak")


def _phone(home: Home) -> str:
    numbers = (each.phone for each in home.contacts if role_key(each.role) == "elder")
    return next((number for number in numbers if number), "")


def _leaves(box: Box, teller: Teller) -> Iterator[tuple[str, str]]:
    """Tell what leaves the home, and by whose word; nothing does without an uplink."""
    if box.config.settings.uplink is None:
        return
    yield teller.say("view.leaves_alerts"), teller.say("view.leaves_always")
    consent = box.config.consents.get(teller.home.id)
    for switch in () if consent is None else switches(consent):
        said = teller.say(f"consent.{switch.level}")
        if switch.is_on and switch.on is not None:
            given = teller.say("consent.given", by=plain(switch.by), on=switch.on)
            said = teller.say("view.and", one=said, other=given)
        yield teller.say(f"consent.{switch.what}"), said
