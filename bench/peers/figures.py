"""Figures of runs: medians, and ratios with the range over pairs of neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Run:
    """One fresh process.

    Attributes
    ----------
    work_s, work_cpu_s : float
        Wall-clock and processor seconds from the last import to the last figure, reading included.
    read_s : float
        Of it, reading the Parquet into the peer's own form; 0 where that is not a step of its own.
    whole_s, whole_cpu_s : float
        Of the process, from its start to its end.
    peak_mb : float
        Most resident memory of the process, in MiB.
    load : float
        The machine's load (one minute) when it started.
    """

    work_s: float
    work_cpu_s: float
    read_s: float
    import_s: float
    whole_s: float
    whole_cpu_s: float
    peak_mb: float
    load: float

    def to_json(self) -> dict[str, float]:
        """Return the fields by name."""
        return asdict(self)

    @staticmethod
    def from_json(value: dict[str, Any]) -> Run:
        """Return the run that `to_json` wrote."""
        return Run(**value)


@dataclass(frozen=True)
class Ratio:
    """How often ours goes into the peer's: of the medians, and the least and greatest of the pairs."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{short(self.value)} x ({short(self.low)} to {short(self.high)})"


def middle(runs: Sequence[Run], what: str) -> float:
    """Return the median of one figure of several runs."""
    return float(median(getattr(run, what) for run in runs))


def ratio(theirs: Sequence[Run], ours: Sequence[Run], what: str) -> Ratio:
    """Return the ratio of the medians, and the range of the ratios of runs that were neighbours.

    Raises
    ------
    ValueError
        Where one side has another number of runs than the other, or none.
    """
    if not theirs or len(theirs) != len(ours):
        msg = f"{len(theirs)} runs of the peer beside {len(ours)} of ours"
        raise ValueError(msg)
    pairs = [getattr(a, what) / getattr(b, what) for a, b in zip(theirs, ours, strict=True)]
    return Ratio(middle(theirs, what) / middle(ours, what), min(pairs), max(pairs))


def short(number: float) -> str:
    """Return a number in two or three digits."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 9.95 else f"{number:.2f}"
