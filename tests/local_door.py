"""A door for tests of other rooms: who comes from this machine is who works on it."""

from __future__ import annotations

from holdfast.access.model.principal import ANONYMOUS, Principal
from holdfast.app.http.mount import Mount

HERE = frozenset({"127.0.0.1", "::1", "testclient"})


class Local:
    """Says that who comes from this machine is the command line's actor."""

    def __init__(self, app, actor: str) -> None:
        self._app = app
        self._principal = Principal.local(actor)

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            client = scope.get("client")
            near = client is not None and client[0] in HERE
            scope.setdefault("state", {})["principal"] = self._principal if near else ANONYMOUS
        await self._app(scope, receive, send)


def local_door(application) -> Mount:
    """Return what stands in for access's own door."""
    return Mount("local", middleware=lambda app: Local(app, application.settings.actor))
