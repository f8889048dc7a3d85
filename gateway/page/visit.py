"""One visit to the page: whose cookies it brings, in which language, and how it is answered."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from edge.model import Home
from gateway.language import Language, say
from gateway.page.gate import GOOD_FOR, Gate
from gateway.page.told import language_of
from gateway.wording.plain import plain

if TYPE_CHECKING:
    from aiohttp import web
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")
PASS, LANGUAGE, WHO = "shouhu_pass", "shouhu_language", "shouhu_who"
YEAR = timedelta(days=365)
LONGEST_NAME = 40
# Nothing is fetched from elsewhere, nothing of ours is kept or shown in another page.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Server": "shouhu",
}
# What may stand in ?said= after something was done.
SAID = frozenset({"done", "unstored", "refused", "nameless", "sent", "unsent", "soon", "baddate"})


class Paper:
    """Lays pages out."""

    def __init__(self, gate: Gate, homes: Mapping[str, Home]) -> None:
        """Prepare."""
        self.gate = gate
        self._homes = homes
        self._templates: Environment | None = None

    def page(
        self,
        request: "web.Request",
        template: str,
        status: int = 200,
        home: Home | None = None,
        **values: Any,
    ) -> "web.Response":
        """Answer a visit with a page."""
        from aiohttp import web  # noqa: PLC0415

        language = self.language(request, home)
        said = request.query.get("said", "")
        text = (
            self._environment()
            .get_template(template)
            .render(
                language=language.value,
                other=Language.EN if language is Language.ZH else Language.ZH,
                say=lambda key, **given: say(language, key, **given),
                path=request.path if status == 200 else "/",
                home=home,
                is_single=len(self._homes) == 1,
                is_in=self.gate.is_locked and self.gate.lets_in(pass_of(request)),
                form=self.gate.form_of(pass_of(request)),
                who=who(request),
                said=say(language, f"view.said_{said}") if said in SAID else "",
                is_bad=said not in ("done", "sent"),
                **values,
            )
        )
        response = web.Response(status=status, text=text, content_type="text/html")
        if (wanted := _wanted(request)) is not None:
            keep(response, LANGUAGE, wanted.value, request)
        return response

    def language(self, request: "web.Request", home: Home | None = None) -> Language:
        """Choose the language: asked for, else chosen before, else the home's."""
        wanted = _wanted(request) or _language(request.cookies.get(LANGUAGE, ""))
        if wanted is not None:
            return wanted
        first = home or next(iter(self._homes.values()), None)
        return Language.ZH if first is None else language_of(first)

    def _environment(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

        if self._templates is None:
            self._templates = Environment(
                loader=FileSystemLoader(TEMPLATES),
                autoescape=True,
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
            )
        return self._templates


def pass_of(request: "web.Request") -> str:
    """Give the cookie that lets a visitor in."""
    return request.cookies.get(PASS, "")


def who(request: "web.Request") -> str:
    """Give the name under which this visitor acted last."""
    return plain(unquote(request.cookies.get(WHO, "")), LONGEST_NAME)


def keep(response: "web.Response", name: str, value: str, request: "web.Request") -> None:
    """Give the visitor a cookie that no script reads and no other site sends."""
    is_secure = request.secure or request.headers.get("Origin", "").startswith("https:")
    response.set_cookie(
        name,
        quote(value, safe="."),
        max_age=int((GOOD_FOR if name == PASS else YEAR).total_seconds()),
        httponly=True,
        samesite="Strict",
        secure=is_secure,
    )


def _wanted(request: "web.Request") -> Language | None:
    return _language(request.query.get("lang", ""))


def _language(name: str) -> Language | None:
    return Language(name) if name in ("zh", "en") else None
