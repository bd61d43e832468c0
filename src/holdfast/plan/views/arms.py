"""The plan as one of its arms reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from holdfast.kernel.errors import DataError, PlanError, Problem, did_you_mean
from holdfast.plan.model.arms import Arm
from holdfast.plan.model.data import DataSource
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.places import located
from holdfast.telemetry.checking import ColumnProblem

BOTH = "({}) and ({})"
"""A source's own condition and an arm's, together."""


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


@dataclass(frozen=True)
class PlanInArm(LoadedPlan):
    """A plan whose data sources are those that one arm reads; everything else is the plan's, digest included.

    Attributes
    ----------
    whole : LoadedPlan
        The plan as it is written.
    """

    whole: LoadedPlan

    @property
    def digest(self) -> str:
        """The written plan's digest: an arm is no other plan."""
        return self.whole.digest


def in_arm(loaded: LoadedPlan, name: str) -> PlanInArm:
    """Return the plan as one of its arms reads it: what gates measure there is measured on the arm's records.

    Raises
    ------
    PlanError
        HF502: the plan has no such arm.
    """
    arm, sources = arm_of(loaded, name), loaded.plan.data
    read = {data: _read_by(arm, data, sources[arm.data.get(data, data)]) for data in sources}
    plan = loaded.plan.model_copy(update={"data": read})
    return PlanInArm(plan, loaded.root, loaded.files, loaded.tree, loaded)


def _read_by(arm: Arm, data: str, source: DataSource) -> DataSource:
    if arm.only and data not in arm.only:
        return source
    where = source.where if arm.where is None else arm.where
    if source.where is not None and arm.where is not None:
        where = BOTH.format(source.where, arm.where)
    return source.model_copy(update={"where": where, "columns": {**source.columns, **arm.columns}})


@contextmanager
def located_in(loaded: LoadedPlan, name: str, data: str) -> Iterator[None]:
    """Show what is wrong with the columns of an arm's data where the plan names them.

    Parameters
    ----------
    name : str
        The arm.
    data : str
        The data source that is read, as the gates name it.
    """
    arm = arm_of(loaded, name)
    source = arm.data.get(data, data)
    with located(loaded, source=source):
        try:
            yield
        except DataError as error:
            where = loaded.plan.data[source].where
            raise DataError(
                [_placed(loaded, name, arm, problem, where) for problem in error.problems]
            ) from error


def _placed(loaded: LoadedPlan, name: str, arm: Arm, problem: Problem, where: str | None) -> Problem:
    if problem.place is not None or not isinstance(problem, ColumnProblem):
        return problem
    if problem.at < 0:
        for key, column in arm.columns.items():
            if column == problem.column:
                return replace(problem, place=loaded.place(("arms", name, "columns", key), 0, len(column)))
        return problem
    # a condition that was put together is looked at where its parts are written
    before = BOTH.format(where, "")[:-1] if where is not None and arm.where is not None else ""
    if arm.where is not None and problem.at >= len(before):
        at = problem.at - len(before)
        return replace(problem, place=loaded.place(("arms", name, "where"), at, problem.width))
    return replace(problem, at=problem.at - 1) if before else problem
