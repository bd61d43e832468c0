"""What the report says the same way in HTML and in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from holdfast.gate.views.context import Gate, Report, Risk, Slice, Span
from holdfast.gate.views.people import release_overrides
from holdfast.kernel.figures import Unit, count, figure, plural
from holdfast.kernel.verdict import Verdict
from holdfast.measure.slices import label

MEANING = {
    Verdict.PASS: "may ship",
    Verdict.INCONCLUSIVE: "cannot be decided yet",
    Verdict.FAIL: "must not ship",
}
WHOLE = frozenset({"bins", "clusters", "dimensions"})
"""Figures beside the judged one that count something."""
SIGN = {Verdict.PASS: "✓", Verdict.INCONCLUSIVE: "?", Verdict.FAIL: "✗"}
TELLS = {
    Verdict.PASS: ("passes", "pass"),
    Verdict.INCONCLUSIVE: ("cannot be decided", "cannot be decided"),
    Verdict.FAIL: ("fails", "fail"),
}


def meaning(report: Report) -> str:
    """Return what a verdict means for the release, in a few words; a pass with its overrides."""
    held = len(release_overrides(report.gates))
    under = f" under {plural(held, 'override')}" if held and report.verdict is Verdict.PASS else ""
    return MEANING[report.verdict] + under


def by_weight(gates: Iterable[Gate]) -> list[Gate]:
    """Return the gates as they are shown: those that block first, worst first, else in the plan's order."""
    return sorted(gates, key=lambda gate: (not gate.blocking, -gate.verdict.rank))


def tally(report: Report) -> list[tuple[Verdict, str]]:
    """Return how many blocking gates ended with each verdict, worst first, where any did."""
    blocking = [gate.verdict for gate in report.gates if gate.blocking]
    counts = [(verdict, blocking.count(verdict)) for verdict in sorted(Verdict, reverse=True)]
    return [(verdict, f"{n} {TELLS[verdict][n != 1]}") for verdict, n in counts if n]


def requirement(gate: Gate) -> str:
    """Return what a gate requires, in the plan's words with typographic signs."""
    return gate.requirement.replace(">=", "≥").replace("<=", "≤")


def against_threshold(parts: Sequence[Slice]) -> list[Slice]:
    """Return the slices that stand against the threshold themselves, as they are shown."""
    return slices_by_weight([part for part in parts if not part.group])


def groups(parts: Sequence[Slice]) -> list[Slice]:
    """Return the groups that a gap compares: the gap stands against the threshold, not they."""
    return [part for part in parts if part.group]


def beside(name: str, value: float, unit: Unit) -> str:
    """Return a figure beside the judged one: in its unit, but for those that are never a share.

    Examples
    --------
    >>> beside("plain ECE", 0.0241, "share"), beside("p-value", 0.0412, "share")
    ('2.41 %', '0.0412')
    >>> beside("clusters", 412, "share"), beside("bins", 15, "share")
    ('412', '15')
    """
    if name in WHOLE:
        return count(value)
    pure = abs(value) > 1 or name.startswith(("p-value", "clusters", "design effect"))
    return figure(value, "number" if pure else unit)


def missing(gates: Iterable[Gate]) -> list[tuple[Gate, str, str]]:
    """Return each gate that could not be decided, with the reason and what would decide it."""
    return [
        (gate, reason(gate), what_decides(gate)) for gate in gates if gate.verdict is Verdict.INCONCLUSIVE
    ]


def reason(gate: Gate) -> str:
    """Return why a gate is inconclusive: its slices' reasons, else its headline."""
    told = [
        f"{apart(part.label)}: {part.reason}"
        for part in gate.slices
        if part.verdict is Verdict.INCONCLUSIVE and part.reason
    ]
    if len(gate.slices) <= 1 or not told:
        return gate.headline
    rest = len(told) - 3
    return "; ".join(told[:3]) + (f"; and {plural(rest, 'slice')} more" if rest > 0 else "")


def where_words(where: Sequence[tuple[str, str | None]]) -> str:
    """Return a measured slice in words."""
    return label(tuple(value for _, value in where), tuple(column for column, _ in where))


def apart(name: str) -> str:
    """Return a name, perhaps written from right to left, so that the sentence around it keeps its order."""
    return f"\u2068{name}\u2069"


def what_decides(gate: Gate) -> str:
    """Return how much more would decide a gate at the present rate, or who must act."""
    if gate.kind == "sign" and not gate.signatures:
        return "the missing signatures"
    unsigned = [each for each in gate.signatures if each.actor is None]
    if unsigned:
        return "; ".join(f"{each.role} signs: `{each.command}`" for each in unsigned)
    if gate.needs is not None:
        return f"about {count(gate.needs)} more records"
    needing = [
        part for part in gate.slices if part.verdict is Verdict.INCONCLUSIVE and part.needs is not None
    ]
    if needing:
        return "; ".join(f"{apart(part.label)}: about {count(part.needs)} more" for part in needing[:3])
    if gate.kind == "import" and gate.n == 0:
        return "a file with counts: how often was tried" if gate.value is not None else "a file of that tool"
    if gate.n == 0:
        return "evidence: nothing was measured"
    return "not known: no number of further records decides it at the present rate"


def notes_of_passes(gates: Sequence[Gate]) -> dict[str, list[str]]:
    """Return the notes of the gates that pass, each once with its gates; none that is told elsewhere."""
    told = {note for gate in gates if gate.verdict is not Verdict.PASS for note in gate.notes}
    found: dict[str, list[str]] = {}
    for gate in by_weight(gates):
        if gate.verdict is Verdict.PASS:
            for note in dict.fromkeys(gate.notes):
                if note not in told:
                    found.setdefault(note, []).append(gate.id)
    return found


def by_score(risks: Iterable[Risk]) -> list[Risk]:
    """Return the risks as the register lists them: the highest R = S x L first, else in the plan's order."""
    return sorted(risks, key=lambda risk: -risk.score)


def slices_by_weight(parts: Sequence[Slice]) -> list[Slice]:
    """Return slices as they are shown: the judged ones first, worst first, else in their order."""
    return sorted(parts, key=lambda part: (not part.judged, -(part.verdict.rank if part.verdict else -1)))


def looked(gates: Iterable[Gate]) -> list[Gate]:
    """Return the gates that were looked at more than once, or for which several bundles were tried."""
    return [gate for gate in gates if (gate.look or 1) > 1 or gate.tried > 1]


def gaps(layers: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
    """Return the layers in which a risk has no control."""
    return [name for name, controls in layers if not controls]


def known(value: float | None) -> float | None:
    """Return a figure, or None where it is not a number that can be drawn."""
    return value if value is not None and math.isfinite(value) else None


def bounds(ends: Span | None) -> Span | None:
    """Return an interval, or None where an end is not a number; endless ends stay, to be drawn as arrows."""
    return None if ends is None or any(math.isnan(end) for end in ends) else ends
