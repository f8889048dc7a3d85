"""The page of gateway.toml: where it is served, and who gets in."""

import ssl
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from gateway.config.faults import Source
from gateway.config.read import Tables, why
from gateway.config.references import table, word
from gateway.config.secret import Secret, read_secret, warn_if_open
from gateway.config.shape import PageTable
from gateway.language import Phrase

SHORTEST_TOKEN = 20  # characters; nobody guesses that over a network


class PageSettings(Struct, frozen=True):
    """Where the page is served; without a token it is open to every user of this machine."""

    host: str = "127.0.0.1"
    port: int = 8321
    public_url: str = ""  # as the world reaches it, without a slash at its end
    token: Secret | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None


def check_page(tables: Tables, directory: Path, source: Source) -> None:
    """Report everything about the page that does not hang together or is not safe."""
    if "page" not in tables:
        return
    page = table(tables, "page")
    host, url = word(page, "host") or PageSettings().host, word(page, "public_url")
    is_near = is_loopback(host)
    if url is not None and not _is_public(url):
        wrong = Phrase("fault.page_url", {"url": url})
        source.fault("page.public_url", wrong, Phrase("mend.page_url"))
    if not is_near and "token_file" not in page:
        wrong = Phrase("fault.page_open", {"host": host})
        source.fault("page.host", wrong, Phrase("mend.page_token"))
    if not is_near and "tls_certificate" not in page:
        wrong = Phrase("fault.page_plain", {"host": host})
        source.fault("page.host", wrong, Phrase("mend.page_tls"))
    if url is not None and "token_file" not in page:
        source.fault("page.public_url", Phrase("fault.page_public"), Phrase("mend.page_token"))
    _check_token(page, directory, source)
    _check_tls(page, directory, source)


def page_settings(file: PageTable, directory: Path, source: Source) -> PageSettings:
    """Turn a table without faults into settings."""
    token = None
    if file.token_file is not None:
        token = read_secret(file.token_file, directory, source, "page.token_file")
    return PageSettings(
        host=file.host,
        port=file.port,
        public_url=(file.public_url or "").rstrip("/"),
        token=token,
        tls_certificate=_path(file.tls_certificate, directory),
        tls_key=_path(file.tls_key, directory),
    )


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _is_public(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_bare = not (parts.query or parts.fragment or parts.username or " " in url)
    return parts.scheme == "https" and bool(parts.hostname) and is_bare


def _check_token(page: Tables, directory: Path, source: Source) -> None:
    name = word(page, "token_file")
    token = None if name is None else read_secret(name, directory, source, "page.token_file")
    if token is not None and len(token.reveal()) < SHORTEST_TOKEN:
        wrong = Phrase("fault.page_short", {"least": SHORTEST_TOKEN})
        source.fault("page.token_file", wrong, Phrase("mend.page_short"))


def _check_tls(page: Tables, directory: Path, source: Source) -> None:
    for key, other in (("tls_certificate", "tls_key"), ("tls_key", "tls_certificate")):
        if key in page and other not in page:
            values = {"key": key, "other": other}
            source.fault(f"page.{key}", Phrase("fault.needs", values), Phrase("mend.needs", values))
        name = word(page, key)
        if name is not None and not (directory / name).is_file():
            wrong = Phrase("fault.file_missing", {"path": directory / name})
            source.fault(f"page.{key}", wrong, Phrase("mend.file_missing"))
    files = [_path(word(page, key), directory) for key in ("tls_certificate", "tls_key")]
    certificate, key_file = files
    if certificate is None or key_file is None:
        return
    if not (certificate.is_file() and key_file.is_file()):
        return  # said above
    warn_if_open(key_file.stat().st_mode, key_file, source, "page.tls_key")
    try:
        loaded(certificate, key_file)
    except OSError as error:
        reason = error.reason if isinstance(error, ssl.SSLError) else why(error)
        wrong = Phrase("fault.page_certificate", {"why": reason})
        source.fault("page.tls_certificate", wrong, Phrase("mend.page_certificate"))


def loaded(certificate: Path, key: Path) -> ssl.SSLContext:
    """Give a server's TLS with this certificate and its key; raises OSError, SSLError among it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    # A key with a password would ask the terminal for it.
    context.load_cert_chain(certificate, key, password=lambda: "")
    return context


def _path(name: str | None, directory: Path) -> Path | None:
    return None if name is None else directory / name
