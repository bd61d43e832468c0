"""A receiver that is dead is left alone for a while: what waits for it holds up nobody else's messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

OPENS = 3
"""After how many failures in a row."""
FIRST = timedelta(seconds=15)
LONGEST = timedelta(minutes=5)


@dataclass(frozen=True)
class Circuit:
    """What is known of one route.

    Attributes
    ----------
    failures : int
        In a row.
    until : datetime or None
        Until when nothing is sent; then one is tried, and what it says closes or opens it again.
    """

    failures: int = 0
    until: datetime | None = None

    def blocked(self, now: datetime) -> bool:
        """Return whether the route is left alone now."""
        return self.until is not None and now < self.until

    def failed(self, now: datetime, after: timedelta | None = None) -> Circuit:
        """Return the circuit after a failure, or after the receiver asked to be left alone.

        Examples
        --------
        >>> from datetime import UTC
        >>> now = datetime(2026, 11, 21, tzinfo=UTC)
        >>> Circuit(2).failed(now).blocked(now), Circuit(1).failed(now).blocked(now)
        (True, False)
        """
        failures = self.failures + 1
        pause = after
        if pause is None and failures >= OPENS:
            pause = min(FIRST * 2 ** min(failures - OPENS, 10), LONGEST)
        return Circuit(failures, None if pause is None else now + min(pause, LONGEST))

    def succeeded(self) -> Circuit:
        """Return the circuit after the receiver answered, be it with a refusal."""
        return Circuit()
