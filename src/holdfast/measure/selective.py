"""Selective prediction: the error of what was answered, never without the share that was answered.

Who answers less errs less: a risk without its coverage is no figure. So the coverage stands beside the risk
with an interval of its own. The risk is that of the abstention as it was: it is no curve over thresholds.
"""

from __future__ import annotations

from holdfast.kernel.figures import figure
from holdfast.measure.estimates import Estimate
from holdfast.measure.rates import RateEstimator, scaled_counts
from holdfast.measure.states import Selective

COVERAGE = "coverage"
"""What the share that was answered is called beside the risk."""


class SelectiveRiskEstimator:
    """The risk over `Selective`: a rate, so exact for verdicts and Wilson's for display.

    References
    ----------
    El-Yaniv & Wiener (2010), On the foundations of noise-free selective classification, JMLR 11.

    Examples
    --------
    >>> from holdfast.measure.states import Counts
    >>> risk = SelectiveRiskEstimator()
    >>> estimate = risk.estimate(Selective(Counts(12, 800), Counts(800, 1000)))
    >>> estimate.value, [(name, round(value, 4)) for name, value in estimate.extra]
    (0.015, [('coverage', 0.8), ('coverage low', 0.7741), ('coverage high', 0.8236)])
    >>> estimate.notes
    ('80.0 % of the records were answered (coverage): answering fewer lowers this risk',)
    """

    def __init__(self) -> None:
        self._rate = RateEstimator()

    def estimate(self, state: Selective, confidence: float = 0.95) -> Estimate:
        """Return the risk, with the coverage and its interval at the same confidence beside it."""
        risk = self._rate.estimate(state.risk, confidence)
        coverage = self._rate.estimate(state.coverage, confidence)
        if coverage.value is None:
            return risk
        beside = [(COVERAGE, coverage.value)]
        if coverage.interval is not None:
            beside += [
                (f"{COVERAGE} low", coverage.interval.low),
                (f"{COVERAGE} high", coverage.interval.high),
            ]
        answered = f"{figure(coverage.value)} of the records were answered (coverage)"
        note = f"{answered}: answering fewer lowers this risk"
        return Estimate(
            risk.value, risk.interval, risk.n, risk.k, (*risk.notes, note), (*beside, *risk.extra)
        )

    def bounds(self, state: Selective, alpha: float, look: int = 1) -> tuple[float, float] | None:
        """Return the bounds of the risk, as of any rate."""
        return self._rate.bounds(state.risk, alpha, look)

    def scaled(self, state: Selective, factor: float) -> Selective:
        """Return `factor` times the records, at the same risk and the same coverage."""
        return Selective(scaled_counts(state.risk, factor), scaled_counts(state.coverage, factor))
