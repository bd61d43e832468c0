"""States as JSON, for the ledger: what comes back is equal to what was written.

Every number of a state is a float64; RFC 8785 writes those so that they read back the same. NaN and the
infinities (the ends of an empty range) have no canonical form and are written as text. An array that is
mostly zeros (a grid of a thousand cells) is written as its other cells.
"""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.kernel.errors import LedgerError
from holdfast.measure.requests import Grid, SliceKey
from holdfast.measure.states import (
    AnyCounts,
    Bins,
    Categories,
    ClusteredCounts,
    Confusion,
    Counts,
    Drifted,
    Floats,
    GridCounts,
    Groups,
    LogBins,
    Moments,
    Pairs,
    Range,
    ScoreBins,
    Selective,
    State,
)
from holdfast.measure.vectors import FEATURES, PRODUCTS, Frame, VectorsDrifted, VectorSums

if TYPE_CHECKING:
    from holdfast.kernel.canonical import Json

PLAIN: dict[str, type[Counts | ClusteredCounts | Moments | Range | Confusion]] = {
    kind.__name__: kind for kind in (Counts, ClusteredCounts, Moments, Range, Confusion)
}
"""States that are nothing but numbers."""


def to_json(state: State) -> dict[str, Json]:
    """Return a state as JSON: its kind under `state`, then its fields.

    Examples
    --------
    >>> to_json(Counts(3, 1000))
    {'state': 'Counts', 'k': 3.0, 'n': 1000.0, 'missing': 0.0}
    >>> to_json(Range())["low"]
    'Infinity'
    """
    kind = type(state).__name__
    return {"state": kind, **_fields(state)}


def _fields(state: State) -> dict[str, Json]:
    match state:
        case LogBins():
            rest = ("zeros", "infinite", "negative_infinite", "nan", "missing")
            return {
                "positive": _cells(state.positive),
                "negative": _cells(state.negative),
                **_numbers(state, rest),
            }
        case ScoreBins():
            arrays = {name: _array(getattr(state, name)) for name in ("n", "score", "label")}
            return {**arrays, **_numbers(state, ("outside", "missing"))}
        case GridCounts():
            return {
                "grid": _grid(state.grid),
                "counts": _array(state.counts),
                "sums": _array(state.sums),
                **_numbers(state, ("nan", "missing")),
            }
        case Bins():
            arrays = {name: _array(getattr(state, name)) for name in ("edges", "counts", "sums")}
            return {**arrays, **_numbers(state, ("nan", "missing"))}
        case Categories():
            counts: Json = [[label, number(count)] for label, count in sorted(state.counts.items())]
            return {"counts": counts, **_numbers(state, ("other", "missing"))}
        case Pairs():
            pairs: Json = [[*pair, number(count)] for pair, count in sorted(state.counts.items())]
            return {"counts": pairs, **_numbers(state, ("missing",))}
        case Groups():
            return {"counts": [[_group(key, rate[key]) for key in _ordered(rate)] for rate in state.counts]}
        case Selective():
            return {"risk": to_json(state.risk), "coverage": to_json(state.coverage)}
        case VectorSums():
            return {
                "origin": _packed(state.frame.origin),
                "bandwidth": number(state.frame.bandwidth),
                **{name: _packed(getattr(state, name)) for name in ("total", "features", "products")},
                **_numbers(state, ("n", "squares", "missing", "unusable")),
            }
        case Drifted() | VectorsDrifted():
            return {"reference": to_json(state.reference), "current": to_json(state.current)}
        case _:
            return _numbers(state, tuple(entry.name for entry in fields(state)))


def number(value: float) -> Json:
    """Return a number as JSON holds it: NaN and the infinities as text, which `float` reads back."""
    plain = float(value)
    if math.isnan(plain):
        return "NaN"
    if math.isinf(plain):
        return "Infinity" if plain > 0 else "-Infinity"
    return plain


def _numbers(state: State, names: tuple[str, ...]) -> dict[str, Json]:
    return {name: number(getattr(state, name)) for name in names}


def _cells(cells: Mapping[int, float]) -> Json:
    return [[int(cell), number(count)] for cell, count in sorted(cells.items())]


def _array(values: Floats) -> Json:
    occupied = np.flatnonzero(values)
    if 2 * len(occupied) >= len(values):
        return [number(value) for value in values.tolist()]
    return {
        "length": len(values),
        "at": [int(index) for index in occupied],
        "values": [number(value) for value in values[occupied].tolist()],
    }


def _packed(values: Floats) -> Json:
    """Return an array of thousands of real numbers as text: base64 of its bytes, little-endian."""
    return b64encode(np.ascontiguousarray(values, dtype="<f8").tobytes()).decode("ascii")


def _grid(grid: Grid) -> Json:
    scale = None if grid.scale is None else number(grid.scale)
    return {"low": number(grid.low), "high": number(grid.high), "cells": grid.cells, "scale": scale}


def _group(key: SliceKey, counts: AnyCounts) -> Json:
    return {"group": list(key), **to_json(counts)}


def _ordered(rate: Mapping[SliceKey, AnyCounts]) -> list[SliceKey]:
    return sorted(rate, key=lambda key: [(value is None, value or "") for value in key])


def from_json(value: Json) -> State:
    """Return the state that `to_json` wrote.

    Raises
    ------
    LedgerError
        HF402 where the kind of state is not known to this version; HF401 where its fields are not as written.

    Examples
    --------
    >>> from_json({"state": "Counts", "k": 3, "n": 1000, "missing": 0})
    Counts(k=3.0, n=1000.0, missing=0.0)
    """
    kind = value.get("state") if isinstance(value, dict) else None
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None or not isinstance(value, dict):
        raise LedgerError.of(
            "HF402",
            f"evidence holds a state of kind `{kind}` that this version cannot read",
            fix=f"use the version of Holdfast that recorded it; known here: {', '.join(sorted(READERS))}",
        )
    try:
        return reader(value)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise LedgerError.of(
            "HF401",
            f"evidence holds a state of kind `{kind}` whose fields are not as they are written: {error!r}",
            fix="verify the ledger: `holdfast ledger verify`",
        ) from error


def _float(value: Any) -> float:  # noqa: ANN401 -- what a JSON reader returns
    return float(value)  # also of "NaN" and "Infinity", as they are written


def _floats(value: Any) -> Floats:  # noqa: ANN401 -- as above
    if isinstance(value, dict):
        array = np.zeros(int(value["length"]))
        array[[int(index) for index in value["at"]]] = [_float(number) for number in value["values"]]
        return array
    return np.array([_float(number) for number in value], dtype=np.float64)


def _plain(value: dict[str, Any]) -> State:
    kind = PLAIN[value["state"]]
    return kind(**{entry.name: _float(value[entry.name]) for entry in fields(kind)})


def _log_bins(value: dict[str, Any]) -> State:
    return LogBins(
        {int(cell): _float(count) for cell, count in value["positive"]},
        {int(cell): _float(count) for cell, count in value["negative"]},
        *(_float(value[name]) for name in ("zeros", "infinite", "negative_infinite", "nan", "missing")),
    )


def _score_bins(value: dict[str, Any]) -> State:
    n, score, label = (_floats(value[name]) for name in ("n", "score", "label"))
    return ScoreBins(n, score, label, _float(value["outside"]), _float(value["missing"]))


def _grid_counts(value: dict[str, Any]) -> State:
    grid = value["grid"]
    scale = None if grid["scale"] is None else _float(grid["scale"])
    return GridCounts(
        Grid(_float(grid["low"]), _float(grid["high"]), int(grid["cells"]), scale),
        _floats(value["counts"]),
        _floats(value["sums"]),
        _float(value["nan"]),
        _float(value["missing"]),
    )


def _bins(value: dict[str, Any]) -> Bins:
    edges, counts, sums = (_floats(value[name]) for name in ("edges", "counts", "sums"))
    return Bins(edges, counts, sums, _float(value["nan"]), _float(value["missing"]))


def _categories(value: dict[str, Any]) -> Categories:
    counts = {str(label): _float(count) for label, count in value["counts"]}
    return Categories(counts, _float(value["other"]), _float(value["missing"]))


def _pairs(value: dict[str, Any]) -> State:
    counts = {(str(left), str(right)): _float(count) for left, right, count in value["counts"]}
    return Pairs(counts, _float(value["missing"]))


def _groups(value: dict[str, Any]) -> State:
    rates: list[dict[SliceKey, AnyCounts]] = []
    for rate in value["counts"]:
        groups: dict[SliceKey, AnyCounts] = {}
        for entry in rate:
            groups[tuple(entry["group"])] = _counts(entry)
        rates.append(groups)
    return Groups(tuple(rates))


def _counts(value: dict[str, Any]) -> AnyCounts:
    counts = from_json(value)
    if not isinstance(counts, Counts | ClusteredCounts):
        msg = f"counts of kind {value['state']}"
        raise TypeError(msg)
    return counts


def _selective(value: dict[str, Any]) -> State:
    return Selective(_counts(value["risk"]), _counts(value["coverage"]))


def _drifted(value: dict[str, Any]) -> State:
    reference, current = from_json(value["reference"]), from_json(value["current"])
    if not isinstance(reference, Bins | Categories) or not isinstance(current, type(reference)):
        msg = f"a drift of {type(current).__name__} from {type(reference).__name__}"
        raise TypeError(msg)
    return Drifted(reference, current)


def _unpacked(value: Any) -> Floats:  # noqa: ANN401 -- as above
    return np.frombuffer(b64decode(value, validate=True), dtype="<f8").astype(np.float64)


def _vectors(value: dict[str, Any]) -> VectorSums:
    frame = Frame(_unpacked(value["origin"]), _float(value["bandwidth"]))
    total, features, products = (_unpacked(value[name]) for name in ("total", "features", "products"))
    if (len(total), len(features), len(products)) != (frame.dimension, FEATURES, PRODUCTS):
        msg = f"sums of {len(total)}, {len(features)} and {len(products)} numbers"
        raise ValueError(msg)
    n, squares, missing, unusable = (_float(value[name]) for name in ("n", "squares", "missing", "unusable"))
    return VectorSums(frame, n, total, squares, features, products, missing, unusable)


def _vectors_drifted(value: dict[str, Any]) -> State:
    reference, current = _vectors(value["reference"]), _vectors(value["current"])
    # both were summed in one frame; kept as one object they merge without comparing it
    return VectorsDrifted(reference, replace(current, frame=reference.frame))


READERS: dict[str, Callable[[dict[str, Any]], State]] = {
    **dict.fromkeys(PLAIN, _plain),
    "LogBins": _log_bins,
    "ScoreBins": _score_bins,
    "GridCounts": _grid_counts,
    "Bins": _bins,
    "Categories": _categories,
    "Pairs": _pairs,
    "Groups": _groups,
    "Selective": _selective,
    "Drifted": _drifted,
    "VectorSums": _vectors,
    "VectorsDrifted": _vectors_drifted,
}
"""Kind of state -> what reads it."""
