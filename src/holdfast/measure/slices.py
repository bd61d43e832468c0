"""Slices and groups in words, in order, and with the share of the records that they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from holdfast.kernel.figures import plural
from holdfast.measure.requests import SliceKey
from holdfast.measure.states import Drifted, Groups, LogBins, Moments, Selective, State
from holdfast.measure.vectors import VectorsDrifted

_REST = "\ufdd0"
"""Begins the key of all slices that are not kept apart: a code point that is no character in any text."""


@dataclass(frozen=True)
class Rest:
    """All slices beyond the most frequent ones, counted together: a mixture.

    Attributes
    ----------
    values : int
        How many slices they are.
    most : int
        Records that the largest of them holds.
    """

    values: int
    most: int


def rest_key(rest: Rest, columns: int) -> SliceKey:
    """Return the key of the rest. A value named `other` has another one.

    Examples
    --------
    >>> rest_of(rest_key(Rest(8000, 12), 2))
    Rest(values=8000, most=12)
    """
    return (f"{_REST}{rest.values}:{rest.most}",) * columns


def rest_of(key: SliceKey) -> Rest | None:
    """Return what a key says about the rest; None where it is a slice of its own.

    Examples
    --------
    >>> rest_of(("other",)) is None, rest_of((None,)) is None
    (True, True)
    """
    first = key[-1] if key else None
    if not is_rest(first):
        return None
    values, most = str(first).removeprefix(_REST).split(":")
    return Rest(int(values), int(most))


def is_rest(value: str | None) -> bool:
    """Return whether a value of a key stands for the rest."""
    return value is not None and value.startswith(_REST)


def _rest_words(rest: Rest, names: tuple[str, ...]) -> str:
    each = plural(rest.most, "record")
    if len(names) > 1:
        combined = plural(rest.values, "further combination")
        return f"other ({combined} of {', '.join(names)}, at most {each} each)"
    of = f" of {names[0]}" if names else ""
    return f"other ({plural(rest.values, 'further value')}{of}, at most {each} each)"


def label(key: SliceKey, names: tuple[str, ...] = ()) -> str:
    """Return a slice in words.

    Examples
    --------
    >>> label(("female", "50+"), ("sex", "age_band"))
    'sex = female, age_band = 50+'
    >>> label((None,), ("sex",)), label(("de",)), label(())
    ('sex is null', 'de', 'all records')
    >>> label(rest_key(Rest(8000, 12), 1), ("person",))
    'other (8,000 further values of person, at most 12 records each)'
    """
    if not key:
        return "all records"
    rest = rest_of(key)
    if rest is not None:
        return _rest_words(rest, names)
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
    if isinstance(state, VectorsDrifted):
        return state.current.missing + state.current.unusable
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
