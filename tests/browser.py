"""A real Chromium for tests, spoken to over its DevTools protocol; skipped where there is none."""

import asyncio
import base64
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

NAMES = ("chromium", "chromium-browser", "google-chrome")
PHONE, DESK = (360, 780), (1280, 900)
FLAGS = (
    *("--headless=new", "--remote-debugging-port=0", "--no-first-run", "--disable-gpu"),
    *("--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"),
    *("--disable-component-update", "--disable-extensions", "--hide-scrollbars", "--mute-audio"),
)


class Browser:
    """One tab."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def goes_to(self, url: str) -> None:
        """Open a page and wait until it is there."""
        await self.runs("window.__left = true")
        await self.asks("Page.navigate", url=url)
        await self.until("!window.__left && document.readyState === 'complete'")

    async def runs(self, script: str) -> Any:
        """Give what a script of the page comes to."""
        found = await self.asks(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in found:
            raise AssertionError(f"{script}: {found['exceptionDetails']}")
        return found["result"].get("value")

    async def until(self, script: str, seconds: float = 20.0) -> None:
        """Wait until a script of the page says yes."""
        async with asyncio.timeout(seconds):
            while True:
                try:
                    if await self.runs(script):
                        return
                except AssertionError:
                    pass  # between two pages
                await asyncio.sleep(0.05)

    async def presses(self, selector: str) -> None:
        """Press what a selector names, as a finger does."""
        place = await self.runs(
            f"(() => {{ const it = document.querySelector({json.dumps(selector)});"
            " it.scrollIntoView({block: 'center', behavior: 'instant'});"
            " const at = it.getBoundingClientRect();"
            " return [at.x + at.width / 2, at.y + at.height / 2]; })()"
        )
        for sort in ("mousePressed", "mouseReleased"):
            await self.asks(
                "Input.dispatchMouseEvent",
                type=sort,
                x=place[0],
                y=place[1],
                button="left",
                clickCount=1,
            )

    async def types(self, text: str) -> None:
        """Type into what has the focus."""
        await self.asks("Input.insertText", text=text)

    async def key(self, name: str) -> None:
        """Press a key, such as Tab."""
        codes = {"Tab": 9, "Enter": 13}
        for sort in ("keyDown", "keyUp"):
            text = {"text": "\r"} if name == "Enter" and sort == "keyDown" else {}
            await self.asks(
                "Input.dispatchKeyEvent",
                type=sort,
                key=name,
                code=name,
                windowsVirtualKeyCode=codes[name],
                **text,
            )

    async def becomes(self, size: tuple[int, int], *, dark: bool = False) -> None:
        """Take another size in CSS pixels, and the dark scheme or the light."""
        await self.asks(
            "Emulation.setDeviceMetricsOverride",
            width=size[0],
            height=size[1],
            deviceScaleFactor=1,
            mobile=size[0] < 500,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.asks("Emulation.setEmulatedMedia", features=[scheme])

    async def has_scripts(self, *, on: bool) -> None:
        """Switch the scripts of pages on or off."""
        await self.asks("Emulation.setScriptExecutionDisabled", value=not on)

    async def picture(self, *, whole: bool = True) -> bytes:
        """Give a picture of the page as PNG: all of it, or what is in view."""
        found = await self.asks("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(found["data"])

    async def asks(self, method: str, **given: object) -> dict[str, Any]:
        """Ask over the protocol and wait for the answer."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": given})
        async with asyncio.timeout(30):
            while True:
                said = await self._socket.receive_json()
                if said.get("id") == number:
                    if "error" in said:
                        raise AssertionError(f"{method}: {said['error']}")
                    found: dict[str, Any] = said["result"]
                    return found


@asynccontextmanager
async def browser(directory: Path) -> AsyncIterator[Browser]:
    """Start one; its profile is kept in a directory of its own."""
    name = next((found for each in NAMES if (found := shutil.which(each))), None)
    if name is None:
        pytest.skip("no Chromium is installed here")
    process = _started(name, directory)
    try:
        port = await _port(directory / "DevToolsActivePort")
        async with ClientSession(f"http://127.0.0.1:{port}") as session:
            async with session.get("/json/list") as answer:
                tabs = [each for each in await answer.json() if each["type"] == "page"]
            socket = tabs[0]["webSocketDebuggerUrl"]
            async with session.ws_connect(socket, max_msg_size=64 << 20) as link:
                yield Browser(link)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _started(name: str, directory: Path) -> subprocess.Popen[bytes]:
    command = [name, *FLAGS, f"--user-data-dir={directory}", "about:blank"]
    environment = {**os.environ, "HOME": str(directory), "LANG": "zh_CN.UTF-8"}
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )


async def _port(file: Path) -> int:
    async with asyncio.timeout(60):
        while (port := _read(file)) is None:  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.05)
    return port


def _read(file: Path) -> int | None:
    try:
        return int(file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
