"""The feed by webhook: batches of CloudEvents, posted and signed.

    POST url
    Content-Type: application/cloudevents-batch+json
    webhook-id: <name>-<first place>-<last place>     the same when it comes again
    webhook-timestamp: <seconds since 1970>
    webhook-signature: v1,<base64 of HMAC-SHA-256 over "id.timestamp.body"> ...

as the Standard Webhooks specification has it, whose libraries check it in most languages. One
signature for each secret of the file, so that one can follow the other.
"""

import base64
import binascii
import hmac
import json
import ssl
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import aiohttp
from msgspec import Struct

from district.outward.receiver import Batch, NotTaken

MEDIA_TYPE = "application/cloudevents-batch+json"
MOST_ANSWER = 4096  # bytes of an answer that are read
SHORTEST_SECRET = 24  # bytes, as the specification has it
LONGEST_WAIT = timedelta(hours=1)  # that a receiver may ask for
PREFIX = "whsec_"
# What platforms say with a 200 that is none.
CODES = ("code", "errcode", "errorCode", "error_code", "errno")
GOOD_CODES = frozenset({"0", "200", "00000", "ok", "success"})


class WebhookSettings(Struct, frozen=True):
    """Where to post, and how both sides prove who they are."""

    url: str
    secret_file: Path
    token_file: Path | None = None  # shown as Authorization: Bearer
    tls_ca: Path | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    timeout: float = 20.0  # seconds, for all of it


class Webhook:
    """A receiver behind a URL."""

    def __init__(self, name: str, settings: WebhookSettings, now: Callable[[], datetime]) -> None:
        self._name = name
        self._settings = settings
        self._now = now
        self._session: aiohttp.ClientSession | None = None

    async def take(self, batch: Batch) -> None:
        """Post a batch. Raises NotTaken."""
        body = ("[" + ",".join(batch.events) + "]").encode()
        try:
            headers = self._headers(f"{self._name}-{batch.first}-{batch.last}", body)
            session = self._opened()
            # Elsewhere is for whoever configures this to say, not for an answer.
            posted = session.post(
                self._settings.url, data=body, headers=headers, allow_redirects=False
            )
            async with posted as answer:
                _judge(answer, await _said(answer))
        except TimeoutError as error:
            raise NotTaken(f"no answer within {self._settings.timeout:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotTaken(str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _headers(self, identity: str, body: bytes) -> dict[str, str]:
        settings = self._settings
        seconds = str(int(self._now().timestamp()))
        signed = signatures(secrets_of(settings.secret_file), identity, seconds, body)
        headers = {
            "Content-Type": MEDIA_TYPE,
            "webhook-id": identity,
            "webhook-timestamp": seconds,
            "webhook-signature": signed,
        }
        if settings.token_file is not None:
            headers["Authorization"] = f"Bearer {settings.token_file.read_text().strip()}"
        return headers

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._context(), limit=2),
                timeout=aiohttp.ClientTimeout(total=self._settings.timeout),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _context(self) -> ssl.SSLContext:
        settings = self._settings
        context = ssl.create_default_context(cafile=settings.tls_ca)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if settings.tls_certificate is not None:
            context.load_cert_chain(settings.tls_certificate, settings.tls_key)
        return context


def signatures(secrets: Sequence[bytes], identity: str, seconds: str, body: bytes) -> str:
    """Give the value of webhook-signature: one signature for each secret."""
    signed = f"{identity}.{seconds}.".encode() + body
    made = (hmac.new(secret, signed, sha256).digest() for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(each).decode()}" for each in made)


def secret_of(line: str) -> bytes:
    """Give the secret that stands in a line: base64 after whsec_, else the line itself.

    Raises ValueError.
    """
    try:
        is_coded = line.startswith(PREFIX)
        found = base64.b64decode(line.removeprefix(PREFIX), validate=True) if is_coded else b""
    except binascii.Error as error:
        raise ValueError(f"a secret that begins with {PREFIX} goes on in base64") from error
    found = found if is_coded else line.encode()
    if len(found) < SHORTEST_SECRET:
        raise ValueError(f"a secret has at least {SHORTEST_SECRET} bytes")
    return found


def secrets_of(path: Path) -> list[bytes]:
    """Give the secrets of a file, one a line. Raises OSError, ValueError."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    found = [secret_of(line) for line in lines if line and not line.startswith("#")]
    if not found:
        raise ValueError(f"{path.name} holds no secret")
    return found


async def _said(answer: aiohttp.ClientResponse) -> bytes:
    """Give the beginning of what it says: to its end, or as much as is read."""
    body = b""
    while more := await answer.content.read(MOST_ANSWER - len(body)):
        body += more
    return body


def _judge(answer: aiohttp.ClientResponse, body: bytes) -> None:
    """Say nothing where it was taken. Raises NotTaken."""
    said = " ".join(body.decode(errors="replace").split())[:200]
    status = answer.status
    if 200 <= status < 300:
        if why := _refusal(body):
            raise NotTaken(f"{status}, but {why}: {said}", smaller=True)
        return
    if 300 <= status < 400:
        raise NotTaken(f"{status}: it points elsewhere; write the right url")
    # 408, 429 and what is at fault over there have nothing against the events themselves.
    is_about_it = 400 <= status < 500 and status not in {401, 403, 404, 408, 429}
    raise NotTaken(f"{status} {said}".strip(), smaller=is_about_it, wait=_wait(answer))


def _refusal(body: bytes) -> str:
    """Give what an answer says against itself: a code that is no success, or success: false."""
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    if told.get("success") is False:
        return "success is false"
    for name in CODES:
        if name in told and str(told[name]).lower() not in GOOD_CODES:
            return f"{name} is {str(told[name])[:40]}"
    return ""


def _wait(answer: aiohttp.ClientResponse) -> timedelta | None:
    """Give how long it asks us to wait; a date is not understood."""
    asked = answer.headers.get("Retry-After", "")
    if not (asked.isascii() and asked.isdigit()):
        return None
    return min(timedelta(seconds=int(asked[:9])), LONGEST_WAIT)
