"""Scores folded into bins of near equal numbers of records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.measure.states import Floats, ScoreBins


@dataclass(frozen=True)
class MassBins:
    """Scores in bins of near equal numbers of records, from the lowest scores to the highest.

    Attributes
    ----------
    n, score, label : arrays, shape (bins,)
        Records, sum of scores and number of positive labels of each bin.
    """

    n: Floats
    score: Floats
    label: Floats

    @property
    def weight(self) -> Floats:
        """Share of all records in each bin."""
        return np.asarray(self.n / self.n.sum())

    @property
    def promised(self) -> Floats:
        """Mean score of each bin."""
        promised: Floats = self.score / self.n
        return promised

    @property
    def gap(self) -> Floats:
        """Observed rate less mean score of each bin."""
        return (self.label - self.score) / self.n


def equal_mass(state: ScoreBins, bins: int = 15) -> MassBins:
    """Fold the fine grid of scores into bins of near equal numbers of records.

    Each cut goes to the end of a cell that is nearest to its share; many equal scores give fewer bins.
    Nothing is split, so counts and sums are those of the records.

    Parameters
    ----------
    state : ScoreBins
    bins : int
        At most.

    Returns
    -------
    MassBins
        Without empty bins; no bin at all without records.

    Examples
    --------
    >>> grid = ScoreBins(np.repeat([1.0, 0.0], 500), np.linspace(0, 0.4995, 1000), np.zeros(1000))
    >>> equal_mass(grid, 4).n.tolist()
    [125.0, 125.0, 125.0, 125.0]
    """
    if bins < 1:
        msg = f"calibration needs at least one bin: got {bins}"
        raise ValueError(msg)
    below = np.concatenate([[0.0], np.cumsum(state.n)])
    total = below[-1]
    if total <= 0:
        return MassBins(np.zeros(0), np.zeros(0), np.zeros(0))
    wanted = total * np.arange(1, bins) / bins
    right = np.clip(np.searchsorted(below, wanted), 1, len(below) - 1)
    nearer_left = wanted - below[right - 1] < below[right] - wanted
    cuts = np.unique(np.concatenate([[0], right - nearer_left, [len(below) - 1]]))
    n, score, label = (
        np.diff(np.concatenate([[0.0], np.cumsum(part)])[cuts])
        for part in (state.n, state.score, state.label)
    )
    held = n > 0
    return MassBins(n[held], score[held], label[held])
