"""One simulated cell of an interval's coverage, and what a table says of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

ALLOWANCE = 0.005
"""By how much a coverage may fall short of its level."""


@dataclass(frozen=True)
class Cell:
    """How often an interval, or one bound, held the truth in one case.

    Attributes
    ----------
    case : str
    coverage : float
    runs : int or None
        Simulated; None where all samples were enumerated and the figure is exact.
    """

    case: str
    coverage: float
    runs: int | None = None

    @property
    def error(self) -> float:
        """Standard error of the coverage, at the level it should have if that is larger."""
        if self.runs is None:
            return 0.0
        share = min(self.coverage, 1 - 1 / self.runs)
        return float(np.sqrt(share * (1 - share) / self.runs))


def cells_of(case: str, missed: ArrayLike, runs: int | None, *, sided: bool) -> list[Cell]:
    """Return the cells of shares of runs in which the truth lay below, and above, an interval.

    Parameters
    ----------
    missed : array_like, shape (2,)
        Share of runs in which the truth was below the interval, and above.
    sided : bool
        Each bound is a cell of its own, as verdicts use them; else the interval is one.

    Examples
    --------
    >>> [round(cell.coverage, 3) for cell in cells_of("made up", (0.03, 0.04), None, sided=True)]
    [0.97, 0.96]
    >>> [round(cell.coverage, 3) for cell in cells_of("made up", (0.03, 0.04), None, sided=False)]
    [0.93]
    """
    below, above = (float(share) for share in np.asarray(missed, dtype=np.float64))
    if not sided:
        return [Cell(case, 1 - below - above, runs)]
    return [Cell(f"{case}, lower", 1 - below, runs), Cell(f"{case}, upper", 1 - above, runs)]


@dataclass(frozen=True)
class Row:
    """What is said of an interval over all its cells."""

    what: str
    level: float
    cells: Sequence[Cell]

    @property
    def mean(self) -> float:
        """Mean coverage over the cells."""
        return float(np.mean([cell.coverage for cell in self.cells]))

    @property
    def worst(self) -> Cell:
        """The cell of least coverage."""
        return min(self.cells, key=lambda cell: cell.coverage)

    @property
    def short(self) -> list[Cell]:
        """Cells that fall short by more than is allowed, beyond three standard errors of the simulation."""
        least = self.level - ALLOWANCE
        return [cell for cell in self.cells if cell.coverage + 3 * cell.error < least]

    def line(self) -> str:
        """Return the line of a table."""
        runs = {cell.runs for cell in self.cells}
        shown = "all samples" if runs == {None} else f"{max(each or 0 for each in runs):,} runs"
        worst = self.worst
        spread = f" ± {100 * 1.96 * worst.error:.1f}" if worst.runs else ""
        return (
            f"| {self.what} | {100 * self.level:g} % | {len(self.cells)}, {shown} | {100 * self.mean:.1f} % "
            f"| {100 * worst.coverage:.1f}{spread} % ({worst.case}) "
            f"| {len(self.short) or 'none'} |"
        )
