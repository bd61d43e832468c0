"""Which metrics a plan watches, on which data, in which slices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from holdfast.kernel.errors import UsageError, did_you_mean
from holdfast.plan.model.gates import MetricGate
from holdfast.plan.model.indicators import PlainIndicator, RuleIndicator, Watch
from holdfast.plan.model.plan import Plan
from holdfast.plan.views.measures import slices


@dataclass(frozen=True)
class Watched:
    """A metric that is watched on a data source.

    Attributes
    ----------
    by : tuple of tuples
        Each slicing that somebody names, and the whole: marginals and named pairs, never the full cube.
    """

    metric: str
    data: str
    by: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class LeftOut:
    """A metric whose states are not kept, and why."""

    metric: str
    data: str
    why: str


def watches_of(plan: Plan) -> Iterator[Watch]:
    """Yield everything that the indicators watch, in the plan's order."""
    for indicator in plan.indicators:
        if isinstance(indicator, PlainIndicator):
            yield indicator.watch
        elif isinstance(indicator, RuleIndicator):
            yield from (each for each in (indicator.kri, *indicator.kci) if isinstance(each, Watch))


def watched_of(plan: Plan) -> tuple[Watched, ...]:
    """Return what the indicators watch.

    Raises
    ------
    UsageError
        HF501: they watch nothing.
    """
    found: dict[tuple[str, str], dict[tuple[str, ...], None]] = {}
    for watch in watches_of(plan):
        by = found.setdefault((watch.metric, watch.data), {(): None})
        by |= dict.fromkeys([slices(plan, watch), plan.metrics[watch.metric].by])
    if not found:
        fix = "name metrics: `holdfast rollup update METRIC`, or write an indicator"
        raise UsageError.of("HF501", "no indicator of the plan watches a metric", fix=fix)
    return tuple(Watched(metric, data, tuple(by)) for (metric, data), by in found.items())


def named(plan: Plan, metrics: Sequence[str], data: str | None) -> tuple[Watched, ...]:
    """Return metrics by their names; without a data source, where the plan watches or judges them.

    Raises
    ------
    UsageError
        HF502: the plan has no such metric or source. HF501: the source is not said and not clear.
    """
    if data is not None and data not in plan.data:
        fix = did_you_mean(data, plan.data)
        raise UsageError.of("HF502", f"the plan has no data source `{data}`", fix=fix)
    found = []
    for metric in metrics:
        if metric not in plan.metrics:
            fix = did_you_mean(metric, plan.metrics)
            raise UsageError.of("HF502", f"the plan has no metric `{metric}`", fix=fix)
        watches = [watch for watch in watches_of(plan) if watch.metric == metric]
        places = [data] if data is not None else _places(plan, metric, watches)
        by = [(), plan.metrics[metric].by, *(slices(plan, watch) for watch in watches)]
        found += [Watched(metric, place, tuple(dict.fromkeys(by))) for place in places]
    return tuple(found)


def _places(plan: Plan, metric: str, watches: Sequence[Watch]) -> list[str]:
    judged = [gate.data for gate in plan.gates if isinstance(gate, MetricGate) and gate.metric == metric]
    places = list(dict.fromkeys([watch.data for watch in watches] or judged or list(plan.data)))
    if not watches and len(places) != 1:
        many = ", ".join(f"`{name}`" for name in places) or "none is defined"
        raise UsageError.of("HF501", f"`{metric}`: on which data?", fix=f"say --data: {many}")
    return places
