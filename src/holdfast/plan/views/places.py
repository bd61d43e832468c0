"""A plan's metrics as a pass is asked for them, and where the plan names a column that is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from holdfast.kernel.errors import DataError, Place, Problem
from holdfast.plan.model.gates import MetricGate
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.metrics import reference_of
from holdfast.plan.model.tree import Path
from holdfast.plan.views.columns import columns_in_words
from holdfast.plan.views.measures import definition
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.checking import ColumnProblem
from holdfast.telemetry.passes import Item

EXPRESSIONS = ("hit", "among", "decision", "label", "error", "answered", "where")


def item_of(loaded: LoadedPlan, metric: str, data: str, by: tuple[str, ...]) -> Item:
    """Return a metric of the plan on one of its sources, sliced, as a pass is asked for it."""
    planned = loaded.plan.metrics[metric]
    compared = reference_of(planned)
    reference = None if compared is None else source_of(loaded, compared)
    return Item(definition(loaded.plan, metric), source_of(loaded, data), by, reference, metric)


@contextmanager
def located(loaded: LoadedPlan, metrics: Sequence[str] = (), source: str | None = None) -> Iterator[None]:
    """Show what is wrong with columns where the plan names them.

    Parameters
    ----------
    metrics : sequence of str
        The metric of each item of the pass, in order.
    source : str, optional
        The data source that is read, for what is wrong with its own `where`, `columns` and `cluster`.
    """
    try:
        yield
    except DataError as error:
        # a drift asks its data and its reference for the same column
        found = dict.fromkeys(placed(loaded, problem, metrics, source) for problem in error.problems)
        raise DataError(list(found)) from error


def placed(
    loaded: LoadedPlan, problem: Problem, metrics: Sequence[str] = (), source: str | None = None
) -> Problem:
    """Return a problem with the place where the plan names what is wrong; parameters as for `located`."""
    if problem.place is not None:
        return problem
    if not isinstance(problem, ColumnProblem):
        place = place_of_files(loaded, source) if source is not None else None
        fix = problem.fix
        if (
            problem.code == "HF301"
            and source is not None
            and (columns := columns_in_words(loaded.plan, source))
        ):
            fix = f"{fix}; the gates need its {columns}"
        return Problem(problem.code, problem.message, place, fix)
    metric = metrics[problem.asked] if 0 <= problem.asked < len(metrics) else None
    place = place_of_column(
        loaded, problem.column, metric=metric, source=source, at=problem.at, width=problem.width
    )
    return Problem(problem.code, problem.message, place, problem.fix)


def place_of_files(loaded: LoadedPlan, source: str) -> Place:
    """Return where a data source says which files it reads."""
    return loaded.place(("data", source, source_of(loaded, source).kind))


def place_of_column(
    loaded: LoadedPlan,
    column: str,
    *,
    metric: str | None = None,
    source: str | None = None,
    at: int = -1,
    width: int = 1,
) -> Place | None:
    """Return where a column is named: in a metric, in a gate that slices by it, or in a data source.

    Parameters
    ----------
    column : str
        As it is written.
    metric, source : str, optional
        Whose column it is: one of them.
    at, width : int
        Where in an expression's text it stands; -1 where it is named by itself.

    Returns
    -------
    Place or None
        None where the plan does not name it: `holdfast measure --by` does.
    """
    for root in _roots(loaded, metric, source):
        for path, text in _texts(loaded, root):
            last = path[-1]
            inside = isinstance(last, str) and last in EXPRESSIONS
            if inside and at >= 0 and text[at : at + width].strip("`") == column:
                return loaded.place(path, at, width)
            if not inside and at < 0 and text == column:
                return loaded.place(path, 0, len(text))
    return None


def _roots(loaded: LoadedPlan, metric: str | None, source: str | None) -> Iterator[Path]:
    if metric is not None:
        yield ("metrics", metric)
        for gate in loaded.plan.gates:
            if isinstance(gate, MetricGate) and gate.metric == metric:
                yield ("gates", gate.id)
    if source is not None:
        yield ("data", source)


def _texts(loaded: LoadedPlan, root: Path) -> Iterator[tuple[Path, str]]:
    """Yield every text below a part of the plan, with its path."""
    section, key = root
    held = getattr(loaded.plan, str(section))
    part = held[key] if isinstance(held, Mapping) else next(one for one in held if one.id == key)
    yield from _below(root, part.model_dump(mode="json", by_alias=True))


def _below(path: Path, value: Any) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 -- JSON of any shape
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _below((*path, key), inner)
    elif isinstance(value, Sequence):
        for index, inner in enumerate(value):
            yield from _below((*path, index), inner)
