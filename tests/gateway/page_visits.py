"""What visitors of the page do in its tests: look, press, come to a locked door."""

import re
from pathlib import Path

from aiohttp import ClientSession

from tests.gateway.page_home import House

WORD = "7d6f0e1c9b8a4d2e7d6f0e1c9b8a4d2e"
FORM = re.compile(r'name="form" value="([0-9a-f]+)"')


async def seen(visitor: ClientSession, path: str = "/", **more: object) -> str:
    """Give a page that is there."""
    async with visitor.get(path, **more) as answer:  # type: ignore[arg-type]
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def pressed(visitor: ClientSession, path: str, **fields: str) -> tuple[int, str]:
    """Press a button on the first page; give the answer after it."""
    [form, *_] = FORM.findall(await seen(visitor))
    fields = {"form": form, "from": "/", "by": "王芳", **fields}
    async with visitor.post(path, data=fields) as answer:
        return answer.status, await answer.text()


def locked(directory: Path, **wishes: str) -> House:
    """Set up a house whose page needs a word."""
    directory.mkdir(exist_ok=True)
    (directory / "word").write_text(WORD)
    (directory / "word").chmod(0o600)
    return House(directory, page='token_file = "word"', **wishes)
