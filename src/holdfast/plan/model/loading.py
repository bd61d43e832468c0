"""From the texts of a plan's files to a plan, or to all that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path as FilePath

from pydantic import ValidationError

from holdfast.kernel.errors import Place, PlanError, Problem
from holdfast.plan.model.merging import merge
from holdfast.plan.model.names import Known
from holdfast.plan.model.plan import BY_ID, Plan
from holdfast.plan.model.problems import in_order, null_problems, problems_of, secrets_covered
from holdfast.plan.model.references import contradictions
from holdfast.plan.model.tree import MapNode, Path, Scalar, raw, walk, without_empty_items


@dataclass(frozen=True)
class LoadedPlan:
    """A plan with where it came from.

    Attributes
    ----------
    plan : Plan
        The plan.
    root : pathlib.Path
        Its folder: relative paths of the plan start here.
    files : tuple of str
        Its files as the user gave them, the first one first.
    tree : MapNode
        Its text with marks, so that later findings can point at it.
    """

    plan: Plan
    root: FilePath
    files: tuple[str, ...]
    tree: MapNode

    @property
    def digest(self) -> str:
        """The plan's digest, which every fact made under it carries."""
        return self.plan.digest

    def place(self, path: Path, offset: int = 0, width: int | None = None) -> Place:
        """Return where a value is written; where it is not written, the nearest that is.

        Parameters
        ----------
        path : tuple
            Keys and indices: `("metrics", "toxicity-rate", "hit")`. In lists of things with an id, the id
            does for the index: `("gates", "toxicity", "require")`.
        offset, width : int
            A part of the value's text, as an expression's problems name it.
        """
        reached = walk(self.tree, self._indexed(path))
        mark = reached.mark
        if isinstance(reached.node, Scalar) and not reached.missing and (offset or width is not None):
            if reached.node.lead is None:
                return replace(mark, width=1).place()
            return replace(mark, column=mark.column + reached.node.lead + offset, width=width or 1).place()
        return mark.place()

    def _indexed(self, path: Path) -> Path:
        if len(path) < 2 or not isinstance(path[1], str) or path[1] == "[key]":
            return path
        things = getattr(self.plan, str(path[0]), ())
        if not isinstance(things, tuple) or path[0] not in BY_ID:
            return path
        index = self._indices[str(path[0])].get(path[1])
        return path if index is None else (path[0], index, *path[2:])

    @cached_property
    def _indices(self) -> dict[str, dict[str, int]]:
        """Where each thing with an id is in its section."""
        return {
            section: {thing.id: index for index, thing in enumerate(getattr(self.plan, section))}
            for section in BY_ID
        }


def load(trees: Sequence[MapNode], root: FilePath) -> LoadedPlan:
    """Return the plan that the trees of its files make.

    Raises
    ------
    PlanError
        With every problem, sorted by place.
    """
    files = tuple(dict.fromkeys(tree.mark.file.name for tree in trees))
    merged, problems = merge(trees)
    empty = null_problems(merged)
    problems += empty
    tree = without_empty_items(merged)
    assert isinstance(tree, MapNode)  # noqa: S101 -- a mapping stays a mapping; for the type checker
    plan: Plan | None = None
    try:
        plan = Plan.model_validate(raw(tree), context=Known.of(tree))
    except ValidationError as error:
        problems += problems_of(error, Plan, tree)
    if plan is not None and not empty:  # else names may lead to what was left empty
        problems += [
            Problem(wrong.code, wrong.message, walk(tree, wrong.path).mark.place(), wrong.fix)
            for wrong in contradictions(plan)
        ]
    if problems or plan is None:
        raise PlanError(in_order(secrets_covered(problems), files))
    return LoadedPlan(plan, root, files, tree)
