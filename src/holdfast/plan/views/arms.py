"""The plan's data sources and metrics as one arm has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from holdfast.kernel.errors import DataError, PlanError, Problem, did_you_mean
from holdfast.measure.metrics import both
from holdfast.plan.model.arms import Arm
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.metrics import DriftMetric
from holdfast.plan.views.measures import definition, expression
from holdfast.plan.views.places import located
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.checking import ColumnProblem
from holdfast.telemetry.passes import Item
from holdfast.telemetry.sources import Source


def arm_of(loaded: LoadedPlan, name: str) -> Arm:
    """Return one of a plan's arms.

    Raises
    ------
    PlanError
        HF502: the plan has no such arm.
    """
    arms = loaded.plan.arms
    if name not in arms:
        fix = did_you_mean(name, arms, otherwise="it has") if arms else "name its variants under `arms`"
        raise PlanError.of("HF502", f"the plan has no arm `{name}`", fix=fix)
    return arms[name]


def as_gates_do(arm: Arm) -> bool:
    """Whether an arm reads the data just as the gates do."""
    return arm.where is None and not arm.columns and not arm.data


def source_in(loaded: LoadedPlan, data: str, arm: Arm) -> Source:
    """Return a data source, named as gates name it, as an arm reads it."""
    source = source_of(loaded, arm.data.get(data, data))
    if arm.only and data not in arm.only:
        return source
    where = source.where if arm.where is None else both(source.where, expression(arm.where))
    return replace(source, where=where, columns={**source.columns, **arm.columns})


def item_in(loaded: LoadedPlan, metric: str, data: str, by: tuple[str, ...], arm: Arm) -> Item:
    """Return a metric on a data source as an arm reads both, as a pass is asked for it."""
    planned = loaded.plan.metrics[metric]
    reference = source_in(loaded, planned.reference, arm) if isinstance(planned, DriftMetric) else None
    return Item(definition(loaded.plan, metric), source_in(loaded, data, arm), by, reference, metric)


@contextmanager
def located_in(
    loaded: LoadedPlan, arm: str, metrics: tuple[str, ...] = (), data: str | None = None
) -> Iterator[None]:
    """Show what is wrong with columns where the plan names them: in an arm, else as `located` does.

    Parameters
    ----------
    arm : str
        The arm's name.
    metrics : tuple of str
        The metric of each item of the pass, in order.
    data : str, optional
        The data source that is read, as the gates name it.
    """
    part = loaded.plan.arms[arm]
    source = None if data is None else part.data.get(data, data)
    with located(loaded, metrics, source):
        try:
            yield
        except DataError as error:
            raise DataError([_placed(loaded, arm, problem) for problem in error.problems]) from error


def _placed(loaded: LoadedPlan, arm: str, problem: Problem) -> Problem:
    if problem.place is not None or not isinstance(problem, ColumnProblem) or problem.asked >= 0:
        return problem
    part = loaded.plan.arms[arm]
    for name, column in part.columns.items():
        if problem.at < 0 and problem.column == column:
            place = loaded.place(("arms", arm, "columns", name), 0, len(column))
            return replace(problem, place=place)
    if part.where is not None and problem.at >= 0:
        written = part.where[problem.at : problem.at + problem.width].strip("`")
        if written == problem.column:
            place = loaded.place(("arms", arm, "where"), problem.at, problem.width)
            return replace(problem, place=place)
    return problem
