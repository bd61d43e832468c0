"""What `holdfast rollup ... --json` prints: a promise, documented in docs/json.md."""

from __future__ import annotations

from dataclasses import asdict

from holdfast.kernel.canonical import Json
from holdfast.kernel.clock import iso
from holdfast.telemetry.rollups.compacting import Compacted
from holdfast.telemetry.rollups.lags import LabelLag
from holdfast.telemetry.rollups.model import Updated
from holdfast.watch.views.kept import Kept, SourceKept
from holdfast.watch.views.told import Told

VERSION = 1


def update_json(told: Told) -> dict[str, Json]:
    """Return an update as JSON; windows by their starts in epoch seconds."""
    return {
        "holdfast": VERSION,
        "system": told.system,
        "kept": {"place": told.place, "bytes": told.bytes, "aside": told.aside},
        "sources": [_updated(one) for one in told.sources],
        "left_out": [{"metric": one.metric, "data": one.data, "why": one.why} for one in told.left_out],
    }


def _updated(one: Updated) -> dict[str, Json]:
    return {
        "data": one.source,
        "parts": {"added": [*one.added], "rewritten": [*one.rewritten], "vanished": [*one.vanished]},
        "windows": {
            "new": [*sorted(one.windows_new)],
            "restated": [*sorted(one.windows_restated)],
            "gone": [*sorted(one.windows_gone)],
        },
        "records": one.records,
        "late": one.late,
        "untimed": one.untimed,
        "future": one.future,
        "begun": [*one.begun],
        "ended": [*one.ended],
    }


def kept_json(kept: Kept) -> dict[str, Json]:
    """Return what is kept as JSON."""
    return {
        "holdfast": VERSION,
        "system": kept.system,
        "kept": {"place": kept.place, "bytes": kept.bytes},
        "at": iso(kept.at),
        "hours_before": kept.hours_before,
        "days_before": kept.days_before,
        "sources": [_source(one) for one in kept.sources],
    }


def _source(one: SourceKept) -> dict[str, Json]:
    fresh = one.freshness
    return {
        "data": one.name,
        "current": one.current,
        "parts": one.parts,
        "records": fresh.records,
        "untimed": one.untimed,
        "future": fresh.future,
        "first": fresh.first,
        "newest": fresh.newest,
        "age": None if fresh.age is None else fresh.age.total_seconds(),
        "labels": None if one.lag is None else _lag(one.lag),
        "series": [
            {
                "metrics": [*series.metrics],
                "kind": series.kind,
                "by": [*series.by],
                "slices": series.slices,
                "cells": series.cells,
                "bytes": series.bytes,
                "over": series.over,
            }
            for series in one.series
        ],
    }


def _lag(lag: LabelLag) -> dict[str, Json]:
    return {
        "labelled": lag.labelled,
        "unlabelled": lag.unlabelled,
        "before": lag.before,
        "quantiles": [{"q": q, "seconds": seconds} for q, seconds in lag.quantiles],
        "waiting": [
            {
                "up_to": None if one.up_to is None else one.up_to.total_seconds(),
                "records": one.records,
                "unlabelled": one.unlabelled,
            }
            for one in lag.waiting
        ],
    }


def compacted_json(told: Compacted) -> dict[str, Json]:
    """Return what compacting came to as JSON."""
    return {"holdfast": VERSION, **asdict(told), "dropped": [*told.dropped]}
