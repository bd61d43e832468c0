"""Drift of vectors: how far the law of a column of embeddings is from its reference.

Two figures of one state (`VectorsDrifted`). The maximum mean discrepancy (MMD; Gretton et al. 2012) over
random Fourier features sees any change of the law that these frequencies show. The mean shift is the distance
of the two mean vectors, in root mean squared distances of a reference vector from its mean; it sees a change
of the mean only, in every direction alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from holdfast.kernel.figures import figure, plural
from holdfast.measure.bootstrap import level
from holdfast.measure.estimates import Estimate, Interval
from holdfast.measure.shifts import Shift
from holdfast.measure.vectors import FREQUENCIES, VectorsDrifted, VectorSums

Test: TypeAlias = Literal["mmd", "mean_shift"]
FEW = 50
"""Fewer vectors on a side than this do not tell the noise of the features."""
WORDS: dict[str, str] = {"mmd": "MMD", "mean_shift": "mean shift"}


class EmbeddingDriftEstimator:
    """The distance of vectors from their reference, over `VectorsDrifted`; the other figure stands beside it.

    Values are debiased, as those of `drift` are: the measured length less what noise alone adds to it, which
    stands beside it as plain.

    Examples
    --------
    >>> from holdfast.measure.vectors import frame_of
    >>> random = np.random.default_rng(1)
    >>> then, now = random.normal(0, 1, (2000, 8)), random.normal(0.2, 1, (2000, 8))
    >>> frame = frame_of(then[:500])
    >>> state = VectorsDrifted(VectorSums.of(then, frame), VectorSums.of(now, frame))
    >>> estimate = EmbeddingDriftEstimator().estimate(state)
    >>> 0.05 < estimate.interval.low < estimate.value < estimate.interval.high < 0.15
    True
    >>> round(dict(estimate.extra)["mean shift"], 1)  # 0.2 in every direction, of a deviation of 1
    0.2
    """

    def __init__(self, test: Test = "mmd") -> None:
        self.test = test

    def estimate(self, state: VectorsDrifted, confidence: float = 0.95) -> Estimate:
        """Return the drift with its two-sided interval; expectation and p-value without drift beside it."""
        n = round(state.current.n)
        lacking = _lacking(state)
        if lacking:
            return Estimate(None, None, n, notes=(lacking, *_notes(state)))
        shift = self._shift(state)
        low, high = shift.bounds((1 - confidence) / 2)
        extra = [
            (f"plain {WORDS[self.test]}", float(np.sqrt(shift.squared))),
            ("no-drift expectation", float(np.sqrt(shift.expected))),
        ]
        if self.test == "mmd":
            extra.append(("p-value", shift.p_value()))
        other = EmbeddingDriftEstimator("mean_shift" if self.test == "mmd" else "mmd")
        beside = other._shift(state)
        ends = beside.bounds((1 - confidence) / 2)
        name = WORDS[other.test]
        extra += [(name, beside.length), (f"{name} low", ends[0]), (f"{name} high", ends[1])]
        extra += [("dimensions", float(state.reference.frame.dimension))]
        interval = Interval(low, high, confidence, "tests turned round; both samples' noise counts")
        return Estimate(shift.length, interval, n, notes=_notes(state), extra=tuple(extra))

    def bounds(self, state: VectorsDrifted, alpha: float, look: int = 1) -> tuple[float, float] | None:
        """Return the one-sided bounds of the true distance; None with fewer than two vectors on a side."""
        return None if _lacking(state) else self._shift(state).bounds(level(alpha, look))

    def scaled(self, state: VectorsDrifted, factor: float) -> VectorsDrifted:
        """Return `factor` times as many current vectors with the same value; the reference stays as it is.

        More vectors show less noise: their mean is drawn towards the reference's until what is left of the
        distance is that of now.
        """
        now, then = state.current, state.reference
        if _lacking(state):
            return state
        shift, drawn = self._shift(state), []
        less = self._noise_of_one(state) * (1 / now.n - 1 / (factor * now.n))
        keep = np.sqrt(max(0.0, 1 - less / shift.squared)) if shift.squared > 0 else 1.0
        for mine, theirs in ((now.mean(), then.mean()), (now.seen()[0], then.seen()[0])):
            drawn.append(theirs + keep * (mine - theirs))
        return VectorsDrifted(then, now.at(factor * now.n, drawn[0], drawn[1]))

    def _shift(self, state: VectorsDrifted) -> Shift:
        then, now = state.reference, state.current
        if self.test == "mean_shift":
            unit = then.spread() or 1.0
            apart = now.mean() - then.mean()
            # the covariance of vectors is not kept: all of their noise is taken to lie along one axis
            noise = np.array([(then.spread() / then.n + now.spread() / now.n) / unit])
            return Shift(float(apart @ apart) / unit, noise)
        (before, one), (after, other) = then.seen(), now.seen()
        values = np.linalg.eigvalsh(one / then.n + other / now.n)[::-1]
        return Shift(float((after - before) @ (after - before)), np.maximum(values, 0))

    def _noise_of_one(self, state: VectorsDrifted) -> float:
        """Return what a single current vector adds to the squared length."""
        if self.test == "mean_shift":
            return state.current.spread() / (state.reference.spread() or 1.0)
        return float(np.trace(state.current.seen()[1]))


def _lacking(state: VectorsDrifted) -> str:
    for name, side in (("reference", state.reference), ("current records", state.current)):
        if side.n < 2:
            verb = "holds" if name == "reference" else "hold"
            return f"the {name} {verb} {plural(side.n, 'vector')}: two are the fewest that can be compared"
    return ""


def _notes(state: VectorsDrifted) -> tuple[str, ...]:
    notes = []
    sides: Sequence[tuple[str, VectorSums]] = (("the reference", state.reference), ("now", state.current))
    for name, side in sides:
        if side.unusable:
            words = "vectors that are empty or hold a null, NaN or an infinity"
            notes.append(f"{name}: {side.unusable:,.0f} {words}, not counted")
        if 2 <= side.n < FEW:
            notes.append(f"{name}: only {plural(side.n, 'vector')}, their noise is hardly known")
    gone = [_share_missing(side) for _, side in sides]
    if gone[0] != gone[1]:
        then, now = (figure(share) for share in gone)
        notes.append(f"without a vector: {then} of the reference, {now} now; not in this distance")
    if state.reference.n >= 2 and state.reference.spread() <= 0:
        notes.append("all vectors of the reference are the same")
    notes.append(f"seen through {FREQUENCIES} random frequencies; records are taken as independent")
    return tuple(notes)


def _share_missing(side: VectorSums) -> float:
    total = side.n + side.missing + side.unusable
    return (side.missing + side.unusable) / total if total else 0.0
