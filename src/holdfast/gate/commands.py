"""What may be asked of the gate room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CheckRelease:
    """Measure every gate of a plan, decide, record and report.

    Attributes
    ----------
    plan : Path
        The plan's file or folder.
    bundle : str or None
        The version of the system that produced the records; None for what the plan's card says.
    """

    plan: Path
    bundle: str | None = None


@dataclass(frozen=True)
class MeasureMetric:
    """Measure one metric of a plan on one of its data sources; nothing is recorded.

    Attributes
    ----------
    data : str or None
        The source; None where a single gate of the plan says which.
    by : tuple of str or None
        Columns to slice by; None for what the metric says.
    confidence : float
        Of the two-sided intervals, as a share.
    """

    plan: Path
    metric: str
    data: str | None = None
    by: tuple[str, ...] | None = None
    confidence: float = 0.95
