"""The data of a report's pictures: reliability diagrams and drift bars, made from the recorded states."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from holdfast.gate.model.criteria import Measured
from holdfast.gate.views.context import DriftBar, DriftPicture, Reliability, ReliabilityBin
from holdfast.kernel.figures import figure
from holdfast.measure.metrics import CalibrationError, Drift
from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import label, ordered
from holdfast.measure.states import Bins, Categories, Drifted, ScoreBins, State

MOST_CATEGORIES = 12
"""Categories that a drift picture shows by name; the rarer ones are drawn as one bar."""


def reliabilities(measured: Measured, states: Mapping[SliceKey, State]) -> tuple[Reliability, ...]:
    """Return a reliability diagram of every slice of a calibration metric; none for other kinds."""
    if not isinstance(measured.metric, CalibrationError):
        return ()
    from holdfast.measure.calibration import reliability

    drawn = []
    for key in ordered(states):
        state = states[key]
        if isinstance(state, ScoreBins) and state.n.sum() > 0:
            bins = tuple(
                ReliabilityBin(each.score, each.rate, each.low, each.high, int(each.n))
                for each in reliability(state, measured.metric.bins)
            )
            drawn.append(Reliability(label(key, measured.by), bins))
    return tuple(drawn)


def drifts(measured: Measured, states: Mapping[SliceKey, State]) -> tuple[DriftPicture, ...]:
    """Return the shares per bin then and now, of every slice of a drift metric; none for other kinds."""
    if not isinstance(measured.metric, Drift):
        return ()
    drawn = []
    for key in ordered(states):
        state = states[key]
        if isinstance(state, Drifted):
            drawn.append(DriftPicture(label(key, measured.by), _bars(state)))
    return tuple(drawn)


def _bars(state: Drifted) -> tuple[DriftBar, ...]:
    if isinstance(state.reference, Bins) and isinstance(state.current, Bins):
        then, now = _numeric(state.reference), _numeric(state.current)
    elif isinstance(state.reference, Categories) and isinstance(state.current, Categories):
        then, now = _named(state.reference, state.reference), _named(state.current, state.reference)
    else:
        return ()
    totals = sum(then.values()), sum(now.values())
    return tuple(
        DriftBar(name, _share(then.get(name, 0.0), totals[0]), _share(now.get(name, 0.0), totals[1]))
        for name in dict.fromkeys((*then, *now))
        if then.get(name, 0.0) or now.get(name, 0.0)
    )


def _share(count: float, total: float) -> float:
    return count / total if total else 0.0


def _numeric(bins: Bins) -> dict[str, float]:
    edges = [figure(float(edge), "number") for edge in bins.edges]
    if edges:
        middle = [f"{low} to {high}" for low, high in pairwise(edges)]
        names = [f"below {edges[0]}", *middle, f"{edges[-1]} and more"]
    else:
        names = ["all values"]
    counts: dict[str, float] = {}
    for name, count in zip(names, bins.counts.tolist(), strict=True):
        # edges that are written alike fall together in the picture, never in the distance
        counts[name] = counts.get(name, 0.0) + count
    return counts | {"NaN": bins.nan, "null": bins.missing}


def _named(state: Categories, reference: Categories) -> dict[str, float]:
    often = sorted(reference.counts, key=lambda name: (-reference.counts[name], name))[:MOST_CATEGORIES]
    counts = {name: state.counts.get(name, 0.0) for name in often}
    rest = sum(count for name, count in state.counts.items() if name not in counts) + state.other
    return counts | {"all others": rest, "null": state.missing}
