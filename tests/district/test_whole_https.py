"""A home that speaks to the district over HTTPS only: taken at the desk, and its link opened there.

The desk and the listener are processes of their own: what passes between them passes PostgreSQL.
"""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from edge.model import Outcome
from tests.broker import Certificates, StartBroker, free_port
from tests.district.running import PASSWORD, Running
from tests.installation import Installation
from tests.postgres import Postgres
from tests.receiver import Receiver

SMOKE = "zigbee2mqtt/厨房 smoke"
GATEWAY = """\
[page]
port = {page}
token_file = "page-token"
public_url = "https://127.0.0.1:{web}/g/yuhua-7"

[uplink]
gateway = "yuhua-7"

[[uplink.path]]
id = "district"
type = "https"
url = "https://127.0.0.1:{https}/v1/events"
tls_ca = "{ca}"
tls_certificate = "{certificate}"
tls_key = "{key}"
"""
HTTPS = """\
[https]
port = {https}
certificate = "{certificate}"
key = "{key}"
clients = "{ca}"
"""


@pytest.fixture
def district(
    postgres: Postgres, start_broker: StartBroker, certificates: Certificates, tmp_path: Path
) -> Iterator[tuple[Running, int]]:
    """Give a district, and the port where it hears gateways over HTTPS."""
    running, https = (
        Running(tmp_path / "district", start_broker(), postgres.database()),
        free_port(),
    )
    files = {"certificate": certificates.server, "key": certificates.server_key}
    with running.file.open("a") as file:
        file.write(HTTPS.format(https=https, ca=certificates.ca, **files))
    running.told("account", "lin", "--name", "林静", "--area", "top", "--own-password")
    try:
        running.start("intake", "watch")
        running.start("web")
        yield running, https
    finally:
        running.stop()


@pytest.fixture
def box(
    district: tuple[Running, int],
    start_broker: StartBroker,
    certificates: Certificates,
    tmp_path: Path,
) -> Iterator[tuple[Installation, Callable[[], None], Receiver]]:
    """Give a gateway, what sets off its smoke alarm, and the phones of its people."""
    certificate, key = certificates.issue("yuhua-7")
    ports = {"web": district[0].port, "https": district[1], "page": free_port()}
    files = {"ca": certificates.ca, "certificate": certificate, "key": key}
    home = start_broker()
    with Receiver() as phones:
        push = f"json://127.0.0.1:{phones.port}/told"
        made = Installation(tmp_path / "box", home, push, gateway=GATEWAY.format(**ports, **files))
        (made.directory / "page-token").write_text("a word that nobody guesses\n")
        (made.directory / "page-token").chmod(0o600)
        try:
            made.start()
            made.hears()
            yield made, lambda: home.publish(SMOKE, '{"smoke": true}'), phones
        finally:
            made.kill()


def waited(that: Callable[[], Any], seconds: float = 20) -> Any:
    """Wait for something, and give it."""
    deadline = time.monotonic() + seconds
    while not (found := that()):
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)
    return found


def token_of(phones: Receiver) -> str:
    """Give the token of the link in the first message."""
    told = waited(lambda: phones.requests)[0].body.decode()
    found = re.search(r"/g/yuhua-7/a/([A-Za-z0-9_-]+)", told)
    assert found is not None, told
    return found[1]


@pytest.mark.soak  # part by part: test_intake_https.py, test_links.py
def test_the_desk_takes_it_over_https_and_a_caregiver_answers_through_the_district(
    district: tuple[Running, int], box: tuple[Installation, Callable[[], None], Receiver]
) -> None:
    running, (home, burn, phones) = district[0], box
    burn()
    link = f"{running.url}/g/yuhua-7/a/{token_of(phones)}"
    with httpx.Client(base_url=running.url, timeout=30) as desk, httpx.Client(timeout=30) as phone:
        # Nobody has to log in behind a link; to look takes nothing.
        shown = phone.get(link)
        assert (shown.status_code, "烟雾" in shown.text) == (200, True), shown.text
        assert home.alerts()[0].lease is None

        desk.post("/login", data={"login": "lin", "password": PASSWORD})
        (incident,) = waited(lambda: desk.get("/api/v1/incidents").json())
        taken = desk.post(f"/api/v1/incidents/{incident['id']}/take", json={"minutes": 30})
        assert taken.status_code == 200, taken.text
        home.until(lambda: home.alerts()[0].lease is not None)
        lease = home.alerts()[0].lease
        assert lease is not None and lease.owner == "林静"
        assert "林静" in phone.get(link).text

        closed = phone.post(link, data={"do": "close", "outcome": "helped"})
        assert closed.status_code == 200, closed.text
        assert home.alerts()[0].outcome is Outcome.HELPED
        home.stop()
        waited(lambda: phone.get(link).status_code == 503)
