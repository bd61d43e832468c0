"""A runbook as its file says it, for the plan's own views: its title and its steps, or why there are none."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kernel.errors import PlanError
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.tree import ListNode, MapNode, Node, Scalar
from holdfast.plan.views.reading import read_beside

ACTS = ("do", "act", "observe", "decide", "confirm", "communicate", "step", "action")
"""Keys under which a step says what is done."""


@dataclass(frozen=True)
class Step:
    """One step: what is done; who does it and how soon where the file says so."""

    do: str
    who: str | None = None
    within: str | None = None


@dataclass(frozen=True)
class Runbook:
    """A runbook of the plan.

    Attributes
    ----------
    steps : tuple of Step
        In the file's order; empty where `problem` says why.
    problem : str or None
        Why no step can be shown: the file is missing, cannot be read, or has none.
    """

    name: str
    file: str
    title: str | None = None
    when: str | None = None
    recovered_when: str | None = None
    steps: tuple[Step, ...] = ()
    problem: str | None = None


def runbook(loaded: LoadedPlan, name: str) -> Runbook:
    """Return one of the plan's runbooks; a file that is missing or wrong is a problem said, never an error.

    A step is a text, or a mapping with its kind (`do`, `act`, `observe`, ...), `who` and `within`.
    """
    file = loaded.plan.runbooks[name]
    try:
        tree = read_beside(loaded.root, file, loaded.place(("runbooks", name)))
    except PlanError as error:
        wrong = error.problems[0]
        inside = wrong.place is not None and wrong.code != "HF211" and wrong.place.line > 0
        return Runbook(name, file, problem=wrong.message + (f" (`{wrong.place}`)" if inside else ""))
    return Runbook(
        name,
        file,
        title=_word(tree, "title"),
        when=_word(tree, "when"),
        recovered_when=_word(tree, "recovered_when") or _proof(tree),
        steps=(found := _steps(tree)),
        problem=None if found else f"`{file}` has no steps: write them under `steps:`",
    )


def _word(tree: MapNode, key: str) -> str | None:
    entry = tree.entries.get(key)
    if entry is None or not isinstance(entry.value, Scalar) or entry.value.is_null:
        return None
    return " ".join(entry.value.text.split()) or None


def _proof(tree: MapNode) -> str | None:
    """Return the first proof of recovery, where a runbook lists them."""
    entry = tree.entries.get("recovery")
    listed = entry.value.items if entry is not None and isinstance(entry.value, ListNode) else ()
    return next((said for one in listed if isinstance(one, MapNode) and (said := _word(one, "proof"))), None)


def _steps(tree: MapNode) -> tuple[Step, ...]:
    entry = tree.entries.get("steps")
    if entry is None or not isinstance(entry.value, ListNode):
        return ()
    return tuple(step for item in entry.value.items if (step := _step(item)) is not None)


def _step(item: Node) -> Step | None:
    if isinstance(item, Scalar):
        said = " ".join(item.text.split())
        return Step(said) if said and not item.is_null else None
    if isinstance(item, MapNode):
        said = next((word for key in ACTS if (word := _word(item, key))), "")
        return Step(said, _word(item, "who"), _word(item, "within")) if said else None
    return None
