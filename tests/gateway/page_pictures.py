"""Takes the pictures of docs/page.md anew: python -m tests.gateway.page_pictures

An invented home, a fixed night; whoever changes the page looks at them.
"""

import asyncio
import io
import tempfile
from pathlib import Path

from PIL import Image

from edge.model import Moment
from tests.browser import DESK, PHONE, Browser, browser
from tests.gateway.page_home import NIGHT, House

OUT = Path(__file__).parents[2] / "docs/pages"
HOMES = {"li": "雨花里 5 幢 102 李家", "wang": "雨花里 3 幢 201 王家", "zhao": "梧桐巷 8 号赵家"}


async def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        place = Path(name)
        async with browser(place / "tab") as tab:
            await _one_home(place / "one", tab)
            await _several(place / "several", tab)


async def _one_home(place: Path, tab: Browser) -> None:
    house = House(place).lives(29, until=NIGHT)
    async with house.served():
        await tab.becomes(DESK)
        await tab.goes_to(house.url)
        await _picture(tab, "calm")
        house.says("kitchen-smoke", smoke=True, battery=64)
        house.settle()
        await tab.becomes(PHONE, dark=True)
        await tab.goes_to(house.url)
        await _picture(tab, "alarm-phone", whole=False)
        alert = house.alerts()[0]
        await tab.presses(f"#who-{alert.id}")
        await tab.types("王芳")
        await tab.presses("button[value=take]")
        await tab.until("document.body.className == 'taken'")
        house.moment = Moment.of(house.moment.wall)
        house.lets_pass(minutes=2)
        await tab.becomes(DESK)
        await tab.goes_to(f"{house.url}/h/wang/alerts/{alert.id}")
        await _picture(tab, "alert")
        await tab.becomes(PHONE)
        await tab.goes_to(f"{house.url}/h/wang?lang=en")
        await _picture(tab, "taken-phone", whole=False)


async def _several(place: Path, tab: Browser) -> None:
    house = House(place, homes=tuple(HOMES), **HOMES).lives(2)
    async with house.served():
        house.says("sos", home="zhao", action="emergency")
        house.settle()
        await tab.becomes(DESK)
        await tab.goes_to(f"{house.url}/?lang=zh")
        await _picture(tab, "homes", whole=False)


async def _picture(tab: Browser, name: str, *, whole: bool = True) -> None:
    data = await tab.picture(whole=whole)
    picture = Image.open(io.BytesIO(data)).convert("RGB").quantize(64)
    await asyncio.to_thread(picture.save, OUT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    asyncio.run(main())
