"""Many slices of one watch under one budget, also slices that appear later (decision 0009).

Each slice has a detector of its own and a fixed part of the budget (`watching.parts`). Because the expected
false alarms of each are at most its part, all together keep the budget, however slices depend on each other,
whenever they appear, and whichever of them are reset.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import ordered
from holdfast.measure.states import State
from holdfast.measure.watching.parts import part
from holdfast.measure.watching.watches import Watch, Watched, advance, begun


@dataclass(frozen=True)
class SlicesWatched:
    """Where the slices of a watch stand.

    Attributes
    ----------
    slices : mapping from slice to Watched
        In the order in which they got their parts: the known ones, then each as it appeared.
    known : int
        How many were known at the start.
    """

    slices: Mapping[SliceKey, Watched]
    known: int

    @property
    def alarmed(self) -> list[SliceKey]:
        """The slices that are alarmed, in the order of their alarms' evidence: the strongest first."""
        held = [key for key, watched in self.slices.items() if watched.alarmed]
        return sorted(held, key=lambda key: -self.slices[key].strongest)


def begun_slices(watch: Watch, known: Iterable[SliceKey] = ()) -> SlicesWatched:
    """Return the slices of a watch before anything is seen.

    Parameters
    ----------
    known : iterable of slices
        Those that are expected: of the reference, or of the first batch by its traffic. They share the
        budget evenly, but for one part that is kept for all that appear later.
    """
    slices = {key: begun(watch) for key in ordered(set(known))}
    return SlicesWatched(slices, len(slices))


def watch_of(watch: Watch, at: SlicesWatched, key: SliceKey) -> Watch:
    """Return the watch of one slice, with its part of the budget.

    Raises
    ------
    KeyError
        The slice has not appeared yet.

    Examples
    --------
    >>> from holdfast.measure.watching.rates import RateWatch
    >>> watch = RateWatch(level=0.01, side="above", budget=90 * 86_400)
    >>> at = begun_slices(watch, [("de",), ("fr",)])
    >>> watch_of(watch, at, ("fr",)).slices
    3.0
    """
    return replace(watch, slices=watch.slices * part(list(at.slices).index(key), at.known))


def advance_slices(
    watch: Watch, at: SlicesWatched, batches: Mapping[SliceKey, State], seconds: float
) -> SlicesWatched:
    """Return where the slices stand after one more batch of each.

    A slice that is absent has no new records: time passes for it. One that appears begins with this batch
    and gets the next part; those of one batch in the order of their names.

    Parameters
    ----------
    batches : mapping from slice to state
    seconds : float
        Time since the last batch, for all slices.

    Raises
    ------
    ValueError, WrongBatch
        As of `advance`; no slice is then changed.

    Examples
    --------
    >>> from holdfast.measure.states import Counts
    >>> from holdfast.measure.watching.rates import RateWatch
    >>> watch = RateWatch(level=0.002, side="above", budget=90 * 86_400)
    >>> at = begun_slices(watch, [("de",), ("fr",)])
    >>> for _ in range(5):
    ...     at = advance_slices(watch, at, {("de",): Counts(2, 1000), ("it",): Counts(9, 1000)}, seconds=60)
    >>> at.alarmed, at.slices[("it",)].alarm
    ([('it',)], 120.0)
    """
    new = {key: begun(watch) for key in ordered(set(batches) - set(at.slices))}
    slices = {**at.slices, **new}
    moved = {
        key: advance(
            replace(watch, slices=watch.slices * part(index, at.known)), watched, batches.get(key), seconds
        )
        for index, (key, watched) in enumerate(slices.items())
    }
    return replace(at, slices=moved)


def reset(watch: Watch, at: SlicesWatched, key: SliceKey) -> SlicesWatched:
    """Return the slices with one of them begun anew, in its own part: what a person does after an alarm.

    Raises
    ------
    KeyError
        The slice has not appeared yet.
    """
    if key not in at.slices:
        raise KeyError(key)
    return replace(at, slices={**at.slices, key: begun(watch)})
