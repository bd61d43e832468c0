"""Every way of looking at a plan, by the name that `holdfast plan show --view` takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias

from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.argument import argument
from holdfast.plan.views.coverage import coverage
from holdfast.plan.views.crosswalk import crosswalk
from holdfast.plan.views.indicators import indicators
from holdfast.plan.views.register import register
from holdfast.plan.views.rights import rights

ViewName: TypeAlias = Literal["register", "coverage", "indicators", "rights", "argument", "crosswalk"]


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
        case "coverage":
            return coverage(loaded, standing, now)
        case "indicators":
            return indicators(loaded, standing, now)
        case "rights":
            return rights(loaded, standing, now)
        case "argument":
            return argument(loaded, standing, now)
        case "crosswalk":
            return crosswalk(loaded, standing, now)
