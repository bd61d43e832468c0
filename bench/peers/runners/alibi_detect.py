"""Drift of 13 columns with alibi-detect: `TabularDrift`, KS of numbers and chi-squared of labels."""

# mypy: disable-error-code="import-not-found"
# the peer lives in an environment of its own

from __future__ import annotations

from typing import Any

from bench.peers.clock import Answers, Files, main
from bench.peers.scopes import COLUMNS, LABELS, NUMBERS


def work(files: Files) -> Answers:
    from alibi_detect.cd import TabularDrift

    places = {len(NUMBERS) + place: None for place in range(len(LABELS))}
    reference, current = (_coded(files, path) for path in (files.reference, files.log))
    detector = TabularDrift(reference, p_val=0.05, categories_per_feature=places)
    told = detector.predict(current, drift_type="feature")["data"]["distance"]
    return dict(zip(COLUMNS, map(float, told), strict=True))


def _coded(files: Files, path: str) -> Any:  # noqa: ANN401 -- numpy is the peer's
    """Return the columns as one array of float32, labels as the places of their names in order."""
    frame = files.frame(path, COLUMNS, LABELS)
    for name in LABELS:
        frame[name] = frame[name].cat.reorder_categories(sorted(frame[name].cat.categories)).cat.codes
    return frame.to_numpy(dtype="float32")


if __name__ == "__main__":
    main(("alibi_detect.cd", "pyarrow.parquet"), work)
