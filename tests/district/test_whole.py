"""From smoke in a home to the closed incident: a real gateway, a real district, two real desks."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.broker import Broker, StartBroker
from tests.district.chromium import chromium, logged_in
from tests.district.running import PASSWORD, Running
from tests.installation import Installation
from tests.postgres import Postgres
from tests.receiver import Receiver

SMOKE = "zigbee2mqtt/厨房 smoke"
UPLINK = """\
[uplink]
gateway = "yuhua-7"

[[uplink.path]]
id = "district"
type = "mqtt"
host = "127.0.0.1"
port = {port}
"""
CONSENT = """\
[consent]
summaries = "alerts"
by = "王桂英"
on = 2026-03-01
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.soak)])
def start_district(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[Broker], Running]]:
    made: list[Running] = []

    def start(broker: Broker) -> Running:
        url = ""
        if request.param == "postgres":
            postgres: Postgres = request.getfixturevalue("postgres")
            url = postgres.database()
        made.append(Running(tmp_path / "district", broker, url))
        made[-1].settle()
        made[-1].start()
        return made[-1]

    yield start
    for each in made:
        each.stop()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as one:
        yield one


def test_smoke_is_taken_called_dispatched_and_closed_while_a_second_desk_sees_each_step(
    start_broker: StartBroker,
    start_district: Callable[[Broker], Running],
    receiver: Receiver,
    tmp_path: Path,
) -> None:
    home, city = start_broker(), start_broker()
    district = start_district(city)
    push = f"json://127.0.0.1:{receiver.port}/told"
    box = Installation(
        tmp_path / "box", home, push, gateway=UPLINK.format(port=city.port), more=CONSENT
    )
    try:
        with chromium() as browser:
            box.start()
            box.hears()
            first = logged_in(browser, district.url, "lin", PASSWORD)
            second = logged_in(browser, district.url, "zhao", PASSWORD)
            registered(logged_in(browser, district.url, "qian", PASSWORD))
            home.publish(SMOKE, '{"smoke": true}')
            for page in (first, second):
                page.wait_for_selector("li.emergency.open >> text=王桂英家")
            second.keyboard.press("Enter")
            second.wait_for_selector("html[data-ready] section.alert.open")

            first.keyboard.press("t")
            first.wait_for_selector("html[data-ready] section.alert.taken")
            second.wait_for_selector("section.alert.taken >> text=林静 已接手")
            # The home's own escalation rests, and its journal says who has it.
            box.until(lambda: box.alerts()[0].lease is not None)
            first.wait_for_selector("#day svg")
            assert "身体指标" in first.inner_text("#day")

            first.click("#people li >> text=王芳 >> xpath=../.. >> button[value=coming]")
            second.wait_for_selector("#story >> text=王芳 · 接通，正赶过去")

            first.keyboard.press("d")
            first.fill("[name=whom]", "网格员 老周")
            first.keyboard.press("Enter")
            second.wait_for_selector("#sent >> text=老周")
            district.killed()
            first.wait_for_selector("#lost:not([hidden])")
            second.wait_for_selector("#lost:not([hidden])")
            district.start()
            first.wait_for_selector("#lost", state="hidden")
            first.click("#sent button")
            second.wait_for_selector("#sent >> text=到场")
            first.click("#sent button:has-text('办完')")
            second.wait_for_selector("#sent >> text=办完")

            first.keyboard.press("f")
            first.fill("[name=what]", "换一个带熄火保护的灶")
            first.keyboard.press("Enter")
            second.wait_for_selector("#later >> text=熄火保护")

            first.keyboard.press("e")
            first.check("[name=outcome][value=helped]")
            first.fill("[name=note]", "汤烧干了，人平安")
            first.keyboard.press("Control+Enter")
            first.wait_for_selector("section.alert.closed")
            second.wait_for_selector("section.alert.closed >> text=已得到帮助")
            second.click("#back")
            second.wait_for_selector("text=一切平静")
            second.goto(f"{district.url}/follow-ups")
            second.wait_for_selector("li >> text=熄火保护")
            box.until(lambda: box.alerts()[0].outcome is not None)
        told = box.shouhu("alerts", "list", "--all", "--json").stdout
        (alert,) = json.loads(told)
        assert alert["outcome"] == "helped"
        journal = box.shouhu("alerts", "show", alert["id"]).stdout
        assert journal.index("厨房") < journal.index("林静")
    finally:
        box.kill()


def registered(supervisor: Page) -> None:
    """Let a supervisor register the home, whom to call there and what was agreed to."""
    home = {"gateway": "yuhua-7", "local": "wang", "area": "ninghai", "name": "王桂英家"}
    more = {"address": "雨花里 3 幢 201", "door_code": "2580#", "risk": "high"}
    key = posted(supervisor, "/api/v1/households", home | more)["id"]
    contact = {"kind": "contact", "name": "王芳", "role": "女儿", "phone": "138 0000 1234"}
    posted(supervisor, f"/api/v1/households/{key}/people", contact | {"has_key": True})
    agreed = {"what": "summaries", "by": "王桂英"}
    posted(supervisor, f"/api/v1/households/{key}/consents", agreed)


def posted(page: Page, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send something as a page of theirs does."""
    answer = page.evaluate(
        """async ([path, body]) => {
            const headers = {"Content-Type": "application/json"};
            const made = await fetch(path, {method: "POST", headers, body: JSON.stringify(body)});
            return [made.status, await made.json()];
        }""",
        [path, body],
    )
    assert answer[0] == 201, answer
    return dict(answer[1])
