"""Where a metric differs: one metric of a plan on one of its sources, over many slicings at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.gate.commands import FindSegments
from holdfast.gate.model.criteria import Measured
from holdfast.gate.model.reading import rate_words
from holdfast.gate.views.context import DataUsed
from holdfast.gate.views.measurement import asked, used
from holdfast.kernel.errors import UsageError
from holdfast.kernel.figures import Unit
from holdfast.measure.estimates import Estimate
from holdfast.measure.estimators import estimator_of
from holdfast.measure.metrics import Disparity, Mean, Rate, SelectiveRisk
from holdfast.measure.segments import Segments, find_segments
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.places import located
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.passes import cluster_notes
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.segmenting import slicings


@dataclass(frozen=True)
class SegmentsTold:
    """The segments that differ, with everything that they rest on.

    Attributes
    ----------
    whole : Estimate
        Of all records.
    columns : tuple of str
        Columns that were looked at.
    passed_over : tuple of str
        Columns that were not, each with the reason.
    minimum : int
        Fewest records of a segment, and of its rest.
    """

    metric: str
    describes: str
    unit: Unit
    data: str
    confidence: float
    whole: Estimate
    segments: Segments
    columns: tuple[str, ...]
    passed_over: tuple[str, ...]
    minimum: int
    notes: tuple[str, ...]
    plan_digest: str
    used: tuple[DataUsed, ...]
    tools: tuple[tuple[str, str], ...]
    at: datetime


def segments_of(
    engine: Engine,
    loaded: LoadedPlan,
    command: FindSegments,
    *,
    at: datetime,
    tools: tuple[tuple[str, str], ...],
) -> SegmentsTold:
    """Measure over all slicings and return what differs.

    Raises
    ------
    UsageError
        HF501: the metric is neither a rate nor a mean. Or as for `measurement.asked`.
    """
    measured = asked(loaded, command.metric, command.data, ())
    metric = _counted(measured)
    source = source_of(loaded, measured.data)
    with located(loaded, source=measured.data):
        digest = engine.digest(source)
    with located(loaded, [measured.id]):
        found = slicings(engine, source, metric, command.over)
    groupings: Any = found.groupings  # a rate's are counts, a mean's moments
    notes = [*found.notes, *cluster_notes(engine, source)]
    if isinstance(metric, Mean) and source.cluster is not None:
        notes.append(
            f"records are taken as independent: intervals of means know no cluster (`{source.cluster}`)"
        )
    return SegmentsTold(
        metric=measured.id,
        describes=_described(measured),
        unit=measured.unit,
        data=measured.data,
        confidence=command.confidence,
        whole=estimator_of(metric).estimate(groupings[()][()], command.confidence),
        segments=find_segments(groupings, confidence=command.confidence, minimum=command.minimum),
        columns=found.columns,
        passed_over=found.passed_over,
        minimum=command.minimum,
        notes=tuple(notes),
        plan_digest=loaded.digest,
        used=used(loaded, {measured.data: digest}),
        tools=tools,
        at=at,
    )


def _described(measured: Measured) -> str:
    """Return what is compared, in words: of a gap its rate, whatever the gap is called."""
    definition: Any = measured.definition
    if isinstance(measured.metric, Disparity):
        return f"{rate_words(definition['metric']['of'])}, the rate of this gap"
    return measured.describes


def _counted(measured: Measured) -> Rate | Mean:
    """Return what is compared between segments: of a gap its rate, of selective risk the risk."""
    match measured.metric:
        case Rate() | Mean():
            return measured.metric
        case Disparity():
            return measured.metric.of
        case SelectiveRisk():
            return measured.metric.risk
    message = f"`{measured.id}` is a {measured.kind}: segments are compared by a rate or a mean"
    raise UsageError.of("HF501", message, fix="name a metric of kind rate or mean, or one of the named rates")
