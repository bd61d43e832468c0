"""Looking for personal data in text columns: DuckDB finds candidates, validators decide, counts come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from holdfast.kernel.patterns import Detector
from holdfast.telemetry.files.tables import text
from holdfast.telemetry.queries.translation import Physical

if TYPE_CHECKING:
    import duckdb

BATCH = 50_000
"""Records with candidates that are looked at together."""


def scan_texts(
    connection: duckdb.DuckDBPyConnection,
    view: str,
    columns: Mapping[str, str],
    detectors: Sequence[Detector],
) -> tuple[int, dict[tuple[str, str], int]]:
    """Return how many records hold something, and how many do by column and detector.

    One pass: a record that no pattern matches is decided inside the engine. Of the others the matches come
    out in batches, are validated and forgotten.

    Parameters
    ----------
    connection : DuckDB connection
    view : str
        A table or view of ours.
    columns : mapping from str to str
        The plan's name of a column -> its text, as SQL over our names.
    detectors : sequence of Detector

    Returns
    -------
    tuple of int and dict
        Records with a finding; (column, detector) -> records.
    """
    if not columns or not detectors:
        return 0, {}
    anything = text("|".join(f"(?:{detector.pattern})" for detector in detectors))
    asked = [(column, detector) for column in columns for detector in detectors]
    selected = ", ".join(_candidates(columns[column], detector) for column, detector in asked)
    either = " OR ".join(f"regexp_matches({value}, {anything})" for value in columns.values())
    query = connection.sql(f"SELECT {selected} FROM {view} WHERE {either}")  # noqa: S608 -- names are ours
    found: Counter[tuple[str, str]] = Counter()
    hits = 0
    for batch in query.to_arrow_reader(BATCH):
        somewhere = np.zeros(batch.num_rows, dtype=bool)
        for (column, detector), candidates in zip(asked, batch.columns, strict=True):
            here = _confirmed(candidates, detector)
            found[column, detector.name] += int(here.sum())
            somewhere |= here
        hits += int(somewhere.sum())
    return hits, {key: records for key, records in found.items() if records}


def _candidates(value: str, detector: Detector) -> str:
    """Return as SQL what a pattern matches, or whether it matches where nobody has to look at it."""
    function = "regexp_matches" if detector.valid is None else "regexp_extract_all"
    return f"{function}({value}, {text(detector.pattern)})"


def _confirmed(candidates: Any, detector: Detector) -> NDArray[np.bool_]:  # noqa: ANN401 -- Arrow is untyped
    """Return which records hold at least one candidate that is one; each distinct one is looked at once."""
    import pyarrow.compute as pc

    if detector.valid is None:
        return np.asarray(candidates.fill_null(False).to_numpy(zero_copy_only=False), dtype=bool)
    records = np.zeros(len(candidates), dtype=bool)
    encoded = candidates.flatten().dictionary_encode()
    if len(encoded):
        valid = np.array([detector.valid(each) for each in encoded.dictionary.to_pylist()], dtype=bool)
        inside = valid[encoded.indices.to_numpy(zero_copy_only=False)]
        records[pc.list_parent_indices(candidates).to_numpy(zero_copy_only=False)[inside]] = True
    return records


def texts_of(inner: str, kind: Physical | None) -> str | None:
    """Return what of a column is searched, as SQL; None where it holds nothing to search.

    A card's number may come as a whole number; a real number has digits of no meaning.
    """
    if kind in {"text", "nested"}:
        return inner
    return f"CAST({inner} AS VARCHAR)" if kind == "whole" else None
