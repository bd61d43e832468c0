"""What of a step CACAO has no word for: our extension, with the names that CACAO allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.kernel.canonical import Json
from holdfast.respond.model.runbooks.document import END
from holdfast.respond.model.runbooks.runbook import Runbook, Step
from holdfast.respond.model.runbooks.writing import form_of, step_form

RENAMED = {"id": "step_id", "to": "move_to", "by": "tell_by"}
"""Names of an extension have at least three letters."""
FLOW = ("then", "otherwise", "branches")
"""What the workflow itself says."""
ACTIVITIES = {
    "observe": "analyze-collected-data",
    "decide": "identify-steps",
    "confirm": "match-indicator",
    "communicate": "deliver-content",
}
"""Kind of step -> the activity that CACAO's vocabulary has for it."""


def activity_of(step: Step) -> str:
    """Return a step's activity, from CACAO's vocabulary."""
    if step.kind != "act":
        return ACTIVITIES[step.kind]
    if step.move is not None and step.move.kind == "bundle":
        return "revert-system"
    return "restrict-access" if step.contains else "configure-systems"


def step_extension(step: Step, number: int) -> dict[str, Json]:
    """Return what our extension says of a step: all but its words and where it leads."""
    form = step_form(step, END, None)
    kept = {key: value for key, value in form.items() if key not in (*FLOW, step.kind)}
    told: dict[str, Json] = {RENAMED.get(key, key): value for key, value in kept.items()}
    return {"step_kind": step.kind, "step_number": number, **told}


def step_of_extension(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of a step's file from what our extension says."""
    back = {new: old for old, new in RENAMED.items()}
    return {back.get(key, key): value for key, value in told.items() if key not in OWN}


OWN = ("step_kind", "step_number", "decides", "branch_name", "branch_else", "branch_when", "else_when")
"""Keys of our extension that the file has no word for."""


def head_extension(runbook: Runbook) -> dict[str, Json]:
    """Return what our extension says of the runbook: all but its title and its steps."""
    form = form_of(runbook)
    told: dict[str, Json] = {key: value for key, value in form.items() if key not in ("title", "steps")}
    escalate = told.get("escalate")
    if isinstance(escalate, list):
        told["escalate"] = [_renamed(one, {"to": "call"}) for one in escalate]
    return told


def head_of_extension(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys of a runbook's file from what our extension says."""
    head = dict(told)
    if isinstance(head.get("escalate"), list):
        head["escalate"] = [_renamed(one, {"call": "to"}) for one in head["escalate"]]
    return head


def _renamed(one: Json, names: Mapping[str, str]) -> Json:
    return {names.get(key, key): value for key, value in one.items()} if isinstance(one, dict) else one
