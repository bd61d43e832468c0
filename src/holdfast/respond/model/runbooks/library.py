"""The built-in runbooks: one for each failure mode, from the YAML files of the package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from holdfast.respond.model.failure_modes import FAILURE_MODES
from holdfast.respond.model.runbooks.loading import LoadedRunbook, parse_runbook

FOLDER = Path(__file__).parents[2] / "library"


def library_names() -> tuple[str, ...]:
    """Return the names of the built-in runbooks, in the order of the failure modes."""
    return tuple(mode.runbook for mode in FAILURE_MODES)


@cache
def library_runbook(name: str) -> LoadedRunbook | None:
    """Return a built-in runbook, or None.

    Examples
    --------
    >>> library_runbook("cascade").runbook.title
    'One part fails and the others make it worse'
    >>> library_runbook("gremlins") is None
    True
    """
    if name not in library_names():
        return None
    file = FOLDER / f"{name}.yaml"
    return parse_runbook(file.read_text("utf-8"), f"library/{file.name}")
