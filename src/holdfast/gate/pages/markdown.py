"""The report as Markdown, for CI summaries and mail: verdict first, then what to do, then the figures."""

from __future__ import annotations

from holdfast.gate.views.context import Gate, Override, Report, Risk, Signed, Slice, Span
from holdfast.gate.views.words import (
    SIGN,
    bounds,
    by_score,
    by_weight,
    gaps,
    looked,
    meaning,
    missing,
    requirement,
    slices_by_weight,
)
from holdfast.kernel.figures import NOTHING, count, figure, plural, span
from holdfast.kernel.verdict import Verdict
from holdfast.web.markdown import plain, sentence, table
from holdfast.web.templates import short_time

MOST_SLICES = 20
"""Slices that are told under a gate; the HTML report has all of them."""


def render_markdown(report: Report) -> str:
    """Return the report as GitHub-flavoured Markdown; texts of the plan are escaped and mark nothing up."""
    word = f"{SIGN[report.verdict]} {report.verdict.value.upper()}"
    blocks = [f"## {word}: {plain(report.name)} {meaning(report)}", sentence(report.headline)]
    if report.next_step:
        blocks.append(f"**Next:** {sentence(report.next_step)}")
    blocks += [
        _gates(report),
        *_people(report),
        *_missing(report),
        *_checks(report),
        *_slices(report),
        *_risks(report),
        *_looks(report),
    ]
    if report.warnings:
        blocks += ["### Warnings", "\n".join(f"- {sentence(warning)}" for warning in report.warnings)]
    blocks += _lint(report)
    blocks.append(_provenance(report))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _lint(report: Report) -> list[str]:
    """Return the mistakes that lint finds in the plan, folded away: they change no verdict."""
    if not report.lint:
        return []
    rows = (
        (
            plain(f"{each.level} {each.code}"),
            plain(str(each.place or "")),
            sentence(f"{each.message}: {each.fix}"),
        )
        for each in report.lint
    )
    found = plural(len(report.lint), "finding")
    said = f"<details><summary>{found} in the plan, which change no verdict</summary>"
    return ["### Lint", said, table(("Finding", "Where", "What, and what to do"), rows), "</details>"]


def _gates(report: Report) -> str:
    if not report.gates:
        return "This plan has no gates, so nothing was decided."
    return table(
        ("Verdict", "Gate", "Requires:", "Measured [interval]:", "Records:"),
        (
            (
                _verdict(gate.verdict),
                plain(gate.id) + _beside(gate),
                plain(requirement(gate)),
                _measured(gate),
                count(gate.n) if gate.n else NOTHING,
            )
            for gate in by_weight(report.gates)
        ),
    )


def _missing(report: Report) -> list[str]:
    rows = [
        (plain(gate.id), sentence(why), sentence(what))
        for gate, why, what in missing(by_weight(report.gates))
    ]
    return (
        ["### What is missing", table(("Gate", "Why it is open", "What would decide it"), rows)]
        if rows
        else []
    )


def _beside(gate: Gate) -> str:
    held = gate.override
    return ("" if gate.blocking else " (only warns)") + (
        "" if held is None else f" **overridden until {held.until}**"
    )


def _people(report: Report) -> list[str]:
    blocks = []
    overridden = [(gate, each) for gate in by_weight(report.gates) for each in gate.overrides]
    if overridden:
        rows = [
            (
                plain(gate.id),
                f"**{each.status}**" if each.status == "in force" else plain(each.status),
                plain(each.because),
                str(each.until),
                _approved(each),
                f"{plain(each.requested_by)}, {short_time(each.requested_at)}",
            )
            for gate, each in overridden
        ]
        heads = ("Gate", "Override", "Because", "Until (UTC)", "Approved by", "Asked for by")
        blocks += ["### Overrides", table(heads, rows)]
    signed = [(gate, each) for gate in by_weight(report.gates) for each in gate.signatures]
    if signed:
        lines = [
            (plain(gate.id), plain(each.role), _signed(each), plain(each.because)) for gate, each in signed
        ]
        blocks += ["### Signatures", table(("Gate", "Role", "Signed by", "Adds"), lines)]
    return blocks


def _approved(override: Override) -> str:
    given = [f"{plain(role)} ({plain(actor)}, {short_time(at)})" for role, actor, at in override.approved]
    waits = f"waits for {sentence(override.waits_for)}" if override.waits_for else ""
    return "; ".join([*given, *([waits] if waits else [])]) or NOTHING


def _signed(signed: Signed) -> str:
    if signed.actor is None or signed.at is None:
        return "**missing**"
    return f"{plain(signed.actor)}, {short_time(signed.at)}, fact {count(signed.seq)}"


def _checks(report: Report) -> list[str]:
    """Return what checks of records found; what is known of the detectors is told once."""
    checks = [gate for gate in by_weight(report.gates) if gate.kind == "check" and gate.evidence is not None]
    if not checks:
        return []
    told: set[str] = set()
    blocks = ["### What the checks of records found"]
    for gate in checks:
        notes = [note for note in gate.notes if note not in told]
        told.update(notes)
        blocks.append(f"{_verdict(gate.verdict)} **{plain(gate.id)}**: {sentence(gate.headline)}")
        blocks.append("\n".join(f"- {sentence(note)}" for note in notes))
    return blocks


def _slices(report: Report) -> list[str]:
    blocks = []
    for gate in by_weight(report.gates):
        parts = [part for part in slices_by_weight(gate.slices) if part.verdict not in (None, Verdict.PASS)]
        if len(gate.slices) < 2 or not parts:
            continue
        rest = len(parts) - MOST_SLICES
        told = [f"### {plain(gate.id)}: slices that do not pass"]
        told.append(
            table(
                ("Slice", "Verdict", "Value [interval]:", "Records:"),
                (
                    (plain(part.label), _verdict(part.verdict), _slice_measured(part, gate), count(part.n))
                    for part in parts[:MOST_SLICES]
                ),
            )
        )
        blocks += [*told, f"and {plural(rest, 'slice')} more in the report" if rest > 0 else ""]
    return blocks


def _risks(report: Report) -> list[str]:
    if not report.risks:
        return []
    rows = [
        (
            f"{risk.score} (S {risk.severity} × L {risk.likelihood})",
            f"{plain(risk.id)}: {plain(risk.harm)}",
            plain(risk.owner) or "**no owner**",
            _held(risk),
            _residual(risk),
        )
        for risk in by_score(report.risks)
    ]
    return ["### Risks", table(("R:", "Risk", "Owner", "Controls", "Residual"), rows)]


def _held(risk: Risk) -> str:
    layers = (("prevent", risk.prevent), ("detect", risk.detect), ("respond", risk.respond))
    bare = gaps(layers)
    held = sum(len(controls) for _, controls in layers)
    return plural(held, "control") + (f"; **gap:** {', '.join(bare)}" if bare else "")


def _residual(risk: Risk) -> str:
    if risk.residual is None:
        return "nobody has said yet"
    severity, likelihood = risk.residual
    by = (
        f"accepted by {plain(risk.accepted_by)}" if risk.accepted_by is not None else "**accepted by nobody**"
    )
    until = f" until {plain(risk.accepted_until)}" if risk.accepted_until is not None else ""
    return f"{severity * likelihood}, {by}{until}"


def _looks(report: Report) -> list[str]:
    blocks = [sentence(report.looks)] if report.looks else []
    again = looked(by_weight(report.gates))
    if again:
        rows = (
            (
                plain(gate.id),
                str(gate.look) if gate.look is not None else "unknown",
                str(gate.tried),
                _verdict(gate.corrected) if gate.corrected is not None else "the same",
            )
            for gate in again
        )
        heads = (
            "Gate",
            "Look at this bundle:",
            "Bundles tried since the last pass:",
            "Verdict so many tries ask for",
        )
        blocks.append(table(heads, rows))
    return ["### How often it was looked at", *blocks] if blocks else []


def _provenance(report: Report) -> str:
    made = report.provenance
    known = "" if made.bundle_known else " (not named by --bundle)"
    rows = [
        ("Decided", f"{short_time(made.decided_at)} by {plain(made.actor)}"),
        ("System", f"{plain(report.system)}, stage {plain(report.stage)}"),
        ("Bundle", plain(made.bundle) + known),
        ("Plan", plain(made.plan_digest)),
        *(
            (f"Data {plain(data.name)}", f"{plural(data.rows, 'row')}, {plain(data.digest)}")
            for data in made.data
        ),
        ("Ledger", f"{plain(made.ledger)}, fact {count(made.ledger_seq)}, head {plain(made.ledger_head)}"),
        ("Tools", ", ".join(f"{plain(tool)} {plain(version)}" for tool, version in made.tools)),
    ]
    body = table(("What the verdict rests on", ""), rows)
    return f"<details><summary>What the verdict rests on</summary>\n\n{body}\n\n</details>"


def _verdict(verdict: Verdict | None) -> str:
    return f"{SIGN[verdict]} {verdict.value}" if verdict is not None else NOTHING


def _measured(gate: Gate) -> str:
    return _figure(gate.value, gate.interval, gate)


def _slice_measured(part: Slice, gate: Gate) -> str:
    return _figure(part.value, part.outer or part.inner, gate)


def _figure(value: float | None, ends: Span | None, gate: Gate) -> str:
    drawn = bounds(ends)
    shown = f" {span(*drawn, gate.unit)}" if drawn is not None and value is not None else ""
    return figure(value, gate.unit, beside=gate.threshold) + shown
