"""The web application of a district: the HTTP interface and the desk's pages."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from district.web import (
    desk_acts,
    desk_pages,
    duty_forms,
    duty_pages,
    duty_routes,
    entry,
    figure_pages,
    figure_routes,
    home_acts,
    home_pages,
    incident_routes,
    joining_pages,
    ledger_pages,
    ledger_routes,
    me_pages,
    outward_routes,
    pages,
    place_pages,
    problems,
    roster_routes,
    sheet_pages,
    shield,
    staff_pages,
    stream,
    token_pages,
    token_routes,
    visit_pages,
)
from district.web.description import describe
from district.web.guard import District

STATIC = Path(__file__).with_name("static")
DESCRIPTION = """\
Incidents of elders who live alone: see them and act on them, keep the roster, read figures, and
take over the events of gateways.

People log in at /login and have a session; programs bring a token. Everybody sees their own area
and what lies below it. What is elsewhere does not exist for them: 404.
"""
TAGS = [
    {"name": "incidents", "description": "See incidents, and act on them."},
    {"name": "roster", "description": "Homes, people, consent, things, visits."},
    {"name": "duty", "description": "Who has to answer, and what says so."},
    {"name": "figures", "description": "What came of it, without anybody's name."},
    {"name": "feed", "description": "The events of gateways, for the city's data platform."},
    {"name": "audits", "description": "Who saw and changed what."},
    {"name": "tokens", "description": "What programs show instead of a password."},
]
# For programs, described by OpenAPI; and for people.
PROGRAMS = (
    incident_routes,
    roster_routes,
    ledger_routes,
    figure_routes,
    outward_routes,
    token_routes,
    duty_routes,
)
PAGES = (
    pages,
    desk_pages,
    desk_acts,
    duty_pages,
    duty_forms,
    sheet_pages,
    home_pages,
    joining_pages,  # before home_acts, which takes any form of a home
    home_acts,
    ledger_pages,
    figure_pages,
    staff_pages,
    token_pages,
    place_pages,
    me_pages,
    stream,
    visit_pages,
)


def application(district: District) -> FastAPI:
    """Make the application; its interface is described at /openapi.json."""
    app = interface()
    app.state.district = district
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    inner = app.build_middleware_stack
    # Around everything, also around what the framework itself refuses or breaks with.
    app.build_middleware_stack = lambda: shield.Shield(  # type: ignore[method-assign]
        inner(), district.is_secure, problems.too_large
    )
    problems.install(app)
    entry.install(app)
    return app


def interface() -> FastAPI:
    """Make all of it that needs no district: the routes and their description."""
    app = FastAPI(
        title="Shouhu district",
        version="1",
        description=DESCRIPTION,
        openapi_tags=TAGS,
        docs_url=None,
        redoc_url=None,
        max_body_size=shield.BODY_BYTES,
        generate_unique_id_function=lambda route: "_".join([*map(str, route.tags[:1]), route.name]),
    )
    for each in (*PROGRAMS, *PAGES):
        app.include_router(each.router)
    describe(app)
    return app
