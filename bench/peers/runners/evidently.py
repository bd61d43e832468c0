"""Drift of 13 columns with Evidently: a report of `ValueDrift`, as its documentation makes one."""

# mypy: disable-error-code="import-not-found"
# the peer lives in an environment of its own

from __future__ import annotations

from typing import Any

from bench.peers.clock import Answers, Files, main
from bench.peers.scopes import COLUMNS, LABELS, NUMBERS


def work(files: Files) -> Answers:
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift

    definition = DataDefinition(numerical_columns=list(NUMBERS), categorical_columns=list(LABELS))
    current, reference = (
        Dataset.from_pandas(files.frame(path, COLUMNS, LABELS), data_definition=definition)
        for path in (files.log, files.reference)
    )
    report = Report([ValueDrift(column=name, method="psi") for name in COLUMNS])
    values = report.run(current, reference).dict()["metrics"]
    return dict(zip(COLUMNS, (each["value"] for each in values), strict=True))


def check(files: Files) -> dict[str, Any]:
    """Return the counts of numbers on Evidently's own edges, so that ours can be asked for their PSI."""
    import numpy as np

    current, reference = (files.frame(path, NUMBERS) for path in (files.log, files.reference))
    counts = {}
    for name in NUMBERS:
        before, now = (frame[name].dropna().to_numpy() for frame in (reference, current))
        edges = np.histogram_bin_edges(np.concatenate([before, now]), bins="sturges")
        counts[name] = [np.histogram(each, edges)[0].tolist() for each in (before, now)]
    return counts


if __name__ == "__main__":
    main(("evidently", "evidently.metrics", "pyarrow.parquet"), work, check=check)
