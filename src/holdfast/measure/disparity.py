"""Gaps between groups: demographic parity, equal opportunity, equalized odds, or any other rate.

The gap of a rate over groups is its greatest value less its least, or its least over its greatest. It lies
within a limit when every pair of groups does. So the bound that can *pass* takes the worst pair at the full
level: to pass wrongly, the one pair that breaks the limit must look as if it did not (an intersection-union
test; Berger 1982). The bound that can *fail* needs one pair only, whichever looks worst, and so divides its
level among all ordered pairs (Bonferroni): with ten equal groups there are 90 chances to look unequal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from holdfast.kernel.figures import figure
from holdfast.measure.clusters import effective
from holdfast.measure.differences import difference_bounds, ratio_bounds
from holdfast.measure.estimates import Estimate, Interval
from holdfast.measure.rates import RateEstimator, scaled_counts
from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import label, ordered, shares
from holdfast.measure.states import AnyCounts, Floats, Groups

Form = Literal["difference", "ratio"]


@dataclass(frozen=True)
class GroupFigure:
    """The rate of one group, as it is shown beside a gap.

    Attributes
    ----------
    rate : str
        Which rate, where the gap is over several: "true positive rate"; else empty.
    group : tuple
        The values of the columns that the gap is taken over.
    share : float
        Of all records, over all rates, those without a label included: what `major` is compared with.
    judged : bool
        False where the group is listed only: below the share that the gate calls major.
    """

    rate: str
    group: SliceKey
    value: float | None
    interval: tuple[float, float] | None
    n: int
    k: int
    share: float
    judged: bool = True


@dataclass(frozen=True)
class DisparityEstimator:
    """The gap of a rate between groups, over `Groups`.

    Attributes
    ----------
    form : "difference" or "ratio"
        Greatest less least rate, or least over greatest.
    over : tuple of str
        The columns that make the groups, for words.
    rates : tuple of str
        Names of the rates, where there is more than one: the largest gap counts.

    Examples
    --------
    >>> from holdfast.measure.states import Counts
    >>> groups = Groups(({("f",): Counts(450, 1000), ("m",): Counts(480, 1000)},))
    >>> gap = DisparityEstimator("difference", ("sex",))
    >>> round(gap.estimate(groups).value, 6)
    0.03
    >>> [round(bound, 4) for bound in gap.bounds(groups, 0.05)]
    [0.0, 0.0666]
    >>> round(DisparityEstimator("ratio").estimate(groups).value, 6)
    0.9375
    """

    form: Form = "difference"
    over: tuple[str, ...] = ()
    rates: tuple[str, ...] = ("",)

    def estimate(self, state: Groups, confidence: float = 0.95) -> Estimate:
        """Return the gap between the groups that have records; a note names those that have none."""
        total = sum(counts.n for rate in state.counts for counts in rate.values())
        found = [gap for rate in state.counts if (gap := self._gap(rate)) is not None]
        notes = [self._without(*each) for each in without_evidence(state)]
        if not found or len(found) < len(state.counts):
            return Estimate(None, None, round(total), None, (*notes, self._no_gap(state)))
        value, most, least = max(found) if self.form == "difference" else min(found)
        if most != least:
            notes.append(f"the gap is between {most} and {least}")
        ends = self.bounds(state, (1 - confidence) / 2)
        method = "Miettinen & Nurminen (1985), corrected for skewness (Laud 2017), over pairs of groups"
        interval = None if ends is None else Interval(*ends, confidence, method)
        return Estimate(value, interval, round(total), None, tuple(notes))

    def bounds(self, state: Groups, alpha: float, look: int = 1) -> tuple[float, float] | None:
        """Return the bounds of the gap: towards no gap by Bonferroni, towards a gap by the worst pair.

        None where a group has no records (a group without evidence is not a gap of zero), fewer than two
        clusters, or no other group to compare it with.
        """
        if look > 1:
            alpha /= look * (look + 1)
        if any(len(rate) < 2 for rate in state.counts) or not state.counts or without_evidence(state):
            return None
        pairs = sum(len(rate) * (len(rate) - 1) for rate in state.counts)
        worst = [self._pairs(rate, alpha) for rate in state.counts]
        sure = [self._pairs(rate, alpha / pairs) for rate in state.counts]
        apart = [each[1] for each in worst if each is not None]
        least = [each[0] for each in sure if each is not None]
        if len(apart) < len(state.counts) or len(least) < len(state.counts):
            return None
        if self.form == "difference":
            return max(least), max(apart)
        return min(apart), min(least)

    def scaled(self, state: Groups, factor: float) -> Groups:
        """Return the groups with `factor` times the records each."""
        return Groups(
            tuple(
                {key: scaled_counts(counts, factor) for key, counts in rate.items()} for rate in state.counts
            )
        )

    def figures(
        self, state: Groups, confidence: float, judged: frozenset[SliceKey]
    ) -> tuple[GroupFigure, ...]:
        """Return the rate of every group, for display, in order; `judged` are those that the gap is over."""
        shown: list[GroupFigure] = []
        share = shares(group_weights(state))
        for name, rate in zip(self._names(state), state.counts, strict=True):
            for key in ordered(rate):
                estimate = RateEstimator().estimate(rate[key], confidence)
                ends = estimate.interval
                shown.append(
                    GroupFigure(
                        name,
                        key,
                        estimate.value,
                        None if ends is None else (ends.low, ends.high),
                        estimate.n,
                        estimate.k or 0,
                        share[key],
                        key in judged,
                    )
                )
        return tuple(shown)

    def lacking(self, state: Groups) -> list[str]:
        """Return, in words, every group that says nothing, and why."""
        found = [self._without(*each) for each in without_evidence(state)]
        for index, rate in enumerate(state.counts):
            for key in ordered(rate):
                if rate[key].n > 0 and effective(rate[key], 0.05) is None:
                    found.append(self._about(index, key, "only one cluster of records"))
        if any(sum(counts.n > 0 for counts in rate.values()) < 2 for rate in state.counts):
            found.append(self._no_gap(state))
        return found

    def _names(self, state: Groups) -> tuple[str, ...]:
        return self.rates if len(self.rates) == len(state.counts) else ("",) * len(state.counts)

    def _gap(self, rate: Mapping[SliceKey, AnyCounts]) -> tuple[float, str, str] | None:
        """Return the gap of one rate and the groups that it is between, in words."""
        values = {key: counts.k / counts.n for key, counts in rate.items() if counts.n > 0}
        if len(values) < 2:
            return None
        keys = ordered(values)
        most, least = max(keys, key=lambda key: values[key]), min(keys, key=lambda key: values[key])
        high, low = values[most], values[least]
        if self.form == "ratio" and high <= 0:
            return None
        gap = high - low if self.form == "difference" else low / high
        words = [f"{label(key, self.over)} ({figure(values[key])})" for key in (most, least)]
        return gap, words[0], words[1]

    def _pairs(self, rate: Mapping[SliceKey, AnyCounts], alpha: float) -> tuple[float, float] | None:
        """Return, over all pairs at one level, the gap that is sure and the gap that is possible."""
        sizes = [effective(counts, alpha) for counts in rate.values()]
        known = [size for size in sizes if size is not None]
        if len(known) < len(sizes):
            return None
        k, n = np.array(known).T
        one, other = np.triu_indices(len(known), 1)
        if self.form == "difference":
            low, high = difference_bounds(k[one], n[one], k[other], n[other], alpha, skewness=True)
            return float(np.max(np.maximum(np.maximum(low, -high), 0))), float(np.max(np.maximum(high, -low)))
        low, high = ratio_bounds(k[one], n[one], k[other], n[other], alpha, skewness=True)
        sure = np.minimum(np.minimum(high, _inverse(low)), 1)
        return float(np.min(sure)), float(np.min(np.minimum(low, _inverse(high))))

    def _without(self, index: int, key: SliceKey) -> str:
        return self._about(index, key, "no records")

    def _about(self, index: int, key: SliceKey, what: str) -> str:
        rate = self.rates[index] if index < len(self.rates) else ""
        return f"{what} for {label(key, self.over)}" + (f" ({rate})" if rate else "")

    def _no_gap(self, state: Groups) -> str:
        groups = {key for rate in state.counts for key, counts in rate.items() if counts.n > 0}
        if not groups:
            return "no group has a record"
        if len(groups) == 1:
            return f"a gap needs two groups; the only one to judge is {label(next(iter(groups)), self.over)}"
        if self.form == "ratio" and all(counts.k <= 0 for rate in state.counts for counts in rate.values()):
            return "no group has a hit: a ratio of nothing to nothing is not a number"
        return "one of the rates has no two groups with records"


def _inverse(ratio: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return 1 / ratio


class EqualizedOddsEstimator(DisparityEstimator):
    """The larger of the gaps of true and of false positive rate, over `Groups` of these two rates.

    Examples
    --------
    >>> from holdfast.measure.states import Counts
    >>> found = {("f",): Counts(90, 100), ("m",): Counts(80, 100)}
    >>> alarmed = {("f",): Counts(10, 100), ("m",): Counts(15, 100)}
    >>> round(EqualizedOddsEstimator().estimate(Groups((found, alarmed))).value, 6)
    0.1
    """

    def __init__(self, over: tuple[str, ...] = ()) -> None:
        super().__init__("difference", over, ("true positive rate", "false positive rate"))


def without_evidence(state: Groups) -> list[tuple[int, SliceKey]]:
    """Return (index of the rate, group) for every group that some rate has no records of.

    Examples
    --------
    >>> from holdfast.measure.states import Counts
    >>> without_evidence(Groups(({("f",): Counts(1, 9), ("m",): Counts()}, {("f",): Counts(1, 9)})))
    [(0, ('m',)), (1, ('m',))]
    """
    groups = ordered({key for rate in state.counts for key in rate})
    return [
        (index, key)
        for index, rate in enumerate(state.counts)
        for key in groups
        if key not in rate or rate[key].n <= 0
    ]


def group_weights(state: Groups) -> dict[SliceKey, float]:
    """Return the records of each group, over all rates, those without a label included."""
    weights: dict[SliceKey, float] = {}
    for rate in state.counts:
        for key, counts in rate.items():
            weights[key] = weights.get(key, 0.0) + counts.n + counts.missing
    return weights


def restricted(state: Groups, groups: frozenset[SliceKey]) -> Groups:
    """Return the state of some of the groups."""
    return Groups(
        tuple({key: counts for key, counts in rate.items() if key in groups} for rate in state.counts)
    )
