"""The parts of a source as they are now: its files, or the days of a table."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from holdfast.measure.metrics import ALWAYS
from holdfast.measure.requests import CountsRequest, Request, SliceKey
from holdfast.measure.states import Counts, State
from holdfast.telemetry.files.identity import Digests, FileState, files_of, shown
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.rollups.model import DAY, Part, Stamp
from holdfast.telemetry.sources import Source
from holdfast.telemetry.windows import MINUTE, Windows, start_of

SETTLED = 2_000_000_000
"""Nanoseconds after which a file that is written again has another time of writing, on every file system."""
LATE_DAYS = 2
"""Days of a table, the newest, that are measured again each time: labels come late, and nobody tells."""
UNTIMED = "without a time"
"""The part of a table that is in no day."""


@dataclass(frozen=True)
class Offer:
    """A part as it is now, before anything is measured."""

    name: str
    digest: str
    stamp: Stamp
    source: Source
    start: int | None = None
    untimed: int = 0

    def measured(self, engine: Engine, requests: Sequence[Request]) -> Windows:
        """Return what the part alone says, minute by minute."""
        if self.name == UNTIMED:
            return Windows(tuple({} for _ in requests), self.untimed)
        if self.start is None:
            return engine.windows(self.source, requests, MINUTE)
        since = datetime.fromtimestamp(self.start, UTC)
        found = engine.windows(self.source, requests, MINUTE, since, since + timedelta(minutes=DAY))
        return Windows(found.answers, 0)


def offered(
    engine: Engine, source: Source, known: Mapping[str, Part], digests: Digests, *, every_day: bool = False
) -> list[Offer]:
    """Return a source's parts, in order.

    A file that has the size, time of writing and place on the disk that it had is not read. A day of a table
    is the same when it has as many records as it had, unless it is one of the newest, or `every_day`.

    Raises
    ------
    DataError
        HF301, HF302, HF305: no such data. HF311: it does not say when its records happened.
    """
    if source.kind in {"parquet", "csv"}:
        return [_file(source, state, known, digests) for state in files_of(source)]
    return _days(engine, source, every_day)


def _file(source: Source, state: FileState, known: Mapping[str, Part], digests: Digests) -> Offer:
    name = shown(state.path, source)
    stamp = Stamp(state.size, state.modified, state.inode)
    part = known.get(name)
    digest = part.digest if part is not None and part.stamp == stamp else digests.of(state)
    if time.time_ns() - state.modified < SETTLED:  # written again at once, it could look the same
        stamp = replace(stamp, inode=-1)
    return Offer(name, digest, stamp, replace(source, locations=(name,)))


def _days(engine: Engine, source: Source, every_day: bool) -> list[Offer]:
    found = engine.windows(source, [CountsRequest(ALWAYS)], DAY * MINUTE)
    counted: Mapping[int, Mapping[SliceKey, State]] = found.answers[0]
    newest = max(counted, default=0) - (LATE_DAYS - 1) * DAY * MINUTE
    offers = []
    for start, states in counted.items():
        state = states[()]
        assert isinstance(state, Counts)  # noqa: S101 -- that was asked for
        digest = f"{state.n:.0f} records"
        if every_day or start >= newest:
            digest = ""  # like nothing that is known
        day = datetime.fromtimestamp(start_of(start, DAY * MINUTE), UTC).date().isoformat()
        offers.append(Offer(day, digest, Stamp(size=int(state.n)), source, start))
    if found.untimed:
        offers.append(Offer(UNTIMED, f"{found.untimed} records", Stamp(), source, untimed=found.untimed))
    return offers
