"""What every estimate carries, and what a metric kind must be able to say about its state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Interval:
    """An interval with what it claims.

    Attributes
    ----------
    low, high : float
        The ends; -inf or inf where a side is open.
    confidence : float
        As a share: 0.95.
    method : str
        In words, with the source: "Wilson (1927)".
    """

    low: float
    high: float
    confidence: float
    method: str


@dataclass(frozen=True)
class Estimate:
    """A measured value with its interval and what it rests on.

    Attributes
    ----------
    value : float or None
        None where there is no evidence (n = 0).
    interval : Interval or None
        Two-sided, for display.
    n : int
        Records (or pairs, or clusters where the notes say so) that the value rests on.
    k : int or None
        Hits, where the metric counts something.
    notes : tuple of str
        What a careful reader must know: missing labels, small n, debiasing.
    extra : mapping
        Figures shown beside the value, by name (for example "plain ECE", "no-drift expectation", "p-value").
    """

    value: float | None
    interval: Interval | None
    n: int
    k: int | None = None
    notes: tuple[str, ...] = ()
    extra: tuple[tuple[str, float], ...] = ()


class Estimator(Protocol):
    """A metric kind's pure functions over its state. One instance per metric definition; it holds no data."""

    def estimate(self, state: Any, confidence: float = 0.95) -> Estimate:  # noqa: ANN401 -- each kind has its own state
        """Return value and two-sided interval for display."""
        ...

    def bounds(self, state: Any, alpha: float, look: int = 1) -> tuple[float, float] | None:  # noqa: ANN401 -- as above
        """Return the lower and the upper one-sided bound, each at level alpha; None without evidence.

        `look` is 1 for the first time that the gate is decided for this bundle; from 2 on the bounds must
        hold at every look at once (time-uniform where the kind has such an interval, else alpha / (look
        (look + 1))).
        """
        ...

    def scaled(self, state: Any, factor: float) -> Any:  # noqa: ANN401 -- as above
        """Return the state with `factor` times the records at the present rates (counts may be real)."""
        ...
