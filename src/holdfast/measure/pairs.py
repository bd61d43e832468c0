"""Two arms on the same records: what the engine is asked for, and the states that it returns.

A pair is one record as both arms answered it. Arm a stands first; every difference is b - a. As all states,
these merge (tests/laws): the sums of two sets of pairs, or of two sets of *complete* clusters, add up.
`missing` counts pairs that cannot be used because something that one of the arms needs is null.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeAlias, TypeVar

from holdfast.kernel.expressions.tree import Expression
from holdfast.measure.requests import SliceKey

P = TypeVar("P", "PairedCounts", "PairedClusters", "PairedDifferences")


@dataclass(frozen=True)
class PairedCountsRequest:
    """Hits and trials of both arms, counted against each other.

    `hit` and `among` are looked at in each arm's own columns; `by` and `cluster` are arm a's. Answered by
    `PairedCounts`; with `cluster`, by `PairedClusters`.
    """

    hit: Expression
    among: Expression | None = None
    by: tuple[str, ...] = ()
    cluster: str | None = None


@dataclass(frozen=True)
class PairedValuesRequest:
    """A number of both arms: its difference, pair by pair. Answered by `PairedDifferences`."""

    column: str
    by: tuple[str, ...] = ()
    cluster: str | None = None


PairedRequest: TypeAlias = PairedCountsRequest | PairedValuesRequest


@dataclass(frozen=True)
class PairedCounts:
    """Pairs by what each arm made of the record.

    Attributes
    ----------
    both, only_a, only_b, neither : float
        Pairs that are a trial of both arms, by who had a hit: the four cells of the paired table.
    a_hits, a_misses, b_hits, b_misses : float
        Pairs that are a trial of one arm only: of a precision, records that one arm selected.
    """

    both: float = 0
    only_a: float = 0
    only_b: float = 0
    neither: float = 0
    a_hits: float = 0
    a_misses: float = 0
    b_hits: float = 0
    b_misses: float = 0
    missing: float = 0

    @staticmethod
    def zero() -> PairedCounts:
        """Return the state of no pairs."""
        return PairedCounts()

    def merge(self, other: PairedCounts) -> PairedCounts:
        """Return the state of both sets of pairs.

        Examples
        --------
        >>> PairedCounts(5, 1, 2, 4).merge(PairedCounts(1, 0, 0, 1)).trials
        14
        """
        return _added(self, other)

    @property
    def trials(self) -> float:
        """Pairs that are a trial of both arms."""
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def apart(self) -> float:
        """Pairs that are a trial of one arm only."""
        return self.a_hits + self.a_misses + self.b_hits + self.b_misses

    @property
    def a(self) -> tuple[float, float]:
        """Hits and trials of arm a."""
        return self.both + self.only_a + self.a_hits, self.trials + self.a_hits + self.a_misses

    @property
    def b(self) -> tuple[float, float]:
        """Hits and trials of arm b."""
        return self.both + self.only_b + self.b_hits, self.trials + self.b_hits + self.b_misses


@dataclass(frozen=True)
class PairedClusters:
    """Pairs of clustered records: their table, and the sums over clusters that a variance needs.

    `clusters` is the number of clusters with a trial. `kaka` to `nbnb` are the sums over complete clusters of
    the products of ka, na, kb and nb: the hits and trials of arm a and of arm b in a cluster.
    """

    both: float = 0
    only_a: float = 0
    only_b: float = 0
    neither: float = 0
    a_hits: float = 0
    a_misses: float = 0
    b_hits: float = 0
    b_misses: float = 0
    missing: float = 0
    clusters: float = 0
    kaka: float = 0
    kana: float = 0
    kakb: float = 0
    kanb: float = 0
    nana: float = 0
    nakb: float = 0
    nanb: float = 0
    kbkb: float = 0
    kbnb: float = 0
    nbnb: float = 0

    @staticmethod
    def zero() -> PairedClusters:
        """Return the state of no pairs."""
        return PairedClusters()

    def merge(self, other: PairedClusters) -> PairedClusters:
        """Return the state of both sets of clusters."""
        return _added(self, other)

    @property
    def table(self) -> PairedCounts:
        """The pairs without their clusters."""
        return PairedCounts(*(getattr(self, entry.name) for entry in fields(PairedCounts)))


@dataclass(frozen=True)
class PairedDifferences:
    """Differences b - a of a number, pair by pair, summed over complete clusters.

    Without a cluster every pair is one of its own: then dd is the sum of the squared differences, nn is n and
    dn is d. Pairs in which one number is NaN or infinite are counted in `odd` and not used.

    Attributes
    ----------
    n, d : float
        Pairs, and the sum of their differences.
    a : float
        The sum of arm a's numbers over the same pairs.
    clusters, dd, nn, dn : float
        Clusters, and the sums over clusters of d^2, n^2 and d n.
    """

    n: float = 0
    d: float = 0
    a: float = 0
    clusters: float = 0
    dd: float = 0
    nn: float = 0
    dn: float = 0
    odd: float = 0
    missing: float = 0

    @staticmethod
    def zero() -> PairedDifferences:
        """Return the state of no pairs."""
        return PairedDifferences()

    def merge(self, other: PairedDifferences) -> PairedDifferences:
        """Return the state of both sets of pairs."""
        return _added(self, other)


PairState: TypeAlias = PairedCounts | PairedClusters | PairedDifferences


@dataclass(frozen=True)
class Pairing:
    """How the records of two arms found each other.

    Attributes
    ----------
    pairs : int
        Records that both arms have.
    only : (int, int)
        Records of arm a, and of arm b, whose key the other arm does not have, or not just once.
    repeated : (int, int)
        Records whose key stands more than once in their arm: nobody knows which of them the other's record
        belongs to, so none of them is paired.
    unkeyed : (int, int)
        Records whose key is null.
    key : str or None
        The column; None where both arms stand in one row.
    """

    pairs: int
    only: tuple[int, int] = (0, 0)
    repeated: tuple[int, int] = (0, 0)
    unkeyed: tuple[int, int] = (0, 0)
    key: str | None = None

    @property
    def unpaired(self) -> tuple[int, int]:
        """Records of arm a, and of arm b, that are in no pair."""
        first, second = (
            one + two + three for one, two, three in zip(self.only, self.repeated, self.unkeyed, strict=True)
        )
        return first, second


PairStates: TypeAlias = dict[SliceKey, PairState]


def scaled_pairs(state: PairState, factor: float) -> PairState:
    """Return `factor` times as many pairs, or clusters, of the same kind.

    Examples
    --------
    >>> scaled_pairs(PairedCounts(5, 1, 2, 4), 2).b
    (14, 24)
    """
    return type(state)(*(getattr(state, entry.name) * factor for entry in fields(state)))


def _added(left: P, right: P) -> P:
    return type(left)(*(getattr(left, each.name) + getattr(right, each.name) for each in fields(left)))
