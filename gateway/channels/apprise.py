"""The channel over apprise: one address, one of its hundred and forty services.

What a receiver's answer proves is said in answers.py, how it is heard in overhear.py.
"""

import asyncio
import contextlib
import importlib
import logging
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from urllib.parse import unquote

from msgspec import Struct

from edge.model import Reason, Rung, Severity
from gateway.channels import Message, SendFailed, Sent
from gateway.channels.answers import Answer, Verdict, judge, tidy
from gateway.channels.services import SERVICES, Service

MOST_AT_ONCE = 24  # threads that may hang in one receiver before further sends are refused
UNKNOWN = Service("", "")

T = TypeVar("T")


class _Ready(Struct, frozen=True):
    """What a send needs once apprise is loaded."""

    apprise: Any
    formats: Any
    kinds: Any


class AppriseChannel:
    """Sends to one apprise address. The address is a secret and is never shown."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self._url = url
        self._schema = url.partition("://")[0].lower()
        self._service = SERVICES.get(self._schema, UNKNOWN)
        self._secrets = _secrets(url)
        self._ready: _Ready | None = None
        self._loading = threading.Lock()
        self._open = 0

    def __repr__(self) -> str:
        return f"AppriseChannel({self.name!r}, {self._schema}://***)"

    async def warm(self) -> None:
        """Load apprise and the plugin: the first alarm does not wait for it."""
        with contextlib.suppress(SendFailed):
            await self._in_thread(self._load)

    async def send(self, message: Message) -> Sent:
        """Send, and believe the body over the status where the service is known to lie there."""
        if self._open >= MOST_AT_ONCE:
            raise SendFailed(f"{self._open} earlier sends still hang there", permanent=False)
        verdict = await self._in_thread(lambda: self._deliver(message))
        evidence = self._scrubbed(verdict.evidence)
        if verdict.rung is Rung.REFUSED:
            raise SendFailed(evidence, permanent=verdict.permanent)
        return Sent(verdict.rung, evidence)

    # -- in a thread of its own

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Run the blocking work in a thread of its own.

        A pool has a queue, and in it an emergency would wait behind receivers that hang; its
        threads also hold up the end of the process. A new thread costs 0.1 ms.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(result: T | None, error: BaseException | None) -> None:
            self._open -= 1
            if done.cancelled():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type]

        def run() -> None:
            result, failed = None, None
            try:
                result = work()
            except BaseException as error:
                failed = error
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(settle, result, failed)

        try:
            threading.Thread(target=run, name=f"send {self.name}", daemon=True).start()
        except RuntimeError as error:
            raise SendFailed("the machine has no thread to spare", permanent=False) from error
        self._open += 1
        return await done

    def _deliver(self, message: Message) -> Verdict:
        from gateway.channels.overhear import HEARD  # noqa: PLC0415 - with apprise, not before

        ready = self._load()
        title, text = self._fitted(message.title, message.text)
        heard: list[Answer] = []
        token = HEARD.set(heard)
        try:
            outcome = ready.apprise.notify(
                body=text,
                title=title,
                notify_type=_kind(message, ready.kinds),
                body_format=ready.formats.TEXT,
            )
        finally:
            HEARD.reset(token)
        return _verdict(bool(outcome), heard, self._service, lambda: _complaints(outcome))

    def _fitted(self, title: str, text: str) -> tuple[str, str]:
        service = self._service
        if service.title_length and len(title) > service.title_length:
            text = f"{title}\n{text}"
            title = title[: service.title_length - 1] + "…"
        if service.size:
            room = service.size - len(title.encode()) - len("\r\n…".encode())
            if len(text.encode()) > room:
                text = text.encode()[:room].decode("utf-8", "ignore") + "…"
        return title, service.prepare(text)

    def _load(self) -> _Ready:
        with self._loading:
            if self._ready is None:
                self._ready = self._loaded()
            return self._ready

    def _loaded(self) -> _Ready:
        import apprise  # noqa: PLC0415 - 20 MB, and only homes that use it pay for them

        _silence()
        asset = apprise.AppriseAsset(
            app_id="Shouhu",
            app_desc="Shouhu",
            image_url_mask="",
            async_mode=False,
            http_redirects=False,
            service_timeout=0,
        )
        sender = apprise.Apprise(asset=asset)
        sender.add(_plugin(self._url, self._schema, self._service, asset))
        return _Ready(sender, apprise.NotifyFormat, apprise.NotifyType)

    def _scrubbed(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def _plugin(url: str, schema: str, service: Service, asset: object) -> Any:
    """Make the plugin for this address; no exception text leaves here, it may hold the address."""
    from gateway.channels.overhear import overheard  # noqa: PLC0415 - with apprise, not before

    try:
        if service is UNKNOWN:
            plugins: Any = importlib.import_module("apprise.plugins")
            details = plugins.url_to_dict(url)
            kind = plugins.N_MGR[details["schema"]] if details else None
        else:
            module = importlib.import_module(f"apprise.plugins.{service.module}")
            kind = getattr(module, service.plugin)
            details = kind.parse_url(url)
        if kind is not None and details:
            return overheard(kind)(**{**details, "asset": asset})
    except (TypeError, ValueError, LookupError, AttributeError):
        pass  # AppriseImproperlyConfigured is a TypeError
    raise SendFailed(f"apprise does not understand this {schema}:// address", permanent=True)


def _verdict(
    is_taken: bool, heard: list[Answer], service: Service, complaints: Callable[[], str]
) -> Verdict:
    """Put the answers of one send together: it is accepted when all of them prove it."""
    verdicts = [judge(answer, service.dialect) for answer in heard]
    refused = [verdict for verdict in verdicts if verdict.rung is Rung.REFUSED]
    if refused:
        is_lasting = all(verdict.permanent for verdict in refused)
        return Verdict(Rung.REFUSED, refused[0].evidence, is_lasting)
    if not is_taken:
        return Verdict(Rung.REFUSED, complaints() or "apprise could not send")
    if not verdicts and service.dialect is not None:
        return Verdict(Rung.REFUSED, "no answer was heard")
    if not verdicts:
        return Verdict(Rung.SENT, "handed over, not proven")
    return verdicts[-1]


def _complaints(outcome: Any) -> str:
    """Give what apprise itself warned of: all there is of services that do not speak HTTP."""
    logs: Iterable[Any] = getattr(outcome, "logs", list)()
    return tidy("; ".join(dict.fromkeys(str(entry.message) for entry in logs)))


def _kind(message: Message, kinds: Any) -> object:
    if message.notice.reason is Reason.RESOLVED:
        return kinds.SUCCESS
    if message.notice.severity is Severity.EMERGENCY:
        return kinds.FAILURE
    return kinds.INFO if message.notice.severity is Severity.NOTE else kinds.WARNING


def _secrets(url: str) -> list[str]:
    """Give every piece of the address that could be a token, longest first."""
    address, _, query = url.partition("://")[2].partition("?")
    pieces = re.split(r"[/:@#,+ ]+", address)
    pieces += [pair.partition("=")[2] for pair in query.split("&")]
    found = {part for piece in pieces for part in (piece, unquote(piece)) if len(part) >= 6}
    return sorted(found, key=len, reverse=True)


def _silence() -> None:
    """Keep addresses out of the logs: both write them at DEBUG, and in some of their warnings."""
    logging.getLogger("apprise").propagate = False
    logging.getLogger("urllib3").setLevel(logging.CRITICAL)
