"""DeepEval's test runs: how many test cases passed, and how many passed each metric.

After deepeval 4.3.1 (`deepeval/test_run/test_run.py`). The file says neither the tool's version nor when it
ran.
"""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.evidence.model.collecting import Figures
from holdfast.evidence.model.foreign import TOTAL, ForeignResults
from holdfast.evidence.model.reading import Absurd, Part
from holdfast.evidence.views.foreign_files import importing
from holdfast.kernel.figures import plural

BEGINS = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"(?:testCases|testFile)"\s*:')
NOT_READ = (
    "trace",
    "metricsData",
    "input",
    "actualOutput",
    "context",
    "retrievalContext",
    "prompts",
    "turns",
)


class DeepEval:
    """Reads test runs of DeepEval."""

    tool = "deepeval"

    def recognises(self, head: bytes) -> bool:
        """Whether a file begins like a test run."""
        return BEGINS.match(head) is not None

    def read(self, path: Path) -> ForeignResults:
        """Return the share of test cases that passed, and of each metric's; errors are not passes."""
        figures = Figures()
        with importing(path, self.tool) as file:
            run = file.document(*NOT_READ)
            _cases(figures, run)
            for metric in run.at("metricsScores").each():
                _metric(figures, metric)
            about = run.find("hyperparameters", "model")
            named = about if about is not None and isinstance(about.value, str) else None
            alias = run.find("datasetAlias")
            return figures.results(self.tool, file.name, file.digest, subject=named, dataset=alias)


def _cases(figures: Figures, run: Part) -> None:
    passed, failed = run.at("testPassed").count(), run.at("testFailed").count()
    held = 0
    for key in ("testCases", "conversationalTestCases"):
        cases = run.find(key)
        held += len(list(cases.each())) if cases is not None else 0
    if held and passed + failed > held:
        reason = f"it says {passed} passed and {failed} failed, and holds {held} test cases"
        raise Absurd(reason, "let DeepEval write it anew")
    unjudged = max(0, held - passed - failed)
    if passed + failed + unjudged == 0:
        raise Absurd("it holds no test case", "run DeepEval with test cases")
    notes = (f"did not pass, because without a verdict: {plural(unjudged, 'test case')}",) if unjudged else ()
    figures.counted(TOTAL, passed, passed + failed + unjudged, *notes)


def _metric(figures: Figures, metric: Part) -> None:
    name = metric.at("metric").text()
    passes, fails, errors = (metric.at(key).count() for key in ("passes", "fails", "errors"))
    scores = [score.number() for score in metric.at("scores").each()]
    if len(scores) != passes + fails:
        reason = f"metric `{name}` has {len(scores)} scores for {passes} passes and {fails} fails"
        raise Absurd(reason, "let DeepEval write it anew")
    notes = (f"did not pass, because of an error: {plural(errors, 'test case')}",) if errors else ()
    figures.counted(name, passes, passes + fails + errors, *notes)
    if scores:
        left = (f"left out, because of an error: {plural(errors, 'test case')}",) if errors else ()
        figures.scored(f"{name}/score", sum(scores) / len(scores), *left)
