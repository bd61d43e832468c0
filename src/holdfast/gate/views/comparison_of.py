"""From a comparison's outcome to its context."""

from __future__ import annotations

from holdfast.gate.model.compared import ArmOutcome, ComparisonOutcome
from holdfast.gate.model.comparing import Figures, standing
from holdfast.gate.model.criteria import Criterion
from holdfast.gate.views.comparison import ComparedArm, ComparedFigure, ComparedGate, Comparison, Paired
from holdfast.gate.views.context import Gate
from holdfast.gate.views.report import LOOKS_UNKNOWN, Made, report_of
from holdfast.kernel.figures import count, plural
from holdfast.kernel.verdict import Verdict
from holdfast.measure.pairs import Pairing
from holdfast.plan.views.arms import as_gates_do


def comparison_of(outcome: ComparisonOutcome, made: Made) -> Comparison:
    """Return the context of a comparison."""
    a, b = (_arm(arm, made) for arm in outcome.arms)
    system, choice = outcome.plan.plan.system, outcome.choice
    names = a.name, b.name
    criteria = [decision.criterion for decision in outcome.arms[0].outcome.decisions]
    gates = tuple(
        _gate(criterion, one, other, outcome, names)
        for criterion, one, other in zip(criteria, a.report.gates, b.report.gates, strict=True)
    )
    return Comparison(
        system=system.id,
        name=system.name or system.id,
        outcome=choice.outcome,
        chosen=outcome.chosen,
        word={"chosen": f"CHOOSE {outcome.chosen}", "open": "THE DATA CANNOT SAY", "neither": "NEITHER"}[
            choice.outcome
        ],
        headline=choice.reason[:1].upper() + choice.reason[1:] + ".",
        next_step=_next_step(outcome, a, b),
        exit_code=choice.exit_code,
        a=a,
        b=b,
        gates=gates,
        waiting=outcome.waiting,
        paired=_paired(outcome, names),
        figures=sum(
            figure.judged and figure.interval is not None for gate in gates for figure in gate.figures
        ),
        look=outcome.look,
        notes=_notes(outcome, made),
    )


def _arm(arm: ArmOutcome, made: Made) -> ComparedArm:
    report = report_of(arm.outcome, made)
    return ComparedArm(arm.name, arm.describes, arm.outcome.bundle, standing(arm.outcome.decisions), report)


def _gate(
    criterion: Criterion, a: Gate, b: Gate, outcome: ComparisonOutcome, names: tuple[str, str]
) -> ComparedGate:
    figures = [each for each in outcome.figures if each.gate == criterion.gate]
    by = criterion.measured.by if criterion.measured is not None else ()
    return ComparedGate(
        id=criterion.gate,
        blocking=criterion.blocking,
        requirement=a.requirement,
        unit=a.unit,
        lower_is_better=any(each.lower_is_better for each in figures),
        a=a,
        b=b,
        figures=tuple(_figure(each, by, names) for each in figures),
    )


def _figure(each: Figures, by: tuple[str, ...], names: tuple[str, str]) -> ComparedFigure:
    difference = each.difference
    name = dict(zip("ab", names, strict=True))
    return ComparedFigure(
        label=each.label,
        where=tuple(zip(by, each.slice, strict=False)),
        a=difference.a if difference else None,
        b=difference.b if difference else None,
        value=difference.value if difference else None,
        interval=each.shown,
        sure=each.sure,
        n=difference.n if difference else 0,
        paired=difference.paired if difference else False,
        better=name[each.better] if each.better else "",
        worse=tuple(name[side] for side in sorted(each.worse)),
        p_value=difference.p_value if difference else None,
        method=difference.method if difference else "",
        needs=each.needs,
        alone=difference.alone if difference else (0, 0),
        notes=difference.notes if difference else ("only one arm has such records",),
        judged=each.judged,
        margin=each.margin,
    )


def _next_step(outcome: ComparisonOutcome, a: ComparedArm, b: ComparedArm) -> str:
    choice = outcome.choice
    if choice.outcome == "neither":
        return "Fix what the gates found in one of them, then compare again."
    if choice.side is not None:
        arm = a if choice.side == "a" else b
        if arm.verdict is Verdict.PASS:
            own = as_gates_do(outcome.plan.plan.arms[arm.name])
            check = "Check it" if own else f"Point the plan's data at `{arm.name}` and check it"
            return f"{check}: a comparison decides no release."
        return f"`{arm.name}` is the better one, and may not ship yet: its gates wait for records."
    if Verdict.FAIL in (a.verdict, b.verdict):
        left = b if a.verdict is Verdict.FAIL else a
        return f"Decide `{left.name}`: {left.report.next_step[:1].lower()}{left.report.next_step[1:]}"
    if choice.needs is not None:
        more, each = choice.needs
        return f"Bring about {count(more)} more for {each.name}, or choose for another reason and say it."
    if a.verdict is Verdict.PASS:
        return "Choose for another reason, such as cost, and say it."
    return "Choose for another reason and say it, or look at what the gates wait for."


def _paired(outcome: ComparisonOutcome, names: tuple[str, str]) -> tuple[Paired, ...]:
    told = [
        Paired(data, pairing, pairing_words(pairing, names)) for data, pairing in outcome.pairings.items()
    ]
    told += [
        Paired(data, None, "nothing says how its records pair (`pair: column`): the arms are two samples")
        for data in outcome.unpaired
    ]
    told += [Paired(data, None, "both arms read the same records") for data in outcome.shared]
    return tuple(told)


def pairing_words(pairing: Pairing, names: tuple[str, str]) -> str:
    """Return how records pair, in words: no unpaired record is left unsaid.

    Examples
    --------
    >>> pairing_words(Pairing(569, key="patient"), ("a", "b"))
    '569 pairs by `patient`, no record alone'
    >>> pairing_words(Pairing(90, only=(10, 0), repeated=(0, 4), key="id"), ("now", "next"))
    '90 pairs by `id`; alone: 10 of now (10 keys not in next), 4 of next (4 keys repeat)'
    """
    by = f"by `{pairing.key}`" if pairing.key is not None else "in one row each"
    told = []
    for place, (name, other) in enumerate((names, names[::-1])):
        reasons = (
            (pairing.only[place], f"keys not in {other}" if pairing.key else f"rows not in {other}"),
            (pairing.repeated[place], "keys repeat"),
            (pairing.unkeyed[place], "keys are null"),
        )
        why = ", ".join(f"{count(n)} {words}" for n, words in reasons if n)
        if why:
            told.append(f"{count(pairing.unpaired[place])} of {name} ({why})")
    alone = f"; alone: {', '.join(told)}" if told else ", no record alone"
    return f"{plural(pairing.pairs, 'pair')} {by}{alone}"


def _notes(outcome: ComparisonOutcome, made: Made) -> tuple[str, ...]:
    notes = []
    if outcome.look > 1:
        notes.append(
            f"look {outcome.look} at these two bundles: the intervals of the differences are wider, so that"
            " looking again until one wins does not work"
        )
    if not made.looks_known:
        notes.append(LOOKS_UNKNOWN)
    return tuple(notes)
