"""Columns of vectors as sums: of the vectors, and of random Fourier features that see changes of any kind.

The features of x are cos and sin of `FREQUENCIES` random projections of x. Their mean is the characteristic
function of the column at these frequencies; the squared distance of two such means is, over the frequencies,
the maximum mean discrepancy under a Gaussian kernel (Rahimi & Recht 2007; Gretton et al. 2012). Means are
sums, so they merge, and no vector is kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from holdfast.measure.mergeable import Floats, same

FREQUENCIES = 64
"""Random projections; each makes two features."""
FEATURES = 2 * FREQUENCIES
PRODUCTS = FEATURES * (FEATURES + 1) // 2
"""Products of two features, each pair once."""


@dataclass(frozen=True)
class Frame:
    """What a reference fixes for vectors: their length, where they lie, and how far apart they usually are.

    Attributes
    ----------
    origin : array, shape (dimension,)
        A vector amid the reference's: sums are taken of distances from it, so that none loses digits.
    bandwidth : float
        The median distance of two of the reference's vectors: the kernel is exp(-|x - y|^2 / (2 b^2)).
    """

    origin: Floats
    bandwidth: float

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return len(self.origin)

    @property
    def key(self) -> tuple[float, bytes]:
        """What makes two frames the same."""
        return self.bandwidth, self.origin.tobytes()


def frame_of(vectors: Floats) -> Frame:
    """Return the frame that some of a reference's vectors fix: their mean, and their median distance.

    Parameters
    ----------
    vectors : array, shape (some, dimension)
        Finite; about a thousand are enough. Equal vectors should be among them once.

    Examples
    --------
    >>> frame = frame_of(np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]))
    >>> frame.origin.tolist(), frame.bandwidth
    ([3.0, 4.0], 5.0)
    """
    origin = vectors.mean(axis=0)
    moved = vectors - origin
    squares = (moved * moved).sum(axis=1)
    apart = squares[:, None] + squares[None, :] - 2 * moved @ moved.T
    one, other = np.triu_indices(len(vectors), 1)
    distances = np.sqrt(np.maximum(apart[one, other], 0))
    median = float(np.median(distances)) if len(distances) else 0.0
    # vectors that are all the same have no distance; any bandwidth then tells them from others
    return Frame(origin, median or float(np.sqrt((origin * origin).sum())) or 1.0)


@cache
def _directions(dimension: int) -> Floats:
    """Return standard normal numbers, shape (dimension, FREQUENCIES), the same with every numpy."""
    from holdfast.measure.special import ndtri

    seed = hashlib.sha256(f"holdfast random Fourier features 1 {dimension}".encode()).digest()
    bits = np.random.PCG64(int.from_bytes(seed[:16], "little")).random_raw(dimension * FREQUENCIES)
    drawn: Floats = ndtri(((bits >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53)
    return drawn.reshape(dimension, FREQUENCIES)


def frequencies(frame: Frame) -> Floats:
    """Return the frequencies w of a frame, shape (dimension, FREQUENCIES): normal, with deviation 1 / b."""
    return _directions(frame.dimension) / frame.bandwidth


def features(moved: Floats, waves: Floats) -> Floats:
    """Return the features of vectors, each of length one: shape (n, FEATURES).

    Parameters
    ----------
    moved : array, shape (n, dimension)
        Vectors less the frame's origin.
    waves : array
        `frequencies` of the frame, in the vectors' precision.

    Examples
    --------
    >>> frame = Frame(np.zeros(2), 1.0)
    >>> seen = features(np.array([[0.0, 0.0], [1.0, 2.0]]), frequencies(frame))
    >>> seen.shape, (seen * seen).sum(axis=1).round(12).tolist()
    ((2, 128), [1.0, 1.0])
    """
    angles = moved @ waves
    seen = np.empty((len(angles), FEATURES), dtype=angles.dtype)
    np.cos(angles, out=seen[:, :FREQUENCIES])
    np.sin(angles, out=seen[:, FREQUENCIES:])
    seen /= np.sqrt(FREQUENCIES).astype(angles.dtype)
    return seen


@dataclass(frozen=True)
class VectorSums:
    """A column of vectors, summed within a frame.

    Attributes
    ----------
    n : float
        Vectors.
    total : array, shape (dimension,)
        Sum of x - origin.
    squares : float
        Sum of |x - origin|^2.
    features : array, shape (FEATURES,)
        Sum of the features.
    products : array, shape (PRODUCTS,)
        Sum of the products of two features, the upper triangle by rows.
    missing : float
        Records whose vector is null.
    unusable : float
        Records whose vector is empty, or holds a null, NaN or an infinity.
    """

    frame: Frame
    n: float
    total: Floats
    squares: float
    features: Floats
    products: Floats
    missing: float = 0
    unusable: float = 0

    @staticmethod
    def zero(frame: Frame) -> VectorSums:
        """Return the state of no records in this frame."""
        return VectorSums(frame, 0.0, np.zeros(frame.dimension), 0.0, np.zeros(FEATURES), np.zeros(PRODUCTS))

    @staticmethod
    def of(vectors: Floats, frame: Frame, waves: Floats | None = None) -> VectorSums:
        """Return the state of some finite vectors, shape (n, dimension)."""
        moved = vectors - frame.origin.astype(vectors.dtype)
        seen = features(moved, (frequencies(frame) if waves is None else waves).astype(vectors.dtype))
        one = np.ones(len(vectors), dtype=vectors.dtype)
        return VectorSums(
            frame,
            float(len(vectors)),
            (one @ moved).astype(np.float64),
            float(np.einsum("ij,ij->", moved, moved)),
            (one @ seen).astype(np.float64),
            (seen.T @ seen)[np.triu_indices(FEATURES)].astype(np.float64),
        )

    def merge(self, other: VectorSums) -> VectorSums:
        """Return the state of both sets of records.

        Examples
        --------
        >>> frame = Frame(np.zeros(2), 1.0)
        >>> both = VectorSums.of(np.eye(2), frame).merge(VectorSums.of(np.ones((3, 2)), frame))
        >>> both.n, both.total.tolist()
        (5.0, [4.0, 4.0])
        """
        if self.frame is not other.frame:
            same("frames", self.frame.key, other.frame.key)
        return VectorSums(
            self.frame,
            self.n + other.n,
            self.total + other.total,
            self.squares + other.squares,
            self.features + other.features,
            self.products + other.products,
            self.missing + other.missing,
            self.unusable + other.unusable,
        )

    def mean(self) -> Floats:
        """Return the mean vector less the origin."""
        return self.total / self.n

    def spread(self) -> float:
        """Return the trace of the vectors' covariance: the mean squared distance from their mean."""
        mean = self.mean()
        return max(0.0, (self.squares - self.n * float(mean @ mean)) / (self.n - 1)) if self.n > 1 else 0.0

    def seen(self) -> tuple[Floats, Floats]:
        """Return mean and covariance of the features."""
        mean = self.features / self.n
        square = np.zeros((FEATURES, FEATURES))
        square[np.triu_indices(FEATURES)] = self.products / self.n
        square = square + np.triu(square, 1).T - np.outer(mean, mean)
        return mean, square * (self.n / (self.n - 1) if self.n > 1 else 0.0)

    def at(self, n: float, mean: Floats, seen: Floats) -> VectorSums:
        """Return n vectors of the same spread around another mean, and the same of their features."""
        covariance = self.seen()[1]
        keep = (self.n - 1) / self.n if self.n > 1 else 0.0
        moments = covariance * keep + np.outer(seen, seen)
        around = self.squares / self.n - float(self.mean() @ self.mean())
        return replace(
            self,
            n=n,
            total=n * mean,
            squares=n * (around + float(mean @ mean)),
            features=n * seen,
            products=n * moments[np.triu_indices(FEATURES)],
            missing=self.missing * n / self.n,
            unusable=self.unusable * n / self.n,
        )


@dataclass(frozen=True)
class VectorsDrifted:
    """A column of vectors now against its reference, in the reference's frame."""

    reference: VectorSums
    current: VectorSums

    def merge(self, other: VectorsDrifted) -> VectorsDrifted:
        """Return the state with the current records of both; the reference is frozen and must be the same."""
        mine, theirs = self.reference, other.reference
        same("references", _content(mine), _content(theirs))
        return VectorsDrifted(mine, self.current.merge(other.current))


def _content(state: VectorSums) -> tuple[object, ...]:
    sums = (state.total.tobytes(), state.features.tobytes(), state.products.tobytes())
    return state.frame.key, state.n, state.squares, sums, state.missing, state.unusable
