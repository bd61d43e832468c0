"""Bring the kept states of a plan's metrics up to date, and compact them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from holdfast.kernel.errors import DataError, PlanError
from holdfast.measure.metrics import Drift, EmbeddingDrift, requests_of
from holdfast.measure.requests import Request
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.places import item_of, located
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.drifts import DriftAsked, plan_drifts
from holdfast.telemetry.embeddings import no_windows
from holdfast.telemetry.passes import Item
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.rollups.keys import source_key
from holdfast.telemetry.rollups.model import Updated
from holdfast.telemetry.rollups.ports import RollupStore
from holdfast.telemetry.rollups.updating import update
from holdfast.telemetry.windows import MINUTE, window_of
from holdfast.watch.commands import UpdateRollups
from holdfast.watch.model.watched import LeftOut, Watched

NOT_HERE = ("HF305", "HF311")
"""A source that is not measured from here, or says no time: the others are brought up to date."""


def update_sources(
    engine: Engine,
    store: RollupStore,
    loaded: LoadedPlan,
    watched: Sequence[Watched],
    command: UpdateRollups,
    now: datetime,
    say: Callable[[str], None],
) -> tuple[list[Updated], list[LeftOut]]:
    """Update every source that is watched; return what changed and what was left out.

    Raises
    ------
    DataError
        What is wrong with the records or with what is kept.
    """
    updated: list[Updated] = []
    left_out: list[LeftOut] = []
    for mine in _together(loaded, watched):
        data = mine[0].data
        source = source_of(loaded, data)
        say(f"reading {data}")
        try:
            with located(loaded, source=data):
                window_of(source, MINUTE)
                asked, unmeasured = _asked(engine, loaded, mine)
            with located(loaded, [metrics[0] for metrics in asked.values()], source=data):
                told = update(
                    store,
                    engine,
                    source,
                    asked,
                    now=now,
                    complete=not command.metrics,
                    keep_vanished=command.keep_vanished,
                    every_day=command.every_day,
                    say=say,
                )
        except DataError as error:
            if command.metrics or any(problem.code not in NOT_HERE for problem in error.problems):
                raise
            left_out += [LeftOut(each.metric, data, error.problems[0].message) for each in mine]
            continue
        updated.append(told)
        left_out += unmeasured
    return updated, left_out


def _together(loaded: LoadedPlan, watched: Sequence[Watched]) -> list[list[Watched]]:
    """Return what is watched by source; the same records under two names are one source."""
    found: dict[str, list[Watched]] = {}
    for each in watched:
        found.setdefault(source_key(source_of(loaded, each.data)), []).append(each)
    return list(found.values())


def _asked(
    engine: Engine, loaded: LoadedPlan, watched: Sequence[Watched]
) -> tuple[Mapping[Request, list[str]], list[LeftOut]]:
    """Return what an engine is asked for metrics of one source: each question with its metrics."""
    asked: dict[Request, list[str]] = {}
    left_out: list[LeftOut] = []
    for each in watched:
        for by in each.by:
            try:
                requests = _requests(engine, item_of(loaded, each.metric, each.data, by))
            except PlanError as error:  # a kind that this version does not measure
                left_out.append(LeftOut(each.metric, each.data, error.problems[0].message))
                break
            for request in requests:
                if each.metric not in asked.setdefault(request, []):
                    asked[request].append(each.metric)
    return asked, left_out


def _requests(engine: Engine, item: Item) -> Sequence[Request]:
    if isinstance(item.metric, EmbeddingDrift):
        raise no_windows(item.name)
    if isinstance(item.metric, Drift):
        assert item.reference is not None  # noqa: S101 -- `item_of` gives every drift its reference
        drift = DriftAsked(item.metric, item.source, item.reference, item.by)
        return (plan_drifts(engine, {0: drift})[0].request,)
    return requests_of(item.metric, item.by, item.source.cluster)
