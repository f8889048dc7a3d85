"""A program at a district's HTTP interface: logs in as a person would, and asks and acts there."""

import json
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

PATIENCE = 20.0  # seconds


class DeskFailed(Exception):
    """The desk refused, or did not answer."""


class Desk:
    """One session at a desk."""

    def __init__(self, url: str, login: str, password: str) -> None:
        """Log in. Raises DeskFailed."""
        self._url = url
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        # No proxy: the desk of a demonstration is on this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        form = urllib.parse.urlencode({"login": login, "password": password}).encode()
        self._open(urllib.request.Request(f"{url}/login", form))
        if not jar.cookiejar:
            raise DeskFailed(f"{login} is not let in")

    def get(self, path: str) -> Any:
        """Ask for something. Raises DeskFailed."""
        return json.loads(self._open(urllib.request.Request(f"{self._url}{path}")))

    def post(self, path: str, **values: Any) -> Any:
        """Do something; give the answer. Raises DeskFailed."""
        headers = {"Content-Type": "application/json"}
        body = json.dumps(values).encode()
        said = self._open(urllib.request.Request(f"{self._url}{path}", body, headers))
        return json.loads(said) if said else None

    def _open(self, request: urllib.request.Request) -> bytes:
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                said: bytes = answer.read()
                return said
        except urllib.error.HTTPError as error:
            why = error.read()[:300].decode(errors="replace")
            raise DeskFailed(f"{request.selector}: HTTP {error.code}: {why}") from error
        except OSError as error:
            raise DeskFailed(f"{request.selector}: {error}") from error
