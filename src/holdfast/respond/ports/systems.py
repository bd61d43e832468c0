"""The systems that this workspace knows, by their plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from holdfast.plan.model.loading import LoadedPlan


class Systems(Protocol):
    """The plans that are served. There may be none: an incident needs no plan."""

    def find(self, system: str) -> LoadedPlan | None:
        """Return the plan of a system by its id, as it is now; None where no plan names it."""
        ...

    def every(self) -> Mapping[str, LoadedPlan]:
        """Return all plans by the ids of their systems."""
        ...
