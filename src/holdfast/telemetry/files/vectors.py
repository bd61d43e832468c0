"""Columns of vectors: read from DuckDB batch by batch, turned into sums by matrix products, and forgotten.

An engine's SQL would need a dot product per record and frequency: six times the processor time of matrix
products over batches, and that without the eight thousand sums of products (`bench/vectors.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from holdfast.kernel.errors import DataError
from holdfast.kernel.expressions.tree import Column
from holdfast.measure.requests import MOST_SLICES, SliceKey
from holdfast.measure.vectors import Frame, VectorSums, frame_of, frequencies
from holdfast.telemetry.checking import Checker, at_column
from holdfast.telemetry.queries.answering import many_slices
from holdfast.telemetry.queries.asking import Opened
from holdfast.telemetry.queries.compiling import sql_of
from holdfast.telemetry.queries.translation import as_text, canonical_real
from holdfast.telemetry.sources import Source

if TYPE_CHECKING:
    import duckdb

SAMPLE = 1_000
"""Different vectors of a reference that fix its frame."""
NUMBERS = 4_000_000
"""Numbers of a batch: 16 to 32 MB."""
MOST_RECORDS = 16_384
"""Records of a batch of short vectors."""


def frame_in(
    connection: duckdb.DuckDBPyConnection, source: Source, opened: Opened, column: str
) -> Frame | None:
    """Return the frame of a column's vectors: of a thousand different ones, drawn by what they hold.

    Drawn by a fingerprint of the vector and not by its place, the same records give the same frame in
    whichever order they come; a vector that is there a million times counts once.
    """
    inner = _inner(source, opened, column, ())
    view = opened.records.table.get_name()
    drawn = connection.execute(
        f"SELECT DISTINCT hash({inner}) AS h FROM {view} WHERE {inner} IS NOT NULL ORDER BY h LIMIT {SAMPLE}"  # noqa: S608 -- names are ours
    ).fetchall()
    if not drawn:
        return None
    last = int(drawn[-1][0])
    query = (
        f"SELECT any_value({inner}) AS v FROM {view} WHERE {inner} IS NOT NULL AND hash({inner}) <= {last}"  # noqa: S608 -- as above
        f" GROUP BY hash({inner}) ORDER BY hash({inner})"
    )
    parts, dimension = [], 0
    for batch in connection.sql(query).to_arrow_reader(SAMPLE):
        lengths, flat = _unpacked(batch.column(0))
        dimension = _one_length(source, column, lengths, dimension)
        if dimension:
            parts.append(flat.reshape(-1, dimension).astype(np.float64))
    if not parts:
        return None
    vectors = np.concatenate(parts)
    vectors = vectors[np.isfinite(vectors).all(axis=1)]
    return frame_of(vectors) if len(vectors) else None


def sums_in(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    opened: Opened,
    column: str,
    frame: Frame,
    by: tuple[str, ...],
) -> dict[SliceKey, VectorSums]:
    """Return the sums of a column's vectors in a frame, by slice."""
    _inner(source, opened, column, by)
    records = opened.records
    keys = {f"s{place}": as_text(records.groupable(name)) for place, name in enumerate(by)}
    query = records.table.select(v=records.column(column).value, **keys)
    real = [records.columns[name][1] == "real" for name in by]
    waves = frequencies(frame)
    found: dict[SliceKey, VectorSums] = {} if by else {(): VectorSums.zero(frame)}
    size = max(256, min(MOST_RECORDS, NUMBERS // frame.dimension))
    for batch in connection.sql(sql_of(query, "duckdb")).to_arrow_reader(size):
        names = batch.schema.names
        vectors = batch.column(names.index("v"))
        slices = [batch.column(names.index(f"s{place}")) for place in range(len(by))]
        for key, sums in _batch(source, column, vectors, slices, real, frame, waves):
            found[key] = found[key].merge(sums) if key in found else sums
            if len(found) > MOST_SLICES:
                raise many_slices(source, by, 0, MOST_SLICES)
    return dict(sorted(found.items(), key=lambda item: [(part is None, part or "") for part in item[0]]))


def _inner(source: Source, opened: Opened, column: str, by: tuple[str, ...]) -> str:
    """Return our name of a column of vectors, after checking it and the columns to slice by."""
    checker = Checker(opened.types, source.name, lambda _: ())
    checker.asked = 0
    checker.vector(column)
    for name in by:
        checker.groupable(name)
    if checker.problems:
        raise DataError(checker.problems)
    return opened.columns[column][0]


def _batch(
    source: Source,
    column: str,
    vectors: Any,  # noqa: ANN401 -- an Arrow array; pyarrow is loaded late
    slices: Sequence[Any],
    real: Sequence[bool],
    frame: Frame,
    waves: np.ndarray,
) -> Iterator[tuple[SliceKey, VectorSums]]:
    """Yield the sums of each slice of a batch."""
    lengths, flat = _unpacked(vectors)
    held = _one_length(source, column, lengths, frame.dimension)
    there = lengths > 0
    matrix = flat.reshape(-1, held) if there.any() else np.zeros((0, frame.dimension))
    usable = np.isfinite(matrix).all(axis=1)
    # which record of the batch each row of the matrix is
    rows = np.flatnonzero(there)
    if not usable.all():
        matrix, rows = matrix[usable], rows[usable]
    keys, of = _keys(slices, real, len(lengths))
    counted = np.zeros(len(lengths), dtype=bool)
    counted[rows] = True
    for at, key in enumerate(keys):
        mine = of == at
        chosen = matrix if len(keys) == 1 else matrix[mine[rows]]
        missing = float(np.count_nonzero(mine & (lengths < 0)))
        unusable = float(np.count_nonzero(mine & (lengths >= 0) & ~counted))
        sums = VectorSums.of(chosen, frame, waves) if len(chosen) else VectorSums.zero(frame)
        yield (
            key,
            VectorSums(
                frame, sums.n, sums.total, sums.squares, sums.features, sums.products, missing, unusable
            ),
        )


def _unpacked(vectors: Any) -> tuple[np.ndarray, np.ndarray]:  # noqa: ANN401 -- as above
    """Return how long each vector is (-1: null), and all numbers in one array; a null among them is NaN."""
    import pyarrow.compute as pc

    lengths = pc.fill_null(pc.list_value_length(vectors), -1).to_numpy(zero_copy_only=False)
    flat = vectors.flatten()
    numbers = flat.to_numpy(zero_copy_only=False)
    if numbers.dtype not in (np.float32, np.float64):
        numbers = numbers.astype(np.float64)
    return lengths.astype(np.int64), numbers


def _one_length(source: Source, column: str, lengths: np.ndarray, dimension: int) -> int:
    """Return the length of all vectors that are there; `dimension` is that of the reference, or 0.

    Raises
    ------
    DataError
        HF312: they differ, from each other or from the reference's.
    """
    found = {int(length) for length in np.unique(lengths[lengths > 0])} | (
        {dimension} if dimension else set()
    )
    if len(found) > 1:
        other = sorted(found - {dimension}) if dimension else sorted(found)
        shown = [*([dimension] if dimension else []), *other][:2]
        message = (
            f"column `{column}` of data `{source.name}` holds vectors of {shown[1]:,} numbers, others have"
            f" {shown[0]:,}"
        )
        fix = "choose the records of one model by `where:`, or make the reference anew with this model"
        raise DataError([at_column("HF312", message, fix, Column(column, -1), 0)])
    return found.pop() if found else 0


def _keys(slices: Sequence[Any], real: Sequence[bool], records: int) -> tuple[list[SliceKey], np.ndarray]:
    """Return the slices of a batch, and which one each record is of."""
    if not slices:
        return [()], np.zeros(records, dtype=np.int64)
    codes, names = [], []
    for column, number in zip(slices, real, strict=True):
        encoded = column.dictionary_encode()
        values = [
            canonical_real(value) if number and value is not None else value
            for value in encoded.dictionary.to_pylist()
        ]
        codes.append(encoded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False))
        names.append([*values, None])
    together, of = np.unique(np.stack(codes, axis=1), axis=0, return_inverse=True)
    keys = [tuple(names[place][code] for place, code in enumerate(row)) for row in together.tolist()]
    return keys, of.ravel()
