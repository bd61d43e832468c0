"""What is kept of a plan's sources: series, spans, cells, bytes, how late labels are, how fresh records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.views.sources import source_of
from holdfast.telemetry.rollups.keys import source_key
from holdfast.telemetry.rollups.lags import Freshness, LabelLag, freshness_of, label_lag
from holdfast.telemetry.rollups.ports import Block, KeptRequest, KeptSource, RollupStore


@dataclass(frozen=True)
class Series:
    """What is kept for one question.

    Attributes
    ----------
    metrics : tuple of str
        That ask it.
    by : tuple of str
        The columns that slice it.
    slices, cells, bytes : int
    over : bool
        Whether it is asked for no more.
    """

    metrics: tuple[str, ...]
    kind: str
    by: tuple[str, ...]
    slices: int
    cells: int
    bytes: int
    over: bool


@dataclass(frozen=True)
class SourceKept:
    """What is kept of one source.

    Attributes
    ----------
    current : bool
        Whether the plan has it; another `where`, or other files, are another source.
    lag : LabelLag or None
        Where the source says when labels arrived.
    """

    name: str
    current: bool
    parts: int
    untimed: int
    series: tuple[Series, ...]
    freshness: Freshness
    lag: LabelLag | None


@dataclass(frozen=True)
class Kept:
    """All that is kept of a plan's system.

    Attributes
    ----------
    hours_before, days_before : int
        In epoch seconds: what is older is kept by the hour, by the day.
    """

    system: str
    place: str
    bytes: int
    hours_before: int
    days_before: int
    sources: tuple[SourceKept, ...]
    at: datetime


def kept_of(store: RollupStore, loaded: LoadedPlan, now: datetime) -> Kept:
    """Return what a store keeps; of it is read how many records there are, and when their labels came."""
    blocks: dict[int, list[Block]] = {}
    for block in store.blocks():
        blocks.setdefault(block.request, []).append(block)
    grain = store.grain()
    current = {source_key(source_of(loaded, name)) for name in loaded.plan.data}
    return Kept(
        system=loaded.plan.system.id,
        place=store.place,
        bytes=store.size(),
        hours_before=grain.hours_before * 60,
        days_before=grain.days_before * 60,
        sources=tuple(
            _source(store, source, blocks, source.key in current, now) for source in store.sources()
        ),
        at=now,
    )


def _source(
    store: RollupStore,
    source: KeptSource,
    blocks: dict[int, list[Block]],
    current: bool,
    now: datetime,
) -> SourceKept:
    requests, parts = store.requests(source.number), store.parts(source.number)
    series = [_series(store, request, blocks.get(request.number, [])) for request in requests]
    return SourceKept(
        name=source.name,
        current=current,
        parts=len(parts),
        untimed=sum(part.untimed for part in parts.values()),
        series=tuple(sorted(series, key=lambda one: (one.over, not one.metrics, one.metrics, one.by))),
        freshness=freshness_of(store, requests, now),
        lag=label_lag(store, requests, now),
    )


def _series(store: RollupStore, request: KeptRequest, blocks: Sequence[Block]) -> Series:
    body = request.body if isinstance(request.body, dict) else {}
    by = body.get("by")
    return Series(
        metrics=request.metrics,
        kind=request.kind.removesuffix("Request"),
        by=tuple(str(name) for name in by) if isinstance(by, list) else (),
        slices=len(store.slices(request.number)),
        cells=sum(block.cells for block in blocks),
        bytes=sum(block.size for block in blocks),
        over=request.over,
    )
