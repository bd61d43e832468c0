"""What lint found in a runbook, as the terminal and programs are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import Problem
from holdfast.kernel.figures import plural
from holdfast.plan.model.lint.subject import LintFinding
from holdfast.respond.ports.runbooks import Found
from holdfast.web.ci.finding import Finding, as_json

WIDEST = 100


def told(finding: LintFinding) -> Finding:
    """Return a finding as continuous integration is told of it."""
    return Finding(finding.code, finding.level, finding.message, finding.place, finding.fix, finding.title)


def lint_text(found: Found, findings: Sequence[LintFinding]) -> Iterator[tuple[str, str]]:
    """Yield what the terminal shows, each with the level of what it is about ("" for the summary)."""
    for finding in findings:
        shown = Problem(finding.code, finding.message, finding.place).render(finding.level)
        advice = wrap(f"fix: {finding.fix}", WIDEST, initial_indent="  ", subsequent_indent=" " * 7)
        yield finding.level, "\n".join([shown, *advice, ""])
    book = found.loaded.runbook
    looked = f"`{book.id}`: {plural(len(book.steps), 'step')}"
    yield "", f"{plural(len(findings), 'finding')} in {looked}" if findings else f"nothing found in {looked}"


def lint_json(found: Found, findings: Sequence[LintFinding]) -> dict[str, Json]:
    """Return what `holdfast runbook lint --json` prints: a promise, described in docs/json.md."""
    return {
        "holdfast": 1,
        "runbook": found.loaded.runbook.id,
        "digest": found.digest,
        "clean": not findings,
        "findings": [as_json(told(each)) for each in findings],
    }
