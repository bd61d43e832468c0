"""What each room has the worker do, in one literal table: here the flow can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.app.bootstrap import Application
    from holdfast.app.worker.duty import Duty


def duties(application: Application) -> tuple[Duty, ...]:
    """Return what every room has the worker do."""
    return ()
