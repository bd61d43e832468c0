"""Where runbooks are found: in a file, in the plan, in the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from holdfast.plan.model.loading import LoadedPlan
from holdfast.respond.model.runbooks.loading import LoadedRunbook
from holdfast.respond.model.runbooks.writing import digest_of

Origin: TypeAlias = Literal["library", "plan", "file"]


@dataclass(frozen=True)
class Found:
    """A runbook with where it was found.

    Attributes
    ----------
    name : str
        As it was asked for.
    """

    name: str
    origin: Origin
    loaded: LoadedRunbook

    @property
    def digest(self) -> str:
        """The runbook's digest."""
        return digest_of(self.loaded.runbook)


class Shelf(Protocol):
    """The runbooks that there are."""

    def __call__(self, name: str, plan: LoadedPlan | None = None) -> Found:
        """Return a runbook by its name; one of the plan wins over the library.

        Raises
        ------
        UsageError
            HF710: neither the plan nor the library has one of this name.
        PlanError
            The plan's file cannot be read, or is wrong: HF2xx, HF715.
        """
        ...
