"""What is kept, read as an engine would have answered it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from holdfast.measure.requests import Request
from holdfast.telemetry.rollups.cells import rolled, united
from holdfast.telemetry.rollups.keys import request_digest
from holdfast.telemetry.rollups.ports import RollupStore
from holdfast.telemetry.rollups.shapes import CLUSTERED, clustered, shape_of, windows_of
from holdfast.telemetry.sources import Source
from holdfast.telemetry.windows import MINUTE, Windows, epoch_seconds


class NotKept(LookupError):
    """Something is asked that no update has measured."""


def kept_windows(
    store: RollupStore,
    source: Source,
    requests: Sequence[Request],
    every: int,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Windows:
    """Return one answer per request and window from what is kept, as `Engine.windows` does from records.

    Parameters
    ----------
    every : int
        Seconds of a window. Of times that are kept by the hour or day no finer windows are told: their
        records stand in the window of the hour's or day's start.
    since, until : datetime, optional
        Rounded down to the minute; naive is UTC.

    Raises
    ------
    NotKept
        No update has measured this source, or this request.
    """
    kept = store.find(source)
    if kept is None:
        raise NotKept(source.name)
    numbers = {one.digest: one.number for one in store.requests(kept.number)}
    first, end = (None if at is None else epoch_seconds(at) // MINUTE for at in (since, until))
    answers = []
    for request in requests:
        number = numbers.get(request_digest(request))
        if number is None:
            raise NotKept(source.name)
        shape = shape_of(request)
        if shape.clusters:  # which of its records is a cluster's first, all parts together know
            whole = clustered(united(list(store.each(number)), shape.combine))
            cells = rolled(whole.between(first, end), CLUSTERED, every // MINUTE)
        else:
            parts = [rolled(part, shape.combine, every // MINUTE) for part in store.each(number, first, end)]
            cells = united(parts, shape.combine)
        answers.append(windows_of(shape, cells, store.slices(number), store.labels(number)))
    return Windows(tuple(answers), sum(part.untimed for part in store.parts(kept.number).values()))
