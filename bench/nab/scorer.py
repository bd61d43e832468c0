"""The score of the Numenta benchmark (Lavin & Ahmad 2015), written after the paper.

A detector gives every record a score from 0 to 1; those at or above a threshold are its alarms. The first
alarm that counts in a labelled window is the one worth most: nearly 1 at the window's left end, nearly 0 at
its right. An alarm outside costs more the further behind a window it is; a window without an alarm costs a
whole point. The threshold is the one that is best over the whole corpus, the result a share of what a perfect
detector would get, with one that never alarms at zero. All weights are the profile's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from bench.nab.corpus import Profile, Series

from holdfast.measure.states import Floats

FAR = 3.0
"""Window widths behind a window from which an alarm costs its whole weight."""


def worth(position: Floats) -> Floats:
    """Return what an alarm is worth at a place relative to a window: -1 its left end, 0 its right one.

    References
    ----------
    Lavin & Ahmad (2015), Evaluating real-time anomaly detection algorithms, equation 1 of the scoring rule.

    Examples
    --------
    >>> worth(np.array([-1.0, -0.5, 0.0, 1.0, 5.0])).round(5).tolist()
    [0.98661, 0.84828, 0.0, -0.98661, -1.0]
    """
    inside = np.minimum(position, FAR)
    return np.where(position >= FAR, -1.0, 2 / (1 + np.exp(5 * inside)) - 1)


@dataclass(frozen=True)
class Worths:
    """What an alarm at each record of a series is worth, before a profile weighs it.

    Attributes
    ----------
    worth : array, shape (records,)
        Within a window in parts of the best place; outside negative.
    window : array of int
        Which window the record is in; -1 outside.
    """

    worth: Floats
    window: np.ndarray[tuple[int], np.dtype[np.int64]]


def worths_of(series: Series) -> Worths:
    """Return the worth of each record that is scored: those after the probation.

    Within a window of w records the i-th (from 0) stands at -(w - i) / w, so that no alarm in it is worth
    nothing; behind it, at its distance from the window's end in widths (of w - 1).

    Examples
    --------
    >>> series = Series("made up", np.zeros(10), ((3, 6),))
    >>> found = worths_of(series)  # the first record is the probation's
    >>> found.window.tolist(), found.worth.round(3).tolist()
    ([-1, -1, 0, 0, 0, 0, -1, -1, -1], [-1.0, -1.0, 1.0, 0.967, 0.86, 0.562, -0.682, -0.931, -0.987])
    """
    records = len(series.values)
    place = np.arange(records)
    position, window = np.full(records, FAR), np.full(records, -1, dtype=np.int64)
    for index, (first, last) in enumerate(series.windows):
        width = last - first + 1
        position[last + 1 :] = (place[last + 1 :] - last) / (width - 1)
        position[first : last + 1] = -(last - place[first : last + 1] + 1) / width
        window[first : last + 1] = index
    found = worth(position)
    found = np.where(window >= 0, found / worth(np.array(-1.0)), found)
    return Worths(found[series.probation :], window[series.probation :])


@dataclass(frozen=True)
class Scored:
    """A detector's result under one profile.

    Attributes
    ----------
    score : float
        100 is perfect, 0 what a detector gets that never alarms.
    threshold : float
    found, windows : int
        Labelled windows with an alarm, of those that there are.
    outside : int
        Alarms outside all windows.
    """

    score: float
    threshold: float
    found: int
    windows: int
    outside: int


def score_corpus(corpus: Sequence[Series], scores: Sequence[Floats], profile: Profile) -> Scored:
    """Return the score at the threshold that is best over the whole corpus.

    Parameters
    ----------
    corpus : sequence of Series
    scores : sequence of arrays
        Of each series, one score for each record; those in the probation are not looked at.
    profile : Profile
    """
    all_scores, all_worths, all_windows, before = [], [], [], 0
    for series, given in zip(corpus, scores, strict=True):
        found = worths_of(series)
        all_scores.append(given[series.probation :])
        all_worths.append(found.worth)
        all_windows.append(np.where(found.window >= 0, found.window + before, -1))
        before += len(series.windows)
    score, value, window = (np.concatenate(each) for each in (all_scores, all_worths, all_windows))
    order = np.argsort(-score, kind="stable")
    score, value, window = score[order], value[order], window[order]
    gained = np.where(window >= 0, 0.0, value * profile.false_alarm)
    first = np.zeros(len(score))
    scored = np.unique(window[window >= 0])
    for each in scored:
        places = np.flatnonzero(window == each)
        best = np.maximum.accumulate(value[places] * profile.hit)
        gained[places] = np.diff(best, prepend=-profile.miss)
        first[places[0]] = 1
    # a threshold lets in all records of one score together
    ends = np.append(np.flatnonzero(np.diff(score)), len(score) - 1)
    totals = np.concatenate([[0.0], np.cumsum(gained)[ends]]) - profile.miss * len(scored)
    best_at = int(np.argmax(totals))
    windows = sum(len(series.windows) for series in corpus)
    never, perfect = -profile.miss * len(scored), profile.hit * windows
    alarms = slice(0, 0 if best_at == 0 else int(ends[best_at - 1]) + 1)
    return Scored(
        float(100 * (totals[best_at] - never) / (perfect - never)),
        float("inf") if best_at == 0 else float(score[ends[best_at - 1]]),
        int(first[alarms].sum()),
        windows,
        int((window[alarms] < 0).sum()),
    )
