"""The frame of a page: who looks, what is due to them, which theme they chose."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from holdfast.access.model.permissions import Permission, permitted
from holdfast.access.model.principal import ANONYMOUS, Kind, Principal
from holdfast.access.requests import csrf_token, principal_of
from holdfast.web.pages import DueClock, Frame, local_path

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from holdfast.app.bootstrap import Application
    from holdfast.app.http.mount import Mount

THEMES = ("auto", "light", "dark")
log = logging.getLogger("holdfast.http")


class Frames:
    """Makes the frame of each request."""

    def __init__(self, application: Application, mounted: Sequence[Mount]) -> None:
        self._application = application
        self._rail = tuple(line for mount in mounted for line in mount.rail)
        self._names = [mount.names for mount in mounted if mount.names is not None]
        self._clocks = [mount.clocks for mount in mounted if mount.clocks is not None]

    def __call__(self, request: HTTPConnection) -> Frame:
        """Return the frame of a request, without title and section."""
        principal = principal_of(request)  # type: ignore[arg-type]  # it reads the state only
        theme = request.cookies.get("theme", "auto")
        query = f"?{request.url.query}" if request.url.query else ""
        return Frame(
            "",
            now=self._application.clock.now(),
            workspace=self._application.settings.server.workspace,
            viewer=self._name(principal),
            actor=principal.actor,
            permissions=frozenset(each.value for each in Permission if permitted(principal, each)),
            csrf=csrf_token(request),  # type: ignore[arg-type]  # as above
            clocks=self._due(principal),
            theme=theme if theme in THEMES else "auto",
            rail=self._rail,
            here=local_path(request.url.path + query),
        )

    def _name(self, principal: Principal) -> str:
        if principal == ANONYMOUS:
            return ""
        if principal.kind is Kind.LOCAL:
            return "this machine"
        for names in self._names:
            found = names([principal.actor]).get(principal.actor)
            if found:
                return found
        return principal.actor

    def _due(self, principal: Principal) -> tuple[DueClock, ...]:
        if principal == ANONYMOUS:
            return ()
        due = [clock for clocks in self._clocks for clock in clocks(principal)]
        return tuple(sorted(due, key=lambda clock: clock.due))
