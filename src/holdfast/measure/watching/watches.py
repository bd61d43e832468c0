"""One way to watch whatever is measured: a watch, where it stands, and what one more batch changes.

=============  ==========================================  ========================
watch          batches                                     is bad
=============  ==========================================  ========================
`RateWatch`    `Counts`, `ClusteredCounts`                 a rate beyond its level
`MeanWatch`    `Moments` of bounded values                 a mean beyond its level
`GapWatch`     `Groups`                                    groups too far apart
`DriftWatch`   `Drifted`, or `Bins` or `Categories` alone  too far from a reference
=============  ==========================================  ========================

A batch is what came since the last one, of any size, also nothing (None). A record is in one batch, that of
the moment when all that is needed of it was known. Watches are values from a plan; where one stands is a
value that is stored (`watching.encoding`) and restarts exactly.

The promise. While nothing is wrong, the expected number of false alarms in any time t from the beginning is
at most t / budget (and a hundredth, where a detector has a head start): M minus the time is a
supermartingale, and a reset after an alarm takes at least `budget` from it.

After an alarm it stays alarmed, with the moment at which it was raised, until a person resets it; evidence
goes on being counted, so that a page shows whether things got worse. A reset, which is for alarms only, is
`begun(watch)` anew: what was seen before it counts no more, and the promise holds over all resets together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeAlias

from holdfast.measure.states import Bins, Categories, ClusteredCounts, Counts, Drifted, Groups, Moments, State
from holdfast.measure.watching.clusters import advance_clusters
from holdfast.measure.watching.drift import DriftDetector, DriftWatch, advance_drift
from holdfast.measure.watching.gaps import GapDetector, GapWatch, advance_gap
from holdfast.measure.watching.means import MeanDetector, MeanWatch, advance_mean
from holdfast.measure.watching.rates import RateDetector, RateWatch

Watch: TypeAlias = RateWatch | MeanWatch | GapWatch | DriftWatch
Detector: TypeAlias = RateDetector | MeanDetector | GapDetector | DriftDetector


class WrongBatch(TypeError):
    """A batch that the watch cannot read: another kind of state than its metric has."""


@dataclass(frozen=True)
class Watched:
    """Where a watch stands.

    Attributes
    ----------
    detector : Detector
        All that the promise rests on.
    seconds : float
        Watched since it began.
    alarm : float or None
        Seconds from its beginning to its alarm: the end of the batch with which the evidence was enough.
        None while there is none. It stays until a person resets it.
    strongest : float
        The most evidence so far, as of `evidence`.
    """

    detector: Detector
    seconds: float = 0.0
    alarm: float | None = None
    strongest: float = -math.inf

    @property
    def alarmed(self) -> bool:
        """Whether there was enough evidence at any time since it began."""
        return self.alarm is not None

    @property
    def evidence(self) -> float:
        """Log of the evidence now, in seconds; it alarms at the watch's `threshold`.

        While nothing is wrong, as much of it comes at most once in e^evidence seconds, on average.
        """
        return self.detector.evidence


def begun(watch: Watch) -> Watched:
    """Return a watch that has seen nothing: at its start, and after a reset.

    Examples
    --------
    >>> watch = RateWatch(level=0.002, side="above", budget=90 * 86_400)
    >>> watched = begun(watch)
    >>> watched.alarmed, watched.evidence
    (False, -inf)
    """
    match watch:
        case RateWatch():
            return Watched(RateDetector.begun())
        case MeanWatch():
            return Watched(MeanDetector.begun())
        case GapWatch():
            return Watched(GapDetector.begun())
        case DriftWatch():
            return Watched(DriftDetector.begun(watch))


def advance(watch: Watch, watched: Watched, batch: State | None, seconds: float) -> Watched:
    """Return where a watch stands after one more batch.

    Parameters
    ----------
    batch : State or None
        The metric's state over the new records alone; None where there are none.
    seconds : float
        Time since the last batch, 0 or more, fixed before the batch's hits are seen.

    Raises
    ------
    WrongBatch
        The state is of another kind than the watch reads.
    ValueError
        Sums that no records have, values outside their bounds, a time that runs backwards. What stood is
        unchanged: nothing is lost by trying.

    Examples
    --------
    >>> watch = RateWatch(level=0.002, side="above", budget=90 * 86_400)
    >>> watched = begun(watch)
    >>> for _ in range(10):
    ...     watched = advance(watch, watched, Counts(7, 1_000), seconds=60)
    >>> watched.alarmed, watched.alarm, watched.seconds
    (True, 120.0, 600.0)
    """
    detector = _advanced(watch, watched.detector, batch, seconds)
    now = watched.seconds + seconds
    alarm = now if watched.alarm is None and detector.evidence >= watch.threshold else watched.alarm
    strongest = max(watched.strongest, detector.evidence)
    return replace(watched, detector=detector, seconds=now, alarm=alarm, strongest=strongest)


def _advanced(watch: Watch, detector: Detector, batch: State | None, seconds: float) -> Detector:
    match watch, detector, batch:
        case RateWatch(), RateDetector(), Counts() | ClusteredCounts() | None:
            return advance_clusters(watch, detector, batch or Counts(), seconds)
        case MeanWatch(), MeanDetector(), Moments() | None:
            return advance_mean(watch, detector, batch or Moments(), seconds)
        case GapWatch(), GapDetector(), Groups() | None:
            return advance_gap(watch, detector, batch or Groups.zero(), seconds)
        case DriftWatch(), DriftDetector(), Drifted() | Bins() | Categories() | None:
            return advance_drift(watch, detector, batch, seconds)
    kinds = [type(each).__name__ for each in (watch, detector, batch)]
    raise WrongBatch("a {} at a {} cannot read a batch of {}".format(*kinds))
