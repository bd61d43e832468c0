"""What a detector is given: each record once, when its label arrives. Windows are restated, detectors never.

What was given is remembered by window, with what the detector itself keeps, in one transaction: whoever dies
in the middle gives nothing twice and leaves nothing out. A window that counts less than what was given of it
(a file vanished) is said and not taken back; when the records come again, they are not given again. A label
that is changed without a new record (1 of 5 becomes 2 of 5) was given already: it is said, too.

Of clustered records the clusters are the trials, each with its share of hits, once: when nothing came to it
for `IDLE`. What comes later is not given any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from holdfast.measure.requests import CountsRequest, SliceKey
from holdfast.telemetry.rollups.cells import Cells, Combine, Floats, in_order, none_of, united
from holdfast.telemetry.rollups.keys import request_digest
from holdfast.telemetry.rollups.ports import Fed, RollupStore
from holdfast.telemetry.rollups.reading import NotKept
from holdfast.telemetry.rollups.shapes import ALONE, shape_of
from holdfast.telemetry.rollups.updating import TOLERANCE, grained
from holdfast.telemetry.sources import Source
from holdfast.telemetry.windows import MINUTE, epoch_seconds

IDLE = timedelta(hours=1)
"""After so long without a record a cluster is taken for complete."""
FED: tuple[Combine, ...] = ("sum", "sum")
"""k and n."""


@dataclass(frozen=True)
class Increment:
    """What came to a window since a detector was last given of it: k hits in n trials, 0 <= k <= n, n > 0.

    Of clusters k is the sum of their shares of hits, and no whole number.

    Attributes
    ----------
    slice : tuple
    start : int
        Of the window, in epoch seconds: a minute; an hour or a day where records come very late.
    """

    slice: SliceKey
    start: int
    k: float
    n: int


@dataclass(frozen=True)
class Increments:
    """What a detector is given.

    Attributes
    ----------
    batches : tuple of Increment
        By time, then slice.
    shrunk : tuple of (slice, start)
        Windows that count less than what was given of them before.
    revised : tuple of (slice, start)
        Windows in which labels changed that had been given.
    state : bytes
        What the detector kept the last time; empty the first time.
    """

    batches: tuple[Increment, ...]
    shrunk: tuple[tuple[SliceKey, int], ...]
    revised: tuple[tuple[SliceKey, int], ...]
    state: bytes = b""


Advance = Callable[[Increments], bytes]
"""Moves a detector on, and returns what it keeps."""


def feed(
    store: RollupStore,
    source: Source,
    request: CountsRequest,
    consumer: str,
    advance: Advance,
    *,
    now: datetime,
    since: datetime | None = None,
) -> Increments:
    """Give a detector what came since the last time, and keep what it returns.

    Parameters
    ----------
    consumer : str
        Whose detector: an indicator's id. Each is given everything once.
    advance : callable
        Called once; what it raises leaves everything as it was.
    now : datetime
        Aware. Records from later than this, more than a clock may be wrong, are given when their time comes.
    since : datetime, optional
        The first time: what happened before is taken for given.

    Raises
    ------
    NotKept
        No update has measured this.
    """
    kept = store.find(source)
    digest = request_digest(request)
    numbers = {one.digest: one.number for one in store.requests(kept.number)} if kept is not None else {}
    if digest not in numbers:
        raise NotKept(source.name)
    number, shape = numbers[digest], shape_of(request)
    latest = epoch_seconds(now + TOLERANCE) // MINUTE + 1
    with store.writing():
        counted = united(list(store.each(number, None, latest)), shape.combine)
        if shape.clusters:
            counted = complete(counted, latest - 1 - IDLE // timedelta(minutes=1))
        before = store.fed(consumer, number)
        fed = none_of(2) if before is None else grained(before.cells, FED, store.grain())
        if before is None and since is not None:
            past = counted.between(None, epoch_seconds(since) // MINUTE)
            fed = Cells(past.series, past.places, past.minutes, past.numbers[:2])
        if shape.clusters:
            counted = _clusters_once(counted, fed)
        found, basis = _increments(counted, fed, store.slices(number))
        given = found if before is None else replace(found, state=before.state)
        store.put_fed(consumer, number, Fed(basis, advance(given)))
    return given


def _increments(counted: Cells, fed: Cells, slices: list[SliceKey]) -> tuple[Increments, Cells]:
    """Return what to give, what shrank and what was revised; and what has been given then."""
    both = _aligned(counted, fed)
    k, n, given_k, given_n = both.numbers
    new = np.maximum(n - given_n, 0.0)
    hits = np.clip(k - given_k, 0.0, new)
    shrunk = n < given_n
    revised = (n == given_n) & (k != given_k)
    basis_k = np.where(revised, k, given_k + hits)
    basis = Cells(both.series, both.places, both.minutes, np.vstack([basis_k, given_n + new]))
    came = in_order(
        both.series, np.zeros_like(both.places), both.minutes, np.vstack([hits, new]), FED
    ).in_time()
    rows = zip(came.series, came.minutes, *came.numbers, strict=True)
    batches = tuple(
        Increment(slices[series], int(minute) * MINUTE, float(k), int(n))
        for series, minute, k, n in rows
        if n
    )
    said = [
        tuple((slices[one], int(minute) * MINUTE) for one, minute in zip(at.series, at.minutes, strict=True))
        for at in (both.at(shrunk).in_time(), both.at(revised).in_time())
    ]
    return Increments(batches, said[0], said[1]), basis


def complete(cells: Cells, before: int) -> Cells:
    """Return the clusters that nothing came to since a minute, as trials: the share of hits, and 1.

    They stand in the minute of their first record, records that are clusters of their own in theirs.
    """
    if not len(cells):
        return none_of(2)
    other = (cells.places[1:] != cells.places[:-1]) | (cells.series[1:] != cells.series[:-1])
    alone = cells.places == ALONE
    starts = np.flatnonzero(np.concatenate([[True], other]) | alone)
    last = np.maximum.reduceat(cells.minutes, starts)
    k, n = (np.add.reduceat(column, starts) for column in cells.numbers[:2])
    single = alone[starts]
    share = np.divide(k, n, out=np.zeros(len(k)), where=n > 0)
    numbers = np.vstack([np.where(single, k, share), np.where(single, n, 1.0)])
    keep = (last < before) & (n > 0)
    return Cells(cells.series[starts], cells.places[starts], cells.minutes[starts], numbers).at(keep)


def _clusters_once(counted: Cells, fed: Cells) -> Cells:
    """Return what is counted, and clusters that were given as they were then: a first record may change."""
    given = {key: at for at, key in enumerate(_clusters(fed))}
    minutes, numbers = counted.minutes.copy(), counted.numbers.copy()
    for at, key in enumerate(_clusters(counted)):
        if key[1] != ALONE and key in given:
            minutes[at], numbers[:, at] = fed.minutes[given[key]], fed.numbers[:, given[key]]
    return in_order(counted.series, counted.places, minutes, numbers, FED)


def _clusters(cells: Cells) -> list[tuple[int, int]]:
    return list(zip(cells.series.tolist(), cells.places.tolist(), strict=True))


def _aligned(counted: Cells, fed: Cells) -> Cells:
    """Return one cell for each window of either: k and n as counted, then as given."""
    zero, nothing = np.zeros((2, len(fed))), np.zeros((2, len(counted)))
    numbers: Floats = np.hstack([np.vstack([counted.numbers[:2], nothing]), np.vstack([zero, fed.numbers])])
    keys = [
        np.concatenate([getattr(counted, name), getattr(fed, name)])
        for name in ("series", "places", "minutes")
    ]
    return in_order(keys[0], keys[1], keys[2], numbers, ("sum",) * 4)
