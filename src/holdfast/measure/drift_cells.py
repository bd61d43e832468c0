"""The counts of a drift: reference and current records in the same cells, in the same order."""

from __future__ import annotations

import numpy as np

from holdfast.measure.states import Bins, Categories, Drifted, Floats, IncompatibleStates


def cells_of(state: Drifted) -> tuple[Floats, Floats]:
    """Return the counts of the reference and of the current records in the same cells.

    Bins in order, then NaN, then null; categories by name, then those folded together, then null.

    Examples
    --------
    >>> cells_of(Drifted(Categories({"b": 2, "a": 1}), Categories({"c": 4}, missing=5)))[1].tolist()
    [0.0, 0.0, 4.0, 0.0, 5.0]
    """
    if isinstance(state.reference, Bins) and isinstance(state.current, Bins):
        return _binned(state.reference), _binned(state.current)
    if isinstance(state.reference, Categories) and isinstance(state.current, Categories):
        labels = sorted({*state.reference.counts, *state.current.counts})
        return _named(state.reference, labels), _named(state.current, labels)
    msg = "a drift compares bins with bins or categories with categories"
    raise IncompatibleStates(msg)


def _binned(bins: Bins) -> Floats:
    return np.concatenate([bins.counts, [bins.nan, bins.missing]])


def _named(state: Categories, labels: list[str]) -> Floats:
    named = [state.counts.get(label, 0.0) for label in labels]
    return np.array([*named, state.other, state.missing], dtype=np.float64)


def numbers_of(state: Drifted) -> tuple[Bins, Bins]:
    """Return both states where they are bins of numbers; refuse categories."""
    if not (isinstance(state.reference, Bins) and isinstance(state.current, Bins)):
        msg = "this distance needs numbers"
        raise IncompatibleStates(msg)
    return state.reference, state.current


def mixed(state: Drifted, kept: float, factor: float) -> Bins | Categories:
    """Return `factor` times the current records, a share `kept` as they are, the rest as the reference.

    Examples
    --------
    >>> mixed(Drifted(Categories({"a": 100}), Categories({"b": 10})), 0.5, 2.0).counts
    {'b': 10.0, 'a': 10.0}
    """
    then, now = state.reference, state.current
    reference, current = cells_of(state)
    own = kept * factor
    other = (1 - kept) * factor * float(current.sum()) / max(float(reference.sum()), 1e-300)
    if isinstance(now, Bins) and isinstance(then, Bins):
        return Bins(
            now.edges,
            own * now.counts + other * then.counts,
            own * now.sums + other * then.sums,
            own * now.nan + other * then.nan,
            own * now.missing + other * then.missing,
        )
    if isinstance(now, Categories) and isinstance(then, Categories):
        labels = {**now.counts, **(then.counts if other else {})}
        return Categories(
            {name: own * now.counts.get(name, 0.0) + other * then.counts.get(name, 0.0) for name in labels},
            own * now.other + other * then.other,
            own * now.missing + other * then.missing,
        )
    msg = "a drift compares bins with bins or categories with categories"
    raise IncompatibleStates(msg)
