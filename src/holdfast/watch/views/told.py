"""What an update came to, for all sources of a plan together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from holdfast.telemetry.rollups.model import Updated
from holdfast.telemetry.windows import MINUTE
from holdfast.watch.model.watched import LeftOut


@dataclass(frozen=True)
class Told:
    """What an update came to.

    Attributes
    ----------
    place : str
        Where states are kept.
    bytes : int
        What they take.
    aside : str or None
        Where the file went that was set aside.
    """

    system: str
    place: str
    bytes: int
    sources: tuple[Updated, ...]
    left_out: tuple[LeftOut, ...] = ()
    aside: str | None = None

    @property
    def exit_code(self) -> int:
        """0; 2 where something is not known."""
        return 2 if self.left_out else 0


def moment(seconds: int) -> str:
    """Return a moment for people, in UTC.

    Examples
    --------
    >>> moment(1_790_812_860)
    '2026-10-01 00:01'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def stretches(starts: Iterable[int]) -> list[tuple[int, int]]:
    """Return windows as first and last starts of those that follow each other by the minute.

    Examples
    --------
    >>> stretches([60, 120, 300, 180])
    [(60, 180), (300, 300)]
    """
    found: list[tuple[int, int]] = []
    for start in sorted(starts):
        if found and start - found[-1][1] <= MINUTE:
            found[-1] = (found[-1][0], start)
        else:
            found.append((start, start))
    return found
