"""Who lives in the street that the demonstration of the district plays: read from street_roster.

All of it is invented. What is done with it is the stage's and the desk's.
"""

import tomllib
from importlib.resources import files
from typing import NamedTuple

from simulator.home import Names, Plan
from simulator.household_file import household, people

AGREED = """
[consent]
summaries = "alerts"
vitals = true
by = {name}
on = 2026-03-01
"""


class Neighbour(NamedTuple):
    """One home of the street, as the district's roster has it."""

    id: str
    resident: str
    born: int
    address: str
    door_code: str
    risk: str
    medical: str
    plan: str
    phone: str
    contact: str
    role: str
    contact_phone: str
    has_key: bool

    def lives_in(self, plan: Plan) -> Plan:
        """Give their home: like a plan, under a name of its own."""
        own = plan.moved_to(self.id)
        return own._replace(names=Names(self.address, self.address))

    def household(self, plan: Plan, language: str) -> str:
        """Give the TOML of the household that a gateway watches."""
        contacts = people(language).replace("王芳", self.contact).replace("Fang Wang", self.contact)
        agreed = AGREED.format(name=f'"{self.resident}"')
        return household(
            plan,
            language,
            resident=self.resident,
            is_drill=False,
            contacts=contacts,
            more=agreed,
        )


def neighbours(language: str, most: int) -> list[Neighbour]:
    """Give the first so many homes of the street."""
    text = (files("simulator") / "street_roster" / f"{language}.toml").read_text("utf-8")
    return [Neighbour(**each) for each in tomllib.loads(text)["home"]][:most]
