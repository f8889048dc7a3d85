"""A plugin of apprise that lets its HTTP answers be heard: apprise itself looks at the status only.

Each method of the plugin that uses `requests` is bound anew in a subclass, with our `requests` in
its globals. Nothing that others see is changed: neither the module `requests`, nor apprise's
plugins, nor its registry. Who hears is a context variable, so concurrent sends do not mix.
"""

import inspect
import types
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from gateway.channels.answers import Answer

HEARD: ContextVar[list[Answer] | None] = ContextVar("answers heard by the current send")
MOST_BYTES = 64 * 1024


def overheard(plugin: type) -> type:
    """Give a subclass of an apprise plugin that tells its answers to HEARD and never waits.

    Apprise keeps 5.5 s between two requests of a plugin; a life-safety message is not throttled.
    """
    namespace: dict[str, object] = {"request_rate_per_sec": 0.0, "__module__": plugin.__module__}
    for name in dir(plugin):
        member = inspect.getattr_static(plugin, name)
        if isinstance(member, types.FunctionType) and _uses_requests(member):
            namespace[name] = _rebound(member)
    return type(plugin.__name__, (plugin,), namespace)


def _uses_requests(function: types.FunctionType) -> bool:
    known = function.__globals__.get("requests")
    return isinstance(known, types.ModuleType) and "requests" in function.__code__.co_names


def _rebound(function: types.FunctionType) -> types.FunctionType:
    ears = _Ears(function.__globals__["requests"])
    copy = types.FunctionType(
        function.__code__,
        {**function.__globals__, "requests": ears},
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


class _Ears:
    """Stands where a plugin says `requests`.

    Every request has a connection of its own: a kept one that a home router has silently
    forgotten would swallow the message and cost a whole time-out.
    """

    def __init__(self, requests: types.ModuleType) -> None:
        self._requests = requests

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._requests, name)
        if name in ("get", "post", "put", "patch", "delete", "head", "request"):
            return self._listening(found)
        return found

    def _listening(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def listening(*arguments: Any, **options: Any) -> Any:
            heard = HEARD.get(None)
            try:
                response = call(*arguments, **{"stream": True, **options})
                body = _read(response)
            except self._requests.RequestException as error:
                if heard is not None:
                    heard.append(Answer(0, trouble=trouble(error)))
                raise
            if heard is not None:
                heard.append(Answer(response.status_code, body, is_moved=bool(response.history)))
            return response

        return listening


def _read(response: Any) -> bytes:
    """Read at most MOST_BYTES: a receiver that answers without end must not fill the memory."""
    body = bytearray()
    with response:
        for chunk in response.iter_content(8192):
            body += chunk
            if len(body) > MOST_BYTES:
                break
    # The plugin reads .content afterwards; requests has no public way to give it what was read.
    response._content = bytes(body)
    response._content_consumed = True
    return bytes(body)


def trouble(error: Exception) -> str:
    """Say why no answer came. An exception of requests names the whole address, so its own words
    are never used: they hold the token."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if "SSLError" in names:
        return "TLS: the receiver could not be verified"
    if "ConnectTimeout" in names:
        return "no connection in time"
    if "Timeout" in names:
        return "no answer in time"
    if "ProxyError" in names:
        return "the proxy refused"
    return _root(error) or f"no answer ({type(error).__name__})"


def _root(error: BaseException) -> str:
    """Find the operating system's words at the bottom of an exception chain."""
    seen: list[BaseException] = []
    waiting: list[BaseException] = [error]
    while waiting:
        link = waiting.pop()
        if link in seen:
            continue
        seen.append(link)
        if type(link).__name__ == "NameResolutionError":
            return "the receiver's name is not known"
        inner = (link.__cause__, link.__context__, getattr(link, "reason", None), *link.args)
        waiting += [part for part in inner if isinstance(part, BaseException)]
    words = [e.strerror for e in seen if isinstance(e, OSError) and e.errno and e.strerror]
    if words:
        return words[-1]
    broken = {"RemoteDisconnected", "IncompleteRead", "ProtocolError", "ChunkedEncodingError"}
    is_broken = any(type(link).__name__ in broken for link in seen)
    return "the answer broke off" if is_broken else ""
