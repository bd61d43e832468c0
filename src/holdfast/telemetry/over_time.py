"""One metric window by window: what a pass brings for the whole, for each window of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from holdfast.measure.metrics import Drift, EmbeddingDrift, assemble, requests_of
from holdfast.measure.requests import SliceKey
from holdfast.measure.states import State
from holdfast.telemetry.drifts import DriftAsked, drift_states, plan_drifts
from holdfast.telemetry.embeddings import no_windows
from holdfast.telemetry.passes import Item
from holdfast.telemetry.ports import Engine


@dataclass(frozen=True)
class OverTime:
    """A metric over time.

    Attributes
    ----------
    windows : mapping
        Start of a window in epoch seconds, ascending -> slice -> state; a window without a record is not
        there.
    untimed : int
        Records without a time, which are in no window.
    """

    windows: Mapping[int, Mapping[SliceKey, State]]
    untimed: int


def measure_windows(
    engine: Engine, item: Item, every: int, since: datetime | None = None, until: datetime | None = None
) -> OverTime:
    """Measure a metric in every window, in one query.

    Parameters
    ----------
    every : int
        Seconds of a window, whole minutes.
    since, until : datetime, optional
        From when on, and up to but without when.

    Raises
    ------
    DataError
        HF311: the source does not say its time. Or as for a pass.
    PlanError
        HF305: vectors are not compared window by window.
    """
    if isinstance(item.metric, EmbeddingDrift):
        raise no_windows(item.name)
    if isinstance(item.metric, Drift):
        assert item.reference is not None  # noqa: S101 -- a plan's drift names one
        planned = plan_drifts(engine, {0: DriftAsked(item.metric, item.source, item.reference, item.by)})[0]
        found = engine.windows(item.source, (planned.request,), every, since, until)
        (told,) = found.answers
        return OverTime({start: drift_states(planned, part) for start, part in told.items()}, found.untimed)
    requests = requests_of(item.metric, item.by, item.source.cluster)
    found = engine.windows(item.source, requests, every, since, until)
    starts = sorted({start for answer in found.answers for start in answer})
    windows = {
        start: assemble(item.metric, item.by, [answer.get(start, {}) for answer in found.answers])
        for start in starts
    }
    return OverTime(windows, found.untimed)
