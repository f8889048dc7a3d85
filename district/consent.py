"""What the people of a home agreed to, and what becomes of it when they take that back.

A withdrawal holds at once and in one transaction: what was sent under it is erased or blanked here,
and the feed gives it to nobody any more.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from district import summaries
from district.identity import fresh
from district.incidents import Refused
from district.office import Office
from district.schema import consents, events, households, incidents, steps
from edge.model import Rule
from gateway.wire.uplink.event import AlertData, Information, Kind


class Consent(StrEnum):
    """What may be agreed to; the first three are the switches of the home's own [consent]."""

    SUMMARIES = "summaries"  # half hours in which somebody was up and about
    VITALS = "vitals"  # what was measured on the body
    CHANGES = "changes"  # notes about slow change in somebody's days
    MEDICAL = "medical"  # medical notes on the card
    DOOR_CODE = "door_code"


RULES: Mapping[Consent, frozenset[Rule]] = {
    Consent.VITALS: frozenset({Rule.HEART_RATE, Rule.OXYGEN, Rule.BODY_TEMPERATURE}),
    Consent.CHANGES: frozenset({Rule.CHANGE}),
}
KEPT = frozenset({Consent.MEDICAL, Consent.DOOR_CODE})  # columns of the record
# What is left of an alert whose figures are not to be seen any more.
BLANK: Mapping[Consent, dict[str, list[str]]] = {
    Consent.VITALS: {
        "zh": ["身体指标警报", "住户已撤回同意，测量值不再显示。"],
        "en": ["A sign of the body", "Consent was withdrawn: what was measured is not shown."],
    },
    Consent.CHANGES: {
        "zh": ["作息变化提示", "住户已撤回同意，内容不再显示。"],
        "en": ["A slow change", "Consent was withdrawn: what has changed is not shown."],
    },
}


async def consent(office: Office, household: str, what: str, by: str) -> str:
    """Note what somebody agrees to, and who they are. Raises Refused."""
    await office.watched(household)
    if await agrees(office.connection, household, what):
        raise Refused("conflict", f"there is a consent to {what} already", "refused.agreed")
    name = fresh()
    row = {"id": name, "household": household, "what": what, "given": office.now, "given_by": by}
    await office.connection.execute(insert(consents).values(**row))
    await office.noted("consent given", household, to=what)
    return name


async def withdraw(office: Office, household: str, what: str, by: str) -> None:
    """Note that somebody does not agree any more, and erase what was held under it."""
    await office.reached(household)
    where = (consents.c.household == household) & (consents.c.what == what)
    stands = update(consents).where(where & consents.c.withdrawn.is_(None))
    done = await office.connection.execute(stands.values(withdrawn=office.now, withdrawn_by=by))
    if done.rowcount == 0:
        raise Refused("not_found", f"there is no consent to {what}", "refused.not_agreed")
    await erase_held(office.connection, household, what)
    await office.noted("consent withdrawn", household, to=what)


async def agrees(connection: AsyncConnection, household: str, what: str) -> bool:
    """Say whether a consent stands."""
    where = (consents.c.household == household) & (consents.c.what == what)
    found = select(consents.c.id).where(where & consents.c.withdrawn.is_(None)).limit(1)
    return (await connection.execute(found)).one_or_none() is not None


async def withdrawn(connection: AsyncConnection, household: str, what: str) -> bool:
    """Say whether it was given once and does not stand any more."""
    return what in (await barred(connection, [household])).get(household, frozenset())


async def barred(
    connection: AsyncConnection, households: Collection[str]
) -> dict[str, frozenset[Consent]]:
    """Give what was taken back and not given anew, by home, for what homes still send."""
    wanted = select(consents).where(consents.c.household.in_(households))
    stands: dict[tuple[str, str], bool] = {}
    for row in (await connection.execute(wanted)).all():
        which = (row.household, row.what)
        stands[which] = stands.get(which, False) or row.withdrawn is None
    found: dict[str, frozenset[Consent]] = {}
    for (household, what), is_given in stands.items():
        if not is_given:
            found[household] = found.get(household, frozenset()) | {Consent(what)}
    return found


def stripped(alert: AlertData, taken_back: frozenset[Consent]) -> AlertData:
    """Give an alert without what nobody agrees to any more."""
    for what, rules in RULES.items():
        if what in taken_back and alert.rule in rules:
            told = tuple(Information(key, *said) for key, said in BLANK[what].items())
            return msgspec.structs.replace(alert, info=told, because={})
    return alert


async def erase_held(connection: AsyncConnection, household: str, what: str) -> None:
    """Erase what is held of a home under a consent."""
    mine = events.c.household == household
    if what == Consent.SUMMARIES:
        await summaries.forget(connection, household)
        sent = update(events).where(mine, events.c.type == Kind.SUMMARY)
        await connection.execute(sent.values(body=""))
    elif what in KEPT:
        known = update(households).where(households.c.id == household)
        await connection.execute(known.values({what: "", "version": households.c.version + 1}))
    else:
        await _blank(connection, household, Consent(what))


async def _blank(connection: AsyncConnection, household: str, what: Consent) -> None:
    meant = (incidents.c.household == household) & incidents.c.rule.in_(RULES[what])
    names = (await connection.execute(select(incidents.c.id).where(meant))).scalars().all()
    said = select(steps.c.detail).where(steps.c.incident.in_(names))
    details: list[Any] = list((await connection.execute(said)).scalars())
    sent = [each["event"] for each in details if each.get("event")]
    blank = update(incidents).where(meant).values(told=BLANK[what], because={})
    await connection.execute(blank.values(version=incidents.c.version + 1))
    mine = (events.c.household == household) & events.c.id.in_(sent)
    await connection.execute(update(events).where(mine).values(body=""))
