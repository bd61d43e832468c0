"""The 5 x 5 risk matrix: severity upwards, likelihood to the right, R = S x L in every cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from holdfast.web.charts.svg import number, picture, text

CELL_W, CELL_H = 60.0, 52.0
LEFT, TOP, BOTTOM = 34.0, 2.0, 38.0
MOST = 6
SEVERITY = ("minor", "annoying", "harmful", "serious", "critical")
LIKELIHOOD = ("rare", "unlikely", "possible", "likely", "frequent")


@dataclass(frozen=True)
class Placed:
    """One risk on the matrix: its number in the register and where it stands."""

    number: int
    severity: int
    likelihood: int


def band(score: int) -> int:
    """Return how much a score weighs: 1 (below 5), 2 (below 12), 3 (from 12: look first), 4 (from 20).

    Examples
    --------
    >>> [band(score) for score in (4, 5, 10, 12, 20, 25)]
    [1, 2, 2, 3, 4, 4]
    """
    return 1 + (score >= 5) + (score >= 12) + (score >= 20)


def risk_matrix(risks: Iterable[Placed], *, title: str, description: str = "") -> Markup:
    """Return the matrix with the risks' numbers in their cells; where a cell is full, how many more."""
    cells: dict[tuple[int, int], list[Placed]] = {}
    for risk in risks:
        cells.setdefault((risk.severity, risk.likelihood), []).append(risk)
    shapes = []
    for severity in range(1, 6):
        for likelihood in range(1, 6):
            x, y = LEFT + (likelihood - 1) * CELL_W, TOP + (5 - severity) * CELL_H
            shapes.append(_cell(x, y, severity * likelihood))
            shapes += _numbers(x, y, cells.get((severity, likelihood), []))
    for i in range(5):
        middle = number(TOP + (4 - i) * CELL_H + CELL_H / 2 + 4)
        shapes.append(text(number(LEFT - 6), middle, str(i + 1), "k", "end"))
        x = LEFT + i * CELL_W + CELL_W / 2
        shapes.append(text(number(x), number(TOP + 5 * CELL_H + 15), str(i + 1), "k", "middle"))
    shapes.append(
        text(number(LEFT + 2.5 * CELL_W), number(TOP + 5 * CELL_H + 33), "likelihood →", "k", "middle")
    )
    shapes.append(
        f'<text class="k" text-anchor="middle" transform="translate(11 {number(TOP + 2.5 * CELL_H)}) '
        f'rotate(-90)">severity →</text>'
    )
    size = LEFT + 5 * CELL_W + 2, TOP + 5 * CELL_H + BOTTOM
    return picture("".join(shapes), title=title, description=description, css="matrix", view_box=size)


def _cell(x: float, y: float, score: int) -> str:
    return (
        f'<rect class="h{band(score)}" x="{number(x + 1)}" y="{number(y + 1)}" '
        f'width="{CELL_W - 2:g}" height="{CELL_H - 2:g}" rx="3"/>'
        + text(number(x + CELL_W - 6), number(y + 13), str(score), "s", "end")
    )


def _numbers(x: float, y: float, risks: Sequence[Placed]) -> list[str]:
    shown = risks if len(risks) <= MOST else risks[: MOST - 2]
    places = [(x + 11 + 19 * (i % 3), y + 30 + 15 * (i // 3)) for i in range(len(shown))]
    shapes = [
        text(number(across), number(down), str(risk.number), "n", "middle")
        for risk, (across, down) in zip(shown, places, strict=True)
    ]
    if len(shown) < len(risks):
        shapes.append(text(number(x + 40), number(y + 45), f"+{len(risks) - len(shown)}", "n", "middle"))
    return shapes
