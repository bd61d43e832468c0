"""States made from rows, the slow and plain way: what an engine must return."""

from __future__ import annotations

import math
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from holdfast.measure.drift import drifted
from holdfast.measure.grids import fold, freeze, grid_for
from holdfast.measure.states import GAMMA, SCORE_CELLS, GridCounts, LogBins, Moments, ScoreBins


def moments(values):
    values = np.asarray(values, dtype=float)
    mean = float(values.mean())
    return Moments(len(values), mean, float(((values - mean) ** 2).sum()), values.min(), values.max())


def log_bins(values):
    def bin_of(size):
        return math.ceil(math.log(size) / math.log(GAMMA))

    positive = Counter(bin_of(x) for x in values if 0 < x < math.inf)
    negative = Counter(bin_of(-x) for x in values if -math.inf < x < 0)
    return LogBins(
        dict(positive),
        dict(negative),
        sum(x == 0 for x in values),
        sum(x == math.inf for x in values),
        sum(x == -math.inf for x in values),
        sum(math.isnan(x) for x in values),
    )


def score_bins(scores, labels):
    cell = np.minimum((np.asarray(scores) * SCORE_CELLS).astype(int), SCORE_CELLS - 1)
    count, score, label = (
        np.bincount(cell, weights=weights, minlength=SCORE_CELLS) for weights in (None, scores, labels)
    )
    return ScoreBins(count.astype(float), score, label)


def grid_counts(values, grid):
    values = np.asarray(values, dtype=float)
    at = values if grid.scale is None else np.arcsinh(values / grid.scale)
    cell = np.floor((at - grid.low) / ((grid.high - grid.low) / grid.cells))
    cell = np.where(at == grid.high, grid.cells - 1, np.clip(cell, -1, grid.cells)).astype(int) + 1
    count = np.bincount(cell, minlength=grid.cells + 2).astype(float)
    return GridCounts(grid, count, np.bincount(cell, weights=values, minlength=grid.cells + 2))


def numbers(reference, current, bins=20):
    grid = grid_for(moments(reference))
    frozen = freeze(grid_counts(reference, grid), bins)
    return drifted(frozen, fold(grid_counts(current, grid), frozen))


@pytest.fixture(scope="session")
def rows():
    """Return the makers of states from rows."""
    return SimpleNamespace(
        moments=moments, log_bins=log_bins, score_bins=score_bins, grid_counts=grid_counts, numbers=numbers
    )
