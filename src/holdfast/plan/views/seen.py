"""Every way of looking at a plan, by the name that `holdfast plan show --view` takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.argument import argument
from holdfast.plan.views.register import register

ViewName: TypeAlias = Literal["register", "argument"]


class Seen(Protocol):
    """A view of a plan."""

    @property
    def headline(self) -> str:
        """The view in one sentence."""
        ...

    def as_json(self) -> dict[str, Any]:
        """Return the view for `--json`."""
        ...


def look(name: ViewName, loaded: LoadedPlan, standing: Standing, now: datetime) -> Seen:
    """Return one view of a plan at a moment."""
    match name:
        case "register":
            return register(loaded)
        case "argument":
            return argument(loaded, standing, now)
