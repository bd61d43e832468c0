"""Parts of one budget: for slices and pairs that are known, and for those that appear later.

Each detector alarms at (1 / its part) times the budget. Its expected number of false alarms in a time t is
then at most part x t / budget, and sums of expectations need no independence: together they keep the budget
while the parts add up to at most 1. A part is fixed when a detector begins and never changes, so what is
written down about it stays true.

K known at the start share K / (K + 1) evenly; the j-th newcomer (j = 0, 1, ...) gets 1 / ((j + 1)(j + 2)) of
the rest, and these add up to 1 for ever. Which slice is the next one may depend on the traffic, for the
promise holds given any traffic; it must not depend on hits, and does not: newcomers are taken in the order of
their batches and, within one, of their names.
"""

from __future__ import annotations


def part(index: int, known: int) -> float:
    """Return in how many the budget is divided for the index-th detector: 1 / its part.

    Examples
    --------
    >>> [part(index, known=3) for index in range(6)]
    [4.0, 4.0, 4.0, 8.0, 24.0, 48.0]
    >>> sum(1 / part(index, known=3) for index in range(1_000)) < 1
    True
    """
    if index < known:
        return float(known + 1)
    late = index - known
    return float((known + 1) * (late + 1) * (late + 2))
