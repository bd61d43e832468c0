"""Windows of time: which one a moment lies in, and what a source was measured to be in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from holdfast.kernel.errors import DataError
from holdfast.measure.requests import SliceKey
from holdfast.measure.states import State
from holdfast.telemetry.aggregates import WINDOWS_FROM, Window
from holdfast.telemetry.sources import Source

MINUTE = 60
"""The shortest window, and what every other is made of, in seconds."""


@dataclass(frozen=True)
class Windows:
    """What a source was measured to be, window by window.

    Attributes
    ----------
    answers : tuple of mappings
        For each request: start of a window in epoch seconds (ascending) -> slice -> state. A window without
        a record is not there.
    untimed : int
        Records without a time: they are in no window, and somebody must be told.
    """

    answers: tuple[Mapping[int, Mapping[SliceKey, State]], ...]
    untimed: int


def start_of(seconds: int, every: int) -> int:
    """Return the start of the window that a moment lies in; both in epoch seconds.

    Minutes, hours and days start as they do in UTC, weeks on Monday.

    Examples
    --------
    >>> start_of(1_795_000_000, 3600) % 3600
    0
    >>> from datetime import datetime
    >>> datetime.fromtimestamp(start_of(1_795_000_000, 7 * 86_400), UTC).strftime("%A %H:%M")
    'Monday 00:00'
    """
    return seconds - (seconds - WINDOWS_FROM) % every


def window_of(
    source: Source, every: int, since: datetime | None = None, until: datetime | None = None
) -> Window:
    """Return by what a query of windows groups.

    Raises
    ------
    DataError
        HF311: the source does not say when its records happened. HF305: records that Holdfast keeps itself.
    """
    if every < MINUTE or every % MINUTE:
        msg = f"a window is a whole number of minutes, not {every} seconds"
        raise ValueError(msg)
    if source.kind == "records":
        fix = "name files or a table; what Holdfast takes in itself is measured by a later release"
        raise DataError.of("HF305", f"data `{source.name}` is `records:`", fix=fix)
    if source.time is None:
        message = f"data `{source.name}` does not say when its records happened"
        raise DataError.of("HF311", message, fix="say `time: COLUMN`: the column of a record's time")
    return Window(source.time, every, naive(since), naive(until))


def naive(moment: datetime | None) -> datetime | None:
    """Return a moment as records carry it: in UTC, without a zone."""
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None)


def epoch_seconds(moment: datetime) -> int:
    """Return a moment as whole seconds since 1970; naive is UTC."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return int(aware.timestamp() // 1)
