"""Who lives in a home, and who is called when something is the matter there.

Each change is audited in the transaction that makes it.
"""

from typing import Any

from sqlalchemy import delete, func, insert, select, update

from district.identity import fresh
from district.incidents import Refused
from district.office import Office
from district.schema import people

MOST_PEOPLE = 30


async def put_person(office: Office, household: str, **values: Any) -> str:
    """Add a resident or a contact, to be called after those who are there."""
    await office.watched(household)
    there = select(func.count(), func.max(people.c.place)).where(people.c.household == household)
    count, last = (await office.connection.execute(there)).one()
    if count >= MOST_PEOPLE:
        raise Refused("conflict", f"at most {MOST_PEOPLE} people of a home", "refused.people")
    if values.get("place") is None:
        values["place"] = 0 if last is None else min(last + 1, 1000)
    name = fresh()
    await office.connection.execute(insert(people).values(id=name, household=household, **values))
    await office.changed("person added", household, person=name)
    return name


async def change_person(office: Office, household: str, person: str, **values: Any) -> None:
    """Change what is known of somebody. Raises Refused."""
    await office.reached(household)
    where = (people.c.id == person) & (people.c.household == household)
    done = await office.connection.execute(update(people).where(where).values(**values))
    if done.rowcount == 0:
        raise Refused("not_found", "there is no such person here", "refused.gone")
    await office.changed("person changed", household, person=person)


async def take_person(office: Office, household: str, person: str) -> None:
    """Remove somebody from a home's record."""
    await office.reached(household)
    where = (people.c.id == person) & (people.c.household == household)
    gone = await office.connection.execute(delete(people).where(where))
    if gone.rowcount == 0:
        raise Refused("not_found", "there is no such person here", "refused.gone")
    await office.changed("person removed", household, person=person)
