"""Calibration: does what a score promises come true? The expected calibration error over equal-mass bins.

The plain ECE is biased upwards: noise never cancels in a sum of absolute gaps. A perfectly calibrated model
shows 0.083 on average at n = 221 with 15 bins. So three things are kept apart: the plain figure, a debiased
one, and bounds of the true ECE over these bins, which do the judging. docs/statistics-calibration.md has the
simulations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from holdfast.measure.bootstrap import level
from holdfast.measure.calibration_bounds import error_bounds, least
from holdfast.measure.estimates import Estimate, Interval
from holdfast.measure.mass_bins import MassBins, equal_mass
from holdfast.measure.rates import wilson
from holdfast.measure.states import Floats, ScoreBins

FEW = 10
"""Records per bin below which a reader is told."""


def plain_error(folded: MassBins) -> float:
    """Return the plain expected calibration error: the mean over records of their bin's absolute gap.

    References
    ----------
    Naeini, Cooper & Hauskrecht (2015); equal-mass bins: Roelofs et al. (2022).

    Examples
    --------
    >>> round(plain_error(MassBins(np.array([50.0, 50]), np.array([10.0, 40]), np.array([12.0, 35]))), 3)
    0.07
    """
    return float(np.sum(folded.weight * np.abs(folded.gap)))


def debiased_error(folded: MassBins) -> float:
    """Return the expected calibration error less what noise alone adds to it.

    Each bin's observed gap d has a standard error s, and E|N(c, s)| exceeds |c| by a known amount. That
    amount is taken at c = d shrunk by sqrt(1 - S / D), with D the mean square of the gaps and D - S their
    debiased mean square (Kumar, Liang & Ma 2019): where the gaps are no larger than noise makes them, all of
    the noise's part is taken away, where they are large, next to nothing. Kumar et al. debias the squared
    error, for which it is exact; their resampled absolute error takes the amount at d itself and leaves more
    than half of the bias of a calibrated model (0.046 of 0.083 at n = 221 with 15 bins; this one leaves
    0.022).

    Returns
    -------
    float
        Never negative.

    References
    ----------
    Kumar, Liang & Ma (2019), Verified uncertainty calibration, NeurIPS 32.

    Examples
    --------
    >>> noise = MassBins(np.full(4, 50.0), np.full(4, 20.0), np.array([17.0, 24, 21, 18]))
    >>> round(plain_error(noise), 3), round(debiased_error(noise), 3)
    (0.05, 0.0)
    """
    rate = folded.label / folded.n
    weight, gap = folded.weight, folded.gap
    variance = rate * (1 - rate) / np.maximum(folded.n - 1, 1)
    shown, noise = float(weight @ gap**2), float(weight @ variance)
    if shown <= 0:
        return 0.0
    shrunk = gap * math.sqrt(max(0.0, 1 - noise / shown))
    error = np.sqrt(variance)
    return max(0.0, plain_error(folded) - float(weight @ _folded_excess(shrunk, error)))


def _folded_excess(centre: Floats, error: Floats) -> Floats:
    """Return E|N(centre, error)| - |centre|."""
    from holdfast.measure.special import ndtr

    z = np.divide(np.abs(centre), error, out=np.full(error.shape, np.inf), where=error > 0)
    away = np.where(np.isfinite(z), z, 0.0)
    excess = 2 * np.exp(-(away**2) / 2) / math.sqrt(2 * math.pi) - 2 * away * ndtr(-away)
    return np.where(np.isfinite(z), error * excess, 0.0)


@dataclass(frozen=True)
class ReliabilityBin:
    """One bar of a reliability diagram: what was promised, what came true, and how sure that is.

    Attributes
    ----------
    n : int
        Records.
    score : float
        Mean score: what was promised.
    rate : float
        Share of positive labels: what came true.
    low, high : float
        Wilson's interval of that share.
    """

    n: int
    score: float
    rate: float
    low: float
    high: float


def reliability(state: ScoreBins, bins: int = 15, confidence: float = 0.95) -> tuple[ReliabilityBin, ...]:
    """Return the bins of a reliability diagram, from the lowest scores to the highest.

    Parameters
    ----------
    state : ScoreBins
    bins : int
        At most; the same bins as the error is taken over.
    confidence : float
        Of each bin's interval, as a share.

    References
    ----------
    Murphy & Winkler (1977), Journal of the Royal Statistical Society C 26.

    Examples
    --------
    >>> grid = ScoreBins(np.repeat([1.0, 0.0], 500), np.linspace(0, 0.4995, 1000), np.zeros(1000))
    >>> first = reliability(grid, 4)[0]
    >>> first.n, round(first.score, 3), first.rate, round(first.high, 3)
    (125, 0.031, 0.0, 0.03)
    """
    folded = equal_mass(state, bins)
    low, high = wilson(folded.label, folded.n, confidence)
    return tuple(
        ReliabilityBin(round(n), *(float(figure) for figure in figures))
        for n, *figures in zip(folded.n, folded.promised, folded.label / folded.n, low, high, strict=True)
    )


class CalibrationEstimator:
    """The expected calibration error over `ScoreBins`, debiased, with the plain one beside it.

    Parameters
    ----------
    bins : int
        Equal-mass bins, at most.

    Examples
    --------
    >>> half = np.repeat([1.0, 0.0], 500)
    >>> scores = ScoreBins(2 * half, half * 0.5, half)
    >>> estimate = CalibrationEstimator(4).estimate(scores)
    >>> round(estimate.value, 3), round(dict(estimate.extra)["plain ECE"], 3), estimate.n
    (0.25, 0.25, 1000)
    """

    def __init__(self, bins: int = 15) -> None:
        if bins < 1:
            msg = f"calibration needs at least one bin: got {bins}"
            raise ValueError(msg)
        self.bins = bins

    def estimate(self, state: ScoreBins, confidence: float = 0.95) -> Estimate:
        """Return the debiased error with its interval; plain ECE and bins are in `extra`."""
        folded = equal_mass(state, self.bins)
        n = round(float(folded.n.sum()))
        if state.outside:
            note = f"{state.outside:.0f} scores are no numbers from 0 to 1: no calibration error"
            return Estimate(None, None, n, notes=(note,))
        if n == 0:
            return Estimate(None, None, 0)
        notes = []
        if n < FEW * len(folded.n):
            notes.append(f"only {n} records in {len(folded.n)} bins: noise hides small errors")
        hits = float(folded.label.sum())
        if hits in (0.0, float(folded.n.sum())):
            notes.append("all labels are the same")
        low, high = error_bounds(folded, (1 - confidence) / 2)
        interval = Interval(low, high, confidence, "test inversion over binomial draws")
        extra = (("plain ECE", plain_error(folded)), ("bins", float(len(folded.n))))
        return Estimate(debiased_error(folded), interval, n, notes=tuple(notes), extra=extra)

    def bounds(self, state: ScoreBins, alpha: float, look: int = 1) -> tuple[float, float] | None:
        """Return the one-sided bounds; None without records or with scores that are no probabilities."""
        folded = equal_mass(state, self.bins)
        if state.outside or not len(folded.n):
            return None
        return error_bounds(folded, level(alpha, look))

    def scaled(self, state: ScoreBins, factor: float) -> ScoreBins:
        """Return `factor` times as many records with the same debiased error.

        More records of the same model show less noise, so its gaps are drawn in until the debiased error is
        that of now.
        """
        folded = equal_mass(state, self.bins)
        kept = 1.0
        if factor > 1 and len(folded.n):
            wanted = debiased_error(folded)

            def reaches(share: float) -> bool:
                label = share * folded.label + (1 - share) * folded.score
                more = MassBins(folded.n * factor, folded.score * factor, label * factor)
                return debiased_error(more) >= wanted - 1e-12

            kept = 0.0 if reaches(0.0) else least(reaches, 0.0, 1.0, 40)
        return ScoreBins(
            state.n * factor,
            state.score * factor,
            (kept * state.label + (1 - kept) * state.score) * factor,
            state.outside * factor,
            state.missing * factor,
        )
