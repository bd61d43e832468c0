"""Gathering the figures of another tool's file: counts that can be, names that are short, nothing twice."""

from __future__ import annotations

import math

from holdfast.evidence.model.foreign import ForeignFigure, ForeignResults
from holdfast.evidence.model.reading import Absurd, Part, moment
from holdfast.kernel.figures import plural
from holdfast.kernel.text import cut, unicode

LONGEST_NAME = 200
LONGEST_NOTE = 300
MOST_FIGURES = 10_000
"""More than a person or a fact can hold: a file with more is refused."""
MOST_NOTES = 50


def words(text: str | None, longest: int = LONGEST_NAME) -> str | None:
    """Return text of a file as it is kept: one that UTF-8 can say, cut to a length; None where it is empty.

    Examples
    --------
    >>> words("  <b>gpt</b> "), words("")
    ('<b>gpt</b>', None)
    """
    kept = cut(unicode(text or "").strip(), longest)
    return kept or None


class Figures:
    """The figures and notes that an importer found so far."""

    def __init__(self) -> None:
        self._figures: dict[str, ForeignFigure] = {}
        self._notes: dict[str, None] = {}

    def counted(self, name: str, k: int, n: int, *notes: str, value: float | None = None) -> None:
        """Add a share: k of n trials. `value` is what the tool says where that is not k / n itself.

        Raises
        ------
        Absurd
            k is larger than n, or a count is negative.
        """
        shown = words(name) or "?"
        if not 0 <= k <= n:
            message = f"figure `{shown}` counts {k} of {n}"
            raise Absurd(message, "a count lies between 0 and the number of trials")
        if n == 0:
            self.note(f"`{shown}` has no trials and is left out")
            return
        self._add(ForeignFigure(shown, k / n if value is None else value, n, k, _notes(notes)))

    def scored(self, name: str, value: float, *notes: str) -> None:
        """Add a score without counts; one that is no number is left out and noted."""
        shown = words(name) or "?"
        if not math.isfinite(value):
            self.note(f"`{shown}` has no value ({value}) and is left out")
            return
        self._add(ForeignFigure(shown, float(value), notes=_notes(notes)))

    def note(self, text: str) -> None:
        """Add a note about the file as a whole; the same note once, and not without end."""
        if len(self._notes) < MOST_NOTES:
            self._notes.setdefault(cut(unicode(text), LONGEST_NOTE))

    def __contains__(self, name: str) -> bool:
        return (words(name) or "?") in self._figures

    def _add(self, figure: ForeignFigure) -> None:
        name, times = figure.name, 1
        while name in self._figures:
            times += 1
            ending = f" ({times})"
            name = cut(figure.name, LONGEST_NAME - len(ending)) + ending
        if len(self._figures) >= MOST_FIGURES:
            raise Absurd(f"more than {plural(MOST_FIGURES, 'figure')}", "import the parts that a gate judges")
        self._figures[name] = ForeignFigure(name, figure.value, figure.n, figure.k, figure.notes)

    def results(
        self,
        tool: str,
        file: str,
        digest: str,
        *,
        version: Part | None = None,
        subject: Part | str | None = None,
        dataset: Part | str | None = None,
        created: Part | None = None,
    ) -> ForeignResults:
        """Return what was found, with what the file says of itself.

        Raises
        ------
        Absurd
            Nothing was found that could be judged.
        Misfit
            What should be text is something else.
        """
        if not self._figures:
            raise Absurd("it holds no figure that could be judged", "run the tool with something to try")
        return ForeignResults(
            tool=tool,
            tool_version=_text(version),
            file=file,
            digest=digest,
            subject=_text(subject),
            dataset=_text(dataset),
            created_at=moment(created.value) if created is not None else None,
            figures=self.figures,
            notes=self.notes,
        )

    @property
    def figures(self) -> tuple[ForeignFigure, ...]:
        """What was found, in the order of the file."""
        return tuple(self._figures.values())

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of the file as a whole."""
        return tuple(self._notes)


def _text(said: Part | str | None) -> str | None:
    return words(said.text() if isinstance(said, Part) else said)


def _notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(cut(unicode(note), LONGEST_NOTE) for note in notes[:MOST_NOTES])


def binary_mean(mean: float, n: int, stderr: float | None) -> int | None:
    """Return how many of n values were 1, if they can only have been zeros and ones; else None.

    Of values between 0 and 1 with a given mean, zeros and ones have the largest spread, and they alone reach
    it: sqrt(mean (1 - mean) / (n - 1)) is their standard error, and nobody else's. Without a standard error
    only the mean can speak: k = n mean must be whole.

    Parameters
    ----------
    mean : float
        Of n values between 0 and 1.
    stderr : float or None
        The standard error of the mean, with n - 1 below the line.

    Examples
    --------
    >>> binary_mean(0.75, 4, 0.25), binary_mean(0.75, 4, 0.1), binary_mean(0.7, 4, None)
    (3, None, None)
    """
    if not (n > 0 and 0 <= mean <= 1):
        return None
    k = round(mean * n)
    if abs(mean * n - k) > 1e-6:
        return None
    if stderr is not None and math.isfinite(stderr):
        exact = k / n
        if n > 1 and not math.isclose(
            stderr, math.sqrt(exact * (1 - exact) / (n - 1)), rel_tol=1e-6, abs_tol=1e-12
        ):
            return None
    return k
