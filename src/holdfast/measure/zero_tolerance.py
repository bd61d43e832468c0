"""Zero tolerance: `allow: 0, trials: n`. One hit more than allowed fails; too few trials decide nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping

from holdfast.kernel.figures import count, figure, plural
from holdfast.kernel.verdict import Verdict, worst
from holdfast.measure.judgements import Judgement, SliceJudgement
from holdfast.measure.rates import RateEstimator
from holdfast.measure.reasons import not_counted, percent
from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import label, ordered, rest_of, shares
from holdfast.measure.states import AnyCounts, ClusteredCounts, Counts, State


def judge_zero_tolerance(
    states: Mapping[SliceKey, State],
    allow: int,
    trials: int,
    confidence: float = 0.95,
    by: tuple[str, ...] = (),
) -> Judgement:
    """Judge counted hits against the number that is allowed, in every slice.

    A pass says that so many trials went without a hit too many; it does not say that the rate is zero, so the
    upper bound is shown with it.

    Parameters
    ----------
    states : mapping of slice to Counts or ClusteredCounts
        What was measured; `{(): state}` for the whole.
    allow : int
        Hits that are allowed.
    trials : int
        Records that there must be, in every slice.
    confidence : float
        Of the bounds that are shown.
    by : tuple of str
        The columns that the slices are of, for words.

    Raises
    ------
    TypeError
        Where a state does not count hits.

    Examples
    --------
    >>> judge_zero_tolerance({(): Counts(0, 1000)}, allow=0, trials=1000).reason
    'no hit in 1,000 trials: at most 0.299 % with 95 % confidence'
    >>> judge_zero_tolerance({(): Counts(0, 400)}, allow=0, trials=1000).needs
    600
    >>> judge_zero_tolerance({(): Counts(1, 400)}, allow=0, trials=1000).verdict
    <Verdict.FAIL: 'fail'>
    """
    counted = {key: _counts(state) for key, state in states.items()}
    share = shares({key: counts.n + counts.missing for key, counts in counted.items()})
    slices = tuple(
        _judged(key, counted[key], share[key], allow, trials, confidence, by) for key in ordered(counted)
    )
    verdict = worst(each.verdict for each in slices if each.verdict is not None)
    deciding = max(slices, key=lambda each: _weight(each, trials), default=None)
    still = [each for each in slices if each.verdict is Verdict.INCONCLUSIVE]
    # no number of records would make slices that are counted together slices of their own
    lacking = None if any(each.needs is None for each in still) else sum(each.needs or 0 for each in still)
    notes = slices[0].notes if len(slices) == 1 else ()
    gone = sum(each.missing for each in slices)
    if gone and len(slices) > 1:
        notes = (not_counted(gone, sum(each.n for each in slices)),)
    return Judgement(
        verdict=verdict,
        requirement=None,
        confidence=confidence,
        slices=slices,
        deciding=deciding,
        reason=deciding.reason if deciding else "nothing could be judged: there are no trials",
        needs=(lacking if slices else max(trials, 1)) if verdict is Verdict.INCONCLUSIVE else None,
        notes=notes,
    )


def _counts(state: State) -> AnyCounts:
    if not isinstance(state, Counts | ClusteredCounts):
        msg = f"zero tolerance counts hits; {type(state).__name__} has none"
        raise TypeError(msg)
    return state


def _weight(each: SliceJudgement, trials: int) -> tuple[int, float, int]:
    rank = each.verdict.rank if each.verdict is not None else -1
    return rank, float(each.k or 0), trials - each.n


def _judged(
    key: SliceKey,
    counts: AnyCounts,
    share: float,
    allow: int,
    trials: int,
    confidence: float,
    by: tuple[str, ...],
) -> SliceJudgement:
    estimate = RateEstimator().estimate(counts, confidence)
    ends = RateEstimator().bounds(counts, 1 - confidence)
    where = f"for {label(key, by)}, " if key else ""
    hits = f"{plural(counts.k, 'hit') if counts.k else 'no hit'} in {plural(counts.n, 'trial')}"
    bound = "" if ends is None else f": at most {figure(ends[1])} with {percent(confidence)} confidence"
    needs = None
    if counts.k > allow:
        verdict = Verdict.FAIL
        reason = f"{where}{hits}, {count(allow) if allow else 'none'} allowed"
    elif counts.n < max(trials, 1):  # nothing at all is not a pass, whatever was asked for
        verdict, needs = Verdict.INCONCLUSIVE, math.ceil(max(trials, 1) - counts.n)
        reason = f"{where}{hits} so far, {count(trials)} required: {plural(needs, 'trial')} missing"
    elif rest_of(key) is not None:
        verdict = Verdict.INCONCLUSIVE
        reason = f"{where}{hits}, but not {plural(trials, 'trial')} of each"
    else:
        verdict = Verdict.PASS
        reason = f"{where}{hits}{bound}"
    gone = round(counts.missing)
    return SliceJudgement(
        slice=key,
        judged=True,
        verdict=verdict,
        value=estimate.value,
        inner=ends,
        outer=ends,
        n=estimate.n,
        k=estimate.k,
        missing=gone,
        share=share,
        needs=needs,
        reason=reason,
        notes=(*estimate.notes, *((not_counted(gone, estimate.n),) if gone else ())),
        extra=estimate.extra,
    )
