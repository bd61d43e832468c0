"""Drift: how far a column is from its reference, in bins that were frozen with the reference."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

from holdfast.measure.bootstrap import beyond, generator, level, multinomial
from holdfast.measure.distances import chi_squared, kolmogorov_smirnov
from holdfast.measure.divergences import (
    JENSEN_SHANNON,
    PSI,
    TRIANGULAR,
    Divergence,
    debiased,
    divergence_bounds,
    no_drift_p_value,
    noise_part,
)
from holdfast.measure.drift_cells import cells_of, mixed, numbers_of
from holdfast.measure.estimates import Estimate, Interval
from holdfast.measure.grids import finer, fold, freeze, grid_for
from holdfast.measure.metrics import Drift
from holdfast.measure.ordered_distances import (
    kolmogorov_smirnov_bounds,
    no_drift_draws,
    spread,
    wasserstein_bounds,
    wasserstein_of,
)
from holdfast.measure.requests import CategoriesRequest, Grid, GridRequest, MomentsRequest
from holdfast.measure.states import Bins, Categories, Drifted, IncompatibleStates

__all__ = [
    "DriftEstimator", "cells_of", "drift_requests", "drifted", "finer", "fold", "freeze", "grid_for",
]  # fmt: skip

Test: TypeAlias = Literal["psi", "js", "ks", "wasserstein", "chi2"]
ORDERED = frozenset({"ks", "wasserstein"})
"""Tests that need numbers: categories have no order."""
_DIVERGENCES: dict[str, tuple[Divergence, bool]] = {
    "psi": (PSI, False), "js": (JENSEN_SHANNON, True), "chi2": (TRIANGULAR, True),
}  # fmt: skip
"""Test -> its divergence, and whether the distance is its root."""
_NAMES = {
    "psi": "PSI", "js": "Jensen-Shannon distance", "ks": "Kolmogorov-Smirnov distance",
    "wasserstein": "Wasserstein distance", "chi2": "Cramér's V",
}  # fmt: skip
SMALL_CELL = 5
"""Expected records per bin below which a reader is told."""


def drift_requests(
    metric: Drift, *, numeric: bool, grid: Grid | None = None, by: tuple[str, ...] = ()
) -> MomentsRequest | GridRequest | CategoriesRequest:
    """Return what to ask an engine for a drift, step by step.

    A column of text or booleans is counted by category, in the reference and now. A column of numbers needs
    three steps: the reference's moments (`grid` is None), from which `grid_for` lays a grid; the reference
    and the current records on that grid; then `freeze` folds the reference and `fold` the current records.

    Raises
    ------
    ValueError
        For a test that needs an order and a column that has none.

    Examples
    --------
    >>> drift_requests(Drift("tokens"), numeric=True)
    MomentsRequest(column='tokens', by=(), among=None)
    >>> drift_requests(Drift("language"), numeric=False, by=("region",))
    CategoriesRequest(column='language', by=('region',))
    """
    if not numeric:
        if metric.test in ORDERED:
            msg = f"{metric.test} needs numbers and `{metric.column}` has categories: use psi, js or chi2"
            raise ValueError(msg)
        return CategoriesRequest(metric.column, by)
    return MomentsRequest(metric.column) if grid is None else GridRequest(metric.column, grid, by)


def drifted(reference: Bins | Categories, current: Bins | Categories) -> Drifted:
    """Return the state of a drift: a column now against its reference, in the same bins or by category.

    Raises
    ------
    IncompatibleStates
        For different bins, or bins against categories.

    Examples
    --------
    >>> drifted(Categories({"en": 9}), Categories({"en": 4, "fr": 5})).current.counts["fr"]
    5
    """
    if type(reference) is not type(current):
        msg = f"cannot compare {type(reference).__name__} with {type(current).__name__}"
        raise IncompatibleStates(msg)
    if isinstance(reference, Bins) and isinstance(current, Bins):
        Bins.zero(reference.edges).merge(Bins.zero(current.edges))  # raises for different edges
    return Drifted(reference, current)


class DriftEstimator:
    """The distance of a column from its reference, over `Drifted`.

    =============  ===========================================  ============================
    test           value                                        range
    =============  ===========================================  ============================
    `psi`          population stability index                   from 0
    `js`           Jensen-Shannon distance, base 2              0 to 1
    `chi2`         Cramér's V as if both were of one size       0 to 1
    `ks`           greatest gap of the cumulative shares        0 to 1
    `wasserstein`  earth mover's distance                       from 0, in the column's unit
    =============  ===========================================  ============================

    For the first three the value is the measured figure less what chance alone adds to it, and the measured
    one stands beside it as "plain"; the others have no such constant part and stand as measured. NaN and null
    are bins of their own, in order behind the numbers; a Wasserstein distance has no place for them, and a
    note says so when their share changed.

    Examples
    --------
    >>> then, now = Categories({"en": 700, "fr": 300}), Categories({"en": 500, "fr": 500})
    >>> estimate = DriftEstimator("psi").estimate(drifted(then, now))
    >>> round(estimate.value, 4), [round(end, 3) for end in (estimate.interval.low, estimate.interval.high)]
    (0.1673, [0.105, 0.249])
    >>> [name for name, _ in estimate.extra]
    ['plain PSI', 'no-drift expectation', 'p-value', 'bins']
    """

    def __init__(self, test: Test = "psi") -> None:
        if test not in _NAMES:
            msg = f"no drift test `{test}`: expected one of {', '.join(_NAMES)}"
            raise ValueError(msg)
        self.test = test

    def estimate(self, state: Drifted, confidence: float = 0.95) -> Estimate:
        """Return the distance with its interval; expectation and p-value without drift are in `extra`."""
        reference, current = cells_of(state)
        n = round(float(current.sum()))
        lacking = self._lacking(state)
        if lacking:
            return Estimate(None, None, n, notes=(lacking,))
        plain, value, expected, p_value = self._figures(state)
        low, high = self._ends(state, (1 - confidence) / 2)
        used = reference + current > 0
        extra = [("no-drift expectation", expected), ("p-value", p_value), ("bins", float(used.sum()))]
        if self.test in _DIVERGENCES:
            extra.insert(0, (f"plain {_NAMES[self.test]}", plain))
        if self.test == "chi2":
            statistic, freedom = chi_squared(reference, current)
            extra += [("chi-squared", float(statistic)), ("degrees of freedom", float(freedom))]
        if self.test == "wasserstein" and isinstance(state.reference, Bins):
            deviation = spread(state.reference)
            if deviation > 0:
                extra.append(("in standard deviations of the reference", value / deviation))
        interval = Interval(low, high, confidence, "tests turned round; both samples' noise counts")
        return Estimate(value, interval, n, notes=self._notes(state), extra=tuple(extra))

    def bounds(self, state: Drifted, alpha: float, look: int = 1) -> tuple[float, float] | None:
        """Return the one-sided bounds of the true distance; None without records on either side."""
        return None if self._lacking(state) else self._ends(state, level(alpha, look))

    def scaled(self, state: Drifted, factor: float) -> Drifted:
        """Return `factor` times as many current records with the same value; the reference stays as it is.

        More records show less noise: where noise has a constant part, the shares are drawn towards the
        reference's until what is left of the distance is that of now.
        """
        return Drifted(state.reference, mixed(state, self._kept(state, factor), factor))

    def _kept(self, state: Drifted, factor: float) -> float:
        """Return the share of the current records' own shares, the rest being the reference's."""
        if self.test not in _DIVERGENCES or factor <= 1 or self._lacking(state):
            return 1.0
        divergence = _DIVERGENCES[self.test][0]
        wanted = debiased(divergence, *cells_of(state))
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            cells = cells_of(Drifted(state.reference, mixed(state, middle, factor)))
            low, high = (low, middle) if debiased(divergence, *cells) > wanted else (middle, high)
        return low

    def _ends(self, state: Drifted, alpha: float) -> tuple[float, float]:
        reference, current = cells_of(state)
        if self.test == "ks":
            return kolmogorov_smirnov_bounds(reference, current, alpha)
        if self.test == "wasserstein":
            return wasserstein_bounds(*numbers_of(state), alpha)
        divergence, rooted = _DIVERGENCES[self.test]
        low, high = divergence_bounds(divergence, reference, current, alpha)
        if not rooted:
            return low, high
        return math.sqrt(min(low, 1.0)), math.sqrt(min(high, 1.0))

    def _figures(self, state: Drifted) -> tuple[float, float, float, float]:
        """Return the plain distance, the value, what no drift leads to expect, and the p-value."""
        reference, current = cells_of(state)
        if self.test == "wasserstein":
            then, now = numbers_of(state)
            plain, drawn = wasserstein_of(then, now), no_drift_draws(then, now)
            return plain, plain, float(drawn.mean()), beyond(drawn, plain)
        if self.test == "ks":
            random = generator("no drift", [reference, current])
            pooled = reference + current
            drawn = kolmogorov_smirnov(
                multinomial(random, float(reference.sum()), pooled),
                multinomial(random, float(current.sum()), pooled),
            )
            plain = float(kolmogorov_smirnov(reference, current))
            return plain, plain, float(drawn.mean()), beyond(drawn, plain)
        divergence, rooted = _DIVERGENCES[self.test]
        figures = (
            float(divergence.measured(reference, current)),
            debiased(divergence, reference, current),
            noise_part(divergence, reference, current),
        )
        plain, value, expected = (math.sqrt(figure) if rooted else figure for figure in figures)
        return plain, value, expected, no_drift_p_value(divergence, reference, current)

    def _lacking(self, state: Drifted) -> str | None:
        for name, side in (("reference", state.reference), ("current records", state.current)):
            if isinstance(side, Categories):
                if self.test in ORDERED:
                    return f"{self.test} needs numbers in order, not categories: use psi, js or chi2"
                held, without = sum(side.counts.values()) + side.other, side.missing
            else:
                held, without = float(side.counts.sum()), side.nan + side.missing
            # without a value a reference compares with nothing; records that lost theirs have drifted
            if name == "current records" and self.test != "wasserstein":
                held += without
            if held < 1:
                return (
                    f"the {name} hold no values"
                    if name == "current records"
                    else f"the {name} holds no values"
                )
        return None

    def _notes(self, state: Drifted) -> tuple[str, ...]:
        reference, current = cells_of(state)
        notes = []
        used = reference + current > 0
        least = min(float(reference.sum()), float(current.sum()))
        if least < SMALL_CELL * used.sum():
            notes.append(f"only {least:.0f} records in {used.sum()} bins: noise hides small drifts")
        if used.sum() == 1:
            notes.append("all values fall into one bin: a change within it is not seen")
        if self.test == "wasserstein":
            gone = [float(cells[-2:].sum() / cells.sum()) for cells in (reference, current)]
            if gone[0] != gone[1]:
                notes.append(
                    f"NaN or null: {gone[0]:.1%} of the reference, {gone[1]:.1%} now; not in this distance"
                )
        return tuple(notes)
