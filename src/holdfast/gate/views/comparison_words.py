"""What a comparison says the same way on the terminal, in Markdown and in HTML."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.gate.views.comparison import ComparedFigure, ComparedGate
from holdfast.gate.views.words import bounds, known
from holdfast.kernel.figures import NOTHING, Unit, count, figure, span

TIE = "neither shown"


def by_weight(gates: Iterable[ComparedGate]) -> list[ComparedGate]:
    """Return the gates as they are shown: those that block first, then those on which an arm is better."""
    return sorted(gates, key=lambda gate: (not gate.blocking, not any(each.better for each in gate.figures)))


def difference(figure_: ComparedFigure, unit: Unit) -> str:
    """Return b - a with its interval: of shares in percentage points.

    Examples
    --------
    >>> from holdfast.gate.views.comparison import ComparedFigure as F
    >>> rest = ("", (), None, "", None, (0, 0), (), True, None)
    >>> difference(F("", (), 0.9, 0.93, 0.03, (0.01, 0.05), (0.0, 0.06), 10, True, *rest), "share")
    '+3.00 [1.00, 5.00]'
    """
    value = known(figure_.value)
    if value is None:
        return NOTHING
    sign = "+" if value > 0 else ""
    ends = bounds(figure_.interval)
    drawn = f" {span(*ends, unit)}" if ends is not None else ""
    return f"{sign}{figure(value, unit).removesuffix(' %')}{drawn}"


def told(figure_: ComparedFigure) -> str:
    """Return which arm a figure shows to be better, or what is not known."""
    if figure_.better:
        return figure_.better
    if figure_.interval is None:
        return NOTHING
    return TIE if figure_.judged else "listed only"


def rests_on(figure_: ComparedFigure) -> str:
    """Return what a difference rests on."""
    if figure_.interval is None and not figure_.n:
        return NOTHING
    return f"{count(figure_.n)} {'pairs' if figure_.paired else 'records'}"


def chance(p_value: float) -> str:
    """Return McNemar's p-value in words; one that is tiny is not nothing.

    Examples
    --------
    >>> chance(0.0703), chance(3e-19)
    ('McNemar p = 0.0703', 'McNemar p < 0.0001')
    """
    return f"McNemar p = {figure(p_value, 'number')}" if p_value >= 0.0001 else "McNemar p < 0.0001"


def details(figure_: ComparedFigure, names: tuple[str, str]) -> list[str]:
    """Return what a careful reader must know about one figure."""
    said = list(figure_.notes)
    for name, alone in zip(names, figure_.alone, strict=True):
        if alone:
            said.append(f"{count(alone)} counted records of {name} are in no complete pair")
    if figure_.margin is not None and figure_.worse:
        said.append(
            f"not shown to stay within the margin of {figure(figure_.margin)}: {', '.join(figure_.worse)}"
        )
    elif figure_.worse and not figure_.better:
        said.append(
            f"by its own interval worse: {', '.join(figure_.worse)}; not when all figures count together"
        )
    return said


def whole(gate: ComparedGate) -> ComparedFigure | None:
    """Return the figure of a gate that judges the whole; None where it judges slices."""
    return gate.figures[0] if len(gate.figures) == 1 and not gate.figures[0].label else None


def legend(comparison_figures: int) -> str:
    """Return how the differences are to be read."""
    many = f"{count(comparison_figures)} figures at once" if comparison_figures != 1 else "one figure"
    return (
        "A difference is b - a with its 95 % interval, of shares in percentage points. An arm is better where"
        f" the wider interval says so that holds for {many}."
    )
