"""The steps of a runbook's file, from the steps of an unrolled workflow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from holdfast.plan.model.words import NAME
from holdfast.respond.model.runbooks.cacao.playbook import Playbook
from holdfast.respond.model.runbooks.cacao.stepping import step_of_extension
from holdfast.respond.model.runbooks.cacao.texts import duration, prose, slug
from holdfast.respond.model.runbooks.cacao.unrolling import Node, Unrolling, decisions_merged, leads
from holdfast.respond.model.runbooks.document import END, STEP_KINDS

LOOKS = frozenset(
    {
        "analyze-collected-data",
        "scan-system",
        "match-indicator",
        "identify-indicators",
        "scan-vulnerabilities",
        "map-network",
    }
)
TELLS = frozenset({"compose-content", "deliver-content", "identify-audience", "identify-channel"})
SAID = frozenset(
    {
        "type",
        "name",
        "description",
        "commands",
        "agent",
        "timeout",
        "condition",
        "switch",
        "cases",
        "next_steps",
        "on_completion",
        "on_success",
        "on_failure",
        "on_true",
        "on_false",
    }
)
"""What of a step is taken."""
SAID_BY_US = frozenset({"step_extensions", "out_args"})
Unsaid = tuple[tuple[str | int, ...], str]


@dataclass
class Line:
    """One step of the file.

    Attributes
    ----------
    id : str
        Of the step in the workflow.
    form : dict
        Its keys and values.
    unsaid : list
        What of the step could not be taken.
    """

    id: str
    form: dict[str, Any]
    unsaid: list[Unsaid] = field(default_factory=list)


def lines_of(unrolling: Unrolling, first: str) -> list[Line]:
    """Return the steps of the file, each before those that it leads to."""
    nodes = decisions_merged(unrolling)
    order = [nodes[key] for key in _downwards(nodes, first)]
    same = _merged(unrolling.playbook, order)
    kept = _in_our_order(unrolling.playbook, [node for node in order if same[node.key] == node.key], same)
    names = _names(unrolling.playbook, kept)

    def named(key: str) -> str:
        return END if key == END else names[same[key]]

    lines: list[Line] = []
    for node in kept:
        lines += _lines(unrolling.playbook, node, names[node.key], named)
    return lines


def _downwards(nodes: dict[str, Node], first: str) -> list[str]:
    """Return the keys of all nodes that are reached, each before those that it leads to."""
    done: list[str] = []
    seen: set[str] = set()
    waiting: list[tuple[str, bool]] = [(first, False)]
    while waiting:
        key, left = waiting.pop()
        if left:
            done.append(key)
        elif key in nodes and key not in seen:
            seen.add(key)
            waiting.append((key, True))
            waiting += [(target, False) for target in leads(nodes[key])]
    return done[::-1]


def _merged(playbook: Playbook, order: list[Node]) -> dict[str, str]:
    """Return for each node the one that stands for it: the same step with the same ways on is one."""
    same: dict[str, str] = {END: END}
    known: dict[tuple[object, ...], str] = {}
    for node in reversed(order):
        told = playbook.extension("step_extensions", node.step) or {}
        ways = tuple((name, when, same[target]) for name, when, target in node.ways)
        otherwise = same[node.otherwise] if node.otherwise else None
        what = (told.get("step_id") or node.id, _says(playbook, node), same.get(node.then), otherwise, ways)
        same[node.key] = known.setdefault(what, node.key)
    return same


def _in_our_order(playbook: Playbook, kept: list[Node], same: dict[str, str]) -> list[Node]:
    """Return the steps as the runbook had them, where it is ours and no step was moved before its cause."""
    numbers: dict[str, int] = {}
    for node in kept:
        number = (playbook.extension("step_extensions", node.step) or {}).get("step_number")
        if not isinstance(number, int) or number in numbers.values():
            return kept
        numbers[node.key] = number
    for node in kept:
        if any(numbers[same[one]] <= numbers[node.key] for one in leads(node) if one != END):
            return kept
    return sorted(kept, key=lambda node: numbers[node.key])


def _names(playbook: Playbook, kept: list[Node]) -> dict[str, str]:
    names: dict[str, str] = {}
    for number, node in enumerate(kept, start=1):
        told = playbook.extension("step_extensions", node.step) or {}
        wished = told.get("step_id")
        name = (
            wished if isinstance(wished, str) and wished else slug(_name(playbook, node)) or f"step-{number}"
        )
        taken = {*names.values(), END}
        names[node.key] = name if name not in taken else f"{name[:70]}-{number}"
    return names


def _name(playbook: Playbook, node: Node) -> str:
    return playbook.text("workflow", node.id, "name")


def _says(playbook: Playbook, node: Node) -> str:
    """Return what a step asks for: our command, else its name, description or first command."""
    command = playbook.text("workflow", node.id, "commands", 0, "command")
    name, description = _name(playbook, node), playbook.text("workflow", node.id, "description")
    ours = playbook.extension("step_extensions", node.step) is not None
    told = (command, name, description) if ours else (name, description, command)
    condition = playbook.text("workflow", node.id, "condition") or playbook.text(
        "workflow", node.id, "switch"
    )
    return next((said for one in (*told, condition) if (said := prose(one))), "A step that says nothing")


def _lines(playbook: Playbook, node: Node, name: str, named: Callable[[str], str]) -> Iterator[Line]:
    told = playbook.extension("step_extensions", node.step)
    says = _says(playbook, node)
    if told is not None and told.get("step_kind") in STEP_KINDS:
        form = {**step_of_extension(told), "id": name, str(told["step_kind"]): says}
        yield Line(node.id, {**form, **_flow(node, named)}, list(_unsaid(node, SAID | SAID_BY_US)))
        return
    unsaid = list(_unsaid(node, SAID))
    form = {"id": name, "who": _who(playbook, node), "within": duration(node.step.get("timeout"))}
    if node.ways:
        condition = playbook.text("workflow", node.id, "condition") or playbook.text(
            "workflow", node.id, "switch"
        )
        form |= {"decide": says, "note": prose(condition) if prose(condition) != says else ""}
        yield Line(node.id, _filled(form) | _flow(node, named), unsaid)
        return
    kind = _kind(node)
    form |= {kind: says, "note": _note(playbook, node, says)}
    for index, command in enumerate(_commands(node)):
        if command.get("type") != "manual":
            path = ("workflow", node.id, "commands", index)
            unsaid.append((path, f"a command of type `{str(command.get('type'))[:40]}`: a person does it"))
    if node.step["type"] == "playbook-action":
        unsaid.append((("workflow", node.id, "playbook_id"), "another playbook: a person follows it"))
    if node.otherwise is None or node.otherwise == node.then:
        yield Line(node.id, _filled(form) | _flow(node, named), unsaid)
        return
    asked = f"{name[:60]}-worked"
    yield Line(node.id, _filled(form), unsaid)
    confirm = {"id": asked, "confirm": "It was done, and it worked", "who": form["who"]}
    yield Line(node.id, _filled(confirm) | _flow(node, named))


def _flow(node: Node, named: Callable[[str], str]) -> dict[str, Any]:
    if node.ways:
        ways = {}
        for number, (name, when, target) in enumerate(node.ways, start=1):
            key = name if NAME.fullmatch(name) else slug(name)
            key = key or f"way-{number}"
            ways[key if key not in ways else f"{key}-{number}"] = {
                "when": prose(when) or "this is so",
                "then": named(target),
            }
        return {"branches": ways}
    flow = {"then": named(node.then)}
    return flow if node.otherwise is None else {**flow, "otherwise": named(node.otherwise)}


def _kind(node: Node) -> str:
    activities = {command.get("playbook_activity") for command in _commands(node)}
    if activities & LOOKS:
        return "observe"
    return "communicate" if activities & TELLS else "act"


def _commands(node: Node) -> list[dict[str, Any]]:
    listed = node.step.get("commands")
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _note(playbook: Playbook, node: Node, says: str) -> str:
    parts = [prose(playbook.text("workflow", node.id, "description"))]
    for index, _ in enumerate(_commands(node)):
        at = ("workflow", node.id, "commands", index)
        kind = playbook.text(*at, "type")
        command = prose(playbook.text(*at, "command"))
        parts.append(command if kind == "manual" else f"{prose(kind)[:40]}: {command or 'encoded'}")
    if node.step["type"] == "playbook-action":
        parts.append(f"playbook {prose(playbook.text('workflow', node.id, 'playbook_id'))}")
    return prose(" ".join(dict.fromkeys(part for part in parts if part and part != says)))


def _who(playbook: Playbook, node: Node) -> str:
    agent = playbook.text("workflow", node.id, "agent")
    every = playbook.file.value.get("agent_definitions")
    found = every.get(agent) if isinstance(every, dict) and agent else None
    name = found.get("name") if isinstance(found, dict) else None
    return prose(name)[:80] if isinstance(name, str) else ""


def _unsaid(node: Node, known: frozenset[str]) -> Iterator[Unsaid]:
    for key in node.step:
        if key not in known:
            yield ("workflow", node.id, key), f"`{key[:60]}` of a step"


def _filled(form: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in form.items() if value}
