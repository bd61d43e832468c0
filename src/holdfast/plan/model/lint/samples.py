"""HF109: gates that no sample, or not this sample, can decide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from holdfast.kernel.figures import count, figure, plural
from holdfast.measure.sizes import needed, zero_failure_size
from holdfast.plan.model.gates import ImportGate, MetricGate
from holdfast.plan.model.lint.subject import Found, Subject, Trials
from holdfast.plan.model.metrics import (
    RATE_KINDS,
    AgreementMetric,
    DisparityMetric,
    EqualizedOddsMetric,
    Metric,
    is_share,
)
from holdfast.plan.model.values import Bound

if TYPE_CHECKING:
    from holdfast.measure.disparity import DisparityEstimator
    from holdfast.measure.states import Groups

_USUAL = 1000


def undecidable_gates(subject: Subject) -> Iterator[Found]:
    """Yield every gate that can never pass, or never fail, whatever the system does."""
    for gate in subject.plan.gates:
        if isinstance(gate, ImportGate) and gate.judge == "interval":
            yield from _edge_of_import(gate, gate.require)
        elif isinstance(gate, MetricGate):
            metric = subject.plan.metrics[gate.metric]
            edge = _edge(subject, gate, metric) if gate.require is not None else None
            if edge is not None:
                yield edge
            else:
                yield from _too_few(subject, gate, metric)


def _edge_of_import(gate: ImportGate, require: Bound) -> Iterator[Found]:
    if (require.sign, require.threshold) in {(">=", 1.0), ("<=", 0.0)}:
        yield Found(
            ("gates", gate.id, "require"),
            f"`{gate.id}` can never pass: no number of trials shows exactly `{require.text}`",
            "judge the bare figure: `judge: point`; or require a level such as `>= 99%`",
        )


def _edge(subject: Subject, gate: MetricGate, metric: Metric) -> Found | None:
    """Return what is wrong with a threshold at the very end of what a metric can reach."""
    require = gate.require
    if require is None or not (is_share(metric) or isinstance(metric, AgreementMetric)):
        return None
    sign, at = require.sign, require.threshold
    low = -1.0 if isinstance(metric, AgreementMetric) else 0.0
    path = ("gates", gate.id, "require")
    if (sign, at) in {("<=", 1.0), (">=", low)}:
        message = f"`{gate.id}` can never fail: every {_noun(metric)} is `{require.text}`"
        return Found(path, message, "require a level that a bad release would miss")
    if (sign, at) in {("<", low), (">", 1.0)}:
        message = f"`{gate.id}` can never pass: no {_noun(metric)} is `{require.text}`"
        return Found(path, message, f"did you mean `{sign}= {require.text[1:].strip()}`?")
    if gate.judge == "point" or (sign, at) not in {("<=", 0.0), (">=", 1.0)}:
        return None
    message = f"`{gate.id}` can never pass: no number of records shows exactly `{require.text}`"
    if metric.kind not in RATE_KINDS:
        least = "<= 5%" if sign == "<=" else ">= 0.9"
        return Found(path, message, f"say what is tolerated, such as `{least}`")
    trials = _trials_for(subject, gate)
    shows = f"(no hit in {count(trials)} shows at most {figure(1 - (1 - gate.confidence) ** (1 / trials))})"
    if sign == "<=":
        return Found(path, message, f"write `allow: 0, trials: {trials}` {shows}")
    misses = {"recall": "`kind: fnr`", "accuracy": "a `rate` of what is wrong"}
    of = misses.get(metric.kind, "a `rate` of what must not happen")
    return Found(path, message, f"count the misses: {of} with `allow: 0, trials: {trials}` {shows}")


def _noun(metric: Metric) -> str:
    return metric.kind.replace("_", " ")


def _trials_for(subject: Subject, gate: MetricGate) -> int:
    """Return a number of trials to advise: what the data has, rounded down, else a usual one."""
    rows = subject.data.rows.get(gate.data, 0) if subject.data is not None else 0
    if rows <= 0:
        return _USUAL
    step = int(10 ** (len(str(rows)) - 1))
    return int(rows // step * step)


def _too_few(subject: Subject, gate: MetricGate, metric: Metric) -> Iterator[Found]:
    """Yield a finding where the data that is there cannot pass the gate, even without a single failure."""
    data = subject.data
    if data is None:
        return
    counted = data.trials.get(gate.id)
    if counted is None:
        counted = (Trials("", data.rows[gate.data]),) if gate.data in data.rows else ()
        exact = False
    else:
        exact = True
    if isinstance(metric, DisparityMetric | EqualizedOddsMetric):
        if not exact:
            return
        if all(each.n >= gate.minimum for each in counted):
            if gate.judge == "interval":
                yield from _gap(gate, metric, counted)
            return
    need, why, instead = _least(gate, metric)
    short = [each for each in counted if each.n < need]
    if not short:
        return
    worst = min(short, key=lambda each: each.n)
    path = ("gates", gate.id, "trials" if gate.allow is not None else "data")
    where = f" for {worst.label}" if worst.label else ""
    more = f" (and {plural(len(short) - 1, 'more slice')})" if len(short) > 1 else ""
    yield Found(
        path,
        f"`{gate.id}` can never pass on data `{gate.data}`: it has {plural(worst.n, 'record')}{where}{more},"
        f" {why}",
        f"bring {plural(need, 'record')}{where}, or {instead}",
    )


def _least(gate: MetricGate, metric: Metric) -> tuple[int, str, str]:
    """Return the fewest records with which a gate can pass, why, and what else would do; 0 where unknown."""
    if gate.trials is not None:
        return gate.trials, f"and it asks for {plural(gate.trials, 'trial')}", "ask for fewer `trials`"
    minimum = gate.minimum if gate.minimum > 1 else 0
    asked = minimum, f"and `minimum` asks for {count(minimum)}", "lower `minimum`"
    if (
        gate.require is None
        or gate.judge == "point"
        or metric.kind
        not in (
            *RATE_KINDS,
            "selective_risk",
        )
    ):
        return asked
    limit = gate.require.threshold if gate.require.sign.startswith("<") else 1 - gate.require.threshold
    if not 0 < limit < 1:
        return asked
    size = zero_failure_size(limit, gate.confidence)
    shows = f"`{gate.require.text}` with {100 * gate.confidence:.4g} % confidence"
    why = f"and {count(size)} without a single failure are the fewest that show {shows}"
    return asked if minimum > size else (size, why, "require less")


def _gap(
    gate: MetricGate, metric: DisparityMetric | EqualizedOddsMetric, counted: tuple[Trials, ...]
) -> Iterator[Found]:
    """Yield a finding where even groups that are exactly alike would not show a gap small enough."""
    if gate.require is None or len(counted) < 2 or any(each.n <= 0 for each in counted):
        return
    from holdfast.measure.disparity import DisparityEstimator
    from holdfast.measure.judgements import Requirement

    estimator = DisparityEstimator(metric.as_ if isinstance(metric, DisparityMetric) else "difference")
    requirement = Requirement(gate.require.sign, gate.require.threshold)

    def passes(factor: float) -> bool:
        return any(
            (ends := estimator.bounds(state, 1 - gate.confidence)) is not None and requirement.met_by(ends)
            for state in _alike(estimator, counted, factor)
        )

    if passes(1.0):
        return
    least = min(counted, key=lambda each: each.n)
    more = needed(passes, float(least.n))
    if more is None:
        return
    yield Found(
        ("gates", gate.id, "data"),
        f"`{gate.id}` can never pass on data `{gate.data}`: {plural(least.n, 'record')} for {least.label}:"
        f" even groups that are alike would not show `{gate.require.text}`",
        f"bring about {plural(least.n + more, 'record')} of the smallest group, or tolerate a larger gap",
    )


def _alike(estimator: DisparityEstimator, counted: tuple[Trials, ...], factor: float) -> list[Groups]:
    """Return the groups without a hit, and with nothing but hits: what is nearest to no gap."""
    from holdfast.measure.states import Counts, Groups

    sizes = {(str(at),): each.n * factor for at, each in enumerate(counted)}
    none = Groups(({key: Counts(0, n) for key, n in sizes.items()},))
    full = Groups(({key: Counts(n, n) for key, n in sizes.items()},))
    return [full] if estimator.form == "ratio" else [none, full]
