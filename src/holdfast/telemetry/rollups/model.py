"""Parts of the records, and what an update came to."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.telemetry.rollups.cells import FROM

HOUR, DAY = 60, 24 * 60
"""In minutes."""


@dataclass(frozen=True)
class Stamp:
    """A file as the system tells of it without reading it; zeros where a part is no file."""

    size: int = 0
    modified: int = 0
    inode: int = 0


@dataclass(frozen=True)
class Part:
    """A part of a source's records, whose contribution is kept apart: a file, or a day of a table.

    Attributes
    ----------
    number : int
        By which the store knows it.
    name : str
        The path as the plan's folder sees it, or the day.
    digest : str
        Of what it holds.
    untimed : int
        Its records without a time.
    """

    number: int
    name: str
    digest: str
    stamp: Stamp = Stamp()
    untimed: int = 0


@dataclass(frozen=True)
class Grain:
    """How fine what is kept is: minutes, before `hours_before` hours, before `days_before` days.

    Both are minutes since 1970, at the start of a day; what is older than them when it arrives is rolled up
    as it is written, so that a moment always has one grain.
    """

    hours_before: int = FROM
    days_before: int = FROM

    def at(self, minute: int) -> int:
        """Return how many minutes a cell of this moment covers."""
        if minute < self.days_before:
            return DAY
        return HOUR if minute < self.hours_before else 1


@dataclass(frozen=True)
class Updated:
    """What an update of a source came to.

    Windows are minutes (hours and days, of what is old) and named by their starts in epoch seconds.

    Attributes
    ----------
    added, rewritten, vanished : tuple of str
        Files, or days of a table: new ones; those that say something else now; those that are gone, and
        took their contribution with them.
    windows_new, windows_restated, windows_gone : frozenset of int
        Windows that had no record before; that had and say something else now; that have none any more.
    records, late, untimed, future : int
        Records of what was added: those with a time; of them those from before the newest record that was
        known; those without a time; those from later than now, more than a clock may be wrong.
    begun, ended : tuple of str
        Metrics that are measured from this update on, and those whose definition is asked for no more.
    """

    source: str
    added: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    windows_new: frozenset[int] = frozenset()
    windows_restated: frozenset[int] = frozenset()
    windows_gone: frozenset[int] = frozenset()
    records: int = 0
    late: int = 0
    untimed: int = 0
    future: int = 0
    begun: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
