"""A message as a signed POST to somebody's own program (Standard Webhooks 1.0).

    webhook-id: the notice; webhook-timestamp: seconds; webhook-signature: v1,base64(HMAC-SHA256)

The receiver knows by the signature who sent it, by the time that it is no old one, by the id
whether it has it already. A 200 whose body speaks of an error is a failure.
"""

import base64
import binascii
import hmac
import json
import ssl
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from edge.model import Rung
from gateway.channels import Message, SendFailed, Sent
from gateway.channels.answers import tidy

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientSession

MOST_ANSWERED = 16 << 10  # bytes
PREFIX = "whsec_"  # how the specification writes a secret
FEWEST_BYTES = 24
PERMANENT = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})
# What programs write beside a 200 that was none.
WRONG = {"ok": False, "success": False, "status": "error"}


class WebhookChannel:
    """One address with its secret; neither is ever shown."""

    def __init__(
        self,
        name: str,
        url: str,
        secret: str,
        now: Callable[[], datetime],
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Take the address and the secret. Raises ValueError for a secret that is none."""
        self.name = name
        self._url = url
        self._key = key_of(secret)
        self._now = now
        self._context = context

    def __repr__(self) -> str:
        return f"WebhookChannel({self.name!r})"

    async def send(self, message: Message) -> Sent:
        """Post the message; what the receiver answers is the evidence."""
        from aiohttp import ClientError  # noqa: PLC0415  20 MB that a home without it does not need

        body = json.dumps(_content(message), ensure_ascii=False).encode()
        headers = self._headers(message.notice.id, body)
        try:
            async with (
                self._session() as session,
                session.post(
                    self._url, data=body, headers=headers, allow_redirects=False
                ) as response,
            ):
                return await _judged(response)
        except (ClientError, OSError, ValueError) as error:
            # The text of some of them has the address in it.
            raise SendFailed(type(error).__name__, permanent=False) from error

    def _headers(self, name: str, body: bytes) -> dict[str, str]:
        seconds = str(int(self._now().timestamp()))
        signed = b".".join((name.encode(), seconds.encode(), body))
        signature = base64.b64encode(hmac.digest(self._key, signed, "sha256")).decode()
        return {
            "Content-Type": "application/json; charset=utf-8",
            "webhook-id": name,
            "webhook-timestamp": seconds,
            "webhook-signature": f"v1,{signature}",
        }

    def _session(self) -> "ClientSession":
        """Give a connection of its own: a kept one may have been forgotten by a router between."""
        from aiohttp import ClientSession, ClientTimeout, TCPConnector  # noqa: PLC0415

        connector = TCPConnector(ssl=self._context if self._context is not None else True)
        return ClientSession(connector=connector, timeout=ClientTimeout(total=60))


def key_of(secret: str) -> bytes:
    """Read a secret as the specification writes it. Raises ValueError for anything else."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("a webhook's secret is base64, after whsec_") from error
    if len(key) < FEWEST_BYTES:
        raise ValueError(f"a webhook's secret has at least {FEWEST_BYTES} bytes")
    return key


def _content(message: Message) -> dict[str, Any]:
    alert, notice = message.alert, message.notice
    return {
        "type": f"shouhu.notice.{notice.reason}",
        "timestamp": notice.due.wall.isoformat(),
        "data": {
            "notice": notice.id,
            "alert": alert.id,
            "household": alert.household,
            "recipient": message.recipient.id,
            "severity": notice.severity,
            "rule": alert.finding.rule,
            "state": alert.state,
            "drill": notice.drill,
            "title": message.title,
            "text": message.text,
            "because": msgspec.to_builtins(alert.finding.because),
        },
    }


async def _judged(response: "ClientResponse") -> Sent:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > MOST_ANSWERED:
            break
    said = f"HTTP {response.status} {tidy(body[:200].decode(errors='replace'))}".strip()
    if response.status >= 300:
        raise SendFailed(said, permanent=response.status in PERMANENT)
    if _speaks_of_an_error(bytes(body)):
        raise SendFailed(said, permanent=False)
    return Sent(Rung.ACCEPTED, said)


def _speaks_of_an_error(body: bytes) -> bool:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(said, dict):
        return False
    is_wrong = any(name in said and said[name] == wrong for name, wrong in WRONG.items())
    return is_wrong or bool(said.get("error"))
