"""Clocks: deadlines that a fact started. They follow from the facts; nothing stores that one runs. Pure.

A clock's id names what started it, so a clock that is started anew is another clock: what was told of the
first says nothing of the second. The worker only sees to it that "due" is told once (`firing`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["update", "duty", "action", "lever", "acceptance", "escalation"]
Standing: TypeAlias = Literal["running", "soon", "overdue"]

SOON = timedelta(minutes=10)
"""A clock is due soon when less is left than this, or than a sixth of its whole run, whichever is more."""
LONGEST_SOON = timedelta(hours=24)
IN_DAYS = timedelta(hours=100)
"""From here on time is told in days: an authority's 72 hours are still told in hours."""


@dataclass(frozen=True)
class Clock:
    """One deadline.

    Attributes
    ----------
    id : str
        What it is, of what, started by which fact: `update/executives/17`.
    kind : str
        What comes due.
    subject : str
        The id of the audience, regime, action, lever or acceptance.
    title : str
        For people, without what anybody typed: `update to executives`.
    due : datetime
        Aware UTC.
    since : datetime
        From when it counts, aware UTC.
    started : int
        The seq of the fact that started it; 0 where no single one did.
    sure : bool
        Whether its start was recorded; else it was assumed, and the page says so.
    """

    id: str
    kind: Kind
    subject: str
    title: str
    due: datetime
    since: datetime
    started: int = 0
    sure: bool = True

    def standing(self, now: datetime) -> Standing:
        """Return how near it is."""
        left = self.due - now
        if left <= timedelta():
            return "overdue"
        near = min(max(SOON, (self.due - self.since) / 6), LONGEST_SOON)
        return "soon" if left <= near else "running"

    def words(self, now: datetime) -> str:
        """Return how much is left, or by how much it is late: `due in 4 min`, `overdue by 11 min`."""
        return due_words(self.due, now)


def clock_id(kind: Kind, subject: str, started: int) -> str:
    """Return the id of a clock: the same facts make the same clock.

    Examples
    --------
    >>> clock_id("update", "executives", 17)
    'update/executives/17'
    """
    return f"{kind}/{subject}/{started}"


def due_words(due: datetime, now: datetime) -> str:
    """Return how a deadline stands, in words.

    Examples
    --------
    >>> from datetime import UTC
    >>> now = datetime(2026, 11, 21, 2, tzinfo=UTC)
    >>> due_words(now + timedelta(minutes=4, seconds=30), now), due_words(now - timedelta(minutes=11), now)
    ('due in 4 min', 'overdue by 11 min')
    >>> due_words(now, now), due_words(now + timedelta(seconds=40), now)
    ('due now', 'due in less than a minute')
    """
    left = due - now
    if abs(left) < timedelta(seconds=1):
        return "due now"
    return f"overdue by {span_words(-left)}" if left < timedelta() else f"due in {span_words(left)}"


def span_words(span: timedelta) -> str:
    """Return a length of time in words, rounded down: nobody is told of more time than there is.

    Examples
    --------
    >>> [span_words(timedelta(minutes=m)) for m in (0, 59, 60, 4279, 6000, 9000)]
    ['less than a minute', '59 min', '1 h', '71 h 19 min', '4 days 4 h', '6 days 6 h']
    """
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    hours, rest = divmod(minutes, 60)
    if span >= IN_DAYS:
        days, hours = divmod(hours, 24)
        return f"{days} days" + (f" {hours} h" if hours else "")
    if not hours:
        return f"{minutes} min"
    return f"{hours} h" + (f" {rest} min" if rest else "")


def in_order(clocks: Iterable[Clock]) -> list[Clock]:
    """Return clocks by what is due first; the same order for the same clocks."""
    return sorted(clocks, key=lambda clock: (clock.due, clock.id))


def next_due(clocks: Iterable[Clock]) -> Clock | None:
    """Return the clock that is due first, overdue ones included; None where none runs."""
    return min(clocks, key=lambda clock: (clock.due, clock.id), default=None)


def firing(clocks: Iterable[Clock], told: Collection[str], now: datetime) -> list[Clock]:
    """Return the clocks that have come due and of which nobody was told yet."""
    return [clock for clock in in_order(clocks) if clock.due <= now and clock.id not in told]
