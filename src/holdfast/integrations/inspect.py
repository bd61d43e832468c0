"""Inspect's logs as JSON: the metrics of every scorer, and the single samples they are the means of.

After inspect_ai 0.3.285 (`inspect_ai/log/_log.py`, `inspect_ai/scorer/_metrics`).
"""

from __future__ import annotations

import re
from pathlib import Path

from holdfast.evidence.model.collecting import Figures, binary_mean
from holdfast.evidence.model.foreign import ForeignResults
from holdfast.evidence.model.reading import Absurd, Misfit, Part
from holdfast.evidence.views.foreign_files import ForeignFile, importing
from holdfast.kernel.figures import plural

BEGINS = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*\{\s*"version"\s*:\s*\d+\s*,\s*"status"\s*:')
ZIPPED = b"PK\x03\x04"
KNOWN = 2
"""The version of the log's shape that was read."""
MEANS = frozenset({"accuracy", "mean"})
"""Metrics that are plain means over samples, whatever their scorer."""
NOT_READ = ("messages", "events", "events_data", "attachments", "input", "output", "store", "history", "plan")
WRITE = "write logs with `--log-format json`, or convert one with `inspect log convert --to json`"


class Inspect:
    """Reads logs of Inspect."""

    tool = "inspect"

    def recognises(self, head: bytes) -> bool:
        """Whether a file begins like a log: as JSON, or zipped, which is then refused with advice."""
        return BEGINS.match(head) is not None or (head.startswith(ZIPPED) and b"_journal/" in head)

    def read(self, path: Path) -> ForeignResults:
        """Return every metric of every scorer; a mean of zeros and ones with its counts."""
        figures = Figures()
        with importing(path, self.tool) as file:
            log = _log(file)
            status = log.at("status").text()
            if status != "success":
                reason = f"the run ended as `{status}`: it has no results that count"
                raise Absurd(reason, "let Inspect run to its end")
            scores = list(log.at("results", "scores").each())
            if not scores:
                raise Absurd("it has no scores", "run the task with a scorer")
            parts = _parts(scores)
            reduced = _reduced(log)
            for part, score in zip(parts, scores, strict=True):
                _add(figures, score, f"{part}/" if len(scores) > 1 else "", reduced)
            _note(figures, log)
            return figures.results(
                self.tool,
                file.name,
                file.digest,
                version=log.find("eval", "packages", "inspect_ai"),
                subject=log.at("eval", "model"),
                dataset=log.find("eval", "dataset", "name") or log.at("eval", "task"),
                created=log.find("eval", "created"),
            )


def _log(file: ForeignFile) -> Part:
    if file.head().startswith(ZIPPED):
        raise Misfit("it is a log in the zipped `.eval` format", WRITE)
    return file.document(*NOT_READ)


def _parts(scores: list[Part]) -> list[str]:
    """Return how each score is called: by its reducer as well, where several reduced the same one."""
    names = [score.at("name").text() for score in scores]
    reducers = [score.find("reducer") for score in scores]
    return [
        f"{name},{reducer.text()}" if reducer is not None and names.count(name) > 1 else name
        for name, reducer in zip(names, reducers, strict=True)
    ]


def _reduced(log: Part) -> dict[tuple[str, str | None], list[Part]]:
    """Return the values of single samples by scorer and reducer: one a sample, however often it was run."""
    found = log.find("reductions")
    if found is None:
        return {}
    values = {}
    for reduction in found.each():
        reducer = reduction.find("reducer")
        key = (reduction.at("scorer").text(), reducer.text() if reducer is not None else None)
        values[key] = list(reduction.at("samples").each())
    return values


def _add(
    figures: Figures, score: Part, prefix: str, reduced: dict[tuple[str, str | None], list[Part]]
) -> None:
    reducer = score.find("reducer")
    key = (score.at("scorer").text(), reducer.text() if reducer is not None else None)
    values = _numbers(reduced.get(key), score.at("name").text())
    metrics = {metric.at("name").text(): metric.at("value") for _, metric in score.at("metrics").items()}
    stderr = metrics.get("stderr")
    for name, value in metrics.items():
        found = value.number()
        hits = sum(one == 1 for one in values)
        if name in MEANS and values and all(one in (0, 1) for one in values):
            if abs(hits / len(values) - found) < 1e-9:
                figures.counted(prefix + name, hits, len(values))
                continue
        elif name in MEANS and not values and (n := score.find("scored_samples")) is not None:
            k = binary_mean(found, n.count(), stderr.number() if stderr is not None else None)
            if k is not None:
                figures.counted(
                    prefix + name, k, n.count(), "counted from the mean and the number of samples"
                )
                continue
        figures.scored(prefix + name, found)


def _numbers(samples: list[Part] | None, name: str) -> list[float]:
    """Return the values of samples that are numbers; of a scorer with several scores, those of one."""
    found: list[float] = []
    for sample in samples or ():
        value = sample.find("value")
        if value is not None and isinstance(value.value, dict):
            value = value.find(name)
        if value is None or isinstance(value.value, list | dict | str):
            return []  # no mean of zeros and ones
        number = value.value
        found.append(float(number) if isinstance(number, bool) else value.number())
    return found


def _note(figures: Figures, log: Part) -> None:
    version = log.at("version").count()
    if version != KNOWN:
        figures.note(f"the log has version {version}; version {KNOWN} is what was tried")
    total, done = log.find("results", "total_samples"), log.find("results", "completed_samples")
    if total is not None and done is not None and done.count() < total.count():
        missing = total.count() - done.count()
        figures.note(f"left out, because they ended in errors: {missing:,} of {total.count():,} samples")
    for score in log.at("results", "scores").each():
        unscored = score.find("unscored_samples")
        if unscored is not None and unscored.count():
            name = score.at("name").text()
            figures.note(f"left out, because `{name}` gave no score: {plural(unscored.count(), 'sample')}")
    config = log.find("eval", "config")
    if config is not None and (config.find("limit") or config.find("sample_id")):
        figures.note("a part of the data set was run (`limit` or `sample_id`)")
    epochs = config.find("epochs") if config is not None else None
    if epochs is not None and epochs.count() > 1:
        figures.note(f"every sample was run {epochs.count()} times and counts once")
    invalidated = log.find("invalidated")
    if invalidated is not None and invalidated.flag():
        figures.note("Inspect marked the log as invalidated")
