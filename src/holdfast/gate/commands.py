"""What may be asked of the gate room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
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


@dataclass(frozen=True)
class FindSegments:
    """Look for the segments of a source in which a metric differs most from the rest; nothing is recorded.

    Attributes
    ----------
    over : tuple of str
        Columns to look at; all of few values, where none is named.
    confidence : float
        Of all intervals together, as a share.
    minimum : int
        Fewest records of a segment, and of its rest.
    """

    plan: Path
    metric: str
    data: str | None = None
    over: tuple[str, ...] = ()
    confidence: float = 0.95
    minimum: int = 30


@dataclass(frozen=True)
class MeasureOverTime:
    """Measure one metric window by window, and say when it crossed a level; nothing is recorded.

    Attributes
    ----------
    data, by, confidence
        As of `MeasureMetric`.
    every : float or None
        Seconds of a window; None for that of the plan's indicator.
    since, until : datetime or None
        From when on, and up to but without when, records count.
    above, below : float or None
        The level beyond which it is bad; None for that of the plan's indicator.
    budget : float or None
        Seconds that pass on average before a false alarm, at least; None for that of the plan's indicator.
    """

    plan: Path
    metric: str
    data: str | None = None
    by: tuple[str, ...] | None = None
    confidence: float = 0.95
    every: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    above: float | None = None
    below: float | None = None
    budget: float | None = None


@dataclass(frozen=True)
class DecideGates:
    """Measure some gates of a plan, decide and record them; nothing is said of the release.

    Attributes
    ----------
    gates : tuple of str
        Which; empty for those of the stage, or where there is none, for all that a check would ask.
    stage : str or None
        The stage whose gates are meant.
    """

    plan: Path
    gates: tuple[str, ...] = ()
    stage: str | None = None
    bundle: str | None = None


@dataclass(frozen=True)
class SignFor:
    """Sign a gate for a role, or take such a signature back."""

    plan: Path
    gate: str
    role: str
    because: str | None = None
    bundle: str | None = None


@dataclass(frozen=True)
class RequestOverride:
    """Ask to release against a gate until the end of a day (UTC), for a reason."""

    plan: Path
    gate: str
    because: str
    until: date
    bundle: str | None = None


@dataclass(frozen=True)
class AnswerOverride:
    """Approve an override for a role, or without one refuse it.

    Attributes
    ----------
    override : str
        Its id, or so much of its beginning that no other begins so.
    """

    plan: Path
    override: str
    role: str | None = None
    because: str = ""


@dataclass(frozen=True)
class CompareArms:
    """Put two arms of a plan through its gates, side by side, and say which to choose.

    Attributes
    ----------
    arms : tuple of str
        The two arms' names; differences are those of the second against the first.
    """

    plan: Path
    arms: tuple[str, ...]
