"""Cells as bytes: each column in the narrowest type that holds it exactly."""

from __future__ import annotations

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.telemetry.rollups.cells import Cells, Whole

_LENGTH = struct.Struct("<I")


def pack(cells: Cells) -> bytes:
    """Return cells as bytes.

    Examples
    --------
    >>> cells = Cells(np.zeros(2, int), np.array([0, 7]), np.array([30, 31]), np.array([[3.0, 0.5]]))
    >>> unpack(pack(cells)).numbers.tolist()
    [[3.0, 0.5]]
    """
    columns = [cells.series, cells.places, cells.minutes, *cells.numbers]
    types, bodies = [], []
    for column in columns:
        base, narrow = _narrow(column)
        types.append([narrow.dtype.str, base])
        bodies.append(narrow.tobytes())
    head = json.dumps({"cells": len(cells), "columns": types}).encode()
    return b"".join([_LENGTH.pack(len(head)), head, *bodies])


def unpack(packed: bytes) -> Cells:
    """Return the cells that `pack` wrote.

    Raises
    ------
    ValueError
        The bytes are not what it wrote.
    """
    try:
        (length,) = _LENGTH.unpack_from(packed)
        at = _LENGTH.size + length
        head = json.loads(packed[_LENGTH.size : at])
        columns = []
        for name, base in head["columns"]:
            column = np.frombuffer(packed, dtype=name, count=head["cells"], offset=at)
            at += column.nbytes
            columns.append((column, base))
    except (struct.error, KeyError, TypeError) as error:
        msg = "these bytes hold no cells"
        raise ValueError(msg) from error
    series, places, minutes = (_whole(column, base) for column, base in columns[:3])
    numbers = np.empty((len(columns) - 3, head["cells"]))
    for row, (column, _) in zip(numbers, columns[3:], strict=True):
        row[:] = column
    return Cells(series, places, minutes, numbers)


def _whole(column: NDArray[Any], base: int) -> Whole:
    fits = column.dtype.itemsize <= 2 and abs(base) < 2**30
    return np.asarray(np.add(column, base, dtype=np.int32 if fits else np.int64))


def _narrow(column: NDArray[Any]) -> tuple[int, NDArray[Any]]:
    """Return a number to add, and the column less it in the narrowest type that holds it."""
    if not len(column):
        return 0, column.astype("<u1")
    low, high = column.min(), column.max()
    if column.dtype.kind == "f":
        if not (low >= 0 and high < 2**32 and not np.any(column % 1)):
            return 0, column.astype("<f8")
        return 0, column.astype(_type(float(high)))
    base = int(low)
    return base, (column - low).astype(_type(float(int(high) - base)))


def _type(highest: float) -> str:
    for name, limit in (("<u1", 2**8), ("<u2", 2**16), ("<u4", 2**32)):
        if highest < limit:
            return name
    return "<i8"
