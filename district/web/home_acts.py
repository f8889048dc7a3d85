"""What the forms of a home's page do; programs use the HTTP interface for the same acts."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct, structs
from pydantic import AwareDatetime, Field, StringConstraints
from starlette.datastructures import UploadFile as Uploaded

from district import consent, erasure, ledger, proof, residents, roster, visits
from district.access import Right, Who
from district.incidents import Refused
from district.office import Office
from district.proof import Shown
from district.visits import Visit
from district.web import roster_shapes as shapes
from district.web import shield
from district.web.entry import Wrong, enters, pressed, read
from district.web.guard import Here
from district.web.home_pages import show
from district.web.incident_routes import STATUS, Key
from district.web.rendering import clock_of
from district.web.shapes import Body, Name
from district.web.shapes import Key as Id
from district.web.working import worked

router = APIRouter(include_in_schema=False)
Keeps = Annotated[Who, Depends(enters(Right.ROSTER))]
Acts = Annotated[Who, Depends(enters(Right.ACT))]
Do = Callable[[Office, str, Any], Awaitable[Any]]


class Which(Body):
    """One person or thing of the home."""

    id: Id


class Changed(shapes.Person):
    id: Id


class Accepted(shapes.By):
    id: Id


class Returned(shapes.Because):
    id: Id


class Sure(Body):
    """The name of the home, typed by whoever is sure."""

    name: Name


class SeenForm(Body):
    """A visit as the form has it; the photo comes beside."""

    sort: Visit
    at: AwareDatetime | None = None
    minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    note: shapes.Long = ""
    code: Annotated[str, StringConstraints(max_length=40)] = ""


class Form(Struct, frozen=True):
    """One form: what it holds, what it does, where on the page it stands, what is said after it."""

    shape: type[Body]
    do: Do
    place: str
    said: str


async def _change(office: Office, home: str, body: shapes.Change) -> None:
    values = body.model_dump(exclude_unset=True, exclude_none=True)
    await roster.change(office, home, values, values.pop("version"))


async def _change_person(office: Office, home: str, body: Changed) -> None:
    values = body.model_dump(exclude={"id", "place"}) | {"has_key": body.has_key}
    if body.place is not None:
        values["place"] = body.place
    await residents.change_person(office, home, body.id, **values)


async def _erase(office: Office, home: str, body: Sure) -> None:
    if (await office.reached(home)).name != body.name:
        raise Refused("invalid", "another name", "refused.other_name")
    await erasure.erase(office, home)


FORMS: dict[str, Form] = {
    "change": Form(shapes.Change, _change, "card", "saved"),
    "end": Form(shapes.Ending, lambda at, home, it: roster.end(at, home, it.reason), "", "ended"),
    "erase": Form(Sure, _erase, "", "erased"),
    "person": Form(
        shapes.Person,
        lambda at, home, it: residents.put_person(at, home, **it.model_dump()),
        *("people", "saved"),
    ),
    "person-change": Form(Changed, _change_person, "people", "saved"),
    "person-remove": Form(
        Which, lambda at, home, it: residents.take_person(at, home, it.id), "people", "removed"
    ),
    "consent": Form(
        shapes.Agreement,
        lambda at, home, it: consent.consent(at, home, it.what, it.by),
        *("consents", "agreed"),
    ),
    "withdraw": Form(
        shapes.Agreement,
        lambda at, home, it: consent.withdraw(at, home, it.what, it.by),
        *("consents", "withdrawn"),
    ),
    "install": Form(
        shapes.Thing,
        lambda at, home, it: ledger.install(at, home, **it.model_dump(exclude_none=True)),
        *("things", "saved"),
    ),
    "accept": Form(
        Accepted, lambda at, home, it: ledger.accept(at, home, it.id, it.by), "things", "saved"
    ),
    "return": Form(
        Returned,
        lambda at, home, it: ledger.give_back(at, home, it.id, it.reason),
        *("things", "saved"),
    ),
}
OF_ONE = {"person-change": "person-", "accept": "accept-"}  # their fields stand once for each


@router.post("/homes/{household}/visits", max_body_size=shield.SHEET_BYTES)
async def visited(household: Key, request: Request, who: Acts, here: Here) -> Response:
    """Note a visit; of its photo hash, time and place are kept."""
    sent = await request.form(max_files=1, max_fields=20)
    fields = {name: value for name, value in sent.items() if isinstance(value, str)}
    photo = sent.get("photo")
    content = await photo.read() if isinstance(photo, Uploaded) else b""
    shows = partial(show, here, who, household, form="visits", typed=fields)
    try:
        body = read(SeenForm, fields, (await clock_of(here, who)).zone)
        shown = proof.photographed(content) if content else Shown()
        shown = structs.replace(shown, code=body.code)
        values = body.model_dump(exclude_none=True, exclude={"code"})
        await worked(here, who, lambda at: visits.visited(at, household, shown, **values))
    except Wrong as wrong:
        return await shows(status=422, wrong=wrong.faults)
    except Refused as refused:
        if not refused.key:
            raise HTTPException(STATUS[refused.code], str(refused)) from refused
        return await shows(status=STATUS[refused.code], wrong=[("", refused.key)])
    return RedirectResponse(f"/homes/{household}?said=visit#visits", 303)


@router.post("/homes/{household}/{act}")
async def sent(household: Key, act: str, request: Request, who: Keeps, here: Here) -> Response:
    """Do what a form of a home's page says."""
    if (form := FORMS.get(act)) is None:
        raise HTTPException(404, "there is no such form")

    async def shows(status: int, **values: Any) -> Response:
        name = act
        if act in OF_ONE:
            name = OF_ONE[act] + values["typed"].get("id", "")
        return await show(here, who, household, status, form=name, **values)

    back = f"/homes/{household}?said={form.said}" + (f"#{form.place}" if form.place else "")
    return await pressed(
        *(request, here, who),
        shape=form.shape,
        do=lambda office, body: form.do(office, household, body),
        back=back,
        shows=shows,
    )
