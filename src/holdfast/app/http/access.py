"""What access gives to the server: the guard before every request, and the room of people and tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.app.http.mount import Mount
from holdfast.web.pages import RailEntry

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application


def door_mount(application: Application) -> Mount:
    """Return what stands before every request: it finds out who asks, and counts what it denies."""
    services = application.access
    return Mount("door", middleware=services.guard(), names=services.names_of)


def access_mount(application: Application) -> Mount:
    """Return the routes and pages of signing in, accounts, people and tokens."""
    from holdfast.access.wiring import access_api, access_pages

    services = application.access
    return Mount(
        "access",
        api=access_api(services),
        pages=access_pages(services),
        rail=(
            RailEntry("people", "/people", "People", permission="administer"),
            RailEntry("me", "/me", "You"),
        ),
    )
