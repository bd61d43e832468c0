"""How the time and memory of a pass grow: with records, metrics, slices and windows; and the picture of it.

    python bench/growth.py [--times 3]

Four series; in each one thing grows by factors and everything else stays. Each point runs in a process of its
own, so that its peak memory is its own; all points are measured in turn, this is repeated, and medians are
taken. The exponent is the slope of the line through the logarithms: 1 is linear, below 1 is better. Writes
docs/growth.svg. The data (2.2 GB) is made in bench/data/ and kept.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bench import one_pass  # noqa: E402 -- found by the line above, however the file is run

DATA = HERE / "data"
PICTURE = HERE.parent / "docs" / "growth.svg"
MILLION = 1_000_000


@dataclass(frozen=True)
class Series:
    """What grows, over which sizes, and in words."""

    name: str
    sizes: Sequence[int]
    words: str


SERIES = (
    Series("records", (MILLION // 2, MILLION, 2 * MILLION, 5 * MILLION, 10 * MILLION), "records"),
    Series("metrics", (1, 2, 4, 8, 16, 32), "metrics, on 2 million records"),
    Series("slices", (1, 10, 100, 1_000, 10_000, 100_000), "values to slice by, 2 million records"),
    Series("windows", (1, 30, 720, 2_880), "windows of time, 2 million records"),
)


def make_growing(path: Path) -> None:
    """Write 2 million records with columns of 1 to 100,000 values, ten numbers and a time."""
    import duckdb

    slices = ", ".join(f"'v' || hash(range) % {many} AS by{many}" for many in SERIES[2].sizes)
    numbers = ", ".join(f"(hash(range * 31 + {at}) % 1000003) / 1000003.0 AS x{at}" for at in range(32))
    at = "TIMESTAMP '2026-10-01' + to_seconds(range * 2592000 // 2000000) AS at"
    partial = path.with_suffix(".partial")
    duckdb.sql(
        f"COPY (SELECT {slices}, {numbers}, {at}, hash(range) % 7 = 0 AS hit FROM range(2000000))"
        f" TO '{partial}' (FORMAT parquet, COMPRESSION zstd)"
    )
    partial.rename(path)


def run(name: str, size: int) -> dict[str, float]:
    """Measure one point in this process: seconds of the second run, and peak memory."""
    from holdfast.kernel.expressions.parsing import parse
    from holdfast.measure.metrics import Mean, Rate
    from holdfast.measure.requests import CountsRequest
    from holdfast.telemetry.files.duck import DuckEngine
    from holdfast.telemetry.passes import Item, measure_pass
    from holdfast.telemetry.sources import Source

    engine = DuckEngine()
    grown = Source("grown", "parquet", (str(DATA / "growing.parquet"),), HERE, time="at")
    hit = Rate(parse("hit"))

    def work() -> object:
        match name:
            case "records":
                log = Source("log", "parquet", (str(DATA / f"log-{size}.parquet"),), HERE)
                before = Source("before", "parquet", (str(DATA / "reference-500000.parquet"),), HERE)
                return measure_pass(engine, one_pass.items_of(log, before))
            case "metrics":
                return measure_pass(engine, [Item(Mean(f"x{at}"), grown) for at in range(size)])
            case "slices":
                return measure_pass(engine, [Item(hit, grown, (f"by{size}",))])
            case _:
                every = 30 * 86_400 // size
                return engine.windows(grown, [CountsRequest(hit.hit)], every)

    work()
    wall, processor = time.perf_counter(), time.process_time()
    work()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {"wall": wall, "processor": processor, "peak": one_pass.peak()}


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """Return the slope of the least-squares line through the logarithms, over the upper half of the sizes.

    At small sizes the fixed costs of a query hide the growth.
    """
    start = len(sizes) // 2
    x = [math.log(size) for size in sizes[start:]]
    y = [math.log(value) for value in seconds[start:]]
    mx, my = statistics.mean(x), statistics.mean(y)
    return sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True)) / sum((a - mx) ** 2 for a in x)


def main() -> None:
    """Make the data where it is absent, measure every point, print and draw."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.inside:
        print(json.dumps(run(chosen.inside[0], int(chosen.inside[1]))))
        return
    DATA.mkdir(exist_ok=True)
    for size in SERIES[0].sizes:
        one_pass.made(DATA / f"log-{size}.parquet", size, 0.0)
    one_pass.made(DATA / "reference-500000.parquet", one_pass.REFERENCE, 0.1)
    if not (DATA / "growing.parquet").exists():
        make_growing(DATA / "growing.parquet")
    found: dict[tuple[str, int], list[dict[str, float]]] = {}
    for _ in range(chosen.times):
        for series in SERIES:
            for size in series.sizes:
                command = [sys.executable, __file__, "--inside", series.name, str(size)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found.setdefault((series.name, size), []).append(json.loads(done.stdout.splitlines()[-1]))
    median = {
        key: {part: statistics.median(each[part] for each in runs) for part in runs[0]}
        for key, runs in found.items()
    }
    for series in SERIES:
        values = [median[series.name, size] for size in series.sizes]
        grows = exponent(series.sizes, [each["processor"] for each in values])
        print(f"{series.words}: processor seconds grow with the power {grows:.2f}")
        for size, each in zip(series.sizes, values, strict=True):
            seconds = f"{each['wall']:7.3f} s, processor {each['processor']:7.3f} s"
            print(f"  {size:>12,}  {seconds}, peak {each['peak']:4.0f} MB")
    PICTURE.write_text(picture(median), encoding="utf-8")
    print(f"drawn: {os.path.relpath(PICTURE)}")


WIDTH, HEIGHT, LEFT, TOP, PLOT_W, PLOT_H = 860, 620, 62, 64, 330, 190
STYLE = """
.page { fill: #ffffff } .ink { fill: #1f2328 } .dim { fill: #59636e } .line { stroke: #0969da }
.dot { fill: #0969da } .grid { stroke: #d1d9e0 } .linear { stroke: #59636e }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117 } .ink { fill: #f0f6fc } .dim { fill: #9198a1 } .line { stroke: #4493f8 }
.dot { fill: #4493f8 } .grid { stroke: #3d444d } .linear { stroke: #9198a1 } }
"""


def picture(median: dict[tuple[str, int], dict[str, float]]) -> str:
    """Return four plots on logarithmic axes, readable on light and dark pages."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' font-family="system-ui, sans-serif" font-size="12">',
        "<title>Seconds of a pass as records, metrics, slices and windows grow</title>",
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{WIDTH}" height="{HEIGHT}"/>',
        '<text class="ink" x="20" y="26" font-size="15" font-weight="600">Processor seconds of one pass,'
        " as one thing grows (both axes logarithmic)</text>",
        '<text class="dim" x="20" y="44">Dashed: linear growth from the last point. A flatter line is better'
        " than linear.</text>",
    ]
    for at, series in enumerate(SERIES):
        x, y = LEFT + (at % 2) * (PLOT_W + 90), TOP + 24 + (at // 2) * (PLOT_H + 86)
        values = [median[series.name, size]["processor"] for size in series.sizes]
        parts += plot(series, values, x, y)
    return "\n".join([*parts, "</svg>", ""])


def plot(series: Series, values: Sequence[float], x: float, y: float) -> list[str]:
    """Return one plot, with its corner at (x, y)."""
    low_x, high_x = math.log10(series.sizes[0]), math.log10(series.sizes[-1])
    low_y, high_y = math.floor(math.log10(min(values)) - 0.05), math.ceil(math.log10(max(values)) + 0.05)

    def place(size: float, value: float) -> tuple[float, float]:
        right = x + PLOT_W * (math.log10(size) - low_x) / (high_x - low_x)
        up = min(max(math.log10(value), low_y), high_y)
        return right, y + PLOT_H * (1 - (up - low_y) / (high_y - low_y))

    parts = [f'<text class="ink" x="{x}" y="{y - 10}" font-weight="600">{series.words}</text>']
    for power in range(low_y, high_y + 1):
        height = place(series.sizes[0], 10.0**power)[1]
        parts.append(f'<line class="grid" x1="{x}" x2="{x + PLOT_W}" y1="{height:.1f}" y2="{height:.1f}"/>')
        told = f"{10.0**power:g} s"
        parts.append(f'<text class="dim" x="{x - 8}" y="{height + 4:.1f}" text-anchor="end">{told}</text>')
    start = max(series.sizes[0], series.sizes[-1] * 10.0**low_y / values[-1])
    ends = place(start, values[-1] * start / series.sizes[-1]), place(series.sizes[-1], values[-1])
    parts.append(
        f'<line class="linear" stroke-dasharray="4 4" x1="{ends[0][0]:.1f}" y1="{ends[0][1]:.1f}"'
        f' x2="{ends[1][0]:.1f}" y2="{ends[1][1]:.1f}"/>'
    )
    points = [place(size, value) for size, value in zip(series.sizes, values, strict=True)]
    path = " ".join(f"{right:.1f},{down:.1f}" for right, down in points)
    parts.append(f'<polyline class="line" fill="none" stroke-width="2" points="{path}"/>')
    for (right, down), size, value in zip(points, series.sizes, values, strict=True):
        said = f"{size:,}: {value:.3g} s"
        parts.append(
            f'<circle class="dot" cx="{right:.1f}" cy="{down:.1f}" r="4"><title>{said}</title></circle>'
        )
        below = f'x="{right:.1f}" y="{y + PLOT_H + 18}" text-anchor="middle"'
        parts.append(f'<text class="dim" {below}>{short(size)}</text>')
    return parts


def short(size: int) -> str:
    """Return a size as an axis has room for it."""
    if size >= MILLION:
        return f"{size / MILLION:g} M"
    return f"{size / 1000:g} k" if size >= 1000 else str(size)


if __name__ == "__main__":
    main()
