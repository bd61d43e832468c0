"""Agreement between two reviewers: Cohen's kappa."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from holdfast.measure.bootstrap import level
from holdfast.measure.estimates import Estimate, Interval
from holdfast.measure.rates import clopper_pearson
from holdfast.measure.states import Floats, Pairs

SMALL = 30
"""Fewer pairs than this deserve a word."""


@dataclass(frozen=True)
class Kappa:
    """Cohen's kappa with what it is made of.

    Attributes
    ----------
    value : float
        (agreed - by_chance) / (1 - by_chance): 1 is full agreement, 0 what chance alone would give.
    agreed : float
        Share of pairs that agree.
    by_chance : float
        The share that would agree if both kept their shares of labels and judged independently.
    error : float
        Large-sample standard error of the value.
    """

    value: float
    agreed: float
    by_chance: float
    error: float


def table_of(state: Pairs) -> tuple[tuple[str, ...], Floats]:
    """Return the labels, sorted, and the square table of counts: rows are the left verdict.

    Examples
    --------
    >>> labels, table = table_of(Pairs({("no", "no"): 5, ("yes", "no"): 2}))
    >>> labels, table.tolist()
    (('no', 'yes'), [[5.0, 0.0], [2.0, 0.0]])
    """
    labels = tuple(sorted({label for pair, count in state.counts.items() if count > 0 for label in pair}))
    place = {label: index for index, label in enumerate(labels)}
    table = np.zeros((len(labels), len(labels)))
    for (left, right), count in state.counts.items():
        if count > 0:
            table[place[left], place[right]] += count
    return labels, table


def cohen_kappa(table: Floats) -> Kappa | None:
    """Return Cohen's kappa of a square table of counts with its large-sample standard error.

    Returns
    -------
    Kappa or None
        None without pairs, and where both used one and the same label only: chance alone would agree always.

    References
    ----------
    Cohen (1960), Educational and Psychological Measurement 20; Fleiss, Cohen & Everitt (1969), Psychological
    Bulletin 72, for the standard error.

    Examples
    --------
    >>> kappa = cohen_kappa(np.array([[20.0, 5.0], [10.0, 15.0]]))
    >>> round(kappa.value, 6), round(kappa.error, 6)
    (0.4, 0.126996)
    """
    n = float(table.sum())
    if n <= 0:
        return None
    p = table / n
    left, right = p.sum(axis=1), p.sum(axis=0)
    agreed, by_chance = float(np.trace(p)), float(left @ right)
    if by_chance >= 1 - 1e-12:
        return None
    value = (agreed - by_chance) / (1 - by_chance)
    diagonal = np.diag(p)
    a = float(np.sum(diagonal * (1 - (left + right) * (1 - value)) ** 2))
    marginal = right[:, None] + left[None, :]  # of the cell (i, j): right share of i, left share of j
    off = p * marginal**2
    b = (1 - value) ** 2 * float(off.sum() - np.trace(off))
    c = (value - by_chance * (1 - value)) ** 2
    variance = max(a + b - c, 0.0) / (n * (1 - by_chance) ** 2)
    return Kappa(value, agreed, by_chance, math.sqrt(variance))


class AgreementEstimator:
    """Cohen's kappa over `Pairs`.

    The bounds are those of the share that agrees, exact (Clopper & Pearson 1934) at the number of pairs whose
    binomial variance equals the large-sample variance of kappa (Fleiss, Cohen & Everitt 1969), and never more
    than the pairs there are. So full agreement on 20 pairs is no proof of full agreement, where the
    large-sample interval alone would have width zero.

    Examples
    --------
    >>> pairs = Pairs({("a", "a"): 20, ("a", "b"): 5, ("b", "a"): 10, ("b", "b"): 15})
    >>> estimate = AgreementEstimator().estimate(pairs)
    >>> round(estimate.value, 3), [round(end, 3) for end in (estimate.interval.low, estimate.interval.high)]
    (0.4, [0.108, 0.643])
    """

    def estimate(self, state: Pairs, confidence: float = 0.95) -> Estimate:
        """Return kappa with its interval; the shares that agree, truly and by chance, are in `extra`."""
        labels, table = table_of(state)
        n = round(float(table.sum()))
        if not labels:
            return Estimate(None, None, 0)
        kappa = cohen_kappa(table)
        if kappa is None:
            reason = f"every verdict of both is `{labels[0]}`: kappa is not defined for one label"
            return Estimate(None, None, n, notes=(reason,))
        notes = (f"only {n} pairs",) if n < SMALL else ()
        extra = (("agreed", kappa.agreed), ("agreed by chance", kappa.by_chance))
        low, high = self._ends(kappa, float(table.sum()), (1 - confidence) / 2)
        method = "exact at the effective n of kappa (Fleiss, Cohen & Everitt 1969)"
        return Estimate(kappa.value, Interval(low, high, confidence, method), n, notes=notes, extra=extra)

    def bounds(self, state: Pairs, alpha: float, look: int = 1) -> tuple[float, float] | None:
        """Return the one-sided bounds; None where kappa is not defined."""
        _, table = table_of(state)
        kappa = cohen_kappa(table)
        return None if kappa is None else self._ends(kappa, float(table.sum()), level(alpha, look))

    def scaled(self, state: Pairs, factor: float) -> Pairs:
        """Return `factor` times as many pairs of the same kind."""
        return Pairs({pair: count * factor for pair, count in state.counts.items()}, state.missing * factor)

    @staticmethod
    def _ends(kappa: Kappa, n: float, alpha: float) -> tuple[float, float]:
        spread = kappa.agreed * (1 - kappa.agreed)
        variance = (kappa.error * (1 - kappa.by_chance)) ** 2
        effective = n if variance <= 0 or spread <= 0 else min(n, spread / variance)
        low, high = clopper_pearson(kappa.agreed * effective, effective, alpha)
        chance = kappa.by_chance
        return (float(low) - chance) / (1 - chance), (float(high) - chance) / (1 - chance)
