"""What another tool measured, as its file says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.kernel.errors import DataError, Place, did_you_mean
from holdfast.kernel.text import cut, printable

TOTAL = "total"
"""The name of the figure over all parts of a file: the share of all its trials that passed."""


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
        interval, and a verdict on it can be at most inconclusive unless the gate says `judge: point`. Both
        are given or neither is, and n is never 0.
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

    def figure(self, name: str | None = None) -> ForeignFigure:
        """Return the figure that a gate names.

        The whole name counts first; then its last part, after a `/`, where one figure only ends so. Without
        a name it is the only figure, or the one called `total`.

        Raises
        ------
        DataError
            HF308: there is no such figure, or there are several.

        Examples
        --------
        >>> found = (ForeignFigure("match/accuracy", 0.5), ForeignFigure("f1/mean", 0.4))
        >>> results = ForeignResults("inspect", None, "a.json", "sha256:0", None, None, None, found)
        >>> results.figure("accuracy").value, results.figure("f1/mean").value
        (0.5, 0.4)
        """
        if name is None and len(self.figures) == 1:
            return self.figures[0]
        unnamed, name = name is None, name or TOTAL
        whole = [figure for figure in self.figures if figure.name == name]
        found = whole or [figure for figure in self.figures if figure.name.endswith(f"/{name}")]
        if len(found) == 1:
            return found[0]
        place = Place(self.file)
        if found:
            message = f"{len(found)} figures of the {self.tool} file are called `{_shown(name)}`"
            fix = "name one whole: " + ", ".join(_shown(figure.name) for figure in found[:4])
            raise DataError.of("HF308", message, place=place, fix=fix)
        message = f"the {self.tool} file has no figure `{_shown(name)}`"
        known = [_shown(figure.name) for figure in self.figures]
        if unnamed and known:
            message = f"no figure is named, and the {self.tool} file has several"
            fix = "name one with `metric`: " + ", ".join(known[:6])
            raise DataError.of("HF308", message, place=place, fix=fix)
        raise DataError.of(
            "HF308", message, place=place, fix=did_you_mean(name, known, otherwise="it has these")
        )


def _shown(name: str) -> str:
    return printable(cut(name, 80))
