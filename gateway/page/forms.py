"""Reads what a visitor posts: the fields of a form, in good time, and nothing else."""

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

WRITTEN_WITHIN = 15.0  # seconds in which a form must have come


async def form_of(request: "web.Request") -> dict[str, str]:
    """Give the fields of a form; files are none, and what is no form has none."""
    from aiohttp import web  # noqa: PLC0415
    from aiohttp.http_exceptions import HttpProcessingError  # noqa: PLC0415

    if request.content_type != "application/x-www-form-urlencoded":
        return {}  # files would go to the disk
    try:
        async with asyncio.timeout(WRITTEN_WITHIN):
            posted = await request.post()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except (LookupError, ValueError, OSError, web.RequestPayloadError, HttpProcessingError):
        return {}  # no such character set, no such compression, cut off
    return {name: value for name, value in posted.items() if isinstance(value, str)}
