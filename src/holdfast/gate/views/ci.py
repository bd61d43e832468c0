"""A check as continuous integration shows it: what does not pass, where the plan asks for it; gates as cases.

A blocking gate that cannot be decided blocks, so it is an error as a failing one is; its message says which
of the two it is.
"""

from __future__ import annotations

from holdfast.gate.views.context import Gate, Report
from holdfast.gate.views.people import override_words
from holdfast.gate.views.words import reason
from holdfast.kernel.verdict import Verdict
from holdfast.web.ci.finding import Finding
from holdfast.web.ci.junit import CaseVerdict, TestCase

NOTHING_BLOCKS = "gate/none-blocks"
"""The code of a release that no gate stands in the way of: nothing says that it may ship."""
_WORDS = {Verdict.FAIL: "fails", Verdict.INCONCLUSIVE: "inconclusive"}


def findings_of(report: Report) -> tuple[Finding, ...]:
    """Return one finding for each gate that does not pass, in the plan's order: an error where it blocks."""
    found = [_finding(gate) for gate in report.gates if gate.verdict is not Verdict.PASS]
    if not any(gate.blocking for gate in report.gates):
        title = "a release needs a gate that blocks"
        found.append(Finding(NOTHING_BLOCKS, "error", report.headline, None, report.next_step, title))
    return tuple(found)


def _finding(gate: Gate) -> Finding:
    return Finding(
        code=f"gate/{gate.id}",
        level="error" if _stops(gate) else "warning",
        message=_told(gate),
        place=gate.place,
        title=f"{gate.metric}: {gate.requirement}" if gate.metric else gate.requirement,
    )


def _told(gate: Gate) -> str:
    if gate.verdict is Verdict.PASS:
        return gate.headline
    why = gate.headline if gate.verdict is Verdict.FAIL else reason(gate)
    # marks that keep names of other scripts in order on a page are escaped in a log
    beside = "".join(f"; {override_words(each)}" for each in gate.overrides)
    return f"{_WORDS[gate.verdict]}: {why.translate({0x2068: None, 0x2069: None})}{beside}"


def _stops(gate: Gate) -> bool:
    """Return whether a release waits for a gate: people may have released against it."""
    return gate.blocking and gate.override is None


def cases_of(report: Report) -> tuple[TestCase, ...]:
    """Return one case a gate: `failure` and `error` (undecided) where it blocks, else `skipped`."""
    cases = [TestCase(gate.id, _case(gate), _told(gate)) for gate in report.gates]
    if not any(gate.blocking for gate in report.gates):
        cases.append(TestCase(NOTHING_BLOCKS, "error", report.headline))
    return tuple(cases)


def _case(gate: Gate) -> CaseVerdict:
    if gate.verdict is Verdict.PASS:
        return "pass"
    if not _stops(gate):
        return "skipped"
    return "failure" if gate.verdict is Verdict.FAIL else "error"
