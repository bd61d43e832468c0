"""The comparison as one HTML file that needs no network and no script."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from holdfast.gate.pages.marks import Dashboard, dashboard
from holdfast.gate.views.comparison import ComparedFigure, ComparedGate, Comparison
from holdfast.gate.views.comparison_words import difference, rests_on
from holdfast.gate.views.context import Gate, Slice
from holdfast.gate.views.words import bounds, known
from holdfast.web.charts.interval import interval_mark
from holdfast.web.charts.scale import around

if TYPE_CHECKING:
    from jinja2 import Template

FEW_GATES = 12
MOST_FIGURES = 40
"""Slices of a gate among the differences; those beyond are in the gate's own table and in the JSON."""


def render_comparison(comparison: Comparison) -> str:
    """Return the comparison as one self-contained HTML file; every text of the plan is escaped."""
    return _template().render(comparison=comparison)


@cache
def _template() -> Template:
    from holdfast.gate.pages import comparison as pictures
    from holdfast.gate.pages import marks
    from holdfast.gate.views import comparison_words, people, words
    from holdfast.web.templates import environment, style

    template = environment("holdfast.gate").get_template("comparison.html")
    template.globals.update(
        {
            "comparing": comparison_words,
            "few_gates": FEW_GATES,
            "marks": marks,
            "people": people,
            "pictures": pictures,
            "words": words,
            "style": style("holdfast.web", "tokens.css", "page.css", "charts.css", "parts.css")
            + style("holdfast.gate", "templates/report.css", "templates/comparison.css"),
        }
    )
    return template


def rows(comparison: Comparison) -> list[tuple[ComparedGate, ComparedFigure]]:
    """Return all figures with their gates, those that are shown to differ first in each group of gates."""
    from holdfast.gate.views.comparison_words import by_weight

    return [(gate, each) for gate in by_weight(comparison.gates) for each in shown(gate)]


def shown(gate: ComparedGate) -> list[ComparedFigure]:
    """Return a gate's figures as they are listed, those that tell an arm better first, so many as fit."""
    return sorted(gate.figures, key=lambda each: (not each.judged, not each.better))[:MOST_FIGURES]


def left_out(comparison: Comparison) -> list[tuple[str, int]]:
    """Return the gates with more figures than are listed, and how many more."""
    return [
        (gate.id, len(gate.figures) - MOST_FIGURES)
        for gate in comparison.gates
        if len(gate.figures) > MOST_FIGURES
    ]


def difference_mark(gate: ComparedGate, each: ComparedFigure) -> Markup | None:
    """Return the interval of b - a with "b better" to the right; None where there is none."""
    value, inner, outer = known(each.value), bounds(each.interval), bounds(each.sure)
    if inner is None or value is None:
        return None
    sign = "<=" if gate.lower_is_better else ">="
    scale = around(0.0, [value, *(outer or inner)], better=-1 if gate.lower_is_better else 1)
    name = f"{gate.id}, {each.label}" if each.label else gate.id
    return interval_mark(
        scale,
        title=f"{name}: b - a is {difference(each, gate.unit)}, on {rests_on(each)}",
        value=value,
        inner=inner,
        outer=outer,
        threshold=0.0,
        sign=sign,
    )


def arms_board(gate: ComparedGate, names: tuple[str, str]) -> Dashboard:
    """Return the rows of both arms on one scale: slice by slice where the gate judges slices."""
    return dashboard(gate.a, _rows(gate, names, groups=False))


def groups_board(gate: ComparedGate, names: tuple[str, str]) -> Dashboard | None:
    """Return the groups that a gap compares, of both arms on one scale; None for other kinds of gate."""
    parts = _rows(gate, names, groups=True)
    return dashboard(gate.a, parts) if parts else None


def _rows(gate: ComparedGate, names: tuple[str, str], *, groups: bool) -> list[Slice]:
    held = [[part for part in arm.slices if part.group is groups] for arm in (gate.a, gate.b)]
    if not groups and all(len(parts) <= 1 for parts in held):
        return [_whole(arm, name) for arm, name in zip((gate.a, gate.b), names, strict=True)]
    labels = dict.fromkeys(part.label for parts in held for part in parts)
    return [
        replace(part, label=f"{label}: {name}")
        for label in labels
        for parts, name in zip(held, names, strict=True)
        for part in parts
        if part.label == label
    ]


def _whole(arm: Gate, name: str) -> Slice:
    if len(arm.slices) == 1 and not arm.slices[0].group:
        return replace(arm.slices[0], label=name)
    ends = bounds(arm.interval)
    return Slice(name, True, arm.verdict, arm.value, ends, ends, arm.n, arm.k, None, arm.needs)
