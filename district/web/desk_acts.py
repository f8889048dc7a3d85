"""What the buttons of an incident's page do, as forms: they work without scripts too.

Programs use incident_routes.py; both end in the same acts. A script that sends a form asks for JSON
and is told what became of it; without one the page is shown anew, with what was typed.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from msgspec import Struct
from pydantic import ValidationError

from district import incidents as acts
from district.access import Right, Who
from district.incidents import Doing, Refused
from district.live import News
from district.phases import Act
from district.web import shapes
from district.web.desk_pages import show
from district.web.entry import ToOneself
from district.web.guard import District, Here, is_ours, whose
from district.web.incident_routes import STATUS, Key, acted
from district.web.rendering import clock_of, language_of, rendered
from district.web.words import say

MOST = 20  # fields
router = APIRouter(include_in_schema=False)
Do = Callable[[Doing, Any], Awaitable[tuple[News, ...]]]


class Form(Struct, frozen=True):
    """One form of the page: which act it is, what it holds, and what is done with it."""

    act: Act
    shape: type[shapes.Body]
    do: Do


FORMS: dict[str, Form] = {
    "take": Form(Act.TAKE, shapes.Take, lambda at, it: acts.take(at, minutes(it))),
    "hand-over": Form(
        Act.HAND_OVER, shapes.HandOver, lambda at, it: acts.hand_over(at, it.to, minutes(it))
    ),
    "call": Form(Act.CALL, shapes.Call, lambda at, it: acts.call(at, it.whom, it.result)),
    "dispatch": Form(
        Act.DISPATCH, shapes.Dispatch, lambda at, it: acts.dispatch(at, it.whom, it.phone)
    ),
    "on-scene": Form(
        Act.ON_SCENE,
        shapes.Progress,
        lambda at, it: acts.progress(at, it.dispatch, Act.ON_SCENE),
    ),
    "done": Form(
        Act.DONE, shapes.Progress, lambda at, it: acts.progress(at, it.dispatch, Act.DONE)
    ),
    "notes": Form(Act.NOTE, shapes.Note, lambda at, it: acts.note(at, it.text)),
    "follow-ups": Form(
        Act.FOLLOW_UP,
        shapes.FollowUp,
        lambda at, it: acts.follow_up(at, it.owner, it.what, it.due),
    ),
    "followed": Form(Act.FOLLOWED, shapes.Followed, lambda at, it: acts.followed(at, it.follow_up)),
    "close": Form(Act.CLOSE, shapes.Close, lambda at, it: acts.close(at, it.outcome, it.note)),
}


def minutes(body: Any) -> timedelta:
    """Give the length of a lease."""
    return timedelta(minutes=body.minutes)


async def actor(request: Request, here: Here) -> Who | None:
    """Give who pressed a button; None: their session has ended. Raises HTTPException 403."""
    if not is_ours(request):
        raise HTTPException(403, "this request does not come from the desk")
    who = await whose(request, here)
    if who is not None and who.is_held:
        raise ToOneself
    if who is not None and not who.has(Right.ACT):
        raise HTTPException(403, f"this needs the right {Right.ACT}")
    return who


actor.__dict__["right"] = Right.ACT
Actor = Annotated[Who | None, Depends(actor)]


@router.post("/incidents/{incident}/{act}")
async def pressed(incident: Key, act: str, request: Request, who: Actor, here: Here) -> Response:
    """Do what a form of an incident's page says."""
    if (form := FORMS.get(act)) is None:
        raise HTTPException(404, "there is no such act")
    typed = await _typed(request)
    if who is None:
        return _ended(request, incident, typed)
    try:
        body = await _read(here, who, form, typed)
        seen = getattr(body, "seen", None)
        await acted(here, who, incident, form.act, lambda at: form.do(at, body), seen=seen)
    except Refused as refused:
        said = say(refused.key or f"refused.{refused.code}", who.language)
        if _is_script(request):
            return JSONResponse({"ok": False, "said": said}, STATUS[refused.code])
        if refused.code == "not_found":
            raise HTTPException(404, str(refused)) from refused
        return await show(here, who, incident, STATUS[refused.code], said=said, typed=typed)
    if _is_script(request):
        return JSONResponse({"ok": True})
    back = (
        "/follow-ups" if form.act is Act.FOLLOWED and "list" in typed else f"/incidents/{incident}"
    )
    return RedirectResponse(back, 303)


async def _typed(request: Request) -> dict[str, str]:
    """Read the fields; one that is empty was not filled in."""
    found = await request.form(max_files=0, max_fields=MOST)
    fields = {name: value.strip() for name, value in found.items() if isinstance(value, str)}
    return {name: value for name, value in fields.items() if value}


async def _read(here: District, who: Who, form: Form, typed: dict[str, str]) -> shapes.Body:
    """Read a form. Raises Refused where a field is missing or says nothing sensible."""
    fields = {name: value for name, value in typed.items() if name != "list"}
    try:
        if "due" in fields:
            # The hour as it is where the desk stands.
            zone = (await clock_of(here, who)).zone
            local = datetime.fromisoformat(fields["due"]).replace(tzinfo=zone)
            fields["due"] = local.astimezone(UTC).isoformat()
        return form.shape.model_validate(fields)
    except (ValidationError, ValueError, OverflowError) as error:
        raise Refused("invalid", str(error), "refused.form") from error


def _is_script(request: Request) -> bool:
    return request.headers.get("accept", "") == "application/json"


def _ended(request: Request, incident: str, typed: dict[str, str]) -> Response:
    """Answer somebody whose session has ended: nothing was done, nothing typed is lost."""
    if _is_script(request):
        return JSONResponse({"ok": False}, 401)
    kept = [value for name, value in typed.items() if name in {"text", "note", "what", "whom"}]
    return rendered(
        *("login.html", language_of(request), 401),
        wrong="login.ended",
        needs_code=False,
        next=f"/incidents/{incident}",
        kept=kept,
    )
