"""What the app mounts of the plan's room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.kernel.clock import Clock
from holdfast.plan.ports import Facts

if TYPE_CHECKING:
    from holdfast.telemetry.ports import Engine


@dataclass(frozen=True)
class PlanServices:
    """The plan room's work; the app says how its outside is opened.

    Attributes
    ----------
    engine : callable
        Returns the engine that looks at files: their columns and how many records they hold.
    facts : Facts
        What the ledger knows of a plan's evidence.
    """

    engine: Callable[[], Engine]
    facts: Facts
    clock: Clock
