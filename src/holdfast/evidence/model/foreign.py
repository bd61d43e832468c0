"""What another tool measured, as its file says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ForeignFigure:
    """One figure of another tool's file.

    Attributes
    ----------
    name : str
        As a gate's `import: {metric: ...}` names it: the tool's own name of the score, with its task, probe
        or suite before a `/` where the file has several: `accuracy`, `dan.Dan_11_0/MitigationBypass`.
    value : float
        As the tool says it; the share k / n where it says counts.
    n, k : int or None
        Trials and those of them that count for `value`. None where the file has no counts: then there is no
        interval, and a verdict on it can be at most inconclusive unless the gate says `judge: point`.
    notes : tuple of str
        What a careful reader must know: errors that were left out, a subset that was run.
    """

    name: str
    value: float
    n: int | None = None
    k: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ForeignResults:
    """One file of another tool.

    Attributes
    ----------
    tool : str
        As the plan names it: inspect, garak, promptfoo, deepeval, lm-eval, evidently, junit.
    tool_version : str or None
        As the file says it.
    file, digest : str
        The file's name without its folder; SHA-256 of its bytes, as `sha256:...`.
    subject : str or None
        The model or target that was tried, as the file names it.
    dataset : str or None
        What it was tried on.
    created_at : datetime or None
        When the tool ran, aware UTC; None where the file does not say.
    """

    tool: str
    tool_version: str | None
    file: str
    digest: str
    subject: str | None
    dataset: str | None
    created_at: datetime | None
    figures: tuple[ForeignFigure, ...]
    notes: tuple[str, ...] = ()
