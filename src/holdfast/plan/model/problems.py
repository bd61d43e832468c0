"""From what the schema refuses to problems with file, line and column, in the plan's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from holdfast.kernel.errors import Place, Problem, did_you_mean, nearest
from holdfast.plan.model.base import Part, keys_of
from holdfast.plan.model.refusals import KIND, presentable, shown
from holdfast.plan.model.shapes import part_at
from holdfast.plan.model.tree import MapNode, Mark, Scalar, Walk, nulls, walk

Steps = Sequence[str | int]


def problems_of(error: ValidationError, root: type[Part], tree: MapNode) -> list[Problem]:
    """Return every refusal as a problem; a missing key that was only misspelt is told once."""
    details: list[dict[str, Any]] = [dict(detail) for detail in error.errors(include_url=False)]
    unknown: dict[tuple[str | int, ...], list[str]] = {}
    for detail in details:
        if detail["type"] == "extra_forbidden":
            unknown.setdefault(tuple(detail["loc"][:-1]), []).append(str(detail["loc"][-1]))
    found = []
    for detail in details:
        loc = tuple(detail["loc"])
        if detail["type"] == "missing" and _is_misspelt(str(loc[-1]), unknown.get(loc[:-1], ())):
            continue
        problem = _problem(detail, loc, root, tree)
        if problem is not None:
            found.append(problem)
    return found


def null_problems(tree: MapNode) -> list[Problem]:
    """Return a problem for every key without a value."""
    return [
        Problem(
            "HF203",
            f"`{key}` has no value" if key is not None else "the item is empty",
            place,
            _way_out(key, place),
        )
        for key, place in ((key, mark.place()) for key, mark in nulls(tree))
    ]


def _way_out(key: str | None, place: Place) -> str:
    """Return what to do about a key without a value; several words after a comma are the rest of a text."""
    if key is not None and " " in key and place.text[: place.column - 1].rstrip().endswith(","):
        return "a comma ends a text between braces, so put the whole text in quotes"
    return "write one, or leave it out"


def in_order(problems: Iterable[Problem], files: Sequence[str] = ()) -> list[Problem]:
    """Return the problems sorted by place, each once, safe to be shown."""

    def position(problem: Problem) -> tuple[int, str, int, int, str]:
        place = problem.place or Place("")
        index = files.index(place.file) if place.file in files else len(files)
        return index, place.file, place.line, place.column, problem.code

    return sorted(dict.fromkeys(map(presentable, problems)), key=position)


def secrets_covered(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems with every secret that one of them refuses covered in all the lines they show."""
    spans = {
        (place.file, place.line, place.column, place.width)
        for problem in problems
        if problem.code == "HF214" and (place := problem.place) is not None
    }
    hidden = []
    for problem in problems:
        place = problem.place
        if place is not None:
            for file, line, column, width in spans:
                if (file, line) == (place.file, place.line):
                    text = place.text[: column - 1] + "*" * width + place.text[column - 1 + width :]
                    place = replace(place, text=text[: max(len(place.text), column)])
            problem = replace(problem, place=place)
        hidden.append(problem)
    return hidden


def _is_misspelt(key: str, unknown: Iterable[str]) -> bool:
    return any(nearest(word, [key]) is not None for word in unknown)


def _problem(
    detail: dict[str, Any], loc: tuple[str | int, ...], root: type[Part], tree: MapNode
) -> Problem | None:
    kind, context = detail["type"], detail.get("ctx") or {}
    steps = [step for step in loc if not (isinstance(step, str) and step.startswith("@"))]
    if kind == KIND:
        if context["into"] is not None:
            steps.append(context["into"])
        reached = walk(tree, steps)
        return Problem(context["code"], context["message"], _within(reached, context).place(), context["fix"])
    if kind == "missing":
        return _missing(str(loc[-1]), walk(tree, steps[:-1]), root, loc)
    if kind == "extra_forbidden":
        part = part_at(root, loc[:-1])
        known = keys_of(part) if part is not None else []
        key = walk(tree, [*steps, "[key]"])
        fix = did_you_mean(str(loc[-1]), known, otherwise="known keys here")
        return Problem("HF202", f"unknown key {shown(loc[-1])}", key.mark.place(), fix)
    reached = walk(tree, steps)
    if kind == "literal_error":
        words = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        got = reached.node.text if isinstance(reached.node, Scalar) else detail.get("input")
        fix = (
            did_you_mean(str(got), words) if isinstance(got, str) else f"expected one of: {', '.join(words)}"
        )
        listed = fix if fix.startswith("expected") else f"{fix} (one of: {', '.join(words)})"
        return Problem("HF203", f"{shown(got)} is not one of the known words", reached.mark.place(), listed)
    return Problem(
        "HF203",
        f"{shown(detail.get('input'))} does not fit here",
        reached.mark.place(),
        "see docs/plan-reference.md",
    )


def _missing(key: str, reached: Walk, root: type[Part], loc: tuple[str | int, ...]) -> Problem | None:
    if isinstance(reached.node, MapNode) and key in reached.node.entries:
        return None  # it is there without a value, and that is told already
    part = part_at(root, loc[:-1])
    field = next((f for n, f in part.model_fields.items() if (f.alias or n) == key), None) if part else None
    means = f": {field.description}" if field is not None and field.description else ""
    return Problem("HF213", f"the key `{key}` is missing here", reached.mark.place(), f"add `{key}`{means}")


def _within(reached: Walk, context: dict[str, Any]) -> Mark:
    node, mark = reached.node, reached.mark
    if not isinstance(node, Scalar):
        return mark
    at, width = int(context["at"] or 0), context["width"]
    if width is None and not at:
        return mark
    if node.lead is None:
        return replace(mark, width=1)
    return replace(mark, column=mark.column + node.lead + at, width=max(1, int(width or 1)))
