"""Evidently's reports as JSON: the values of metrics, and how many of the tests succeeded.

After evidently 0.7. The file says neither the tool's version nor when it ran.
"""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.evidence.model.collecting import Figures
from holdfast.evidence.model.foreign import TOTAL, ForeignResults
from holdfast.evidence.model.reading import Misfit, Part
from holdfast.evidence.views.foreign_files import importing
from holdfast.kernel.figures import plural

BEGINS = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"(?:metrics|version)"\s*:\s*(?:\[|"0\.)')
NEW = "save the report with Evidently 0.7 or newer: `report.run(...).save_json(path)`"
COLUMNS = "DriftedColumnsCount"
"""A metric that counts columns; all other counts are of rows."""


class Evidently:
    """Reads reports of Evidently."""

    tool = "evidently"

    def recognises(self, head: bytes) -> bool:
        """Whether a file begins like a saved report."""
        return BEGINS.match(head) is not None and (b'"metric_name"' in head or b'"metric"' in head)

    def read(self, path: Path) -> ForeignResults:
        """Return every metric's value, with counts where it counts rows, and the share of passed tests."""
        figures = Figures()
        with importing(path, self.tool) as file:
            report = file.document("metric_config", "bound_test", "test_config", "widgets")
            metrics = list(report.at("metrics").each())
            if any(metric.find("metric") is not None for metric in metrics):
                raise Misfit("a version before 0.7 wrote it", NEW)
            tests = report.find("tests")
            _tests(figures, list(tests.each()) if tests is not None else [])
            rows = _rows(metrics)
            for metric in metrics:
                _metric(figures, metric.at("metric_name").text(), metric.at("value"), rows)
            return figures.results(self.tool, file.name, file.digest)


def _tests(figures: Figures, tests: list[Part]) -> None:
    states = [test.at("status").text() for test in tests]
    tried = [state for state in states if state != "SKIPPED"]
    if len(tried) < len(states):
        figures.note(f"not tried, because skipped: {plural(len(states) - len(tried), 'test')}")
    if tried:
        figures.counted(TOTAL, tried.count("SUCCESS"), len(tried))


def _rows(metrics: list[Part]) -> int | None:
    """Return the number of rows, where the report counted them."""
    for metric in metrics:
        if metric.at("metric_name").text().startswith("RowCount("):
            return metric.at("value").count()
    return None


def _metric(figures: Figures, name: str, value: Part, rows: int | None) -> None:
    if not isinstance(value.value, dict):
        if isinstance(value.value, int | float) and not isinstance(value.value, bool):
            figures.scored(name, value.number())
        return
    count, share = value.find("count"), value.find("share")
    if count is not None and share is not None:
        k = count.count()
        of_rows = not name.startswith(COLUMNS) and rows is not None and k <= rows
        if of_rows and rows and abs(k / rows - share.number()) < 1e-9:
            figures.counted(f"{name}/share", k, rows)
        else:
            figures.scored(f"{name}/share", share.number())
        figures.scored(f"{name}/count", k)
        return
    counts = value.find("counts")
    if counts is not None:
        found = {label: number.count() for label, number in counts.items()}
        for label, k in found.items():
            figures.counted(f"{name}/{label}", k, sum(found.values()))
        return
    for key, part in value.items():
        if isinstance(part.value, int | float) and not isinstance(part.value, bool):
            figures.scored(f"{name}/{key}", part.number())
