"""Looking for personal data in text columns: DuckDB finds candidates, validators decide, counts come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from holdfast.kernel.patterns import Detector
from holdfast.telemetry.tables import text
from holdfast.telemetry.translation import Physical

if TYPE_CHECKING:
    import duckdb

BATCH = 2_000
"""Records with candidates that are looked at together."""
REMEMBERED = 50_000
"""Candidates whose verdict is remembered, for each detector: the same number is often there again."""


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
    matched = [f"regexp_matches({value}, {anything})" for value in columns.values()]
    selected = ", ".join(
        f"CASE WHEN {hit} THEN [{_extracted(value, detectors)}] END"
        for hit, value in zip(matched, columns.values(), strict=True)
    )
    query = f"SELECT {selected} FROM {view} WHERE {' OR '.join(matched)}"  # noqa: S608 -- names are ours
    verdicts: list[dict[str, bool]] = [{} for _ in detectors]
    found: Counter[tuple[str, str]] = Counter()
    hits = 0
    result = connection.execute(query)
    while rows := result.fetchmany(BATCH):
        for row in rows:
            here = [
                (column, detector.name)
                for column, lists in zip(columns, row, strict=True)
                if lists is not None
                for detector, candidates, known in zip(detectors, lists, verdicts, strict=True)
                if any(_is_one(detector, candidate, known) for candidate in candidates)
            ]
            found.update(here)
            hits += bool(here)
    return hits, dict(found)


def texts_of(inner: str, kind: Physical | None) -> str | None:
    """Return what of a column is searched, as SQL; None where it holds nothing to search.

    A card's number may come as a whole number; a real number has digits of no meaning.
    """
    if kind in {"text", "nested"}:
        return inner
    return f"CAST({inner} AS VARCHAR)" if kind == "whole" else None


def _extracted(value: str, detectors: Sequence[Detector]) -> str:
    return ", ".join(f"regexp_extract_all({value}, {text(each.pattern)})" for each in detectors)


def _is_one(detector: Detector, candidate: str, known: dict[str, bool]) -> bool:
    if detector.valid is None:
        return True
    verdict = known.get(candidate)
    if verdict is None:
        if len(known) >= REMEMBERED:
            known.clear()
        verdict = known[candidate] = detector.valid(candidate)
    return verdict
