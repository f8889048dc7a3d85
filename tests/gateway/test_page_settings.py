"""The [page] of gateway.toml: what is not safe is a fault, each said with what would be right."""

import shutil
from pathlib import Path

import pytest

from gateway.config import ConfigFaults, load
from gateway.config.page import PageSettings
from gateway.language import Language
from tests.broker import Certificates

EXAMPLE = Path(__file__).parents[2] / "docs/example"
TOKEN = "7d6f0e1c9b8a4d2e7d6f0e1c9b8a4d2e"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Give a sound directory without a page."""
    place = tmp_path / "etc"
    shutil.copytree(EXAMPLE, place)
    for secret in (place / "secrets").iterdir():
        secret.chmod(0o600)
    gateway = place / "gateway.toml"
    text = gateway.read_text(encoding="utf-8")
    gateway.write_text(text.replace("[page]\nport = 8321\n", ""), encoding="utf-8")
    (place / "word").write_text(TOKEN)
    (place / "word").chmod(0o600)
    return place


def page(directory: Path, text: str) -> PageSettings | None:
    """Load with this section."""
    gateway = directory / "gateway.toml"
    gateway.write_text(gateway.read_text(encoding="utf-8") + text, encoding="utf-8")
    return load(directory).settings.page


def faults(directory: Path, text: str) -> list[str]:
    """Give the keys of what is wrong with this section."""
    with pytest.raises(ConfigFaults) as raised:
        page(directory, text)
    told = [fault.told(Language.ZH) + fault.told(Language.EN) for fault in raised.value.faults]
    assert TOKEN not in "".join(told)
    return sorted(f"{fault.place} {fault.wrong.key}" for fault in raised.value.faults)


def test_without_the_section_no_page_is_served(directory: Path) -> None:
    assert page(directory, "") is None


def test_an_empty_section_serves_this_machine_alone(directory: Path) -> None:
    assert page(directory, "\n[page]\n") == PageSettings()
    assert PageSettings().host == "127.0.0.1"


def test_beyond_this_machine_a_token_and_tls_are_a_must(directory: Path) -> None:
    assert faults(directory, '\n[page]\nhost = "0.0.0.0"\n') == [
        "page.host fault.page_open",
        "page.host fault.page_plain",
    ]


def test_a_page_that_the_world_reaches_needs_a_token(directory: Path) -> None:
    text = '\n[page]\npublic_url = "https://home.example.org"\n'
    assert faults(directory, text) == ["page.public_url fault.page_public"]


@pytest.mark.parametrize(
    "url",
    ["http://home.example.org", "home.example.org", "https://", "https://x?a=b", "https://u@x"],
)
def test_a_public_address_that_is_none_is_a_fault(directory: Path, url: str) -> None:
    text = f'\n[page]\ntoken_file = "word"\npublic_url = "{url}"\n'
    assert faults(directory, text) == ["page.public_url fault.page_url"]


def test_a_word_that_can_be_guessed_is_a_fault_and_is_not_shown(directory: Path) -> None:
    (directory / "word").write_text("wang1950")
    assert faults(directory, '\n[page]\ntoken_file = "word"\n') == [
        "page.token_file fault.page_short"
    ]


def test_a_certificate_that_does_not_fit_its_key_is_a_fault(
    directory: Path, certificates: Certificates
) -> None:
    text = (
        f'\n[page]\nhost = "0.0.0.0"\ntoken_file = "word"\n'
        f'tls_certificate = "{certificates.server}"\ntls_key = "{certificates.client_key}"\n'
    )
    assert faults(directory, text) == ["page.tls_certificate fault.page_certificate"]


def test_a_sound_page_keeps_its_token_to_itself(
    directory: Path, certificates: Certificates
) -> None:
    text = (
        f'\n[page]\nhost = "0.0.0.0"\nport = 8443\ntoken_file = "word"\n'
        f'public_url = "https://home.example.org/"\n'
        f'tls_certificate = "{certificates.server}"\ntls_key = "{certificates.server_key}"\n'
    )
    found = page(directory, text)
    assert found is not None and found.token is not None
    assert found.public_url == "https://home.example.org"
    assert TOKEN not in repr(found) and found.token.reveal() == TOKEN
