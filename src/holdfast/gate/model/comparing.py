"""Two arms through the same gates: what is compared, and which one to choose. Pure.

The rule, as docs/compare.md tells it: an arm that fails a blocking gate is out. If exactly one arm passes all
of them, it is chosen. Of two that stand alike, the one is chosen that is better on some figure with
simultaneous confidence and worse on none. Else the data cannot say.

Only gates that are measured on records are compared: a signature says nothing about which arm is better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from holdfast.gate.model.criteria import Criterion
from holdfast.gate.model.decision import Decision
from holdfast.kernel.figures import Unit, count, figure, plural, span
from holdfast.kernel.verdict import Verdict, worst
from holdfast.measure.bootstrap import level
from holdfast.measure.comparing import NO_INTERVAL, Difference, comparable, difference_of
from holdfast.measure.pairs import PairState
from holdfast.measure.requests import SliceKey
from holdfast.measure.slices import label, ordered

CONFIDENCE = 0.95
"""Of the intervals of differences, two-sided; over all that are compared together, for the choice."""
Side: TypeAlias = Literal["a", "b"]
OTHER: dict[Side, Side] = {"a": "b", "b": "a"}
Ends: TypeAlias = tuple[float, float] | None
Outcome: TypeAlias = Literal["chosen", "open", "neither"]


@dataclass(frozen=True)
class Figures:
    """One figure of both arms: a gate's whole, or one of its slices.

    Attributes
    ----------
    label : str
        The slice in words; empty for the whole.
    judged : bool
        Whether the gate judges it: a slice that is listed only decides no choice.
    difference : Difference or None
        None where an arm has no such slice.
    shown, sure : (low, high) or None
        The interval of b - a at 95 %, and the wider one that holds for all figures at once.
    better, worse : Side or None
        `better`: the arm that is better with simultaneous confidence. `worse`: the arm that is shown to be
        worse by its own interval, or that is not shown to stay within the gate's margin.
    needs : int or None
        Further pairs or records that would tell the arms apart here.
    """

    gate: str
    blocking: bool
    unit: Unit
    lower_is_better: bool
    slice: SliceKey = ()
    label: str = ""
    judged: bool = True
    difference: Difference | None = None
    shown: Ends = None
    sure: Ends = None
    better: Side | None = None
    worse: frozenset[Side] = frozenset()
    margin: float | None = None
    needs: int | None = None

    @property
    def name(self) -> str:
        """The gate, with its slice."""
        return f"`{self.gate}` ({self.label})" if self.label else f"`{self.gate}`"


@dataclass(frozen=True)
class Choice:
    """What the comparison comes to.

    Attributes
    ----------
    outcome : "chosen", "open" or "neither"
        `open`: the data cannot say. `neither`: both arms fail a blocking gate.
    side : Side or None
        The arm that is chosen.
    reason : str
        Why, in one sentence.
    needs : (int, Figures) or None
        Of an open comparison: the fewest further pairs or records that would tell the arms apart, and where.
    """

    outcome: Outcome
    side: Side | None
    reason: str
    needs: tuple[int, Figures] | None = None

    @property
    def exit_code(self) -> int:
        """0 chosen, 2 the data cannot say, 1 both arms fail."""
        return {"chosen": 0, "open": 2, "neither": 1}[self.outcome]


def figures_of(
    one: Sequence[Decision],
    other: Sequence[Decision],
    pairs: Mapping[str, Mapping[SliceKey, PairState]],
    margins: Mapping[str, float],
    look: int = 1,
    shared: frozenset[str] = frozenset(),
) -> tuple[Figures, ...]:
    """Return every compared figure of two arms, gate by gate in the plan's order.

    Parameters
    ----------
    one, other : sequence of Decision
        Of the same gates.
    pairs : mapping from gate to states by slice
        Of the gates whose records pair.
    margins : mapping from gate to distance
        How much worse a chosen arm may be, where the plan says so.
    look : int
        Which look at these two arms it is, from 1.
    shared : frozenset of str
        Data sources of which both arms read the very same records: nothing is compared there.
    """
    found = [
        figures
        for a, b in zip(one, other, strict=True)
        for figures in _of_gate(a, b, pairs.get(a.criterion.gate), margins.get(a.criterion.gate), shared)
    ]
    alpha = level((1 - CONFIDENCE) / 2, look)
    # the same figure under two thresholds is one figure
    measured = {
        key: None
        for each, key in zip(found, _identities(found, one), strict=True)
        if _has_interval(each, alpha)
    }
    return tuple(_told(each, alpha, max(len(measured), 1)) for each in found)


def _of_gate(
    a: Decision,
    b: Decision,
    pairs: Mapping[SliceKey, PairState] | None,
    margin: float | None,
    shared: frozenset[str],
) -> list[Figures]:
    criterion = a.criterion
    measured = criterion.measured
    if measured is None:
        return []
    plain = Figures(
        criterion.gate, criterion.blocking, measured.unit, lower_is_better(criterion), margin=margin
    )
    if a.evidence is None or b.evidence is None:
        return [plain]
    if {measured.data, measured.reference or measured.data} <= shared:
        return [replace(plain, difference=_of_judged(a, b, "both arms read the same records"))]
    if not comparable(measured.metric):
        return [replace(plain, difference=_of_judged(a, b, NO_INTERVAL))]
    states = a.evidence.states, b.evidence.states
    judged = {
        each.slice
        for decision in (a, b)
        if decision.judgement is not None
        for each in decision.judgement.slices
        if each.judged
    }
    return [
        replace(
            plain,
            slice=key,
            label=label(key, measured.by) if key else "",
            judged=key in judged,
            difference=None
            if key not in states[0] or key not in states[1]
            else difference_of(
                measured.metric, states[0][key], states[1][key], None if pairs is None else pairs.get(key)
            ),
        )
        for key in ordered({*states[0], *states[1]})
    ]


def _of_judged(a: Decision, b: Decision, note: str) -> Difference:
    """Return the judged values where their difference has no interval, and why it has none."""
    values = [decision.judgement.value if decision.judgement else None for decision in (a, b)]
    first, second = values
    apart = second - first if first is not None and second is not None else None
    n = sum(decision.judgement.n for decision in (a, b) if decision.judgement)
    return Difference(first, second, apart, n, False, lambda _: None, lambda *_: None, notes=(note,))


def lower_is_better(criterion: Criterion) -> bool:
    """Whether a gate wants low figures: fewer hits, for zero tolerance."""
    return criterion.requirement is None or criterion.requirement.upper


def _identities(found: Sequence[Figures], decisions: Sequence[Decision]) -> list[tuple[object, ...]]:
    measured = {decision.criterion.gate: decision.criterion.measured for decision in decisions}
    told: list[tuple[object, ...]] = []
    for each in found:
        what = measured[each.gate]
        told.append((what.metric, what.data, what.by, each.slice) if what is not None else (each.gate,))
    return told


def _has_interval(each: Figures, alpha: float) -> bool:
    return each.judged and each.difference is not None and each.difference.bounds(alpha) is not None


def _told(each: Figures, alpha: float, figures: int) -> Figures:
    """Return a figure with its intervals and what they tell."""
    difference = each.difference
    if difference is None:
        return each
    shown, sure = difference.bounds(alpha), difference.bounds(alpha / figures)
    if shown is None or sure is None or not each.judged:
        return replace(each, shown=shown, sure=sure)
    better = _better(sure, lower=each.lower_is_better)
    ahead = _better(shown, lower=each.lower_is_better)
    loser = None if ahead is None else OTHER[ahead]
    worse: set[Side] = {loser} if loser is not None else set()
    if each.margin is not None:
        # within the margin with the confidence of one side: each must hold, so none is corrected
        one_sided = difference.bounds(2 * alpha) or shown
        worse = {
            side for side in ("a", "b") if _loss(one_sided, side, lower=each.lower_is_better) > each.margin
        }
    return replace(
        each,
        shown=shown,
        sure=sure,
        better=better,
        worse=frozenset(worse),
        needs=difference.decides(alpha / figures) if better is None else None,
    )


def _better(ends: tuple[float, float], *, lower: bool) -> Side | None:
    """Return the arm that an interval of b - a shows to be better."""
    if ends[0] > 0:
        return "a" if lower else "b"
    if ends[1] < 0:
        return "b" if lower else "a"
    return None


def _loss(ends: tuple[float, float], side: Side, *, lower: bool) -> float:
    """Return by how much an arm may be worse than the other."""
    risen = (side == "b") == lower
    return ends[1] if risen else -ends[0]


def standing(decisions: Sequence[Decision]) -> Verdict:
    """Return the worst verdict of the blocking gates that are measured on records."""
    return worst(each.verdict for each in decisions if each.criterion.blocking and each.criterion.measured)


def choose(
    names: tuple[str, str],
    one: Sequence[Decision],
    other: Sequence[Decision],
    figures: Sequence[Figures],
) -> Choice:
    """Return which arm to choose, with the reason in one sentence."""
    arms: dict[Side, str] = {"a": names[0], "b": names[1]}
    decided: dict[Side, Sequence[Decision]] = {"a": one, "b": other}
    stands = {side: standing(decisions) for side, decisions in decided.items()}
    failing = [side for side in arms if stands[side] is Verdict.FAIL]
    passing = [side for side in arms if stands[side] is Verdict.PASS]
    if len(failing) == 2:
        told = "; ".join(f"`{arms[side]}` fails {_gates(decided[side], Verdict.FAIL)}" for side in arms)
        return Choice("neither", None, f"both arms fail a blocking gate: {told}")
    if len(passing) == 1:
        side = passing[0]
        rival = OTHER[side]
        verb = "fails" if stands[rival] is Verdict.FAIL else "cannot be decided on"
        gates = _gates(decided[rival], stands[rival])
        reason = f"it passes every blocking gate that records can decide, and `{arms[rival]}` {verb} {gates}"
        return Choice("chosen", side, reason)
    if failing:
        out, left = failing[0], OTHER[failing[0]]
        undecided = _gates(decided[left], Verdict.INCONCLUSIVE)
        reason = (
            f"`{arms[out]}` fails {_gates(decided[out], Verdict.FAIL)} and is out, and"
            f" `{arms[left]}` cannot be decided on {undecided} yet"
        )
        return Choice("open", None, reason)
    return _among_equals(arms, stands["a"], figures)


def _among_equals(arms: Mapping[Side, str], stands: Verdict, figures: Sequence[Figures]) -> Choice:
    alike = "both pass every blocking gate" if stands is Verdict.PASS else "neither fails a blocking gate"
    counted = [each for each in figures if each.judged and each.shown is not None]
    if not counted:
        return Choice("open", None, f"{alike}, and no gate has an interval for the difference")
    ahead = {side: [each for each in counted if each.better == side] for side in arms}
    behind = {side: [each for each in counted if side in each.worse] for side in arms}
    for side in arms:
        if ahead[side] and not behind[side]:
            return Choice("chosen", side, f"{alike}, and {_ahead(arms, side, ahead[side], counted)}")
    needs = _closest(counted)
    if ahead["a"] or ahead["b"]:
        parts = []
        for side in arms:
            if ahead[side]:
                on = _figures(ahead[side])
                parts.append(f"`{arms[side]}` is better on {on}" + _but(side, behind[side]))
        return Choice("open", None, f"{alike}; {' and '.join(parts)}: people must weigh it", needs)
    reason = f"{alike}, and no figure tells the arms apart"
    if needs is not None:
        more, each = needs
        assert each.difference is not None  # noqa: S101 -- it has an interval; for the type checker
        what = "pair" if each.difference.paired else "record"
        reason += f"; about {plural(more, f'more {what}')} would, on {each.name}, at the present rates"
    else:
        reason += "; no number of further records would, at the present rates"
    return Choice("open", None, reason, needs)


def _ahead(arms: Mapping[Side, str], side: Side, ahead: Sequence[Figures], counted: Sequence[Figures]) -> str:
    first = ahead[0]
    assert first.difference is not None  # noqa: S101 -- it has an interval; for the type checker
    assert first.sure is not None  # noqa: S101 -- as above
    by = f"{first.name} by {distance(first.difference.value, first.sure, first.unit)}"
    rest = f" and {plural(len(ahead) - 1, 'other figure')}" if len(ahead) > 1 else ""
    within = " beyond its margin" if any(each.margin is not None for each in counted) else ""
    confidence = f"with {100 * CONFIDENCE:g} % confidence over {plural(len(counted), 'figure')} at once"
    return f"`{arms[side]}` is better on {by}{rest}, {confidence}, and shown worse on none{within}"


def _but(side: Side, behind: Sequence[Figures]) -> str:
    worse = [each for each in behind if each.better != OTHER[side]]
    if not worse:
        return ""
    return (
        f" but not shown within the margin of {_figures(worse)}"
        if worse[0].margin
        else f" but worse on {_figures(worse)}"
    )


def distance(value: float | None, ends: tuple[float, float], unit: Unit) -> str:
    """Return how far apart two arms are, whichever is ahead; of shares in percentage points.

    Examples
    --------
    >>> distance(-0.034, (-0.05, -0.01), "share"), distance(0.5, (0.25, 0.75), "number")
    ('3.40 points [1.00, 5.00]', '0.5 [0.25, 0.75]')
    """
    turned = value is not None and value < 0
    low, high = (-ends[1], -ends[0]) if turned else ends
    far = figure(None if value is None else abs(value), unit).replace(" %", " points")
    return f"{far} {span(low, high, unit)}"


def _closest(counted: Sequence[Figures]) -> tuple[int, Figures] | None:
    open_ = [(each.needs, each) for each in counted if each.needs is not None]
    return min(open_, key=lambda found: found[0], default=None)


def _figures(some: Sequence[Figures]) -> str:
    rest = len(some) - 3
    return ", ".join(each.name for each in some[:3]) + (f" and {count(rest)} more" if rest > 0 else "")


def _gates(decisions: Sequence[Decision], verdict: Verdict) -> str:
    names = [
        f"`{each.criterion.gate}`"
        for each in decisions
        if each.criterion.blocking and each.criterion.measured and each.verdict is verdict
    ]
    rest = len(names) - 3
    return ", ".join(names[:3]) + (f" and {count(rest)} more" if rest > 0 else "")
