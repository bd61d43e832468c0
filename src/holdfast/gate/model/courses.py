"""A metric over time: each window's figure, the whole so far, and what a detector makes of it. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from holdfast.kernel.errors import UsageError
from holdfast.kernel.figures import count
from holdfast.measure.estimates import Estimate
from holdfast.measure.estimators import estimator_of
from holdfast.measure.metrics import Disparity, Drift, Mean, Metric, Rate
from holdfast.measure.onset import onset
from holdfast.measure.requests import SliceKey
from holdfast.measure.sequential import confidence_sequence
from holdfast.measure.slices import ordered
from holdfast.measure.states import Counts, State
from holdfast.measure.watching.drift import DriftWatch
from holdfast.measure.watching.gaps import GapWatch
from holdfast.measure.watching.means import Bounds, MeanWatch
from holdfast.measure.watching.rates import RateWatch
from holdfast.measure.watching.slices import advance_slices, begun_slices, watch_of
from holdfast.measure.watching.watches import Watch

SURE = 0.99
"""Confidence of an onset at its alarm: there the last windows are high because that is when it alarms, and a
95 % set covers a little less (docs/statistics-watching.md)."""
MOST_WINDOWS = 50_000
"""A month of minutes; more of them nobody looks at, and each takes its time."""


@dataclass(frozen=True)
class Crossing:
    """What is bad, and how often it may be cried falsely.

    Attributes
    ----------
    level : float
    side : str
        Of the level, which is bad.
    budget : float or None
        Seconds that pass on average before a false alarm, at least; None for a bare threshold, which no
        detector watches.
    """

    level: float
    side: Literal["above", "below"]
    budget: float | None = None

    def passed_by(self, value: float | None) -> bool:
        """Whether a figure is beyond the level; none is not."""
        if value is None:
            return False
        return value > self.level if self.side == "above" else value < self.level


@dataclass(frozen=True)
class Look:
    """One window.

    Attributes
    ----------
    start : int
        Epoch seconds.
    estimate : Estimate or None
        None where there is no record.
    band : (float, float) or None
        The whole up to its end, with bounds that hold at every look at once.
    evidence : float or None
        The detector's at its end, as a share of what it alarms at.
    """

    start: int
    estimate: Estimate | None
    band: tuple[float, float] | None = None
    evidence: float | None = None


@dataclass(frozen=True)
class Began:
    """When the shift that alarmed may have begun: starts of windows, in epoch seconds.

    Attributes
    ----------
    best, earliest, latest : int
        The likeliest, and the ends of the confidence set.
    before, after : Counts
        Of the windows before the likeliest, and from it on up to the alarm.
    """

    best: int
    earliest: int
    latest: int
    before: Counts
    after: Counts


@dataclass(frozen=True)
class Course:
    """One slice's course.

    Attributes
    ----------
    looks : tuple of Look
        Every window from the first to the last, ascending, also those without a record.
    whole : Estimate
        Of all windows together.
    alarm : int or None
        When the detector alarmed: the end of the window that brought enough evidence, in epoch seconds.
    began : Began or None
        Of a rate that alarmed: when the shift began. None where it cannot be located.
    """

    key: SliceKey
    looks: tuple[Look, ...]
    whole: Estimate
    alarm: int | None = None
    began: Began | None = None


def watch_for(metric: Metric, crossing: Crossing, bounds: tuple[float, float] | None = None) -> Watch | None:
    """Return the detector for a metric's crossing; None where no budget asks for one.

    Raises
    ------
    UsageError
        HF501: this kind of metric has no detector, or not at this level or on this side.
    """
    if crossing.budget is None:
        return None
    match metric:
        case Rate():
            if not 0 < crossing.level < 1:
                fix = "watch a level between 0 % and 100 %; where one hit is too many, it is the alarm itself"
                raise UsageError.of("HF501", f"a rate is watched at no level of {crossing.level:g}", fix=fix)
            return RateWatch(crossing.level, crossing.side, crossing.budget)
        case Disparity(form=form) if crossing.side == ("above" if form == "difference" else "below"):
            if not 0 <= crossing.level <= 1:
                fix = "watch a gap above 5%, or a ratio below 80%"
                raise UsageError.of("HF501", f"a gap is watched at no level of {crossing.level:g}", fix=fix)
            return GapWatch(crossing.level, crossing.budget, form=form)
        case Drift(test="psi" | "js" | "chi2" as test) if crossing.side == "above":
            if not 0 <= crossing.level < (math.inf if test == "psi" else 1):
                fix = "watch a distance above 0.1"
                raise UsageError.of("HF501", f"a drift is watched at no level of {crossing.level:g}", fix=fix)
            return DriftWatch(crossing.level, crossing.budget, test=test)
        case Mean() if bounds is not None:
            low, high = bounds
            if not low < crossing.level < high:
                fix = "watch a level between the values' bounds"
                raise UsageError.of("HF501", f"the mean is never beyond {crossing.level:g}", fix=fix)
            return MeanWatch(crossing.level, crossing.side, Bounds(low, high), crossing.budget)
        case Mean():
            fix = "say the least and greatest possible value in the plan: `between: [0, 1]`"
            raise UsageError.of("HF501", "a mean is watched where its values are bounded", fix=fix)
    fix = "rates, gaps, bounded means and drift have one; others are shown without `--false-alarms`"
    raise UsageError.of("HF501", "no detector watches this metric, or not on this side", fix=fix)


def courses_of(
    metric: Metric,
    windows: Mapping[int, Mapping[SliceKey, State]],
    every: int,
    watch: Watch | None,
    confidence: float,
) -> tuple[Course, ...]:
    """Return every slice's course, in the slices' order.

    Parameters
    ----------
    windows : mapping
        Start in epoch seconds -> slice -> state.
    every : int
        Seconds of a window.
    watch : Watch or None
        What looks for a crossing; the slices share its budget.

    Raises
    ------
    UsageError
        HF501: more windows than anybody looks at.
    """
    starts = _starts(sorted(windows), every)
    estimator = estimator_of(metric)
    keys = ordered({key for slices in windows.values() for key in slices})
    found = []
    for key in keys:
        states = [windows.get(start, {}).get(key) for start in starts]
        known: list[State] = [state for state in states if state is not None]
        bands = _bands(states, 1 - confidence)
        looks = tuple(
            Look(start, None if state is None else estimator.estimate(state, confidence), band)
            for start, state, band in zip(starts, states, bands, strict=True)
        )
        found.append(Course(key, looks, estimator.estimate(_merged(known), confidence)))
    return tuple(found) if watch is None else _watched(found, windows, starts, every, watch)


def _starts(known: Sequence[int], every: int) -> range:
    if not known:
        return range(0)
    many = (known[-1] - known[0]) // every + 1
    if many > MOST_WINDOWS:
        said = f"the records span {count(many)} windows of {every} seconds"
        raise UsageError.of("HF501", said, fix="take longer windows, or a part of the time by --since")
    return range(known[0], known[-1] + every, every)


def _merged(states: Sequence[State]) -> State:
    whole, *rest = states
    for state in rest:
        whole = whole.merge(state)  # type: ignore[arg-type]  # the states of one metric are of one kind
    return whole


def _bands(states: Sequence[State | None], alpha: float) -> list[tuple[float, float] | None]:
    """Return the interval of a rate up to each window's end; none for what is no plain rate."""
    if not all(state is None or isinstance(state, Counts) for state in states):
        return [None] * len(states)
    counts = [state if isinstance(state, Counts) else Counts() for state in states]
    k = np.cumsum([each.k for each in counts])
    n = np.cumsum([each.n for each in counts])
    low, high = confidence_sequence(k, n, alpha)
    return [(float(a), float(b)) if trials else None for a, b, trials in zip(low, high, n, strict=True)]


def _watched(
    courses: Sequence[Course],
    windows: Mapping[int, Mapping[SliceKey, State]],
    starts: Sequence[int],
    every: int,
    watch: Watch,
) -> tuple[Course, ...]:
    """Return the courses with the evidence; slices of the first window are known, others appear."""
    first = windows[starts[0]] if starts else {}
    at = begun_slices(watch, first)
    evidence: dict[SliceKey, list[float | None]] = {course.key: [] for course in courses}
    alarms: dict[SliceKey, int] = {}
    for start in starts:
        at = advance_slices(watch, at, windows.get(start, {}), every)
        for key, told in evidence.items():
            if key not in at.slices:
                told.append(None)
                continue
            watched = at.slices[key]
            told.append(math.exp(min(watched.evidence - watch_of(watch, at, key).threshold, 700.0)))
            if watched.alarmed:
                alarms.setdefault(key, start + every)
    return tuple(
        replace(
            course,
            looks=tuple(
                replace(look, evidence=share)
                for look, share in zip(course.looks, evidence[course.key], strict=True)
            ),
            alarm=alarms.get(course.key),
            began=_began(course.key, windows, starts, every, alarms.get(course.key), watch),
        )
        for course in courses
    )


def _began(
    key: SliceKey,
    windows: Mapping[int, Mapping[SliceKey, State]],
    starts: Sequence[int],
    every: int,
    alarm: int | None,
    watch: Watch,
) -> Began | None:
    """Locate the onset in the windows up to the alarm: after it, somebody may have acted."""
    if alarm is None or not isinstance(watch, RateWatch):
        return None
    seen = [start for start in starts if start + every <= alarm]
    states = [windows.get(start, {}).get(key, Counts()) for start in seen]
    counts = [state for state in states if isinstance(state, Counts)]
    if len(counts) < len(states):  # of clusters, the windows are not drawn from
        return None
    found = onset(
        [each.k for each in counts],
        [each.n for each in counts],
        confidence=SURE,
        direction="up" if watch.side == "above" else "down",
    )
    if not found.located or found.best is None:
        return None
    return Began(seen[found.best], seen[found.earliest], seen[found.latest], found.before, found.after)
