"""How late labels come and how fresh records are, from what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from holdfast.measure.quantiles import QuantileEstimator
from holdfast.measure.requests import LagRequest
from holdfast.measure.states import LogBins
from holdfast.telemetry.aggregates import MISSING
from holdfast.telemetry.rollups.cells import rolled, united
from holdfast.telemetry.rollups.keys import request_digest
from holdfast.telemetry.rollups.ports import KeptRequest, RollupStore
from holdfast.telemetry.rollups.shapes import COMBINE, PRESENT, shape_of, windows_of
from holdfast.telemetry.rollups.updating import RECORDS, TOLERANCE
from holdfast.telemetry.windows import MINUTE, epoch_seconds

QUANTILES = (0.5, 0.9, 0.99)
AGES = (
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=30),
)
"""Up to these ages records are told apart by how many are still without a label."""
_LAG = COMBINE["LagRequest"]


@dataclass(frozen=True)
class Waiting:
    """Records of one age: how many there are, and how many are still without a label.

    Attributes
    ----------
    up_to : timedelta or None
        The greatest age; None for all that are older.
    """

    up_to: timedelta | None
    records: int
    unlabelled: int


@dataclass(frozen=True)
class LabelLag:
    """How long labels take.

    Attributes
    ----------
    labelled, unlabelled, before : int
        Records with a label, without one, and with a label from before the record: clocks that differ.
    quantiles : tuple of (q, seconds or None)
        Of those that have a label, to 1 %: while many have none yet, the truth is longer.
    waiting : tuple of Waiting
        From the youngest records to the oldest.
    """

    labelled: int
    unlabelled: int
    before: int
    quantiles: tuple[tuple[float, float | None], ...]
    waiting: tuple[Waiting, ...]


@dataclass(frozen=True)
class Freshness:
    """How fresh records are; of what is kept by the minute, to the minute.

    Attributes
    ----------
    records, future : int
        All; of them those from later than now, more than a clock may be wrong.
    first, newest : int or None
        Windows, in epoch seconds: of the first record, of the newest one that is not from the future.
    age : timedelta or None
        Since the newest one's window began.
    """

    records: int
    future: int
    first: int | None
    newest: int | None
    age: timedelta | None


def freshness_of(store: RollupStore, requests: Sequence[KeptRequest], now: datetime) -> Freshness:
    """Return how fresh a source's records are."""
    digest = request_digest(RECORDS)
    cells = [part for one in requests if one.digest == digest for part in store.each(one.number) if len(part)]
    if not cells:
        return Freshness(0, 0, None, None, None)
    minutes = np.concatenate([part.minutes for part in cells])
    counts = np.concatenate([part.numbers[1] for part in cells])
    late = minutes > epoch_seconds(now + TOLERANCE) // MINUTE
    newest = int(minutes[~late].max()) * MINUTE if np.any(~late) else None
    age = None if newest is None else timedelta(seconds=max(0, epoch_seconds(now) - newest))
    first = int(minutes.min()) * MINUTE
    return Freshness(int(counts.sum()), int(counts[late].sum()), first, newest, age)


def label_lag(store: RollupStore, requests: Sequence[KeptRequest], now: datetime) -> LabelLag | None:
    """Return how long a source's labels take; None where it does not say when they arrived."""
    asked = [one for one in requests if one.kind == "LagRequest" and not one.over]
    if not asked:
        return None
    cells = united(list(store.each(asked[0].number)), _LAG)
    state = LogBins.zero()
    if len(cells):
        # one window for everything
        forever = rolled(cells, _LAG, 2**24)
        for states in windows_of(shape_of(LagRequest("", "")), forever, [()], []).values():
            for one in states.values():
                assert isinstance(one, LogBins)  # noqa: S101 -- that is how lags are counted
                state = state.merge(one)
    quantiles = tuple((q, QuantileEstimator(q).estimate(state).value) for q in QUANTILES)
    ages = (epoch_seconds(now) // MINUTE - cells.minutes) * MINUTE
    counted = np.where(cells.places == PRESENT, 0.0, cells.numbers[0])
    waiting, low = [], -np.inf
    for up_to in (*AGES, None):
        high = np.inf if up_to is None else up_to.total_seconds()
        within = (ages > low) & (ages <= high)
        missing = within & (cells.places == MISSING)
        waiting.append(Waiting(up_to, int(counted[within].sum()), int(counted[missing].sum())))
        low = high
    before = int(sum(state.negative.values()))
    return LabelLag(int(state.n), int(state.missing), before, quantiles, tuple(waiting))
