"""From states to a verdict: pass, inconclusive or fail, with the reason.

A slice *passes* when its whole one-sided interval meets the requirement, *fails* when the whole interval of
the other side breaks it, and is *inconclusive* between. Over several slices, a pass needs every slice to
pass, so each is judged at the full level (an intersection-union test needs no correction); a fail needs only
one, so its interval is corrected for the number of judged slices (Bonferroni). Nothing judged is not a pass.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from holdfast.kernel.figures import Unit, figure, plural
from holdfast.kernel.verdict import Verdict, worst
from holdfast.measure import reasons
from holdfast.measure.disparity import DisparityEstimator, GroupFigure, group_weights, restricted
from holdfast.measure.estimates import Estimate, Estimator
from holdfast.measure.judgements import Judgement, Requirement, Sign, SliceJudgement, Span
from holdfast.measure.requests import SliceKey
from holdfast.measure.sizes import needed
from holdfast.measure.slices import missing, ordered, rest_of, shares
from holdfast.measure.states import Groups, Selective, State
from holdfast.measure.zero_tolerance import judge_zero_tolerance

__all__ = ["Judgement", "Requirement", "Sign", "SliceJudgement", "judge", "judge_zero_tolerance"]


@dataclass(frozen=True)
class _Question:
    """What is asked of every slice alike; `slices` is how many are judged."""

    estimator: Estimator
    requirement: Requirement
    confidence: float
    look: int
    names: tuple[str, ...]
    major: float | None
    minimum: int | None
    point: bool
    voice: reasons.Voice
    slices: int = 1

    def bounds(self, state: State, *, corrected: bool, again: bool = False) -> Span | None:
        """Return the bounds at the gate's level, or corrected; `again`: as they will be at the next look."""
        level = (1 - self.confidence) / (self.slices if corrected else 1)
        ends = self.estimator.bounds(state, level, self.look + 1 if again else self.look)
        return None if ends is None or math.isnan(ends[0]) or math.isnan(ends[1]) else ends

    def decided(self, inner: Span, outer: Span) -> Verdict:
        if self.requirement.met_by(inner):
            return Verdict.PASS
        return Verdict.FAIL if self.requirement.broken_by(outer) else Verdict.INCONCLUSIVE


def judge(
    estimator: Estimator,
    states: Mapping[SliceKey, State],
    requirement: Requirement,
    *,
    confidence: float = 0.95,
    look: int = 1,
    by: tuple[str, ...] = (),
    major: float | None = None,
    minimum: int | None = None,
    point: bool = False,
    name: str = "the value",
    unit: Unit = "share",
) -> Judgement:
    """Judge the slices of a metric against a requirement.

    Parameters
    ----------
    estimator : Estimator
        Of the metric (`holdfast.measure.estimators.estimator_of`).
    states : mapping of slice to state
        What was measured; `{(): state}` for the whole.
    requirement : Requirement
        Such as `<= 0.05`.
    confidence : float
        Of each one-sided bound, as a share.
    look : int
        1 for the first time that this bundle is judged; from 2 on the bounds must hold at every look.
    by : tuple of str
        The columns that the slices are of, for words.
    major : float, optional
        Slices with less than this share of the records are listed and not judged; of a gap, groups likewise.
    minimum : int, optional
        A judged slice (of a gap: a judged group) with fewer records than this cannot pass.
    point : bool
        Compare the bare value; the judgement says so.
    name, unit : str
        Of the metric, for words: "recall is 97.6 % ...".

    Returns
    -------
    Judgement

    Examples
    --------
    >>> from holdfast.measure.rates import RateEstimator
    >>> from holdfast.measure.states import Counts
    >>> limit = Requirement("<", 0.005)
    >>> judge(RateEstimator(), {(): Counts(0, 1000)}, limit, name="toxicity").reason
    'toxicity is 0 % (0 of 1,000), at most 0.299 % with 95 % confidence: meets < 0.5 %'
    >>> open_ = judge(RateEstimator(), {(): Counts(3, 1000)}, limit, name="toxicity")
    >>> open_.verdict, open_.needs
    (<Verdict.INCONCLUSIVE: 'inconclusive'>, 8027)
    >>> judge(RateEstimator(), {}, limit).verdict
    <Verdict.INCONCLUSIVE: 'inconclusive'>
    """
    voice = reasons.Voice(name, unit, by, requirement, confidence)
    question = _Question(estimator, requirement, confidence, look, by, major, minimum, point, voice)
    whole = {key: estimator.estimate(state, confidence) for key, state in states.items()}
    share = shares({key: _records(state, whole[key]) for key, state in states.items()})
    total = sum(_records(state, whole[key]) for key, state in states.items())
    judged = [key for key in ordered(states) if not key or _is_major(key, share[key], total, major)]
    question = replace(question, slices=max(1, len(judged)), voice=replace(voice, slices=len(judged)))
    slices = tuple(
        _judged(question, key, states[key], share[key], whole[key])
        if key in judged
        else _listed(question, key, states[key], share[key], whole[key])
        for key in ordered(states)
    )
    return _together(question, slices)


def _is_major(key: SliceKey, share: float, total: float, major: float | None) -> bool:
    """Return whether a slice is judged: of the rest, whether any slice that it is made of might be."""
    if major is None:
        return True
    rest = rest_of(key)
    if rest is not None:
        share = min(share, rest.most / total) if total else 0.0
    return share >= major - 1e-12  # a share of exactly 5 % reaches 5 %


def _records(state: State, estimate: Estimate) -> float:
    """Return how many records a slice holds, those that could not be used included."""
    if isinstance(state, Groups):
        return sum(group_weights(state).values())
    if isinstance(state, Selective):
        return state.coverage.n + state.coverage.missing
    return estimate.n + missing(state)


def _listed(
    question: _Question, key: SliceKey, state: State, share: float, estimate: Estimate
) -> SliceJudgement:
    inner = question.bounds(state, corrected=False)
    outer = question.bounds(state, corrected=True)
    below = f"below {figure(question.major)}"
    reason = f"listed, not judged: {figure(share)} of the records, {below}"
    if rest_of(key) is not None:
        reason = f"listed, not judged: {figure(share)} of the records together, each value {below}"
    return _slice(estimate, key, state, share, inner=inner, outer=outer, judged=False, reason=reason)


def _judged(
    question: _Question, key: SliceKey, state: State, share: float, estimate: Estimate
) -> SliceJudgement:
    whole, notes = state, []
    groups: tuple[GroupFigure, ...] = ()
    if isinstance(state, Groups) and isinstance(question.estimator, DisparityEstimator):
        kept = _major_groups(state, question.major)
        groups = question.estimator.figures(state, question.confidence, kept)
        listed = {figure_.group for figure_ in groups} - kept
        if listed:
            notes.append(
                f"{plural(len(listed), 'group')} below a share of {figure(question.major)} listed, not judged"
            )
            state = restricted(state, kept)
            estimate = question.estimator.estimate(state, question.confidence)
    inner = question.bounds(state, corrected=False)
    outer = inner if question.slices == 1 else question.bounds(state, corrected=True)
    made = _slice(estimate, key, whole, share, inner=inner, outer=outer, groups=groups, notes=tuple(notes))
    if estimate.value is None or math.isnan(estimate.value):
        reason = question.voice.no_evidence(made, _lacking(question, state))
        return replace(made, verdict=Verdict.INCONCLUSIVE, reason=reason)
    if question.point:
        verdict = Verdict.PASS if question.requirement.holds(estimate.value) else Verdict.FAIL
        reason = question.voice.by_point(made, verdict)
    elif inner is None or outer is None:
        reason = question.voice.no_interval(made, _lacking(question, state))
        return replace(made, verdict=Verdict.INCONCLUSIVE, reason=reason)
    else:
        verdict = question.decided(inner, outer)
        needs = _needs(question, made, state) if verdict is Verdict.INCONCLUSIVE else None
        made = replace(made, needs=needs)
        reason = question.voice.by_interval(made, verdict)
    made = _of_each(question, replace(made, verdict=verdict, reason=reason), state)
    return _with_minimum(question, made, state)


def _of_each(question: _Question, made: SliceJudgement, state: State) -> SliceJudgement:
    """Return the slice with a pass withheld where it is of the rest: what holds together need not of each."""
    groups = {key for rate in state.counts for key in rate} if isinstance(state, Groups) else set()
    if made.verdict is not Verdict.PASS or not any(rest_of(key) for key in (made.slice, *groups)):
        return made
    reason = question.voice.of_the_rest(made)
    return replace(made, verdict=Verdict.INCONCLUSIVE, needs=None, reason=reason)


def _slice(
    estimate: Estimate,
    key: SliceKey,
    state: State,
    share: float,
    *,
    inner: Span | None,
    outer: Span | None,
    judged: bool = True,
    reason: str = "",
    groups: tuple[GroupFigure, ...] = (),
    notes: tuple[str, ...] = (),
) -> SliceJudgement:
    """Return a slice with its figures; its verdict is still open."""
    gone = round(missing(state))
    if gone:
        notes = (*notes, reasons.not_counted(gone, estimate.n))
    return SliceJudgement(
        slice=key,
        judged=judged,
        verdict=None,
        value=estimate.value,
        inner=inner,
        outer=outer,
        n=estimate.n,
        k=estimate.k,
        missing=gone,
        share=share,
        reason=reason,
        notes=(*estimate.notes, *notes),
        extra=estimate.extra,
        groups=groups,
    )


def _major_groups(state: Groups, major: float | None) -> frozenset[SliceKey]:
    weights = group_weights(state)
    share, total = shares(weights), sum(weights.values())
    return frozenset(key for key in share if _is_major(key, share[key], total, major))


def _lacking(question: _Question, state: State) -> list[str]:
    """Return what a gap lacks, group by group; empty for all other kinds."""
    if isinstance(state, Groups) and isinstance(question.estimator, DisparityEstimator):
        return question.estimator.lacking(state)
    return []


def _with_minimum(question: _Question, made: SliceJudgement, state: State) -> SliceJudgement:
    """Return the slice with a pass withheld where it, or one of a gap's groups, has too few records."""
    if question.minimum is None:
        return made
    if isinstance(state, Groups):
        sizes = [(key, counts.n) for rate in state.counts for key, counts in rate.items()]
    else:
        sizes = [(made.slice, float(made.n))]
    short = [(key, n) for key, n in sizes if n < question.minimum]
    if not short:
        return made
    over = question.estimator.over if isinstance(question.estimator, DisparityEstimator) else question.names
    reason = question.voice.too_few(made, short, question.minimum, over)
    if made.verdict is Verdict.FAIL:
        return replace(made, notes=(*made.notes, reason))
    lacking = sum(math.ceil(question.minimum - n) for _, n in short)
    if made.verdict is Verdict.PASS:
        return replace(made, verdict=Verdict.INCONCLUSIVE, needs=lacking, reason=reason)
    needs = None if made.needs is None else max(made.needs, lacking)
    return replace(made, needs=needs, notes=(*made.notes, reason))


def _needs(question: _Question, made: SliceJudgement, state: State) -> int | None:
    """Return how many further records of a slice would decide it, at the next look, at the present rate."""
    value, threshold = made.value, question.requirement.threshold
    if value is None or made.inner is None or made.outer is None:
        return None
    distance = abs(value - threshold)
    if distance <= 1e-12 * max(1.0, abs(threshold)):
        return None
    passing = question.requirement.holds(value)

    def decides(factor: float) -> bool:
        ends = question.bounds(question.estimator.scaled(state, factor), corrected=not passing, again=True)
        if ends is None:
            return False
        return question.requirement.met_by(ends) if passing else question.requirement.broken_by(ends)

    end = (made.inner if passing else made.outer)[1 if passing == question.requirement.upper else 0]
    # the width of an interval falls as one over the square root of n
    guess = ((end - value) / distance) ** 2 - 1
    return needed(decides, made.n, guess if math.isfinite(guess) and guess > 0 else 1.0)


def _together(question: _Question, slices: tuple[SliceJudgement, ...]) -> Judgement:
    judged = [each for each in slices if each.judged]
    verdict = worst(each.verdict for each in judged if each.verdict is not None)
    deciding = max(judged, key=lambda each: _weight(question.requirement, each), default=None)
    if verdict is Verdict.INCONCLUSIVE:
        # what the gate waits for is what its words are about
        deciding = _first_to_break(question.requirement, judged) or deciding
    notes: list[str] = []
    if len(slices) == 1:
        notes.extend(slices[0].notes)
    else:
        gone = sum(each.missing for each in slices)
        if gone:
            notes.append(reasons.not_counted(gone, sum(each.n for each in slices)))
        if len(judged) < len(slices):
            listed = plural(len(slices) - len(judged), "slice")
            notes.append(f"{listed} below a share of {figure(question.major)} listed, not judged")
    if question.point:
        notes.append("judged by the bare value, as the gate asks (`judge: point`), not by its interval")
    return Judgement(
        verdict=verdict,
        requirement=question.requirement,
        confidence=question.confidence,
        slices=slices,
        deciding=deciding,
        reason=question.voice.together(judged, deciding, verdict, len(slices), question.major),
        needs=_needs_together(question.requirement, judged) if verdict is Verdict.INCONCLUSIVE else None,
        notes=tuple(notes),
        look=question.look,
        point=question.point,
    )


def _weight(requirement: Requirement, each: SliceJudgement) -> tuple[int, float]:
    """Return how much a slice has to say about the verdict: its rank, then how bad or how narrow it is."""
    rank = each.verdict.rank if each.verdict is not None else -1
    if each.value is None or each.inner is None or each.outer is None:
        return rank, math.inf
    if each.verdict is Verdict.INCONCLUSIVE:
        return rank, math.inf if each.needs is None else float(each.needs)
    end = (each.inner if each.verdict is Verdict.PASS else each.outer)[
        1 if requirement.upper == (each.verdict is Verdict.PASS) else 0
    ]
    beyond = end - requirement.threshold
    return rank, beyond if requirement.upper else -beyond


def _first_to_break(requirement: Requirement, judged: list[SliceJudgement]) -> SliceJudgement | None:
    """Return the open slice that would fail with the fewest further records; None where none would."""
    breaking = [
        each
        for each in judged
        if each.verdict is Verdict.INCONCLUSIVE
        and each.needs is not None
        and each.value is not None
        and not requirement.holds(each.value)
    ]
    return min(breaking, key=lambda each: each.needs or 0, default=None)


def _needs_together(requirement: Requirement, judged: list[SliceJudgement]) -> int | None:
    """Return the records that decide: the fewest that make a slice fail, else all that passing still asks."""
    first = _first_to_break(requirement, judged)
    if first is not None:
        return first.needs
    still = [each for each in judged if each.verdict is Verdict.INCONCLUSIVE]
    passes = [each.needs for each in still if each.needs is not None]
    return sum(passes) if len(passes) == len(still) and passes else None
