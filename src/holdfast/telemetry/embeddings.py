"""Drift of embeddings in a pass: a frame that the reference fixes, then both sides' sums in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias
from weakref import WeakKeyDictionary

import numpy as np

from holdfast.kernel.errors import DataError, PlanError
from holdfast.measure.metrics import EmbeddingDrift
from holdfast.measure.requests import SliceKey
from holdfast.measure.states import State
from holdfast.measure.vectors import Frame, VectorsDrifted, VectorSums
from holdfast.telemetry.checking import ColumnProblem
from holdfast.telemetry.ports import Engine
from holdfast.telemetry.sources import Source

REMEMBERED = 32
"""References that an engine's passes keep: some 70 KB a slice."""

_Key: TypeAlias = tuple[str, str, tuple[str, ...]]
_said: WeakKeyDictionary[Engine, dict[_Key, tuple[Frame, Mapping[SliceKey, VectorSums]]]] = (
    WeakKeyDictionary()
)
"""Frames and sums of references, by their digest, for as long as the engine lives."""


@dataclass(frozen=True)
class EmbeddingAsked:
    """A drift of embeddings to be measured; `asked` is its place among the pass's items."""

    metric: EmbeddingDrift
    source: Source
    reference: Source
    by: tuple[str, ...]
    asked: int


def no_windows(item: str) -> PlanError:
    """Return the error of vectors that are asked for window by window."""
    message = f"`{item}`: vectors are compared over all records and not window by window"
    fix = "choose the records of a time by `where:`, or watch a number made from the vectors by `drift`"
    return PlanError.of("HF305", message, fix=fix)


def embedding_states(engine: Engine, asked: EmbeddingAsked) -> dict[SliceKey, State]:
    """Return each slice's vectors against the same slice of the reference.

    Raises
    ------
    DataError
        HF113: a column is not there or holds no vectors. HF312: vectors of different lengths. HF305: the
        engine does not measure vectors.
    """
    column, by = asked.metric.column, asked.by
    with _belonging(asked.asked):
        frame, before = _reference(engine, asked)
        now = engine.vectors(asked.source, column, frame, by)
    nothing = VectorSums.zero(frame)
    return {
        key: VectorsDrifted(before.get(key, nothing), now.get(key, nothing))
        for key in dict.fromkeys([*now, *before])
    }


def _reference(engine: Engine, asked: EmbeddingAsked) -> tuple[Frame, Mapping[SliceKey, VectorSums]]:
    """Return the frame and the reference's sums; a reference that did not change is not read again."""
    column = asked.metric.column
    key = engine.digest(asked.reference).digest, column, asked.by
    said = _said.setdefault(engine, {})
    if key not in said:
        frame = engine.frame(asked.reference, column)
        if frame is None:  # nothing can be compared; how many vectors there are is told all the same
            other = engine.frame(asked.source, column)
            frame = other if other is not None else Frame(np.zeros(1), 1.0)
            return frame, engine.vectors(asked.reference, column, frame, asked.by)
        if len(said) >= REMEMBERED:
            said.clear()
        said[key] = frame, engine.vectors(asked.reference, column, frame, asked.by)
    return said[key]


@contextmanager
def _belonging(asked: int) -> Iterator[None]:
    """Say of what is wrong with columns which item asked for them."""
    try:
        yield
    except DataError as error:
        raise DataError(
            [
                replace(problem, asked=asked)
                if isinstance(problem, ColumnProblem) and problem.asked == 0
                else problem
                for problem in error.problems
            ]
        ) from error
