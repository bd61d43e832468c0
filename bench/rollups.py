"""Kept states: a minute's cells to days, and a new hour of a 7-day log, beside asking the whole log again.

    python bench/rollups.py [--hours 168] [--records 30000] [--times 9]

Figures to reach: 2 million cells from minutes to days in at most 50 ms, equal to the last count; a new hour
of a 7-day log added in at most 0.3 s. Both as the clock and as processor time say: where others use the
machine, the second says more. The new hour is measured in one process that runs on, as a watch does, and in a
new one, as `holdfast rollup update` is; the direct query over the whole log runs in alternation with it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.kernel.expressions.parsing import parse
from holdfast.measure.requests import CountsRequest, MomentsRequest, Request
from holdfast.telemetry.files.duck import DuckEngine
from holdfast.telemetry.rollups.cells import Cells, Combine, rolled, united
from holdfast.telemetry.rollups.packing import pack, unpack
from holdfast.telemetry.rollups.sqlite import SqliteRollups
from holdfast.telemetry.rollups.updating import update
from holdfast.telemetry.sources import Source

START = np.datetime64("2026-10-01T00:00:00", "us")
NOW = datetime(2026, 10, 20, tzinfo=UTC)
CELLS, SERIES = 2_000_000, 200
REQUESTS: dict[Request, list[str]] = {
    CountsRequest(parse("toxicity >= 0.8"), None, ("language",)): ["toxicity"],
    CountsRequest(parse("toxicity >= 0.8")): ["toxicity"],
    CountsRequest(parse("blocked"), parse("attack")): ["recall"],
    MomentsRequest("latency"): ["latency"],
}
COMBINE: tuple[Combine, ...] = ("sum", "sum", "sum")
PLAN = """\
holdfast: 1
system: {id: bench, name: Bench}
data: {live: {parquet: "log-*.parquet", time: at}}
metrics:
  toxicity: {kind: rate, hit: "toxicity >= 0.8", by: [language]}
  recall: {kind: recall, decision: blocked, label: attack}
  latency: {kind: mean, column: latency}
indicators:
  - {id: a, watch: {metric: toxicity, data: live, window: 1h, above: 1%}, act: [], why: w, first_move: m}
  - {id: b, watch: {metric: recall, data: live, window: 1h, below: 95%}, act: [], why: w, first_move: m}
  - {id: c, watch: {metric: latency, data: live, window: 1h, above: 100}, act: [], why: w, first_move: m}
"""


def taken(work: Callable[[], object]) -> tuple[float, float]:
    """Return how long a piece of work takes: seconds of the clock, and of processors."""
    clock, before = time.perf_counter(), os.times()
    work()
    after = os.times()
    return time.perf_counter() - clock, sum(after[:4]) - sum(before[:4])


def line(what: str, runs: list[tuple[float, float]], target: float | None = None) -> None:
    clock, processor = (statistics.median(column) for column in zip(*runs, strict=True))
    share = "" if target is None else f"  {clock / target:.2f} of the {1000 * target:.0f} ms allowed"
    print(f"{what:<62}{1000 * clock:>9.1f} ms{1000 * processor:>9.1f} ms CPU{share}")


def minutes_to_days(times: int) -> None:
    """Roll two million cells up, and compare with adding them one by one."""
    random = np.random.default_rng(1)
    length = CELLS // SERIES
    cells = Cells(
        np.repeat(np.arange(SERIES, dtype=np.int32), length),
        np.zeros(CELLS, dtype=np.int32),
        np.tile(np.arange(length, dtype=np.int32) + 29_800_000, SERIES),
        random.integers(0, 1000, (3, CELLS)).astype(float),
    )
    line(
        "2 M cells, minutes to days",
        [taken(lambda: rolled(cells, COMBINE, 1440)) for _ in range(times)],
        0.05,
    )
    days = rolled(cells, COMBINE, 1440)
    key = cells.series.astype(np.int64) * 2**32 + (cells.minutes - 5760) // 1440
    _, inverse = np.unique(key, return_inverse=True)
    same = all(
        np.array_equal(np.bincount(inverse, weights=column), found)
        for column, found in zip(cells.numbers, days.numbers, strict=True)
    )
    print(f"  equal to adding them up one by one: {same}, {len(days):,} cells of days")
    packed = pack(cells)
    line(
        f"the same from bytes as they are kept ({len(packed) / 1e6:.0f} MB)",
        [taken(lambda: rolled(unpack(packed), COMBINE, 1440)) for _ in range(times)],
    )
    parts = [cells.at(cells.minutes % 7 == part) for part in range(7)]
    line(
        "the same out of seven files",
        [taken(lambda: united([rolled(p, COMBINE, 1440) for p in parts], COMBINE)) for _ in range(times)],
    )


def hour(folder: Path, number: int, records: int) -> None:
    """Write one hour of the log."""
    random = np.random.default_rng(number)
    at = START + np.timedelta64(number, "h") + np.sort(random.integers(0, 3_600_000_000, records))
    table = {
        "at": at,
        "toxicity": random.random(records),
        "language": random.choice(["en", "de", "fr", "pt", "es"], records),
        "blocked": random.random(records) < 0.1,
        "attack": random.random(records) < 0.1,
        "latency": random.lognormal(5, 1, records),
    }
    pq.write_table(pa.table(table), folder / f"log-{number:04}.parquet")


def new_hours(folder: Path, hours: int, records: int, times: int) -> None:
    """Add hours to a log, in this process and in new ones, beside asking the whole log again."""
    for number in range(hours):
        hour(folder, number, records)
    time.sleep(2.1)  # files that were just written are read again: nobody asks for that an hour later
    (folder / "holdfast.yaml").write_text(PLAN)
    source = Source("live", "parquet", ("log-*.parquet",), folder, time="at")
    (folder / ".holdfast" / "rollups").mkdir(parents=True)
    store, engine = SqliteRollups(folder / ".holdfast" / "rollups" / "bench.db"), DuckEngine()

    def added() -> object:
        return update(store, engine, source, REQUESTS, now=NOW)

    line(f"the first time: {hours} files, {hours * records:,} records", [taken(added)])
    ours, theirs = [], []
    for number in range(hours, hours + times):
        hour(folder, number, records)
        ours.append(taken(added))
        theirs.append(taken(lambda: engine.windows(source, list(REQUESTS), 3600)))
    line("a new hour, in a process that runs on", ours, 0.3)
    line("the whole log asked again by the hour", theirs)
    line("nothing new", [taken(added) for _ in range(times)])
    store.close()
    command = [str(Path(sys.executable).with_name("holdfast")), "rollup", "update"]
    fresh = []
    for number in range(hours + times, hours + 2 * times):
        hour(folder, number, records)
        fresh.append(taken(lambda: subprocess.run(command, cwd=folder, check=True, capture_output=True)))
    line("a new hour, `holdfast rollup update` from its start", fresh)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--hours", type=int, default=168)
    asked.add_argument("--records", type=int, default=30_000)
    asked.add_argument("--times", type=int, default=9)
    options = asked.parse_args()
    minutes_to_days(max(options.times, 9))
    with tempfile.TemporaryDirectory() as folder:
        new_hours(Path(folder), options.hours, options.records, options.times)


if __name__ == "__main__":
    main()
