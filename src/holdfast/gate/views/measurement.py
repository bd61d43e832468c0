"""`holdfast measure`: one metric of a plan on one of its sources, with intervals, recorded nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from holdfast.gate.model.criteria import Measured
from holdfast.gate.model.reading import measured_of
from holdfast.gate.views.context import DataUsed, Measurement, Result, Span
from holdfast.gate.views.pictures import drifts
from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.measure.estimates import Estimate
from holdfast.measure.estimators import estimate_all
from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import missing
from holdfast.plan.model.gates import MetricGate
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.metrics import reference_of
from holdfast.plan.views.places import item_of, located
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.passes import measure_pass
from holdfast.telemetry.ports import DataDigest, Engine


def asked(loaded: LoadedPlan, metric: str, data: str | None, by: tuple[str, ...] | None) -> Measured:
    """Return what is to be measured; without a data source, the one that the plan's gates judge it on.

    Raises
    ------
    UsageError
        HF502: the plan has no such metric or source. HF501: the source is not said and not clear.
    """
    plan = loaded.plan
    if metric not in plan.metrics:
        fix = did_you_mean(metric, plan.metrics)
        raise UsageError.of("HF502", f"the plan has no metric `{metric}`", fix=fix)
    if data is None:
        judged = {g.data: None for g in plan.gates if isinstance(g, MetricGate) and g.metric == metric}
        candidates = list(judged) or list(plan.data)
        if len(candidates) != 1:
            many = ", ".join(f"`{name}`" for name in candidates) or "none is defined"
            raise UsageError.of("HF501", f"`{metric}`: on which data?", fix=f"say --data: {many}")
        data = candidates[0]
    for name in (data, *_reference(loaded, metric)):
        if name not in plan.data:
            fix = did_you_mean(name, plan.data)
            raise UsageError.of("HF502", f"the plan has no data source `{name}`", fix=fix)
    return measured_of(plan, metric, data, by)


def _reference(loaded: LoadedPlan, metric: str) -> tuple[str, ...]:
    reference = reference_of(loaded.plan.metrics[metric])
    return () if reference is None else (reference,)


def measurement_of(
    engine: Engine,
    loaded: LoadedPlan,
    measured: Measured,
    *,
    confidence: float,
    at: datetime,
    tools: tuple[tuple[str, str], ...],
) -> Measurement:
    """Measure and return what is to be told."""
    digests = digests_of(engine, loaded, measured)
    with located(loaded, [measured.id]):
        (answer,) = measure_pass(engine, [item_of(loaded, measured.id, measured.data, measured.by)])
    results = tuple(
        _result(key, estimate, measured, missing(answer.states[key]))
        for key, estimate in estimate_all(measured.metric, answer.states, confidence)
    )
    return Measurement(
        metric=measured.id,
        describes=measured.describes,
        unit=measured.unit,
        data=measured.data,
        confidence=confidence,
        results=results,
        notes=tuple(answer.notes),
        plan_digest=loaded.digest,
        used=used(loaded, digests),
        tools=tools,
        at=at,
        drifts=drifts(measured, answer.states),
    )


def digests_of(engine: Engine, loaded: LoadedPlan, measured: Measured) -> dict[str, DataDigest]:
    """Return which data is measured, and which it is compared with, by the plan's names."""
    digests = {}
    for name in [measured.data, *([measured.reference] if measured.reference else [])]:
        with located(loaded, source=name):
            digests[name] = engine.digest(source_of(loaded, name))
    return digests


def used(loaded: LoadedPlan, digests: Mapping[str, DataDigest]) -> tuple[DataUsed, ...]:
    """Return which data a measurement rests on, by the plan's names."""
    return tuple(
        DataUsed(
            name,
            loaded.plan.data[name].describes or "",
            digest.digest,
            digest.rows,
            tuple(dict(digest.files).items()),
        )
        for name, digest in digests.items()
    )


def _result(key: SliceKey, estimate: Estimate, measured: Measured, lacking: float) -> Result:
    interval: Span | None = None
    if estimate.interval is not None:
        interval = (estimate.interval.low, estimate.interval.high)
    return Result(
        where=tuple(zip(measured.by, key, strict=True)),
        value=estimate.value,
        interval=interval,
        method=estimate.interval.method if estimate.interval is not None else "",
        n=int(estimate.n),
        k=None if estimate.k is None else int(estimate.k),
        missing=int(lacking),
        notes=estimate.notes,
        figures=estimate.extra,
    )
