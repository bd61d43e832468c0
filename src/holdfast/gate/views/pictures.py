"""The data of a report's pictures: reliability diagrams and drift bars, made from the recorded states."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TypeAlias

from holdfast.gate.model.criteria import Measured
from holdfast.gate.views.context import DriftBar, DriftPicture, Reliability, ReliabilityBin
from holdfast.kernel.figures import figure
from holdfast.measure.metrics import CalibrationError, Drift
from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import label, ordered
from holdfast.measure.states import Bins, Categories, Drifted, ScoreBins, State

Ends: TypeAlias = tuple[float | None, float | None]
"""Where a bin begins and ends; None where it is open."""
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
    ends: dict[str, Ends] = {}
    if isinstance(state.reference, Bins) and isinstance(state.current, Bins):
        ends = _ends(state.reference)
        then, now = _numeric(state.reference), _numeric(state.current)
    elif isinstance(state.reference, Categories) and isinstance(state.current, Categories):
        then, now = _named(state.reference, state.reference), _named(state.current, state.reference)
    else:
        return ()
    totals = sum(then.values()), sum(now.values())
    return tuple(
        DriftBar(
            name,
            _share(then.get(name, 0.0), totals[0]),
            _share(now.get(name, 0.0), totals[1]),
            *ends.get(name, (None, None)),
        )
        for name in dict.fromkeys((*then, *now))
        if then.get(name, 0.0) or now.get(name, 0.0)
    )


def _share(count: float, total: float) -> float:
    return count / total if total else 0.0


def _names(bins: Bins) -> list[str]:
    """Return each bin's name; edges written alike fall together in the picture, never in the distance."""
    edges = [figure(float(edge), "number") for edge in bins.edges]
    if not edges:
        return ["all values"]
    return [
        f"below {edges[0]}",
        *(f"{low} to {high}" for low, high in pairwise(edges)),
        f"{edges[-1]} and more",
    ]


def _ends(bins: Bins) -> dict[str, Ends]:
    edges = [float(edge) for edge in bins.edges]
    ends: dict[str, Ends] = {}
    for name, low, high in zip(_names(bins), [None, *edges], [*edges, None], strict=True):
        ends[name] = (ends[name][0] if name in ends else low, high)
    return ends


def _numeric(bins: Bins) -> dict[str, float]:
    counts: dict[str, float] = {}
    for name, count in zip(_names(bins), bins.counts.tolist(), strict=True):
        counts[name] = counts.get(name, 0.0) + count
    return counts | {"NaN": bins.nan, "null": bins.missing}


def _named(state: Categories, reference: Categories) -> dict[str, float]:
    often = sorted(reference.counts, key=lambda name: (-reference.counts[name], name))[:MOST_CATEGORIES]
    counts = {name: state.counts.get(name, 0.0) for name in often}
    rest = sum(count for name, count in state.counts.items() if name not in counts) + state.other
    return counts | {"all others": rest, "null": state.missing}
