"""What every runner does alike: its imports on the clock, its work on the clock, one line of JSON at the end.

Loaded in environments of different ages: nothing but the standard library, until a frame is read.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, TypeAlias

Answers: TypeAlias = Mapping[str, float | None]
"""What was measured, by name; None (or NaN) where there is no value."""


class Files:
    """The log and the reference of a run, and how long it took to read them into frames."""

    def __init__(self, scope: str, log: str, reference: str) -> None:
        self.scope, self.log, self.reference = scope, log, reference
        self.read_s = 0.0

    def frame(self, path: str, columns: tuple[str, ...], categories: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 -- pandas is the peer's
        """Return some columns as a pandas frame, those of text as categories where that is asked for."""
        import pyarrow.parquet as pq

        start = time.perf_counter()
        table = pq.read_table(path, columns=list(columns), read_dictionary=list(categories) or None)
        read = table.to_pandas(self_destruct=True)
        self.read_s += time.perf_counter() - start
        return read


def main(
    imports: Sequence[str],
    work: Callable[[Files], Answers],
    *,
    loads: Callable[[], object] | None = None,
    check: Callable[[Files], Mapping[str, Any]] | None = None,
) -> None:
    """Time the imports; then, unless only they are asked for, the work; print what came of it.

    Arguments of the command: `--imports`, or `[--check] SCOPE LOG REFERENCE`.

    Parameters
    ----------
    imports : sequence of str
        Modules that the work would load otherwise.
    work : callable
    loads : callable, optional
        What loads the rest.
    check : callable, optional
        What a comparison of answers needs besides; never on the clock.
    """
    start = time.perf_counter()
    for name in imports:
        import_module(name)
    if loads is not None:
        loads()
    said: dict[str, Any] = {"import_s": time.perf_counter() - start}
    given = sys.argv[1:]
    if given[0] == "--check" and check is not None:
        said["check"] = check(Files(*given[1:]))
    elif given[0] != "--imports":
        files = Files(*given)
        wall, processor = time.perf_counter(), time.process_time()
        answers = work(files)
        said |= {"work_s": time.perf_counter() - wall, "work_cpu_s": time.process_time() - processor}
        said |= {"read_s": files.read_s, "answers": answers}
    print("\n" + json.dumps(said, default=float))
