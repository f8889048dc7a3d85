"""Serves the page of the home: it listens, lets in who may come in, and keeps what it serves apart.

What the pages show is views.py's, what they do acts.py's, who may come in gate.py's.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from gateway.beside import Box
from gateway.config.page import PageSettings, loaded
from gateway.links import secret_at
from gateway.page.acts import Acts
from gateway.page.desk import answering
from gateway.page.door import Door
from gateway.page.forms import form_of
from gateway.page.gate import Gate, address_of, is_from_here, is_passed_on
from gateway.page.live import Live
from gateway.page.views import Views
from gateway.page.visit import HEADERS, PASS, Paper, keep, pass_of

if TYPE_CHECKING:
    import ssl

    from aiohttp import web

    Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATIC = Path(__file__).with_name("static")
FILES = {"page.css": "text/css", "page.js": "text/javascript", "old.js": "text/javascript"}
LINK = "/a/"  # a link in a message; its token is its key
OPEN = ("/login", "/static/", LINK)
MOST_POSTED = 16 * 1024  # bytes
SECRET_FILE = "page.secret"
KEPT = 30.0  # seconds in which a connection may be used again
LISTEN_AGAIN = 30.0  # seconds, where the port is taken
LOOK_AT_TLS = 3600.0  # seconds between two looks for a renewed certificate
log = structlog.get_logger()


class Page:
    """The page of one gateway."""

    def __init__(self, settings: PageSettings, box: Box) -> None:
        """Prepare."""
        self._settings = settings
        self._box = box
        token = "" if settings.token is None else settings.token.reveal()
        secret = _secret(box.config.settings.store.directory / SECRET_FILE)
        self._gate = Gate(token, secret, box.now)
        self._paper = Paper(self._gate, box.node.homes)
        self._door = Door()
        self._live = Live(len(box.node.homes))

    def wake(self) -> None:
        """Tell the open pages that something is new."""
        self._live.wake()

    async def run(self) -> None:
        """Serve until cancelled; where the port is taken, try again."""
        # It takes a second on a small box, and the home is watched meanwhile.
        await asyncio.to_thread(import_module, "aiohttp.web")
        from aiohttp import web  # noqa: PLC0415

        runner = web.AppRunner(
            self._app(), access_log=None, shutdown_timeout=1.0, keepalive_timeout=KEPT
        )
        await runner.setup()
        try:
            await self._listen(runner)
        finally:
            await runner.cleanup()

    async def _listen(self, runner: "web.AppRunner") -> None:
        settings = self._settings
        assert runner.server is not None
        host, port = settings.host, settings.port
        while True:
            try:
                tls = self._tls()
                renewing = asyncio.create_task(self._renew(tls))
                try:
                    is_open = partial(self._box.serves, "page", port, "")
                    await self._door.stand_open(runner.server, host, port, tls, is_open)
                finally:
                    renewing.cancel()
            except OSError as error:
                self._box.serves("page", port, error.strerror or str(error))
            await asyncio.sleep(LISTEN_AGAIN)

    def _tls(self) -> "ssl.SSLContext | None":
        certificate, key = self._settings.tls_certificate, self._settings.tls_key
        return None if certificate is None or key is None else loaded(certificate, key)

    async def _renew(self, tls: "ssl.SSLContext | None") -> None:
        """Take up certificates that were renewed, for as long as the page is served."""
        certificate, key = self._settings.tls_certificate, self._settings.tls_key
        while True:
            await asyncio.sleep(LOOK_AT_TLS)
            if tls is None or certificate is None or key is None:
                continue
            try:
                loaded(certificate, key)  # both belong together, or nothing is changed
                tls.load_cert_chain(certificate, key)
            except OSError as error:
                log.warning("page", certificate=str(certificate), why=str(error))

    # -- what is served

    def _app(self) -> "web.Application":
        from aiohttp import web  # noqa: PLC0415

        @web.middleware
        async def guarded(request: web.Request, handler: "Serve") -> web.StreamResponse:
            visitor = request.protocol
            self._door.begins(visitor)
            try:
                return await self._guarded(request, handler)
            finally:
                self._door.ends(visitor)

        app = web.Application(middlewares=[guarded], client_max_size=MOST_POSTED)
        acts = Acts(self._box, self._paper)
        acts.add_to(app)
        Views(self._box, self._paper, acts.trials).add_to(app)
        answering(self._box).add_to(app)
        app.router.add_get("/live", self._live.serve)
        app.router.add_get("/login", self._login_page)
        app.router.add_post("/login", self._login)
        app.router.add_post("/logout", self._logout)
        app.router.add_get("/static/{name}", self._static)
        return app

    async def _guarded(self, request: "web.Request", serve: "Serve") -> "web.StreamResponse":
        """Let in who may come in, and say no to the rest in words."""
        from aiohttp import web  # noqa: PLC0415

        refusal = None if request.path.startswith(LINK) else await self._refusal(request)
        if refusal is not None:
            return _closed(refusal)
        try:
            response = await serve(request)
        except web.HTTPNotFound:
            if request.path.startswith(LINK):
                raise
            response = self._paper.page(request, "missing.html", 404)
        except web.HTTPException:
            raise
        except Exception:  # aiohttp would say "got itself in trouble", and nothing to the log
            log.exception("mistake", part="page")
            response = self._paper.page(request, "broken.html", 500)
        return _closed(response)

    async def _refusal(self, request: "web.Request") -> "web.StreamResponse | None":
        from aiohttp import web  # noqa: PLC0415

        is_strange = not self._gate.is_locked and is_passed_on(request.headers)
        if is_strange or not self._gate.serves(request.host):
            return self._paper.page(request, "strange.html", 421)
        if not request.path.startswith(OPEN) and not self._gate.lets_in(pass_of(request)):
            if request.method in ("GET", "HEAD") and request.path != "/live":
                return web.Response(status=303, headers={"Location": "/login"})
            return web.Response(status=401)
        if request.method == "POST" and not await self._is_our_form(request):
            return self._paper.page(request, "stale.html", 403)
        return None

    async def _is_our_form(self, request: "web.Request") -> bool:
        origin = request.headers.get("Origin")
        if not is_from_here(origin, request.host, self._settings.public_url):
            return False
        shown = (await form_of(request)).get("form", "")
        return self._gate.is_ours(shown, pass_of(request))

    # -- coming in

    async def _login_page(self, request: "web.Request") -> "web.StreamResponse":
        return self._paper.page(request, "login.html", wrong="")

    async def _login(self, request: "web.Request") -> "web.StreamResponse":
        from aiohttp import web  # noqa: PLC0415

        address = address_of(request.remote, request.headers)
        if not self._gate.may_try(address):
            response = self._paper.page(request, "login.html", 429, wrong="view.too_often")
            response.headers["Retry-After"] = "600"
            return response
        if not self._gate.is_word((await form_of(request)).get("token", "")):
            self._gate.failed(address)
            log.warning("page", refused=address)
            return self._paper.page(request, "login.html", 403, wrong="view.wrong")
        response = web.Response(status=303, headers={"Location": "/"})
        keep(response, PASS, self._gate.pass_for(self._box.now().wall), request)
        return response

    async def _logout(self, request: "web.Request") -> "web.StreamResponse":
        from aiohttp import web  # noqa: PLC0415

        response = web.Response(status=303, headers={"Location": "/login"})
        response.del_cookie(PASS)
        return response

    async def _static(self, request: "web.Request") -> "web.StreamResponse":
        from aiohttp import web  # noqa: PLC0415

        name = request.match_info["name"]
        if name not in FILES:
            raise web.HTTPNotFound
        text = await asyncio.to_thread((STATIC / name).read_text, "utf-8")
        return web.Response(text=text, content_type=FILES[name])


def _closed(response: "web.StreamResponse") -> "web.StreamResponse":
    """Add what keeps a page to itself, unless it has its own."""
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response


def _secret(path: Path) -> bytes:
    """Give what signs cookies; on a disk that takes none they are good until the next start."""
    try:
        return secret_at(path)
    except OSError:
        return os.urandom(32)
