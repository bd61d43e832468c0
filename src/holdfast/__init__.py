"""Holdfast keeps AI systems safe to run: one plan, from the release gate to the drill.

In a notebook: `holdfast.Plan("examples/triage")` shows itself, measures, and checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from holdfast.app.notebook.plan import Plan
    from holdfast.app.notebook.results import Check, Compared, Linted, Measured, OverTime, Report, Segments

__all__ = ["Check", "Compared", "Linted", "Measured", "OverTime", "Plan", "Report", "Segments"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 -- a module's attributes have no common type
    """Load what notebooks use when it is asked for: a command line or a serving process never is."""
    if name not in __all__:
        msg = f"module 'holdfast' has no attribute {name!r}"
        raise AttributeError(msg)
    from holdfast.app.notebook import plan, results

    return getattr(plan if name == "Plan" else results, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
