"""From a plan to criteria: which gates a release must meet now, and what each of them asks for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.gate.model.criteria import Checked, Criterion, Foreign, Measured
from holdfast.kernel.canonical import Json
from holdfast.kernel.figures import count, plural
from holdfast.measure.judgements import Requirement
from holdfast.plan.model.data import CsvSource, DuckDbSource, IbisSource, ParquetSource
from holdfast.plan.model.gates import CheckGate, Gate, ImportGate, MetricGate, SchemaCheck, SignGate
from holdfast.plan.model.metrics import (
    RATE_KINDS,
    Metric,
    is_share,
    reference_of,
)
from holdfast.plan.model.plan import Plan
from holdfast.plan.views.measures import definition

FILES = (ParquetSource, CsvSource, DuckDbSource)
"""The kinds of source whose records this version checks one by one."""
MEASURED = (*FILES, IbisSource)
"""The kinds of source that this version measures."""


@dataclass(frozen=True)
class Criteria:
    """The gates of a plan.

    Attributes
    ----------
    now : tuple of Criterion
        Those that guard the present stage, in the plan's order.
    elsewhere : tuple of (gate, stage)
        Those that guard another stage and are not asked now.
    """

    now: tuple[Criterion, ...]
    elsewhere: tuple[tuple[str, str], ...]


def criteria_of(plan: Plan) -> Criteria:
    """Return the criteria of a plan's gates."""
    now, elsewhere = [], []
    for gate in plan.gates:
        if gate.stage is not None and plan.system.stage is not None and gate.stage != plan.system.stage:
            elsewhere.append((gate.id, gate.stage))
        else:
            now.append(criterion_of(plan, gate))
    return Criteria(tuple(now), tuple(elsewhere))


def criterion_of(plan: Plan, gate: Gate) -> Criterion:
    """Return what one gate asks for."""
    fresh_for = gate.fresh_for.delta if gate.fresh_for is not None else None
    match gate:
        case MetricGate():
            return _metric_criterion(plan, gate)
        case ImportGate():
            return Criterion(
                gate.id,
                "import",
                str(gate.require),
                gate.blocking,
                gate.stage,
                requirement=Requirement(gate.require.sign, gate.require.threshold),
                confidence=gate.confidence,
                point=gate.judge == "point",
                fresh_for=fresh_for,
                foreign=Foreign(gate.import_.tool, gate.import_.path, gate.import_.metric),
            )
        case CheckGate():
            return _check_criterion(plan, gate)
        case SignGate():
            return Criterion(
                gate.id,
                "sign",
                "signed by " + ", ".join(gate.sign),
                gate.blocking,
                gate.stage,
                fresh_for=fresh_for,
                sign=gate.sign,
            )


def _check_criterion(plan: Plan, gate: CheckGate) -> Criterion:
    asked, data = gate.check, gate.check.data
    schema = asked.schema_ if isinstance(asked, SchemaCheck) else None
    waits_for = _not_in_a_file(plan, data)
    return Criterion(
        gate.id,
        "check",
        f"{f'{schema} holds' if schema is not None else 'no personal data'} in {data}",
        gate.blocking,
        gate.stage,
        fresh_for=gate.fresh_for.delta if gate.fresh_for is not None else None,
        waits_for=waits_for,
        checked=None if waits_for else Checked(data, schema),
    )


def _metric_criterion(plan: Plan, gate: MetricGate) -> Criterion:
    metric = plan.metrics[gate.metric]
    waits_for = _unmeasurable(plan, metric, gate.data)
    tolerance = gate.require is None
    words = str(gate.require) if gate.require is not None else _zero_words(gate)
    return Criterion(
        gate.id,
        "zero tolerance" if tolerance else "metric",
        words,
        gate.blocking,
        gate.stage,
        None if waits_for else measured_of(plan, gate.metric, gate.data, gate.by),
        None if gate.require is None else Requirement(gate.require.sign, gate.require.threshold),
        gate.confidence,
        gate.major or None,
        gate.minimum,
        gate.judge == "point",
        gate.allow,
        gate.trials,
        gate.fresh_for.delta if gate.fresh_for is not None else None,
        waits_for,
    )


def _zero_words(gate: MetricGate) -> str:
    hits = "no hit" if not gate.allow else f"at most {plural(gate.allow, 'hit')}"
    return f"{hits} in {count(gate.trials or 0)}"


def _unmeasurable(plan: Plan, metric: Metric, data: str) -> str:
    """Return why a metric cannot be measured on a data source here; empty where it can."""
    reference = reference_of(metric)
    for name in [data] if reference is None else [data, reference]:
        if not isinstance(plan.data[name], MEASURED):
            return f"data `{name}` is in no file and no table, and this version measures nothing else"
    return ""


def _not_in_a_file(plan: Plan, name: str) -> str:
    """Return why the records of a data source cannot be checked here; empty where they can."""
    if isinstance(plan.data[name], FILES):
        return ""
    return f"data `{name}` is not in a file: this version checks records of Parquet, CSV and DuckDB files"


def measured_of(plan: Plan, name: str, data: str, by: tuple[str, ...] | None = None) -> Measured:
    """Return the measured part of a gate, or of `holdfast measure`; `by` replaces the metric's own slices."""
    metric = plan.metrics[name]
    slices = metric.by if by is None else by
    reference = reference_of(metric)
    written: Json = metric.model_dump(mode="json", by_alias=True, exclude={"by", "describes"})
    cluster = plan.data[data].cluster
    return Measured(
        name,
        metric.kind,
        definition(plan, name),
        data,
        slices,
        reference,
        {"metric": written, "by": list(slices), "cluster": cluster},
        metric.describes or describe(metric),
        "share" if is_share(metric) else "number",
    )


def describe(metric: Metric) -> str:
    """Return a metric in words made from its definition."""
    said = metric.model_dump(mode="json", by_alias=True)
    match metric.kind:
        case "rate":
            among = f" among `{said['among']}`" if said["among"] else ""
            return f"share of records with `{said['hit']}`{among}"
        case "mean":
            return f"mean of `{said['column']}`"
        case "quantile":
            return f"{said['q']:g}-quantile of `{said['column']}`"
        case "disparity":
            rate, over = rate_words(said["of"]), ", ".join(said["over"])
            if said["as"] != "ratio":
                return f"largest difference of {rate} between groups of {over}"
            rule = "; the four-fifths rule asks for 80 %" if said["of"]["kind"] == "selection_rate" else ""
            return f"least over greatest {rate} between groups of {over} (1 is parity{rule})"
        case "equalized_odds":
            return f"largest gap of true or false positive rate between groups of {', '.join(said['over'])}"
        case "selective_risk":
            among = f", of `{said['among']}`" if said["among"] else ""
            return f"share of `{said['error']}` among what was answered (`{said['answered']}`){among}"
        case "calibration_error":
            return f"expected calibration error of `{said['score']}` against `{said['label']}`"
        case "drift":
            return f"{said['test'].upper()} distance of `{said['column']}` from {said['reference']}"
        case "embedding_drift":
            figure = "mean shift" if said["test"] == "mean_shift" else "MMD"
            return f"{figure} of the vectors `{said['column']}` from {said['reference']}"
        case "agreement":
            return f"Cohen's kappa between {' and '.join(said['between'])}"
    return rate_words(said)


RATE_NAMES = {
    "rate": "the rate",
    "recall": "recall",
    "precision": "precision",
    "selection_rate": "selection rate",
    "fpr": "false positive rate",
    "fnr": "false negative rate",
    "accuracy": "accuracy",
}
assert set(RATE_NAMES) == set(RATE_KINDS)  # noqa: S101 -- one table for two lists: told at import, not at 02:00


def rate_words(said: dict[str, Json]) -> str:
    """Return a rate in words."""
    kind = str(said["kind"])
    if kind == "rate":
        return f"the rate of `{said['hit']}`"
    label = f" against `{said['label']}`" if said.get("label") else ""
    abstained = {"drop": ", abstentions left out", "review": ", abstentions go to a person"}
    return f"{RATE_NAMES[kind]} of `{said['decision']}`{label}{abstained.get(str(said['abstained']), '')}"
