"""Slices and groups in words, in order, and with the share of the records that they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from holdfast.measure.requests import SliceKey
from holdfast.measure.states import Drifted, Groups, LogBins, Moments, Selective, State


def label(key: SliceKey, names: tuple[str, ...] = ()) -> str:
    """Return a slice in words.

    Examples
    --------
    >>> label(("female", "50+"), ("sex", "age_band"))
    'sex = female, age_band = 50+'
    >>> label((None,), ("sex",)), label(("de",)), label(())
    ('sex is null', 'de', 'all records')
    """
    if not key:
        return "all records"
    if len(names) != len(key):
        return ", ".join("null" if value is None else value for value in key)
    parts = zip(names, key, strict=True)
    return ", ".join(f"{name} is null" if value is None else f"{name} = {value}" for name, value in parts)


def ordered(keys: Iterable[SliceKey]) -> list[SliceKey]:
    """Return slices in the order of their values, null last.

    Examples
    --------
    >>> ordered([("b",), (None,), ("a",)])
    [('a',), ('b',), (None,)]
    """
    return sorted(keys, key=lambda key: [(value is None, value or "") for value in key])


def missing(state: State) -> float:
    """Return how many records could not be used because something they need is null, or not a number.

    A drift counts those in a bin of their own: they are part of the distance and not missing from it. Of two
    rates over the same records (equalized odds) the larger number counts: a record without a label is missing
    from both. Of selective risk those count that the risk lacks.
    """
    if isinstance(state, Drifted):
        return 0.0
    if isinstance(state, Groups):
        return max((sum(counts.missing for counts in rate.values()) for rate in state.counts), default=0.0)
    if isinstance(state, Selective):
        return state.risk.missing
    without_value = state.nan if isinstance(state, Moments | LogBins) else 0.0
    return getattr(state, "missing", 0.0) + without_value


def shares(weights: Mapping[SliceKey, float]) -> dict[SliceKey, float]:
    """Return each slice's share of all records; 0 for every one where there are none.

    Examples
    --------
    >>> shares({("a",): 30, ("b",): 10})
    {('a',): 0.75, ('b',): 0.25}
    """
    total = sum(weights.values())
    return {key: weight / total if total else 0.0 for key, weight in weights.items()}
