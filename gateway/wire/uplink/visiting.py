"""A visit to the link in a message, passed on by a far end that the world can reach.

The far end knows neither notice nor person: it hands the token on and shows what comes back.
"""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from edge.model import Outcome

Token = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Text = Annotated[str, Meta(max_length=4000)]


class Act(StrEnum):
    """What somebody does behind a link: a GET looks, only a POST may do more."""

    LOOK = "look"
    TAKE = "take"
    CLOSE = "close"


class VisitData(Struct, frozen=True):
    """Somebody has opened the link with this token, or pressed a button behind it."""

    token: Token
    act: Act = Act.LOOK
    outcome: Outcome | None = None  # with close


class Button(Struct, frozen=True):
    """One outcome that may be chosen, and its words."""

    outcome: Outcome
    label: Text


class PageData(Struct, frozen=True):
    """What is to be shown to whoever visits; `status` is that of HTTP: 200, 404, 410.

    `take` and `buttons` are empty where there is nothing to press.
    """

    visit: Annotated[str, Meta(min_length=1, max_length=64)]  # the id of the visit's event
    status: Annotated[int, Meta(ge=200, le=599)]
    language: str  # BCP 47
    title: Text
    text: Text
    state: Text = ""  # who has it, or that it is over
    take: Text = ""
    take_hint: Text = ""
    close: Text = ""
    buttons: tuple[Button, ...] = ()
    phone: str = ""
    call: Text = ""
