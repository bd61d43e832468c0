"""The same scopes with Holdfast: one pass, then every value with its interval."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from bench.peers.clock import Answers, Files, main
from bench.peers.scopes import COLUMNS, DECISION, GROUPS, LABEL, LABELS, NUMBERS, QUANTILES, RATES

if TYPE_CHECKING:
    from holdfast.telemetry.sources import Source


IMPORTS = (
    "duckdb",
    "ibis.expr.types",
    "holdfast.kernel.expressions.parsing",
    "holdfast.measure.disparity",
    "holdfast.measure.drift",
    "holdfast.measure.estimators",
    "holdfast.measure.means",
    "holdfast.measure.quantiles",
    "holdfast.telemetry.files.duck",
    "holdfast.telemetry.passes",
    "holdfast.telemetry.queries.querying",
)
"""What a pass loads where it needs it: no import is on the clock of the work."""


COMPILING = "holdfast.telemetry.queries.compiling"


def work(files: Files) -> Answers:
    log, reference = _source("log", files.log), _source("reference", files.reference)
    match files.scope:
        case "fairness":
            return _fairness(log)
        case "profile":
            return _profile(log)
        case test:
            return _drift(log, reference, test)


def _source(name: str, path: str) -> Source:
    from holdfast.telemetry.sources import Source

    return Source(name, "parquet", (path,), Path(path).parent)


def _drift(log: Source, reference: Source, test: str) -> Answers:
    """Return the measured distance of every column; the value less chance's part is worked out, too."""
    from holdfast.measure.estimators import estimate_all
    from holdfast.measure.metrics import Drift
    from holdfast.telemetry.files.duck import DuckEngine
    from holdfast.telemetry.passes import Item, measure_pass

    tests: dict[str, Any] = dict.fromkeys(COLUMNS, test)
    if test == "ks-chi2":
        tests = {**dict.fromkeys(NUMBERS, "ks"), **dict.fromkeys(LABELS, "chi2")}
    items = [Item(Drift(name, tests[name]), log, (), reference) for name in COLUMNS]
    found: dict[str, float | None] = {}
    for item, measured in zip(items, measure_pass(DuckEngine(), items), strict=True):
        [(_, estimate)] = estimate_all(item.metric, measured.states)
        extra, metric = dict(estimate.extra), cast("Drift", item.metric)
        plain = [value for name, value in estimate.extra if name.startswith("plain ")]
        found[metric.column] = extra.get("chi-squared", plain[0] if plain else estimate.value)
    return found


def _fairness(log: Source) -> Answers:
    from holdfast.kernel.expressions.parsing import parse
    from holdfast.measure.disparity import DisparityEstimator
    from holdfast.measure.metrics import Disparity, NamedKind, named_rate
    from holdfast.measure.states import Groups
    from holdfast.telemetry.files.duck import DuckEngine
    from holdfast.telemetry.passes import Item, measure_pass

    decision, label = parse(DECISION), parse(LABEL)
    asked = [(group, cast("NamedKind", rate)) for group in GROUPS for rate in RATES]
    items = [Item(Disparity(named_rate(rate, decision=decision, label=label), (group,)), log)
             for group, rate in asked]  # fmt: skip
    found: dict[str, float | None] = {}
    for (group, rate), measured in zip(asked, measure_pass(DuckEngine(), items), strict=True):
        state = cast("Groups", measured.states[()])
        estimator = DisparityEstimator(over=(group,))
        found[f"gap/{group}/{rate}"] = estimator.estimate(state).value
        for shown in estimator.figures(state, 0.95, frozenset(state.counts[0])):
            found[f"rate/{group}/{shown.group[0]}/{rate}"] = shown.value
            for place, end in enumerate(shown.interval or ()):
                found[f"end{place}/{group}/{shown.group[0]}/{rate}"] = end
    return found


def _profile(log: Source) -> Answers:
    from holdfast.measure.means import MeanEstimator
    from holdfast.measure.quantiles import QuantileEstimator
    from holdfast.measure.requests import CategoriesRequest, LogBinsRequest, MomentsRequest, Request
    from holdfast.measure.states import Categories, LogBins, Moments
    from holdfast.telemetry.files.duck import DuckEngine

    asked: list[Request] = [MomentsRequest(name) for name in NUMBERS]
    asked += [LogBinsRequest(name) for name in NUMBERS]
    asked += [CategoriesRequest(name) for name in LABELS]
    told = [answer[()] for answer in DuckEngine().answer(log, asked)]
    found: dict[str, float | None] = {}
    for place, name in enumerate(NUMBERS):
        moments, bins = cast("Moments", told[place]), cast("LogBins", told[len(NUMBERS) + place])
        found |= {f"{name}/n": moments.n, f"{name}/null": moments.missing}
        found |= {f"{name}/min": moments.low, f"{name}/max": moments.high}
        found[f"{name}/mean"] = MeanEstimator().estimate(moments).value
        found[f"{name}/stddev"] = (moments.m2 / (moments.n - 1)) ** 0.5
        for q in QUANTILES:
            found[f"{name}/q{q}"] = QuantileEstimator(q).estimate(bins).value
    for name, state in zip(LABELS, told[2 * len(NUMBERS) :], strict=True):
        found |= {f"{name}/{value}": count for value, count in cast("Categories", state).counts.items()}
    return found


def _psi_of_counts() -> None:
    """Print the PSI of counts that are given: the same bins for both sides of a comparison."""
    from holdfast.measure.distances import psi

    given = json.load(sys.stdin)
    print(json.dumps({name: float(psi(*pair)) for name, pair in given.items()}))


if __name__ == "__main__":
    if sys.argv[1:] == ["--psi"]:
        _psi_of_counts()
    else:
        main(
            IMPORTS,
            work,
            loads=lambda: import_module("holdfast.telemetry.queries.compiling").compiler("duckdb"),
        )
