"""The comparison as Markdown, for pull requests and model cards."""

from __future__ import annotations

from holdfast.gate.views.comparison import ComparedFigure, ComparedGate, Comparison
from holdfast.gate.views.comparison_words import by_weight, details, difference, legend, rests_on, told, whole
from holdfast.gate.views.context import Gate
from holdfast.gate.views.words import SIGN, known, requirement
from holdfast.kernel.figures import figure
from holdfast.web.markdown import plain, sentence, table
from holdfast.web.templates import short_time


def render_comparison_markdown(comparison: Comparison) -> str:
    """Return the comparison as GitHub-flavoured Markdown; texts of the plan are escaped."""
    a, b = comparison.arms
    heads = ("Gate", "Requires:", f"{plain(a.name)}:", f"{plain(b.name)}:", "b - a [95 %]:", "Better", "On:")
    rows = [row for gate in by_weight(comparison.gates) for row in _rows(gate)]
    notes = [
        f"- {plain(gate.id)}{f' ({plain(each.label)})' if each.label else ''}: {sentence(note)}"
        for gate in by_weight(comparison.gates)
        for each in gate.figures
        for note in details(each, (a.name, b.name))
    ]
    notes += [f"- {sentence(note)}" for note in comparison.notes]
    if comparison.waiting:
        ids = ", ".join(plain(gate) for gate in comparison.waiting)
        notes.append(f"- not compared, since records do not decide them: {ids}")
    blocks = [
        f"## {SIGN[comparison.verdict]} {plain(comparison.word)}: {plain(comparison.name)}",
        sentence(comparison.headline),
        f"**Next:** {sentence(comparison.next_step)}",
        table(
            ("Arm", "Over the gates that records decide", "Bundle", "What it is"),
            (
                (
                    f"{letter}: {plain(arm.name)}",
                    f"{SIGN[arm.verdict]} {arm.verdict.value}",
                    plain(arm.bundle),
                    plain(arm.describes),
                )
                for letter, arm in zip("ab", comparison.arms, strict=True)
            ),
        ),
        "\n".join(f"- data {plain(each.data)}: {sentence(each.says)}" for each in comparison.paired),
        table(heads, rows) if rows else "No gate of this plan is measured on records.",
        sentence(legend(comparison.figures)),
        "\n".join(dict.fromkeys(notes)),
        f"<details><summary>What it rests on</summary>\n\n{_made(comparison)}\n\n</details>",
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _rows(gate: ComparedGate) -> list[tuple[str, ...]]:
    alone = whole(gate)
    name = plain(gate.id) + ("" if gate.blocking else " (only warns)")
    arms = _arm(gate.a), _arm(gate.b)
    if alone is not None:
        return [(name, plain(requirement(gate.a)), *arms, *_difference(alone, gate))]
    rows: list[tuple[str, ...]] = [(name, plain(requirement(gate.a)), *arms, "", "", "")]
    for each in gate.figures:
        values = [figure(known(value), gate.unit) for value in (each.a, each.b)]
        rows.append((f"&nbsp;&nbsp;{plain(each.label)}", "", *values, *_difference(each, gate)))
    return rows


def _difference(each: ComparedFigure, gate: ComparedGate) -> tuple[str, str, str]:
    better = f"**{plain(told(each))}**" if each.better else plain(told(each))
    return difference(each, gate.unit), better, rests_on(each)


def _arm(gate: Gate) -> str:
    return f"{SIGN[gate.verdict]} {figure(known(gate.value), gate.unit, beside=gate.threshold)}"


def _made(comparison: Comparison) -> str:
    made = comparison.a.report.provenance
    rows = [
        ("Compared", f"{short_time(made.decided_at)} by {plain(made.actor)}"),
        ("Plan", plain(made.plan_digest)),
    ]
    for arm in comparison.arms:
        rows += [
            (f"Data {plain(data.name)} of {plain(arm.name)}", f"{data.rows:,} rows, {plain(data.digest)}")
            for data in arm.report.provenance.data
        ]
    rows.append(("Ledger", f"{plain(made.ledger)}, fact {made.ledger_seq:,}, head {plain(made.ledger_head)}"))
    rows.append(("Tools", ", ".join(f"{plain(tool)} {plain(version)}" for tool, version in made.tools)))
    return table(("What it rests on", ""), rows)
