"""promptfoo's results as JSON: tests by provider and prompt, and the named metrics of their assertions.

After promptfoo 0.121.20, results of version 3. An error of a provider is neither a pass nor left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.evidence.model.collecting import Figures
from holdfast.evidence.model.foreign import TOTAL, ForeignResults
from holdfast.evidence.model.reading import Absurd, Part
from holdfast.evidence.views.foreign_files import importing
from holdfast.kernel.figures import plural

BEGINS = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"evalId"\s*:')
KNOWN = (3,)
NOT_READ = ("response", "gradingResult", "testCase", "tokenUsage", "raw", "tests", "table", "vars")
ERROR = 2
"""What `failureReason` says of a test whose provider failed."""


@dataclass
class Rows:
    """Single tests, as far as counts follow from them: of all prompts, and of each."""

    passed: int = 0
    failed: int = 0
    errors: int = 0
    named: dict[str, list[float]] = field(default_factory=dict)

    def take(self, row: Part) -> None:
        """Count one test."""
        if row.at("success").flag():
            self.passed += 1
        elif (reason := row.find("failureReason")) is not None and reason.value == ERROR:
            self.errors += 1
        else:
            self.failed += 1
        scores = row.find("namedScores")
        for name, score in scores.items() if scores is not None else ():
            self.named.setdefault(name, []).append(score.number())


class Promptfoo:
    """Reads results of promptfoo."""

    tool = "promptfoo"

    def recognises(self, head: bytes) -> bool:
        """Whether a file begins like exported results."""
        return BEGINS.match(head) is not None

    def read(self, path: Path) -> ForeignResults:
        """Return the share of tests that passed, in total and by prompt, and the named metrics."""
        figures = Figures()
        with importing(path, self.tool) as file:
            document = file.document(*NOT_READ)
            results = document.at("results")
            stats = results.at("stats")
            passed, failed, errors = (stats.at(key).count() for key in ("successes", "failures", "errors"))
            if passed + failed + errors == 0:
                raise Absurd("it holds no test", "run promptfoo with tests")
            figures.counted(TOTAL, passed, passed + failed + errors, *_errors(errors))
            total, rows = _rows(results)
            if rows and (total.passed, total.failed, total.errors) != (passed, failed, errors):
                reason = (
                    f"it says {passed} successes, {failed} failures and {errors} errors, and holds"
                    f" {total.passed}, {total.failed} and {total.errors}"
                )
                raise Absurd(reason, "let promptfoo write it anew, with all of its results")
            prompts = list(_prompts(results))
            if len(prompts) > 1:
                for name, prompt in prompts:
                    _prompt(figures, name, prompt)
            _metrics(figures, "", total, [prompt for _, prompt in prompts])
            if len(prompts) > 1:
                for index, (name, prompt) in enumerate(prompts):
                    _metrics(figures, f"{name}/", rows.get(index, Rows()), [prompt])
            version = results.find("version")
            if version is not None and version.count() not in KNOWN:
                figures.note(f"the results have version {version.count()}; version {KNOWN[-1]} was tried")
            providers = dict.fromkeys(prompt.at("provider").text() for _, prompt in prompts)
            return figures.results(
                self.tool,
                file.name,
                file.digest,
                version=document.find("metadata", "promptfooVersion"),
                subject=", ".join(providers),
                dataset=document.find("config", "description"),
                created=results.find("timestamp"),
            )


def _errors(errors: int) -> tuple[str, ...]:
    return (f"did not pass, because of an error: {plural(errors, 'test')}",) if errors else ()


def _rows(results: Part) -> tuple[Rows, dict[int, Rows]]:
    total: Rows = Rows()
    by_prompt: dict[int, Rows] = {}
    held = results.find("results")
    for row in held.each() if held is not None else ():
        total.take(row)
        index = row.find("promptIdx")
        by_prompt.setdefault(index.count() if index is not None else 0, Rows()).take(row)
    return total, by_prompt


def _prompts(results: Part) -> Iterator[tuple[str, Part]]:
    """Yield what was tried, by provider, by prompt, or by both where both differ."""
    held = results.find("prompts")
    prompts = list(held.each()) if held is not None else []
    providers = [prompt.at("provider").text() for prompt in prompts]
    labels = [found.text() if (found := prompt.find("label")) else "" for prompt in prompts]
    for prompt, provider, label in zip(prompts, providers, labels, strict=True):
        if len(set(labels)) < 2:
            yield provider, prompt
        elif len(set(providers)) < 2:
            yield label, prompt
        else:
            yield f"{provider}/{label}", prompt


def _prompt(figures: Figures, name: str, prompt: Part) -> None:
    metrics = prompt.find("metrics")
    if metrics is None:
        return
    passed, failed = metrics.at("testPassCount").count(), metrics.at("testFailCount").count()
    found = metrics.find("testErrorCount")
    errors = found.count() if found is not None else 0
    figures.counted(name, passed, passed + failed + errors, *_errors(errors))


def _metrics(figures: Figures, prefix: str, rows: Rows, prompts: list[Part]) -> None:
    """Add the named metrics: counted where every test scored 0 or 1, else their mean score."""
    sums: dict[str, float] = {}
    counts: dict[str, int] = {}
    for prompt in prompts:
        scores, times = prompt.find("metrics", "namedScores"), prompt.find("metrics", "namedScoresCount")
        for name, score in scores.items() if scores is not None else ():
            sums[name] = sums.get(name, 0.0) + score.number()
            asserted = times.find(name) if times is not None else None
            counts[name] = counts.get(name, 0) + (asserted.count() if asserted is not None else 0)
    for name, total in sums.items():
        values = rows.named.get(name, [])
        hits = sum(value == 1 for value in values)
        notes = (f"left out, because of an error: {plural(rows.errors, 'test')}",) if rows.errors else ()
        whole = all(value in (0, 1) for value in values) and len(values) == counts[name] > 0
        if whole and abs(total - hits) < 1e-9:
            figures.counted(prefix + name, hits, len(values), *notes)
        elif counts[name]:
            figures.scored(prefix + name, total / counts[name], *notes)
        else:
            figures.note(f"`{prefix}{name}` is a sum without a count and is left out")
