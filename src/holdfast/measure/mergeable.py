"""What all states share: arrays that are never written to, and what may be merged with what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
K = TypeVar("K")


class IncompatibleStates(ValueError):
    """States that were counted on different bins, or with different parameters, cannot be merged."""


def same(what: str, left: object, right: object) -> None:
    """Refuse to merge what was counted differently.

    Raises
    ------
    IncompatibleStates
        Where `left` and `right` differ; `what` says what they are.
    """
    if left != right:
        msg = f"cannot merge states with different {what}: {left} and {right}"
        raise IncompatibleStates(msg)


def added(left: Mapping[K, float], right: Mapping[K, float]) -> dict[K, float]:
    """Return the counts of both, by label.

    Examples
    --------
    >>> added({"en": 2, "fr": 1}, {"en": 3})
    {'en': 5, 'fr': 1}
    """
    total = dict(left)
    for key, count in right.items():
        total[key] = total.get(key, 0) + count
    return total
