"""The description of the HTTP interface, as OpenAPI: what FastAPI gathers, and what it cannot know.

Refusals are application/problem+json; a route has those that can happen to it.
"""

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from district.tokens import GRANTABLE
from district.web.guard import right_of
from district.web.shield import PROBLEM

METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def describe(app: FastAPI) -> None:
    """Let an application describe itself so."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def written(described: dict[str, Any]) -> str:
    """Give a description as text that lies well under version control."""
    return msgspec.json.format(msgspec.json.encode(described), indent=2).decode() + "\n"


def _described(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    rights = {
        (method.lower(), route.path): right_of(route)
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
        if hasattr(route, "dependant")
    }
    for path, operations in found["paths"].items():
        for method in METHODS & operations.keys():
            operation = operations[method]
            right = rights[method, path]
            operation["description"] += f"\n\nNeeds the right `{right}`."
            if right not in GRANTABLE:
                operation["security"] = [{"session": []}]
            operation["responses"] = {
                code: _answer(code, answer)
                for code, answer in sorted(operation["responses"].items())
                if code not in _impossible(method, path, operation)
            }
    return found


def _answer(code: str, answer: dict[str, Any]) -> dict[str, Any]:
    """Give a refusal its own media type."""
    if code < "400":
        return answer
    (content,) = answer["content"].values()
    return {**answer, "content": {PROBLEM: content}}


def _impossible(method: str, path: str, operation: dict[str, Any]) -> set[str]:
    """Give the refusals that cannot happen there."""
    has_body, has_key = "requestBody" in operation, "{" in path
    found = set() if has_body else {"408", "413"}
    if method == "get":
        found.add("409")
    if not has_key and not has_body:
        found.add("404")
    if not has_body and not operation.get("parameters"):
        found.add("422")
    return found
