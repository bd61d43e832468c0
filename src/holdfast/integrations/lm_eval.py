"""lm-evaluation-harness's aggregated results: every metric of every task.

After lm_eval 0.4.13 (`lm_eval/loggers/evaluation_tracker.py`). Counts are not in the file; where a mean and
its standard error can only come from zeros and ones, they follow from the number of samples.
"""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.evidence.model.collecting import Figures, binary_mean
from holdfast.evidence.model.foreign import ForeignResults
from holdfast.evidence.model.reading import Absurd, Part
from holdfast.evidence.views.foreign_files import importing

BEGINS = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"results"\s*:\s*\{\s*"[^"]*"\s*:\s*\{')
BINARY = frozenset({"acc", "acc_norm", "exact_match", "em"})
"""Metrics whose samples are 0 or 1, for files that give no standard error."""
ABOUT = frozenset({"alias", "name", "sample_len", "samples"})
"""Entries of a task that are no metrics."""
SAYS = ("counted from mean and standard error: only zeros and ones have these", "counted from the mean")


class LmEval:
    """Reads results of lm-evaluation-harness."""

    tool = "lm-eval"

    def recognises(self, head: bytes) -> bool:
        """Whether a file begins like aggregated results: a metric is called `acc,none` there."""
        return BEGINS.match(head) is not None and re.search(rb'"[^",]+,[^"]+"\s*:', head) is not None

    def read(self, path: Path) -> ForeignResults:
        """Return every metric of every task and group."""
        figures = Figures()
        with importing(path, self.tool) as file:
            document = file.document("configs", "pretty_env_info", "task_hashes")
            tasks = dict(document.at("results").items())
            if not tasks:
                raise Absurd("it has no results", "run lm_eval with a task")
            document.at("config")
            for name, task in tasks.items():
                _task(figures, f"{name}/" if len(tasks) > 1 else "", task, _samples(document, name))
            limit = document.find("config", "limit")
            if limit is not None:
                figures.note(f"a part of the data was run: limit {limit.number():g}")
            return figures.results(
                self.tool,
                file.name,
                file.digest,
                version=document.find("lm_eval_version"),
                subject=document.find("model_name") or document.find("config", "model"),
                dataset=", ".join(tasks),
                created=document.find("date"),
            )


def _samples(document: Part, task: str) -> int | None:
    found = document.find("n-samples", task, "effective")
    return found.count() if found is not None else None


def _task(figures: Figures, prefix: str, task: Part, n: int | None) -> None:
    values = dict(task.items())
    for key, value in values.items():
        metric, _, way = key.partition(",")
        if metric in ABOUT or isinstance(value.value, str) or value.value is None:
            continue
        name = f"{prefix}{metric}" if way in ("", "none") else f"{prefix}{metric},{way}"
        if metric.endswith("_stderr"):
            figures.scored(name, value.number())
            continue
        error = values.get(f"{metric}_stderr,{way}")
        stderr = error.number() if error is not None and not isinstance(error.value, str) else None
        k = None
        if n and (stderr is not None or metric in BINARY):
            k = binary_mean(value.number(), n, stderr)
        if k is None or n is None:
            figures.scored(name, value.number())
        else:
            figures.counted(name, k, n, SAYS[0] if stderr is not None else SAYS[1])
