"""From the branches of a CACAO workflow, each with its own end, to steps that lead to steps.

A step that stands in two branches with the same continuation is one step. A way back is cut, because a
runbook is followed from top to bottom; what runs in parallel is put one after the other, as CACAO allows.
Each of these is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from holdfast.kernel.errors import PlanError
from holdfast.respond.model.runbooks.cacao.playbook import Playbook
from holdfast.respond.model.runbooks.document import END

MOST = 250
"""Steps that are followed while a workflow is unrolled: shared branches multiply."""


@dataclass
class Node:
    """A step to be, with where it leads.

    Attributes
    ----------
    id : str
        Of the step in the workflow.
    then, otherwise : str or None
        Keys of nodes, or `end`.
    ways : list of tuple
        Of a decision: name, when, key of a node.
    """

    key: str
    id: str
    step: dict[str, Any]
    then: str = END
    otherwise: str | None = None
    ways: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Unrolling:
    """A workflow while it is unrolled."""

    playbook: Playbook
    nodes: dict[tuple[str, str], Node] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)
    lost: list[tuple[tuple[str | int, ...], str]] = field(default_factory=list)
    followed: int = 0

    def enter(self, id_: str, after: str) -> str:
        """Return the key of the node that a step leads to; `after` is where its branch goes on."""
        self.followed += 1
        if self.followed > MOST:
            message = "its branches share so many steps that nobody could follow them"
            raise PlanError.of("HF209", message, place=self.playbook.file.place(("workflow", id_)))
        step = self.playbook.workflow[id_]
        kind = step["type"]
        if kind == "end":
            return after
        if id_ in self.under_way:
            self.lost.append((("workflow", id_), "a way back to it: a runbook is followed downwards"))
            return after
        if (id_, after) in self.nodes:
            return self.nodes[id_, after].key
        self.under_way.add(id_)
        try:
            return self._enter(kind, id_, step, after)
        finally:
            self.under_way.discard(id_)

    def _enter(self, kind: str, id_: str, step: dict[str, Any], after: str) -> str:
        following = step.get("on_completion", step.get("on_success"))
        join = self.enter(following, after) if following else after
        if kind == "start":
            return join
        if kind == "parallel":
            self.lost.append((("workflow", id_), "steps at the same time: they are put one after the other"))
            for branch in reversed(_listed(step.get("next_steps"))):
                join = self.enter(branch, join)
            return join
        node = Node(f"{id_}#{after}", id_, step, join)
        if kind == "if-condition":
            self._condition(node, step, join)
        elif kind == "while-condition":
            self.lost.append((("workflow", id_), "a loop: its steps are gone through once"))
            body = self.enter(step["on_true"], join) if "on_true" in step else join
            node.ways = [("true", "the condition holds", body), ("false", "it does not hold", join)]
        elif kind == "switch-condition":
            cases = step.get("cases")
            listed = cases.items() if isinstance(cases, dict) else ()
            node.ways = [(name, f"it is {name}", self.enter(target, join)) for name, target in listed]
        elif "on_failure" in step:
            node.otherwise = self.enter(step["on_failure"], after)
        if node.ways:
            node.then = ""
        self.nodes[id_, after] = node
        return node.key

    def _condition(self, node: Node, step: dict[str, Any], join: str) -> None:
        told = self.playbook.extension("step_extensions", step) or {}
        true = self.enter(step["on_true"], join) if "on_true" in step else join
        false = self.enter(step["on_false"], join) if "on_false" in step else join
        node.ways = [
            (str(told.get("branch_name", "true")), str(told.get("branch_when", "the condition holds")), true),
            (str(told.get("branch_else", "false")), str(told.get("else_when", "it does not hold")), false),
        ]


def _listed(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def decisions_merged(unrolling: Unrolling) -> dict[str, Node]:
    """Return the nodes with each of our decisions as one: its action, and the conditions that follow it."""
    nodes = {node.key: node for node in unrolling.nodes.values()}
    used: set[str] = set()
    for node in nodes.values():
        told = unrolling.playbook.extension("step_extensions", node.step) or {}
        if told.get("step_kind") == "decide":
            ways = list(_ways(unrolling, nodes, node.then, str(told.get("step_id", "")), used))
            if ways:
                node.ways, node.then = ways, ""
    led = {target for key, node in nodes.items() if key not in used for target in leads(node)}
    return {key: node for key, node in nodes.items() if key not in used or key in led}


def leads(node: Node) -> list[str]:
    """Return the keys of the nodes that a node leads to; `end` among them."""
    reached = [target for _, _, target in node.ways] or [node.then]
    return [*reached, *([node.otherwise] if node.otherwise else [])]


def _ways(
    unrolling: Unrolling, nodes: dict[str, Node], key: str, decides: str, used: set[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield the ways of a chain of conditions on one decision."""
    node = nodes.get(key)
    told = unrolling.playbook.extension("step_extensions", node.step) if node is not None else None
    if node is None or not told or told.get("decides") != decides or not node.ways:
        return
    used.add(key)
    yield node.ways[0]
    if "branch_else" in told:
        yield node.ways[1]
    elif len(node.ways) > 1:
        yield from _ways(unrolling, nodes, node.ways[1][2], decides, used)
