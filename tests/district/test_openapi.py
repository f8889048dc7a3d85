"""The description of the HTTP interface: complete, kept, and true of the application that runs."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from district.web.app import interface
from district.web.description import written
from tests.broker import Broker, free_port
from tests.district.running import PASSWORD, Running
from tests.postgres import Postgres

KEPT = Path(__file__).resolve().parents[2] / "docs/district/openapi.json"
DESCRIBED: dict[str, Any] = interface().openapi()
OPERATIONS = [
    (method, path, operation)
    for path, operations in DESCRIBED["paths"].items()
    for method, operation in operations.items()
]
CHECKS = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
)


def test_the_description_in_the_documents_is_that_of_the_application() -> None:
    # shouhu district openapi > docs/district/openapi.json
    assert KEPT.read_text(encoding="utf-8") == written(DESCRIBED)


@pytest.mark.parametrize(
    "operation", [each for _, _, each in OPERATIONS], ids=[f"{m} {p}" for m, p, _ in OPERATIONS]
)
def test_an_operation_says_what_it_does_for_whom_and_how_it_refuses(
    operation: dict[str, Any],
) -> None:
    assert "Needs the right" in operation["description"]
    assert {"session"} <= {name for each in operation["security"] for name in each}
    answers = operation["responses"]
    assert {"401", "403", "503"} <= answers.keys()
    assert any(code.startswith("2") for code in answers)
    for code, answer in answers.items():
        assert answer["description"]
        if code >= "400":
            assert list(answer["content"]) == ["application/problem+json"]
    assert operation["tags"][0] in {each["name"] for each in DESCRIBED["tags"]}


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))


class Nowhere(Broker):
    """A broker that is not there: nothing of this needs one."""

    def __init__(self) -> None:
        self.port = free_port()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("district")


def logged_in(district: Running, login: str) -> dict[str, str]:
    """Give the header of somebody's session."""
    form = {"login": login, "password": PASSWORD}
    answer = httpx.post(f"{district.url}/login", data=form)
    name, _, rest = answer.headers["set-cookie"].partition("=")
    return {"Cookie": f"{name}={rest.partition(';')[0]}"}


@pytest.fixture(scope="module")
def running(directory: Path) -> Iterator[Running]:
    district = Running(directory / "d", Nowhere())
    district.settle()
    district.start("web")
    yield district
    district.stop()


def visited(district: Running, logins: tuple[str, ...], examples: int, *, deep: bool) -> None:
    """Send each operation what its description allows and what it does not; judge each answer."""
    schema = schemathesis.openapi.from_url(f"{district.url}/openapi.json")
    phases = [Phase.generate, Phase.shrink] if deep else [Phase.generate]
    everything = settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    for login in logins:
        headers = logged_in(district, login)
        for found in schema.get_all_operations():
            everything(given(found.ok().as_strategy())(_asked(headers)))()


def _asked(headers: dict[str, str]) -> Callable[[schemathesis.Case], None]:
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS, timeout=20)

    return asked


def test_what_is_described_is_what_is_answered(running: Running) -> None:
    visited(running, ("qian",), 2, deep=False)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_nothing_that_can_be_sent_brings_a_mistake_of_ours_out(
    request: pytest.FixtureRequest, kind: str, directory: Path
) -> None:
    url = ""
    if kind == "postgres":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.database()
    district = Running(directory / kind, Nowhere(), url)
    try:
        district.settle()
        wei = ("account", "wei", "--name", "魏来", "--area", "top", "--role", "admin")
        district.told(*wei, "--own-password")
        district.start()
        visited(district, ("qian", "wei", "lin"), 60, deep=True)
    finally:
        district.stop()


def test_the_description_is_plain_json(running: Running) -> None:
    answer = httpx.get(f"{running.url}/openapi.json")
    assert json.loads(written(answer.json())) == DESCRIBED
