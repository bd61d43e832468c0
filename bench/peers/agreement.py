"""Do both say the same, where they define the same? A speed for another answer is worth nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from bench.peers.clock import Answers
from bench.peers.scopes import LABELS, NUMBERS

Apart: TypeAlias = Callable[[float, float], float]
SameBins: TypeAlias = tuple[Answers, Mapping[str, Sequence[Sequence[float]]], Answers]


@dataclass(frozen=True)
class Agreement:
    """How far two sets of answers to the same questions are apart.

    Attributes
    ----------
    what : str
    compared : int
        Answers that both gave.
    furthest : float
        The greatest difference (or the middle one, where `what` says so).
    allowed : float or None
        None where the definitions differ: shown, and nothing is claimed.
    """

    what: str
    compared: int
    furthest: float
    allowed: float | None
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether the answers are what they must be; without an answer nothing holds."""
        return self.allowed is None or (self.compared > 0 and self.furthest <= self.allowed)


def absolute(a: float, b: float) -> float:
    """Return how far two numbers are apart."""
    return abs(a - b)


def relative(a: float, b: float) -> float:
    """Return how far two numbers are apart, as a share of the greater."""
    most = max(abs(a), abs(b))
    return abs(a - b) / most if most else 0.0


def compare(
    what: str,
    theirs: Answers,
    ours: Answers,
    names: Iterable[str],
    apart: Apart = absolute,
    allowed: float | None = None,
    *,
    middle: bool = False,
) -> Agreement:
    """Compare the answers that both gave under the same names; NaN is no answer."""
    pairs = [(theirs.get(name), ours.get(name)) for name in names]
    differences = [apart(a, b) for a, b in pairs if a is not None and b is not None and not math.isnan(a + b)]
    furthest = (median(differences) if middle else max(differences)) if differences else math.nan
    unit = " of the value" if apart is relative else ""
    return Agreement(what, len(differences), furthest, allowed, unit)


def agreements(
    scope: str, theirs: Answers, ours: Answers, same_bins: SameBins | None = None
) -> list[Agreement]:
    """Return what is compared in a scope.

    Parameters
    ----------
    scope : str
        The name of a `Scope`.
    theirs, ours : mapping
        Answers by name.
    same_bins : tuple, optional
        The peer's values again, the counts in the peer's own bins, and ours from these counts.
    """
    match scope:
        case "evidently":
            found = [
                compare("PSI of labels", theirs, ours, LABELS, relative, 1e-3),
                compare("PSI of numbers, each in its own bins", theirs, ours, NUMBERS),
            ]
            return found + ([] if same_bins is None else _in_same_bins(*same_bins))
        case "nannyml":
            return [
                compare("Jensen-Shannon distance of labels", theirs, ours, LABELS, relative, 1e-3),
                compare("Jensen-Shannon distance of numbers, each in its own bins", theirs, ours, NUMBERS),
            ]
        case "alibi-detect":
            return [
                compare("KS distance of numbers without nulls", theirs, ours, NUMBERS, absolute, 2e-3),
                compare("chi-squared of labels", theirs, ours, LABELS, relative, 1e-6),
            ]
        case "whylogs":
            return _profiles(theirs, ours)
        case _:
            return _rates(theirs, ours)


def _in_same_bins(
    theirs: Answers, counts: Mapping[str, Sequence[Sequence[float]]], ours: Answers
) -> list[Agreement]:
    full = [name for name in counts if all(min(side) > 0 for side in counts[name])]
    rest = [name for name in counts if name not in full]
    words = "PSI of numbers, ours from the counts in Evidently's bins"
    return [
        compare(f"{words}, none of them empty", theirs, ours, full, relative, 1e-2),
        compare(f"{words}, some empty (each fills these in its own way)", theirs, ours, rest),
    ]


def _rates(theirs: Answers, ours: Answers) -> list[Agreement]:
    rates = [name for name in theirs if name.startswith("rate/")]
    gaps = [name for name in theirs if name.startswith("gap/")]
    ends = [name for name in theirs if name.startswith("end")]
    found = [
        compare("rates of groups", theirs, ours, rates, absolute, 1e-12),
        compare("gaps between groups", theirs, ours, gaps, absolute, 1e-12),
    ]
    if ends:
        widths = {name: _width(ours, name) for name in ends}
        their_ends, our_ends = (
            {name: _over(answers.get(name), widths[name]) for name in ends} for answers in (theirs, ours)
        )
        words = "ends of the rates' intervals, middle difference in widths of ours"
        found.append(compare(words, their_ends, our_ends, ends, absolute, 0.15, middle=True))
    return found


def _width(answers: Answers, name: str) -> float | None:
    what = name.split("/", 1)[1]
    low, high = answers.get(f"end0/{what}"), answers.get(f"end1/{what}")
    return None if low is None or high is None else high - low


def _over(value: float | None, width: float | None) -> float | None:
    return None if value is None or not width else value / width


def _profiles(theirs: Answers, ours: Answers) -> list[Agreement]:
    counts = [f"{name}/{what}" for name in NUMBERS for what in ("n", "null")]
    moments = [f"{name}/{what}" for name in NUMBERS for what in ("mean", "stddev", "min", "max")]
    labels = [name for name in theirs if name.split("/")[0] in LABELS]
    quantiles = [name for name in theirs if "/q" in name]
    their_scaled, our_scaled = (_in_deviations(answers, ours, quantiles) for answers in (theirs, ours))
    words = "differences of quantiles in standard deviations"
    return [
        compare("counts and nulls of numbers", theirs, ours, counts, absolute, 0.0),
        compare("means, deviations, ends", theirs, ours, moments, relative, 1e-9),
        compare("counts of labels (whylogs: an estimate)", theirs, ours, labels, relative),
        compare(f"{words}, the middle one", their_scaled, our_scaled, quantiles, absolute, 0.02, middle=True),
        compare(f"{words}, the furthest", their_scaled, our_scaled, quantiles),
    ]


def _in_deviations(answers: Answers, ours: Answers, names: Iterable[str]) -> Mapping[str, float | None]:
    return {name: _over(answers.get(name), ours.get(f"{name.split('/')[0]}/stddev")) for name in names}
