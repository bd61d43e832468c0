"""A CACAO playbook as far as its shape is checked: every step has a type and leads to one that is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from holdfast.kernel.errors import did_you_mean
from holdfast.plan.model.refusals import shown
from holdfast.respond.model.runbooks.cacao.identifiers import EXTENSION
from holdfast.respond.model.runbooks.cacao.reading import JsonFile

STEP_TYPES = (
    "start",
    "end",
    "action",
    "playbook-action",
    "parallel",
    "if-condition",
    "while-condition",
    "switch-condition",
)
NEXT = ("on_completion", "on_success", "on_failure", "on_true", "on_false")
"""Properties of a step that name one other."""


@dataclass(frozen=True)
class Playbook:
    """A playbook whose shape is right."""

    file: JsonFile
    workflow: dict[str, dict[str, Any]]
    start: str

    @property
    def ours(self) -> bool:
        """Whether Holdfast wrote it."""
        return isinstance(self.extension("playbook_extensions", self.file.value), dict)

    def extension(self, key: str, holder: dict[str, Any]) -> dict[str, Any] | None:
        """Return what our extension says of a step or of the playbook."""
        every = holder.get(key)
        found = every.get(EXTENSION) if isinstance(every, dict) else None
        return found if isinstance(found, dict) else None

    def text(self, *path: str | int) -> str:
        """Return a text; empty where there is none.

        Raises
        ------
        PlanError
            HF716: something else stands there.
        """
        here: Any = self.file.value
        for step in path:
            inside = isinstance(here, dict) and step in here
            if not inside and not (isinstance(here, list) and isinstance(step, int) and step < len(here)):
                return ""
            here = here[step]
        if here is None:
            return ""
        if not isinstance(here, str):
            self.file.refuse("HF716", f"`{path[-1]}` is no text", path, "put it in quotes")
        return here


def check_shape(file: JsonFile) -> Playbook:
    """Return the playbook that a file holds.

    Raises
    ------
    PlanError
        HF716: it is no CACAO 2.0 playbook, or a step leads to one that is not there.
    """
    value = file.value
    if value.get("type") != "playbook":
        file.refuse("HF716", "no CACAO playbook", ("type",), 'a playbook says `"type": "playbook"`')
    version = value.get("spec_version")
    if version != "cacao-2.0":
        message = f"a playbook of {shown(version)}, not of `cacao-2.0`"
        file.refuse("HF716", message, ("spec_version",), "this version reads CACAO 2.0 only")
    workflow = value.get("workflow")
    if not isinstance(workflow, dict) or not workflow:
        file.refuse(
            "HF716", "a playbook without its workflow", ("workflow",), "`workflow` holds its steps by id"
        )
    start = value.get("workflow_start")
    if not isinstance(start, str) or start not in workflow:
        fix = did_you_mean(str(start), workflow, otherwise="it has")
        file.refuse("HF716", f"there is no step {shown(start)} to start with", ("workflow_start",), fix)
    for id_, step in workflow.items():
        _check_step(file, id_, step, workflow)
    return Playbook(file, workflow, start)


def _check_step(file: JsonFile, id_: str, step: object, workflow: dict[str, Any]) -> None:
    path = ("workflow", id_)
    if not isinstance(step, dict):
        file.refuse("HF716", f"the step {shown(id_)} is no object", path, "a step has at least its `type`")
    kind = step.get("type")
    if kind not in STEP_TYPES:
        fix = did_you_mean(str(kind), STEP_TYPES)
        file.refuse("HF716", f"{shown(kind)} is no type of step", (*path, "type"), fix)
    for key, target in targets(step):
        if not isinstance(target, str) or target not in workflow:
            fix = did_you_mean(str(target), list(workflow), otherwise="there are")
            file.refuse("HF716", f"there is no step {shown(target)}", (*path, *key), fix)


def targets(step: dict[str, Any]) -> Iterator[tuple[tuple[str | int, ...], object]]:
    """Yield the path and the id of each step that a step leads to."""
    for key in NEXT:
        if key in step:
            yield (key,), step[key]
    for key, holder in (("next_steps", step.get("next_steps")), ("cases", step.get("cases"))):
        if isinstance(holder, list):
            yield from (((key, index), target) for index, target in enumerate(holder))
        elif isinstance(holder, dict):
            yield from (((key, name), target) for name, target in holder.items())
