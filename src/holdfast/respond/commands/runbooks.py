"""Following a runbook in an incident."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class StartRunbook:
    """Follow a runbook.

    Attributes
    ----------
    runbook : str
        A name of the plan or of the library.
    again : bool
        Start it also where it is being followed already.
    """

    incident: str
    runbook: str
    again: bool = False


@dataclass(frozen=True)
class DoStep:
    """Say that a step is done; of an act that moves a lever, move it.

    Attributes
    ----------
    step : str
        The step that the person saw.
    note : str or None
        What was seen or done.
    helped : bool or None
        Of a confirmation.
    lever : str or None
        Which lever, where the plan has several of the kind.
    scope : mapping
        Whom it is moved for; empty for all.
    by_hand : bool
        A person moved it already: nothing is moved, and it is recorded so.
    """

    incident: str
    run: int
    step: str
    note: str | None = None
    helped: bool | None = None
    lever: str | None = None
    scope: Mapping[str, str] = field(default_factory=dict)
    by_hand: bool = False


@dataclass(frozen=True)
class SkipStep:
    """Leave a step out."""

    incident: str
    run: int
    step: str
    reason: str


@dataclass(frozen=True)
class TakeBranch:
    """Take a decision of the runbook."""

    incident: str
    run: int
    step: str
    branch: str
    reason: str | None = None


@dataclass(frozen=True)
class AbandonRunbook:
    """Stop following a runbook."""

    incident: str
    run: int
    reason: str
