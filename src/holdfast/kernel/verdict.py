"""The three-valued verdict: pass < inconclusive < fail, worst wins, and nothing at all is not a pass."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import total_ordering


@total_ordering
class Verdict(Enum):
    """What the evidence says about a criterion.

    Examples
    --------
    >>> Verdict.PASS < Verdict.INCONCLUSIVE < Verdict.FAIL
    True
    >>> Verdict.FAIL.exit_code
    1
    """

    PASS = "pass"  # noqa: S105 -- a verdict, not a password
    INCONCLUSIVE = "inconclusive"
    FAIL = "fail"

    @property
    def rank(self) -> int:
        """Badness: 0 pass, 1 inconclusive, 2 fail."""
        return ("pass", "inconclusive", "fail").index(self.value)

    @property
    def exit_code(self) -> int:
        """What a command that ends with this verdict returns: 0 pass, 1 fail, 2 inconclusive."""
        return {"pass": 0, "fail": 1, "inconclusive": 2}[self.value]

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Verdict):
            return NotImplemented
        return self.rank < other.rank


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of the verdicts; of none at all, inconclusive.

    Examples
    --------
    >>> worst([Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE])
    <Verdict.FAIL: 'fail'>
    >>> worst([])
    <Verdict.INCONCLUSIVE: 'inconclusive'>
    """
    return max(verdicts, default=Verdict.INCONCLUSIVE)
