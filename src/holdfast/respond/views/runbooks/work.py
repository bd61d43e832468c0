"""What pages, API and command line ask of the room when a runbook is followed: one Protocol for all three."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the command line looks at these types only when it is checked
    from holdfast.access.model.principal import Principal
    from holdfast.respond.commands.runbooks import (
        AbandonRunbook,
        DoStep,
        SkipStep,
        StartRunbook,
        TakeBranch,
    )
    from holdfast.respond.model.runbooks.run import Run
    from holdfast.respond.ports.runbooks import Found
    from holdfast.respond.views.runbooks.following import RunRow, RunView
    from holdfast.respond.views.runbooks.shelf import Row


class Following(Protocol):
    """Following runbooks inside incidents."""

    def shelf(self, system: str | None) -> Sequence[Row]:
        """Return every runbook of a system's plan and the library."""
        ...

    def find(self, name: str, system: str | None) -> Found:
        """Return a runbook by its name."""
        ...

    def rows(self, incident: str) -> Sequence[RunRow]:
        """Return the runs of an incident, open ones first."""
        ...

    def look(self, incident: str, number: int) -> RunView:
        """Return a run as it stands."""
        ...

    def start(self, command: StartRunbook, principal: Principal) -> Run:
        """Start to follow a runbook."""
        ...

    def do_step(self, command: DoStep, principal: Principal) -> Run:
        """Record that a step is done."""
        ...

    def skip_step(self, command: SkipStep, principal: Principal) -> Run:
        """Leave a step out."""
        ...

    def take_branch(self, command: TakeBranch, principal: Principal) -> Run:
        """Take a decision of the runbook."""
        ...

    def abandon(self, command: AbandonRunbook, principal: Principal) -> Run:
        """Stop following a runbook."""
        ...
