"""One measurement pass over five million records, beside a bare scan of the same columns in the same process.

    python bench/one_pass.py [--rows 5000000] [--times 5]

Makes its data in bench/data/ when it is not there (half a minute; 50 million records take 4.6 GB and
six minutes). What is measured: drift of 13 columns against a reference of a tenth of the records (at most
500,000), two disparities (recall over sex and over age band) and rates by language and by day.

The figures are ratios, so that the machine's speed falls out: scan and pass in alternation, warm,
medians. Where others use the machine, the ratio of processor time says more than that of the clock.
A reference is frozen, and a process reads it once: the pass of a watch does not read it again, that of a new
process does. Both are measured.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.telemetry.passes import Item
    from holdfast.telemetry.sources import Source

HERE = Path(__file__).resolve().parent
NUMBERS = tuple(f"n{place}" for place in range(10))
LABELS = ("c0", "c1", "c2")
GROUPS = ("sex", "age_band", "language", "day")
OTHERS = ("score", "label", "decision")
CHUNK = 500_000
REFERENCE = 500_000
"""Records of a reference at most: more of them do not make a better one."""
DAYS = 30
SEED = 7


def make(path: Path, rows: int, shift: float) -> None:
    """Write a log: numbers of several shapes, labels, groups, a score with its outcome."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(SEED)
    writer: pq.ParquetWriter | None = None

    def words(values: list[str], n: int) -> pa.Array:
        return pa.array(np.asarray(values, dtype=object)[random.integers(0, len(values), n)], pa.string())

    partial = path.with_suffix(".partial")
    for start in range(0, rows, CHUNK):
        n = min(CHUNK, rows - start)
        score = random.beta(2, 5, n)
        days = range(start * DAYS // rows + 1, max((start + n) * DAYS // rows, start * DAYS // rows + 1) + 1)
        table: dict[str, object] = {
            "score": score,
            "label": random.random(n) < score,
            "decision": score > 0.5,
            **{f"n{place}": random.normal(place + shift, 1 + place, n) for place in range(4)},
            **{f"n{place}": random.lognormal(3 + shift, 1, n) for place in range(4, 7)},
            **{f"n{place}": random.gamma(2 + shift, 2, n).astype("f4") for place in (7, 8)},
            "n9": random.poisson(40 + 5 * shift, n).astype("i4"),
            **{f"c{place}": words([f"value {each}" for each in range(many)], n)
               for place, many in enumerate((5, 20, 200))},
            "sex": words(["female", "male"], n),
            "age_band": words(["under 30", "30 to 50", "50 to 70", "over 70"], n),
            "language": words([f"language {each}" for each in range(12)], n),
            "day": words([f"2026-10-{day:02d}" for day in days], n),
        }  # fmt: skip
        for name in ("n1", "n5"):
            table[name] = pa.array(table[name], mask=random.random(n) < 0.02)
        part = pa.table(table)
        writer = writer or pq.ParquetWriter(partial, part.schema, compression="zstd")
        writer.write_table(part, row_group_size=122_880)
    if writer is not None:
        writer.close()
    partial.rename(path)


def scan_of(log: Path, reference: Path) -> str:
    """Return the statement that merely reads: every column that the pass needs, decoded and added up."""
    sums = [f"sum({name})" for name in NUMBERS]
    lengths = [f"sum(strlen({name}))" for name in LABELS]
    more = ["sum(score)", "sum(CAST(label AS INT))", "sum(CAST(decision AS INT))"]
    more += [f"sum(strlen({name}))" for name in GROUPS]
    both = ", ".join([*sums, *lengths])
    blank = ", ".join("0" for _ in more)
    return (
        f"SELECT {both}, {', '.join(more)} FROM read_parquet('{log}')"
        f" UNION ALL SELECT {both}, {blank} FROM read_parquet('{reference}')"
    )


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the wall-clock and processor seconds of a run."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


def items_of(now: Source, before: Source) -> list[Item]:
    """Return what is measured of a log against a reference."""
    from holdfast.kernel.expressions.parsing import parse
    from holdfast.measure.metrics import Disparity, Drift, Rate, named_rate
    from holdfast.telemetry.passes import Item

    recall = named_rate("recall", decision=parse("decision"), label=parse("label"))
    high = Rate(parse("score >= 0.8"))
    items = [Item(Drift(name), now, (), before) for name in (*NUMBERS, *LABELS)]
    items += [Item(Disparity(recall, (group,)), now) for group in ("sex", "age_band")]
    return [*items, *(Item(high, now, (group,)) for group in ("language", "day"))]


def measured(log: Path, reference: Path, times: int) -> dict[str, float]:
    """Run the scan and the pass in this process; return their times, and the memory that the pass needs."""
    from holdfast.telemetry.drifts import forget_references
    from holdfast.telemetry.files.duck import DuckEngine
    from holdfast.telemetry.passes import measure_pass
    from holdfast.telemetry.sources import Source

    now = Source("log", "parquet", (str(log),), HERE)
    before = Source("reference", "parquet", (str(reference),), HERE)
    items, engine = items_of(now, before), DuckEngine()
    first, _ = timed(lambda: measure_pass(engine, items))
    held = peak()
    scanning = scan_of(log, reference)
    connection = engine._connection()

    def anew() -> None:
        forget_references(engine)
        measure_pass(engine, items)

    works: dict[str, Callable[[], object]] = {
        "kept": lambda: measure_pass(engine, items),
        "anew": anew,
        "scan": lambda: connection.execute(scanning).fetchall(),
    }
    found = {"first_s": first, "peak_mb": held}
    if times == 0:
        return found
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for name, work in works.items():
        work()  # warm
        if name != "scan":
            held = max(held, peak())
    for _ in range(times):
        for name, work in works.items():
            took[name].append(timed(work))
    found["peak_mb"] = held
    for name, runs in took.items():
        walls = [wall for wall, _ in runs]
        found |= {
            f"{name}_s": statistics.median(walls),
            f"{name}_least": min(walls),
            f"{name}_most": max(walls),
        }
        found[f"{name}_cpu"] = statistics.median(processor for _, processor in runs)
    return found


def peak() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def made(path: Path, rows: int, shift: float) -> None:
    """Write a log where it is absent, in a process of its own: its memory is not the pass's."""
    if path.exists():
        return
    print(f"making {path.name}", flush=True)
    code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import one_pass, pathlib; "
    code += f"one_pass.make(pathlib.Path({str(path)!r}), {rows}, {shift})"
    subprocess.run([sys.executable, "-c", code], check=True)


def main() -> None:
    """Make the data where it is absent, measure in a process of its own, print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--times", type=int, default=5, help="rounds; 0: one pass alone, for its memory")
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    folder = HERE / "data"
    folder.mkdir(exist_ok=True)
    before = min(chosen.rows // 10, REFERENCE)
    log, reference = folder / f"log-{chosen.rows}.parquet", folder / f"reference-{before}.parquet"
    if chosen.inside:
        print(json.dumps(measured(log, reference, chosen.times)))
        return
    made(log, chosen.rows, 0.0)
    made(reference, before, 0.1)
    command = [sys.executable, __file__, "--inside", "--rows", str(chosen.rows), "--times", str(chosen.times)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"one pass over {chosen.rows:,} records: 13 drifts, 2 disparities, 2 sliced rates")
    if chosen.times == 0:
        print(f"  the first pass, with digests of the files: {found['first_s']:.2f} s")
        print(f"  peak memory: {found['peak_mb']:.0f} MB  (at most 350 MB, as for any number of records)")
        return
    spread = f"{found['scan_least']:.2f} to {found['scan_most']:.2f} s in this run"
    print(f"  bare scan of the same columns: {found['scan_s']:.2f} s ({spread})")
    for name, words in (("kept", "which is known already"), ("anew", "which is read anew")):
        ratios = f"{found[f'{name}_s'] / found['scan_s']:.2f} x, processor time"
        ratios += f" {found[f'{name}_cpu'] / found['scan_cpu']:.2f} x"
        print(f"  pass against a reference {words}: {found[f'{name}_s']:.2f} s, {ratios}  (at most 2 x)")
    print(f"  the first pass, with digests of the files: {found['first_s']:.2f} s")
    print(f"  peak memory: {found['peak_mb']:.0f} MB  (at most 350 MB)")


if __name__ == "__main__":
    main()
