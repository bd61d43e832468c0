"""Old minutes become hours and old hours days, exactly; what is asked for no more can be taken away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from holdfast.telemetry.rollups.feeding import FED
from holdfast.telemetry.rollups.model import DAY, Grain
from holdfast.telemetry.rollups.ports import RollupStore
from holdfast.telemetry.rollups.shapes import COMBINE
from holdfast.telemetry.rollups.updating import grained
from holdfast.telemetry.windows import MINUTE, epoch_seconds, start_of

MINUTES_FOR = timedelta(days=7)
HOURS_FOR = timedelta(days=90)


@dataclass(frozen=True)
class Compacted:
    """What compacting came to.

    Attributes
    ----------
    cells_before, cells_after, bytes_before, bytes_after : int
    hours_before, days_before : int
        In epoch seconds: what is older is kept by the hour, by the day.
    dropped : tuple of str
        Metrics whose old definition was taken away.
    """

    cells_before: int
    cells_after: int
    bytes_before: int
    bytes_after: int
    hours_before: int
    days_before: int
    dropped: tuple[str, ...] = ()


def compact(
    store: RollupStore,
    *,
    now: datetime,
    minutes_for: timedelta = MINUTES_FOR,
    hours_for: timedelta = HOURS_FOR,
    ended: bool = False,
) -> Compacted:
    """Roll up what is old, in one transaction, and give the room back.

    Whole days are rolled up. What has become coarse stays so: minutes do not come back.

    Parameters
    ----------
    now : datetime
        Aware.
    minutes_for, hours_for : timedelta
        How long minutes are kept, and hours.
    ended : bool
        Whether what is asked for no more is taken away.
    """
    size, before = store.size(), store.blocks()
    dropped: list[str] = []
    with store.writing():
        kept = store.grain()
        hours = max(kept.hours_before, _day(now - minutes_for))
        days = max(kept.days_before, _day(now - hours_for))
        grain = Grain(max(hours, days), days)
        store.put_grain(grain)
        for source in store.sources():
            for request in store.requests(source.number):
                if ended and request.over:
                    store.drop_request(request.number)
                    dropped.extend(request.metrics)
                else:
                    _rolled(store, request.number, request.kind, grain)
    store.shrink()
    after = store.blocks()
    return Compacted(
        sum(block.cells for block in before),
        sum(block.cells for block in after),
        size,
        store.size(),
        grain.hours_before * MINUTE,
        grain.days_before * MINUTE,
        tuple(dropped),
    )


def _rolled(store: RollupStore, request: int, kind: str, grain: Grain) -> None:
    for block in store.blocks(request):
        if block.first >= grain.hours_before:
            continue
        cells = store.cells(request, block.part)
        assert cells is not None  # noqa: S101 -- it is in the list of blocks, in this transaction
        rolled = grained(cells, COMBINE[kind], grain)
        if len(rolled) < len(cells) or block.first < grain.days_before:
            store.put_cells(request, block.part, rolled)
    for consumer in store.consumers(request):
        fed = store.fed(consumer, request)
        assert fed is not None  # noqa: S101 -- as above
        store.put_fed(consumer, request, replace(fed, cells=grained(fed.cells, FED, grain)))


def _day(moment: datetime) -> int:
    return start_of(epoch_seconds(moment), DAY * MINUTE) // MINUTE
