"""What lint found, as the terminal, JSON and continuous integration are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from holdfast.kernel.canonical import Json
from holdfast.kernel.errors import Problem
from holdfast.kernel.figures import plural
from holdfast.plan.model.lint.running import Linted, lint
from holdfast.plan.model.lint.subject import Data, LintFinding, Subject
from holdfast.plan.model.lint.wording import words
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Standing
from holdfast.web.ci.finding import Finding, as_json

VERSION = 1
WIDEST = 100
LOOKED_AT = ("risks", "controls", "gates", "indicators", "metrics", "levers", "people", "routes")
"""Sections of the plan whose sizes are told where nothing was found."""


@dataclass(frozen=True)
class LintReport:
    """A plan that was linted.

    Attributes
    ----------
    unseen : mapping from data source to the reason
        Data that was to be looked at and could not be; empty where nobody looked.
    """

    loaded: LoadedPlan
    linted: Linted
    unseen: dict[str, str]

    @property
    def exit_code(self) -> int:
        """0 where nothing was found, else 1; notes do not count."""
        return 0 if self.linted.clean else 1

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings as continuous integration is told of them."""
        return tuple(_told(each) for each in self.linted.findings)


def lint_report(
    loaded: LoadedPlan, now: datetime, standing: Standing | None = None, data: Data | None = None
) -> LintReport:
    """Return what lint finds in a plan; without `data`, what depends on the records is left out."""
    subject = Subject(loaded, now, standing or Standing(), data)
    return LintReport(loaded, lint(subject), dict(data.unseen) if data is not None else {})


def summary(report: LintReport) -> str:
    """Return one line: how many findings, or in what nothing was found."""
    found = report.linted.findings
    ignored = f" ({len(report.linted.ignored)} ignored)" if report.linted.ignored else ""
    counts = [(level, sum(each.level == level for each in found)) for level in ("error", "warning", "note")]
    told = words(plural(n, level) for level, n in counts if n)
    if report.linted.clean:
        plan = report.loaded.plan
        sizes = [
            plural(n, section.removesuffix("s") if section != "people" else "group")
            for section in LOOKED_AT
            if (n := len(getattr(plan, section)))
        ]
        looked = f" in {words(sizes)}" if sizes else ""
        return f"nothing found{looked}{ignored}" + (f"; {told}" if told else "")
    return f"{plural(len(found), 'finding')}: {told}{ignored}"


def as_text(report: LintReport) -> Iterator[tuple[str, str]]:
    """Yield what the terminal shows, each with the level of what it is about ("" for the summary)."""
    for finding in report.linted.findings:
        yield finding.level, _rendered(finding)
    for why in report.unseen.values():
        yield "", f"not looked at: {why}"
    yield "", summary(report)


def _rendered(finding: LintFinding) -> str:
    """Return a finding as our errors look, and the advice below the source line, where it has room."""
    shown = Problem(finding.code, finding.message, finding.place).render(finding.level)
    lead = "  fix: "
    advice = wrap(
        finding.fix,
        WIDEST,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join([shown, *advice, ""])


def lint_json(report: LintReport) -> dict[str, Json]:
    """Return what `holdfast lint --format json` prints: a promise, described in docs/json.md."""
    return {
        "holdfast": VERSION,
        "system": report.loaded.plan.system.id,
        "plan": report.loaded.digest,
        "clean": report.linted.clean,
        "summary": summary(report),
        "findings": [as_json(each) for each in report.findings],
        "ignored": [
            {**as_json(_told(each.finding)), "because": each.because} for each in report.linted.ignored
        ],
        "not_looked_at": dict(report.unseen),
    }


def _told(finding: LintFinding) -> Finding:
    return Finding(finding.code, finding.level, finding.message, finding.place, finding.fix, finding.title)
