"""What each route of the district needs, and about what: the table that test_matrix.py walks.

A new route needs a line here; the test says which. `{household}` and the like are filled in with
what stands in the community of the table's invented things (see `settled`), whose names hold MARK.
"""

from datetime import date, timedelta
from enum import Enum
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import insert, update

from district.access import Right, Role
from district.schema import (
    absences,
    accounts,
    areas,
    consents,
    counters,
    dispatches,
    equipment,
    follow_ups,
    gateways,
    holidays,
    households,
    people,
    pushes,
    rota,
    tokens,
)
from tests.district.world import World, smoke

MARK = "标记"
HERE = "ninghai"


class About(Enum):
    """How a route shows that it keeps to the area of whoever asks."""

    NOTHING = 0  # it is about whoever asks, or nobody
    PATH = 1  # its path names a thing: elsewhere there is none, 404
    BODY = 2  # what is sent names a thing: elsewhere it is refused
    LIST = 3  # it lists things: those of elsewhere are not among them


class Case(Struct, frozen=True):
    """One request: the right that it needs (None: to be logged in), and what it is about."""

    method: str
    path: str
    right: Right | None
    about: About
    json: Any = None
    form: dict[str, str] | None = None
    text: str | None = None
    act: str = ""
    endless: bool = False  # a stream: what is let in is not waited for
    only: frozenset[Role] = frozenset(Role)  # who of those that have the right may do just this


def api(method: str, path: str, right: Right, about: About, json: Any = None) -> Case:
    return Case(method, f"/api/v1{path}", right, about, json)


def page(path: str, right: Right | None, about: About = About.LIST) -> Case:
    return Case("GET", path, right, about)


def form(path: str, right: Right | None, about: About, act: str = "", **fields: str) -> Case:
    return Case("POST", path, right, about, form=fields, act=act)


OPEN = {
    ("GET", "/login"),
    ("POST", "/login"),
    ("GET", "/openapi.json"),
    # The token in the path is judged by the home.
    ("GET", "/g/{gateway}/a/{token}"),
    ("HEAD", "/g/{gateway}/a/{token}"),
    ("POST", "/g/{gateway}/a/{token}"),
}
DESK, ACT, RECORDS, ROSTER = Right.DESK, Right.ACT, Right.RECORDS, Right.ROSTER
ROTA, SCHEDULE, ACCOUNTS = Right.ROTA, Right.SCHEDULE, Right.ACCOUNTS
FIGURES, AUDITS, FEED = Right.FIGURES, Right.AUDITS, Right.FEED
NOTHING, PATH, BODY, LIST = About.NOTHING, About.PATH, About.BODY, About.LIST
FOR_OTHERS = frozenset({Role.SUPERVISOR, Role.ADMIN})  # anybody may say that they are away
DAY = {"begins": "2026-11-02T00:00:00Z", "ends": "2026-11-03T00:00:00Z"}
LINE = {"account": "zhao", "days": "12345", "begins": "08:00", "ends": "20:00"}
LIMITS = {"emergency_s": 180, "urgent_s": 1800, "fault_s": 86400}
HOME = {"gateway": "g1", "local": "new", "area": HERE, "name": "新家"}
PERSON = {"kind": "contact", "name": "王芳", "phone": "13800000000"}
AGREES = {"what": "summaries", "by": "王芳"}
THING = {"kind": "smoke", "name": "烟感"}
VISIT = {"sort": "call", "note": "接通"}
LATER = {"owner": "zhao", "what": "回访", "due": "2026-11-05T00:00:00Z"}

INCIDENT = "/incidents/{incident}"
ACTS: dict[str, dict[str, Any]] = {
    "take": {},
    "hand-over": {"to": "zhao"},
    "call": {"whom": "王芳", "result": "接通"},
    "dispatch": {"whom": "老周"},
    "on-scene": {"dispatch": "d1"},
    "done": {"dispatch": "d1"},
    "notes": {"text": "x"},
    "follow-ups": LATER,
    "close": {"outcome": "well"},
}
HOMES = "/households/{household}"
OFFICE = "/homes/{household}"
FORMS: dict[str, dict[str, str]] = {
    "change": {"version": "1", "name": "新"},
    "end": {"reason": "moved"},
    "erase": {"name": "王家"},
    "person": PERSON,
    "person-change": {"id": "p1", **PERSON},
    "person-remove": {"id": "p1"},
    "consent": AGREES,
    "withdraw": AGREES,
    "install": THING,
    "accept": {"id": "t1", "by": "王芳"},
    "return": {"id": "t1", "reason": "坏了"},
}
DUTY = "/duty/areas/{area}"
CASES = (
    api("GET", "/incidents", DESK, LIST),
    api("GET", INCIDENT, DESK, PATH),
    *(api("POST", f"{INCIDENT}/{act}", ACT, PATH, body) for act, body in ACTS.items()),
    api("POST", f"{INCIDENT}/follow-ups/{{follow_up}}/done", ACT, PATH),
    api("GET", "/households", RECORDS, LIST),
    api("POST", "/households", ROSTER, BODY, HOME),
    api("GET", "/households/overdue", RECORDS, LIST),
    api("GET", "/households/sheet.csv", ROSTER, LIST),
    Case(
        *("POST", "/api/v1/households/sheet.csv", ROSTER, BODY),
        text=f"gateway,local,area,name\ng1,new,{HERE},新家\n",
    ),
    api("GET", HOMES, RECORDS, PATH),
    api("PATCH", HOMES, ROSTER, PATH, {"version": 1, "name": "新"}),
    api("POST", f"{HOMES}/gateway", ROSTER, PATH, {"gateway": "g1", "local": "new"}),
    api("POST", f"{HOMES}/end", ROSTER, PATH, {"reason": "moved"}),
    api("POST", f"{HOMES}/erase", ROSTER, PATH),
    api("POST", f"{HOMES}/people", ROSTER, PATH, PERSON),
    api("PUT", f"{HOMES}/people/{{person}}", ROSTER, PATH, PERSON),
    api("DELETE", f"{HOMES}/people/{{person}}", ROSTER, PATH),
    api("POST", f"{HOMES}/consents", ROSTER, PATH, AGREES),
    api("POST", f"{HOMES}/consents/withdraw", ROSTER, PATH, AGREES),
    api("GET", "/equipment", RECORDS, LIST),
    api("POST", f"{HOMES}/equipment", ROSTER, PATH, THING),
    api("POST", f"{HOMES}/equipment/{{thing}}/accept", ROSTER, PATH, {"by": "王芳"}),
    api("POST", f"{HOMES}/equipment/{{thing}}/return", ROSTER, PATH, {"reason": "坏了"}),
    api("GET", "/visits", RECORDS, LIST),
    api("POST", f"{HOMES}/visits", ACT, PATH, VISIT),
    api("GET", "/audits", AUDITS, LIST),
    api("GET", "/figures", FIGURES, LIST),
    api("GET", "/figures/causes", FIGURES, LIST),
    api("GET", "/feed", FEED, LIST),
    api("GET", "/pushes", ACCOUNTS, LIST),
    api("PUT", "/pushes/{name}/position", ACCOUNTS, PATH, {"position": 0}),
    api("GET", "/tokens", ACCOUNTS, LIST),
    api("POST", "/tokens", ACCOUNTS, BODY, {"login": "prog", "name": "x", "rights": ["feed"]}),
    api("DELETE", "/tokens/{token}", ACCOUNTS, PATH),
    api("GET", "/duty", ROTA, LIST),
    api("GET", DUTY, ROTA, PATH),
    api("POST", f"{DUTY}/lines", SCHEDULE, PATH, LINE),
    api("POST", f"{DUTY}/shifts", SCHEDULE, PATH, {"account": "zhao", **DAY}),
    api("DELETE", "/duty/entries/{entry}", SCHEDULE, PATH),
    api("PUT", f"{DUTY}/days/{{day}}", SCHEDULE, PATH, {"counts_as": "H"}),
    api("DELETE", f"{DUTY}/days/{{day}}", SCHEDULE, PATH),
    api("PUT", f"{DUTY}/limits", SCHEDULE, PATH, LIMITS),
    api("GET", "/duty/absences", ROTA, LIST),
    structs.replace(
        api("POST", "/duty/absences", ROTA, BODY, {"account": "zhao", **DAY}), only=FOR_OTHERS
    ),
    structs.replace(api("DELETE", "/duty/absences/{absence}", ROTA, PATH), only=FOR_OTHERS),
    api("GET", "/duty/sheet.csv", ROTA, LIST),
    Case(
        *("POST", "/api/v1/duty/sheet.csv", SCHEDULE, BODY),
        text=f"area,login,days,begins,ends\n{HERE},zhao,12345,08:00,20:00\n",
    ),
    # -- the desk's pages
    page("/", DESK),
    page("/desk/list", DESK),
    page("/desk/around", DESK, NOTHING),
    page(INCIDENT, DESK, PATH),
    page("/desk/incidents/{incident}", DESK, PATH),
    page("/follow-ups", DESK),
    page("/desk/follow-ups", DESK),
    *(form(f"{INCIDENT}/{{act}}", ACT, PATH, act, **body) for act, body in ACTS.items()),
    form(f"{INCIDENT}/{{act}}", ACT, PATH, "followed", follow_up="f1"),
    Case("GET", "/desk/stream", DESK, NOTHING, endless=True),
    # -- duty
    page("/duty", ROTA),
    page("/duty/{area}", ROTA, PATH),
    form("/duty/sheet", SCHEDULE, BODY),
    structs.replace(form("/duty/away", ROTA, BODY, **DAY, account="zhao"), only=FOR_OTHERS),
    structs.replace(form("/duty/away", ROTA, BODY, absence="ab1"), only=FOR_OTHERS),
    form("/duty/{area}/{act}", SCHEDULE, PATH, "line", **LINE),
    form("/duty/{area}/{act}", SCHEDULE, PATH, "remove", entry="r1"),
    # -- the office's pages
    page("/homes", RECORDS),
    page("/homes/new", ROSTER),
    form("/homes/new", ROSTER, BODY, **HOME),
    page("/homes/sheet", ROSTER),
    form("/homes/sheet", ROSTER, BODY),
    page("/homes/sheet.csv", ROSTER),
    page(OFFICE, RECORDS, PATH),
    page(f"{OFFICE}/label", ROSTER, PATH),
    form(f"{OFFICE}/label", ROSTER, PATH),
    form(f"{OFFICE}/visits", ACT, PATH, **VISIT),
    form(f"{OFFICE}/gateway", ROSTER, PATH, gateway="g1", local="new"),
    form(f"{OFFICE}/joined", ROSTER, PATH, home="nobody"),
    *(form(f"{OFFICE}/{{act}}", ROSTER, PATH, act, **fields) for act, fields in FORMS.items()),
    page("/visits", RECORDS),
    form("/visits/check", RECORDS, NOTHING),
    page("/visits.csv", RECORDS),
    page("/things", RECORDS),
    page("/things.csv", RECORDS),
    page("/audits", AUDITS),
    page("/audits.csv", AUDITS),
    page("/figures", FIGURES),
    page("/figures.csv", FIGURES),
    page("/accounts", ACCOUNTS),
    form("/accounts", ACCOUNTS, BODY, login="new", name="新人", role="duty", area=HERE),
    page("/accounts/{account}", ACCOUNTS, PATH),
    form("/accounts/{account}/reset", ACCOUNTS, PATH),
    form("/accounts/{account}/{act}", ACCOUNTS, PATH, "change", name="新名"),
    page("/tokens", ACCOUNTS),
    form("/tokens", ACCOUNTS, BODY, program="prog", token_name="x", feed="true"),
    form("/tokens/{token}/revoke", ACCOUNTS, PATH),
    page("/areas", ACCOUNTS),
    form("/areas", ACCOUNTS, BODY, id="new", name="新区", parent=HERE),
    form("/areas/change", ACCOUNTS, BODY, id=HERE, name="新", time_zone="Asia/Shanghai"),
    page("/gateways", ACCOUNTS),
    form("/gateways", ACCOUNTS, BODY, gateway="g1", area=HERE),
    # -- everybody's own
    page("/me", None, NOTHING),
    form("/me/password", None, NOTHING),
    form("/me/offer", None, NOTHING),
    form("/me/codes", None, NOTHING),
    form("/me/no-totp", None, NOTHING),
    form("/me/totp", None, NOTHING),
    form("/me/sessions", None, NOTHING),
    form("/me/language", None, NOTHING, language="en"),
    form("/logout", None, NOTHING),
)


async def settled(world: World) -> dict[str, str]:
    """Put one of each thing into the community HERE; give what fills the paths."""
    await world.sends(smoke(), "e1")
    incident = await world.incident()
    home, now = incident.household, world.now
    span = {"begins": now, "ends": now + timedelta(days=1)}
    async with world.database.begin() as connection:
        alley = {"id": "alley", "parent": HERE, "path": f"/city/yuhua/{HERE}/alley/"}
        await connection.execute(insert(areas).values(**alley, name="巷"))
        named = update(households).where(households.c.id == home)
        await connection.execute(
            named.values(name=f"{MARK}王家", is_registered=True, since=now - timedelta(days=60))
        )
        await connection.execute(
            update(gateways).where(gateways.c.id == "g1").values(is_online=True)
        )
        await connection.execute(
            update(accounts).where(accounts.c.id == "zhao").values(name=f"{MARK}赵磊")
        )
        for area in (HERE, "yuhua", "alley", "xuanwu"):
            for role in Role:
                row = {"login": f"{role}-{area}", "name": f"{role} {area}", "area": area}
                row |= {"id": f"{role}-{area}", "role": role, "password": "!"}
                await connection.execute(insert(accounts).values(**row))
        prog = {"id": "prog", "login": "prog", "name": f"{MARK}平台", "area": HERE}
        await connection.execute(insert(accounts).values(**prog, role=Role.PLATFORM, password="!"))
        rows: tuple[tuple[Any, dict[str, Any]], ...] = (
            (people, {"id": "p1", "household": home, "kind": "contact", "name": f"{MARK}王芳"}),
            (
                equipment,
                {"id": "t1", "household": home, "kind": "smoke", "name": f"{MARK}烟感"}
                | {"installed": now, "installed_by": "李"},
            ),
            (dispatches, {"id": "d1", "incident": incident.id, "whom": "老周", "ordered": now}),
            (
                follow_ups,
                {"id": "f1", "incident": incident.id, "owner": "zhao", "what": f"{MARK}回访"}
                | {"due": now},
            ),
            (
                rota,
                {"id": "r1", "area": HERE, "account": "zhao", "days": "1234567"}
                | {"begins": 0, "ends": 1440},
            ),
            (absences, {"id": "ab1", "account": "zhao", **span}),
            (holidays, {"area": HERE, "day": date(2026, 11, 4), "name": f"{MARK}节"}),
            (
                consents,
                {"id": "c1", "household": home, "what": "summaries", "given": now}
                | {"given_by": "王"},
            ),
            (
                tokens,
                {"id": "tok1", "hidden": "x", "account": "prog", "name": f"{MARK}令牌"}
                | {"rights": ["feed"], "made": now, "made_by": "钱", "ends": span["ends"]},
            ),
            (pushes, {"name": f"push-{MARK}", "area": HERE, "position": 0}),
            (pushes, {"name": "city", "area": HERE, "position": 0}),
            (counters, {"name": "feed", "last": 0}),
        )
        for table, row in rows:
            await connection.execute(insert(table).values(**row))
    return {
        "incident": incident.id,
        "household": home,
        "person": "p1",
        "thing": "t1",
        "follow_up": "f1",
        "area": HERE,
        "entry": "r1",
        "absence": "ab1",
        "day": "2026-11-04",
        "token": "tok1",
        "name": "city",
        "account": "zhao",
    }
