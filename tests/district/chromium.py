"""A real Chromium, driven by Playwright: Debian's own, which needs no download."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Give a browser; the test is skipped where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=[*FLAGS])
        yield browser
        browser.close()


def logged_in(browser: Browser, url: str, login: str, password: str) -> Page:
    """Give a page of its own, as somebody who has just logged in."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(20_000)
    page.goto(url)
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    page.click("button.primary")
    page.wait_for_selector("html[data-ready] #count", state="attached")
    return page
