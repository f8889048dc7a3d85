"""Around every request: what browsers are told to keep to, and how long anybody may take.

How large a body may be stands with its route; above this size the application refuses it.
"""

import asyncio
from collections.abc import Callable

from fastapi import HTTPException
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES = 256 << 10
SHEET_BYTES = 10 << 20  # what a route may take that is given a sheet
SLOWEST_BODY = 30.0  # seconds from the head of a request to the end of its body
# Nothing comes from elsewhere, nothing is framed, no address is told to others. An origin is told
# to ourselves: forms of older browsers prove by it that they are ours.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
    "Cache-Control": "no-store",
}
PROBLEM = "application/problem+json"
OURS = (PROBLEM, "text/html")
ONLY_TLS = {"Strict-Transport-Security": "max-age=31536000"}


class Shield:
    """The outermost layer of the application."""

    def __init__(
        self, app: ASGIApp, is_secure: bool, too_large: Callable[[Scope], Response]
    ) -> None:
        self._app = app
        self._too_large = too_large
        self._headers = HEADERS | (ONLY_TLS if is_secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        instead: Response | None = None

        async def headed(message: Message) -> None:
            nonlocal instead
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                kind = headers.get("content-type", "")
                if message["status"] == 413 and not kind.startswith(OURS):
                    instead = self._too_large(scope)  # of the framework's own word
                    headers["Content-Type"] = instead.headers["Content-Type"]
                    headers["Content-Length"] = instead.headers["Content-Length"]
            elif instead is not None:
                message = {"type": "http.response.body", "body": bytes(instead.body)}
            await send(message)

        await self._app(scope, _in_time(receive), headed)


def _in_time(receive: Receive) -> Receive:
    """Give the body as it comes, and 408 when it takes too long."""
    loop = asyncio.get_running_loop()
    until, is_whole = loop.time() + SLOWEST_BODY, False

    async def received() -> Message:
        nonlocal is_whole
        if is_whole:  # what comes now is the end of the connection, hours later for a stream
            return await receive()
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError as error:
            headers = {"Connection": "close"}
            raise HTTPException(408, "the body took too long to come", headers) from error
        is_whole = not message.get("more_body", False)
        return message

    return received
