"""The HTTP application: the rooms' routers, the kit's files, what is refused in one shape."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from holdfast.app.http.around import Around
from holdfast.app.http.framing import Frames
from holdfast.app.http.mount import Mount
from holdfast.app.http.mounts import mounts
from holdfast.app.http.tailing import Tailer
from holdfast.kernel.errors import HoldfastError
from holdfast.web.live import Hub, LiveRoute
from holdfast.web.problems import MEDIA_TYPE, REFUSALS, answered, invalid, refusal_of, refusal_of_status

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from holdfast.app.bootstrap import Application
    from holdfast.app.worker.working import Worker

LARGE_PAGE = 1_000
"""Bytes from which on an answer is compressed."""
log = logging.getLogger("holdfast.http")


def make_app(
    application: Application,
    mounted: Sequence[Mount] | None = None,
    hosts: Collection[str] = (),
    worker: Worker | None = None,
) -> FastAPI:
    """Return the server's HTTP application.

    Parameters
    ----------
    mounted : sequence of Mount, optional
        What the rooms give; all of them by default.
    hosts : collection of str
        The names by which the server may be called; empty for any.
    worker : Worker, optional
        Works as long as the server runs.
    """
    from fastapi import FastAPI

    from holdfast.app.http.health import HealthOf
    from holdfast.app.http.watching import watching_pages

    rooms = mounts(application) if mounted is None else mounted
    hub = Hub()
    tailer = Tailer(application.ledger, hub, [teller for mount in rooms for teller in mount.tellers])
    app = FastAPI(
        title="Holdfast",
        version=version("holdfast"),
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        telemetry={"tracing": False, "metrics": False, "logs": False},
        lifespan=lambda _: _running(application, tailer, worker),
    )
    app.state.framing = Frames(application, rooms)
    app.state.hub, app.state.tailer, app.state.worker = hub, tailer, worker
    _refusing(app)
    _own_routes(app, hub)
    health = HealthOf(application, hub, lambda: tailer.problem)
    app.include_router(watching_pages(health, hub, rooms), include_in_schema=False)
    for mount in rooms:
        if mount.api is not None:
            app.include_router(mount.api, prefix="/api", responses=REFUSALS)
        if mount.pages is not None:
            app.include_router(mount.pages, include_in_schema=False)
    _layers(app, rooms, hosts)
    return app


@asynccontextmanager
async def _running(application: Application, tailer: Tailer, worker: Worker | None) -> AsyncIterator[None]:
    """Follow the ledger and work as long as the server runs; at its end let go of everything."""
    hears = [tailer.poke] + ([worker.poke] if worker is not None else [])
    application.appended += hears
    tasks = [asyncio.create_task(tailer.run()), asyncio.create_task(_beating(tailer.hub))]
    if worker is not None:
        worker.start()
    try:
        yield
    finally:
        for hear in hears:
            application.appended.remove(hear)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if worker is not None:
            await asyncio.to_thread(worker.stop)


async def _beating(hub: Hub) -> None:
    from holdfast.web.live import HEARTBEAT

    while True:
        await asyncio.sleep(HEARTBEAT)
        hub.beat()


def _refusing(app: FastAPI) -> None:
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HoldfastError)  # noqa: S101 -- it is registered for this class
        return answered(request, refusal_of(error))

    def refused_by_status(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 -- it is registered for this class
        return answered(request, refusal_of_status(error.status_code, error.detail, error.headers))

    def not_understood(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 -- it is registered for this class
        return answered(request, invalid(error.errors()))

    app.add_exception_handler(HoldfastError, refused)
    app.add_exception_handler(HTTPException, refused_by_status)
    app.add_exception_handler(RequestValidationError, not_understood)


def _failed(scope: Scope, error: Exception) -> Response:
    """Answer where we failed: the request's id, and nothing of what went wrong."""
    from starlette.requests import Request
    from starlette.responses import JSONResponse

    identity = scope["state"]["request_id"]
    log.error("failed", exc_info=error, extra={"told": {"request": identity}})
    fix = "try again; who runs the server finds the request's id in its logs"
    told = replace(refusal_of_status(500, "this is our fault, not yours").because(fix), request=identity)
    try:
        return answered(Request(scope), told)
    except Exception:  # what a page stands on may be what failed
        log.exception("the page that tells it failed, too", extra={"told": {"request": identity}})
        return JSONResponse(told.json(), 500, media_type=MEDIA_TYPE)


def _own_routes(app: FastAPI, hub: Hub) -> None:
    from starlette.routing import Route

    from holdfast.app.http.described import described_pages
    from holdfast.app.http.parts import own_pages
    from holdfast.web.assets import send_asset

    app.router.routes.append(Route("/static/{room}/{digest}/{name}", send_asset, methods=["GET"]))
    app.router.routes.append(Route("/live/{topic:path}", LiveRoute(hub, _may_see), methods=["GET"]))
    app.include_router(own_pages(), include_in_schema=False)
    app.include_router(described_pages(), include_in_schema=False)


def _may_see(scope: Scope, _: str) -> None:
    from starlette.requests import HTTPConnection

    from holdfast.access.model.permissions import Permission
    from holdfast.access.requests import check_permitted, principal_of

    connection: Any = HTTPConnection(scope)
    check_permitted(principal_of(connection), Permission.VIEW)


def _layers(app: FastAPI, rooms: Sequence[Mount], hosts: Collection[str]) -> None:
    """Put the layers around: what is added last is the outermost."""
    from starlette.middleware.gzip import GZipMiddleware

    from holdfast.app.http.metrics import seen

    wraps: list[Callable[[ASGIApp], ASGIApp]] = [each.middleware for each in rooms if each.middleware]
    for wrap in reversed(wraps):
        app.add_middleware(_Wrapped, wrap=wrap)
    app.add_middleware(GZipMiddleware, minimum_size=LARGE_PAGE, compresslevel=5)
    larger = {start: size for each in rooms for start, size in each.larger.items()}
    app.add_middleware(Around, seen=seen, failed=_failed, larger=larger, hosts=hosts)


class _Wrapped:
    """A room's middleware in the form in which Starlette takes it."""

    def __init__(self, app: ASGIApp, wrap: Callable[[ASGIApp], ASGIApp]) -> None:
        self._app = wrap(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        await self._app(scope, receive, send)
