"""From a runbook to a CACAO 2.0 playbook.

An observation, an act and a communication become action steps with a manual command. A confirmation is one
whose `on_success` and `on_failure` lead to different steps. A decision becomes an action that sets a
variable, and a chain of if-conditions on it. A step that two branches share before they join stands in both
of them, for in CACAO a branch ends by itself; its extension says that it is one and the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import UsageError
from holdfast.respond.model.failure_modes import failure_mode, framework_title
from holdfast.respond.model.runbooks.cacao.identifiers import (
    CREATOR,
    EXTENSION,
    EXTENSION_VERSION,
    object_id,
    playbook_id,
)
from holdfast.respond.model.runbooks.cacao.paths import joins
from holdfast.respond.model.runbooks.cacao.stepping import activity_of, head_extension, step_extension
from holdfast.respond.model.runbooks.document import END
from holdfast.respond.model.runbooks.runbook import Runbook, Step, Way

MOST_STEPS = 2_000
"""Steps of a workflow: a runbook whose branches share so much is better written in two."""
NOBODY = "responders"
"""Who does a step that names nobody."""


def as_cacao(runbook: Runbook, at: datetime) -> dict[str, Json]:
    """Return a runbook as a CACAO 2.0 playbook; `at` is when this version of it was written.

    Raises
    ------
    UsageError
        HF716: its branches share so many steps that the playbook would have thousands.
    """
    writing = _Writing(runbook, joins(runbook))
    first = writing.step(runbook.first.id, END, _Region(("main",)))
    start = object_id("start", runbook.id)
    workflow: dict[str, Json] = {start: {"type": "start", "on_completion": first}, **writing.workflow}
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
    activities = sorted({activity_of(step) for step in runbook.between(runbook.first.id)})
    mode = failure_mode(runbook.failure_mode or "")
    named = mode.frameworks if mode is not None else ()
    playbook: dict[str, Json] = {
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": playbook_id(runbook.id),
        "name": runbook.title,
        "description": " ".join(filter(None, (runbook.when, runbook.question))) or runbook.title,
        "playbook_types": ["mitigation"],
        "playbook_activities": list(activities),
        "playbook_processing_summary": {
            "manual_playbook": True,
            "if_logic": bool(writing.variables),
            "extensions": True,
        },
        "created_by": CREATOR,
        "created": moment,
        "modified": moment,
        "labels": ["holdfast", *([runbook.failure_mode] if runbook.failure_mode else [])],
        "workflow_start": start,
        "workflow": workflow,
        "playbook_extensions": {EXTENSION: head_extension(runbook)},
        "agent_definitions": dict(writing.agents),
        "extension_definitions": {EXTENSION: _definition()},
    }
    if named:
        playbook["external_references"] = [
            {"name": framework_title(one) or one, "external_id": one} for one in named
        ]
    if writing.variables:
        playbook["playbook_variables"] = dict(writing.variables)
    return playbook


def _definition() -> dict[str, Json]:
    return {
        "type": "extension-definition",
        "name": "Holdfast runbook",
        "description": "What a runbook for a failing AI system says and CACAO has no word for: levers,"
        " scopes, proof of recovery, escalation, what not to do.",
        "created_by": CREATOR,
        "schema": "The keys of a runbook's file as docs/runbooks.md of Holdfast describes them; `id`, `to`"
        " and `by` of a step are called `step_id`, `move_to` and `tell_by`.",
        "version": EXTENSION_VERSION,
    }


@dataclass
class _Region:
    """A branch, or the whole: its steps are written once each, and it has one end."""

    path: tuple[str, ...]
    written: dict[str, str] = field(default_factory=dict)


@dataclass
class _Writing:
    """The workflow while it is written."""

    runbook: Runbook
    joins: Mapping[str, str]
    workflow: dict[str, Json] = field(default_factory=dict)
    agents: dict[str, Json] = field(default_factory=dict)
    variables: dict[str, Json] = field(default_factory=dict)

    def step(self, target: str, stop: str, region: _Region) -> str:
        """Write a step and all that follow it up to `stop`; return its id."""
        if target in region.written:
            return region.written[target]
        if len(self.workflow) > MOST_STEPS:
            message = f"the branches of `{self.runbook.id}` share too many steps for a CACAO playbook"
            raise UsageError.of("HF716", message, fix="let them join earlier, or write two runbooks")
        step = self.runbook.step(target)
        if target == stop or step is None:
            id_ = object_id("end", self.runbook.id, *region.path)
            self.workflow[id_] = {"type": "end"}
        elif step.kind == "decide":
            id_ = self._decision(step, stop, region)
        else:
            id_ = self._action(step, region)
            self._lead(id_, step, stop, region)
        region.written[target] = id_
        return id_

    def _action(self, step: Step, region: _Region) -> str:
        id_ = object_id("action", self.runbook.id, *region.path, step.id)
        # its place in the file is that before the steps that it leads to
        self.workflow[id_] = {
            "type": "action",
            "name": step.id,
            "description": _description(step),
            "commands": [
                {"type": "manual", "command": step.says, "playbook_activity": activity_of(step)},
            ],
            "agent": self._agent(step.who or NOBODY),
            "step_extensions": {EXTENSION: step_extension(step, self.runbook.number(step.id))},
        }
        return id_

    def _lead(self, id_: str, step: Step, stop: str, region: _Region) -> None:
        written = self.workflow[id_]
        assert isinstance(written, dict)  # noqa: S101 -- `_action` wrote it; for the type checker
        after = self.step(step.then, stop, region)
        if step.kind == "confirm":
            written["on_success"] = after
            written["on_failure"] = self.step(step.otherwise or step.then, stop, region)
        else:
            written["on_completion"] = after

    def _decision(self, step: Step, stop: str, region: _Region) -> str:
        id_ = self._action(step, region)
        variable = self._variable(step)
        named = ", ".join(way.name for way in step.ways)
        self.variables[variable] = {
            "type": "string",
            "description": f"{step.says} One of: {named}.",
            "constant": False,
        }
        written = self.workflow[id_]
        assert isinstance(written, dict)  # noqa: S101 -- `_action` wrote it; for the type checker
        written["out_args"] = [variable]
        join = self.joins[step.id]
        written["on_completion"] = self._conditions(step, list(step.ways), variable, join, stop, region)
        return id_

    def _conditions(
        self, step: Step, ways: list[Way], variable: str, join: str, stop: str, region: _Region | None
    ) -> str:
        """Write the chain of conditions on a decision's variable; return the id of its first one."""
        way, *others = ways
        path = (*(region.path if region else ()), step.id, way.name)
        id_ = object_id("if-condition", self.runbook.id, *path)
        told: dict[str, Json] = {"decides": step.id, "branch_name": way.name, "branch_when": way.when}
        condition: dict[str, Json] = {
            "type": "if-condition",
            "name": f"{step.id}: {way.name}",
            "description": way.when,
            "condition": f"{variable}:value = '{way.name}'",
        }
        self.workflow[id_] = condition
        inner = region or _Region(path)
        condition["on_true"] = self.step(way.then, join, _Region((*path, "true")))
        if len(others) == 1:
            told |= {"branch_else": others[0].name, "else_when": others[0].when}
            condition["on_false"] = self.step(others[0].then, join, _Region((*path, "false")))
        elif others:
            rest = _Region((*path, "rest"))
            condition["on_false"] = self._conditions(step, others, variable, join, join, rest)
        condition["on_completion"] = self.step(join, stop, inner)
        condition["step_extensions"] = {EXTENSION: told}
        return id_

    def _variable(self, step: Step) -> str:
        """Return a variable's name: letters, digits and underscores, unlike every other."""
        word = re.sub(r"\W", "_", step.id, flags=re.ASCII)
        name = f"__{word if word[:1].isalpha() else f'v_{word}'}__"
        return name if name not in self.variables else f"{name[:-2]}_{self.runbook.number(step.id)}__"

    def _agent(self, who: str) -> str:
        id_ = object_id("group", who)
        self.agents[id_] = {"type": "group", "name": who, "description": "A role or group of people."}
        return id_


def _description(step: Step) -> str:
    parts = [
        step.note,
        f"Within {step.within.text}." if step.within else None,
        f"Costs: {step.costs}" if step.costs else None,
        f"Undo: {step.undo}" if step.undo else None,
        f"Tell: {', '.join(step.audience)}." if step.audience else None,
    ]
    return " ".join(part for part in parts if part) or step.says
