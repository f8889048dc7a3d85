"""The end of a record: what names or describes somebody is erased, what counts stays.

Only a home that is not watched any more can be erased, and it cannot be undone.
"""

from typing import Any

from sqlalchemy import delete, select, update

from district import summaries
from district.incidents import Refused
from district.levels import BY
from district.office import Office
from district.schema import (
    consents,
    dispatches,
    equipment,
    events,
    follow_ups,
    households,
    incidents,
    people,
    steps,
    visits,
)

BARE = {"name": "", "address": "", "door_code": "", "medical": "", "plan": "", "visit_code": ""}
BLANK: dict[str, Any] = {
    **dict.fromkeys(("note", "subject", "home_by"), ""),
    **{key: {} for key in ("told", "because")},
}
# Who saw a thing work is often the resident, and why it was returned a story.
THINGS = {"room": "", "accepted_by": "", "return_reason": ""}


async def erase(office: Office, household: str) -> None:
    """Erase what is kept of the people of a home. Raises Refused."""
    row = await office.reached(household)
    if row.ended is None:
        raise Refused("conflict", "it is watched still: end that first", "refused.watched")
    happened = incidents.c.household == household
    names = select(incidents.c.id).where(happened)
    if (await office.connection.execute(names.where(incidents.c.closed.is_(None)))).first():
        raise Refused("conflict", "an incident there is open", "refused.open")
    known = update(households).where(households.c.id == household)
    await _all(
        office,
        delete(people).where(people.c.household == household),
        delete(consents).where(consents.c.household == household),
        update(visits).where(visits.c.household == household).values(note="", proof={}),
        update(steps).where(steps.c.incident.in_(names)).values(detail={}),
        # Who did something at home is a neighbour or a daughter; the desk's own people stay.
        update(steps).where(steps.c.incident.in_(names), steps.c.account.is_(None)).values(by=BY),
        update(equipment).where(equipment.c.household == household).values(THINGS),
        update(dispatches).where(dispatches.c.incident.in_(names)).values(whom="", phone=""),
        update(follow_ups).where(follow_ups.c.incident.in_(names)).values(what=""),
        update(events).where(events.c.household == household).values(body=""),
        update(incidents).where(happened).values(BLANK),
        # Its name is often the resident's; a gateway that still uses it speaks of a home anew.
        known.values(**BARE, gateway=None, local=household, version=row.version + 1),
    )
    await summaries.forget(office.connection, household)
    await office.noted("household erased", household)


async def _all(office: Office, *statements: Any) -> None:
    for statement in statements:
        await office.connection.execute(statement)
