"""Where runbooks are found: in a file, in the plan, in the library. A plan's name wins over the library's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import InputError, UsageError, did_you_mean
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.reading import read_text, text_beside
from holdfast.respond.model.runbooks.library import library_names, library_runbook
from holdfast.respond.model.runbooks.loading import parse_runbook
from holdfast.respond.ports.runbooks import Found, Origin


@dataclass(frozen=True)
class Row:
    """One runbook of a list.

    Attributes
    ----------
    problem : str or None
        Why it cannot be followed; then only its name and origin are known.
    """

    name: str
    origin: Origin
    title: str = ""
    failure_mode: str | None = None
    version: str = ""
    steps: int = 0
    digest: str = ""
    problem: str | None = None

    def as_json(self) -> dict[str, Json]:
        """Return the row as `holdfast runbook list --json` and the API tell it."""
        return {
            "runbook": self.name,
            "origin": self.origin,
            "title": self.title,
            "failure_mode": self.failure_mode,
            "version": self.version,
            "steps": self.steps,
            "digest": self.digest,
            "problem": self.problem,
        }


def names_of(plan: LoadedPlan | None) -> tuple[str, ...]:
    """Return the names of all runbooks: the plan's own first, then those that only the library has."""
    own = tuple(plan.plan.runbooks) if plan is not None else ()
    return (*own, *(name for name in library_names() if name not in own))


def find_runbook(name: str, plan: LoadedPlan | None = None) -> Found:
    """Return a runbook by its name.

    Raises
    ------
    UsageError
        HF710: neither the plan nor the library has one of this name.
    PlanError
        The plan's file cannot be read, or is wrong: HF2xx, HF715.
    """
    if plan is not None and name in plan.plan.runbooks:
        text, file = text_beside(plan.root, plan.plan.runbooks[name], plan.place(("runbooks", name)))
        return Found(name, "plan", parse_runbook(text, file))
    loaded = library_runbook(name)
    if loaded is None:
        fix = did_you_mean(name, names_of(plan), otherwise="there are")
        raise UsageError.of("HF710", f"there is no runbook `{name}`", fix=fix)
    return Found(name, "library", loaded)


def read_runbook(file: Path) -> Found:
    """Return the runbook in a file.

    Raises
    ------
    PlanError
        It cannot be read, or is wrong: HF2xx, HF715.
    """
    loaded = parse_runbook(read_text(file), str(file))
    return Found(loaded.runbook.id, "file", loaded)


def rows_of(plan: LoadedPlan | None) -> Iterator[Row]:
    """Yield every runbook of the plan and the library; one that is wrong says why, and hides no other."""
    for name in names_of(plan):
        try:
            yield row_of(find_runbook(name, plan))
        except InputError as error:
            wrong = error.problems[0]
            yield Row(
                name, "plan", problem=f"{wrong.message} ({wrong.place})" if wrong.place else wrong.message
            )


def row_of(found: Found) -> Row:
    """Return a runbook's row."""
    book = found.loaded.runbook
    return Row(
        found.name,
        found.origin,
        book.title,
        book.failure_mode,
        book.version,
        len(book.steps),
        found.digest,
    )
