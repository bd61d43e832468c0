"""Until `access` is mounted: who comes from this machine is who works on it, and nobody else is anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.access.model.principal import ANONYMOUS, Principal
from holdfast.app.http.mount import Mount

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from holdfast.app.bootstrap import Application

HERE = frozenset({"127.0.0.1", "::1", "testclient"})


class Local:
    """Says that who comes from this machine is the command line's actor."""

    def __init__(self, app: ASGIApp, actor: str) -> None:
        self._app = app
        self._principal = Principal.local(actor)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say who asks, and pass on."""
        if scope["type"] == "http":
            client = scope.get("client")
            near = client is not None and client[0] in HERE
            scope.setdefault("state", {})["principal"] = self._principal if near else ANONYMOUS
        await self._app(scope, receive, send)


def local_mount(application: Application) -> Mount:
    """Return what stands in for `access`."""
    return Mount("local", middleware=lambda app: Local(app, application.settings.actor))
