"""The runbooks that there are, as the command line asks for them. Nothing is recorded."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.kernel.clock import Clock
from holdfast.plan.model.lint.subject import LintFinding
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.reading import plan_in, read_plan, read_text
from holdfast.respond.model.runbooks.cacao.exporting import as_cacao
from holdfast.respond.model.runbooks.cacao.importing import Imported, from_cacao
from holdfast.respond.model.runbooks.lint import Names, lint_runbook
from holdfast.respond.ports.runbooks import Found
from holdfast.respond.views.runbooks.sheet import Sheet, sheet_of
from holdfast.respond.views.runbooks.shelf import Row, find_runbook, read_runbook, rows_of


@dataclass(frozen=True)
class RunbookDesk:
    """The runbooks of a plan, and the built-in ones.

    Attributes
    ----------
    html : callable
        Makes a self-contained page of a sheet.
    """

    clock: Clock
    html: Callable[[Sheet], str]

    def rows(self, plan: Path | None) -> Sequence[Row]:
        """Return every runbook of the plan and the library."""
        return tuple(rows_of(_plan_of(plan)))

    def find(self, named: str, plan: Path | None) -> Found:
        """Return a runbook by its name, or the one in a file."""
        file = Path(named)
        if file.suffix in (".yaml", ".yml") or "/" in named:
            return read_runbook(file)
        return find_runbook(named, _plan_of(plan))

    def sheet(self, found: Found) -> Sheet:
        """Return a runbook on one page."""
        return sheet_of(found.loaded.runbook, found.origin)

    def lint(self, found: Found, plan: Path | None) -> Sequence[LintFinding]:
        """Return what is wrong with a runbook; with a plan, what it names is looked up there."""
        loaded = _plan_of(plan)
        return lint_runbook(found.loaded, Names.of(loaded.plan) if loaded is not None else None)

    def as_cacao(self, found: Found) -> str:
        """Return a runbook as a CACAO 2.0 playbook, in JSON."""
        told = as_cacao(found.loaded.runbook, self.clock.now())
        return json.dumps(told, indent=2, ensure_ascii=False) + "\n"

    def from_cacao(self, file: Path) -> Imported:
        """Return the runbook that a CACAO 2.0 playbook in a file is."""
        return from_cacao(read_text(file), str(file))


def _plan_of(named: Path | None) -> LoadedPlan | None:
    """Return the plan that was named, else the one of this folder, where there is one."""
    if named is not None:
        return read_plan(named)
    return read_plan() if plan_in(Path()) is not None else None
