"""How often the intervals that are shown, and the bounds that verdicts use, hold the truth.

Where all samples can be enumerated they are, and the figures are exact; the rest is simulated with fixed
seeds. Figure to reach: a coverage of at least the level less 0.5 %, in every cell.

    python3 dev.py bench coverage             # some ten minutes; writes bench/results/coverage.md
    python -m bench.coverage --runs 0.1 --out /dev/stdout
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.covers import counts, values
from bench.covers.cells import Row

RESULT = Path(__file__).parent / "results" / "coverage.md"
SIMULATED: tuple[tuple[Callable[[int], Iterator[Row]], int], ...] = (
    (counts.sequences, 20_000),
    (counts.clustered, 4_000),
    (counts.gaps, 1_000),
    (counts.paired, 2_000),
    (counts.agreement, 4_000),
    (values.means, 20_000),
    (values.mean_sequences, 10_000),
    (values.quantiles, 5_000),
    (values.ordered, 500),
    (values.calibration, 200),
    (values.divergences, 200),
)
"""What is simulated, and in how many runs a cell."""
LISTED = 8
"""Cells that fall short, named for each interval: the worst."""
WORDS = """\
# Coverage

Written by `python3 dev.py bench coverage` (`bench/coverage.py`). Each cell is one true distribution at one
size. *Shown* intervals are two-sided; a *verdict* uses one bound, and each bound is a cell of its own. The
worst of many simulated cells looks worse than it is, so a cell counts as short only where its coverage is
less than the level less 0.5 % by three standard errors of the simulation; ± is the 95 % interval of the
simulation.

| interval | level | cells | mean coverage | worst cell | cells short |
|---|---|---|---|---|---|"""


def rows(scale: float) -> Iterator[Row]:
    """Yield all intervals; `scale` multiplies the runs."""
    yield from counts.rates()
    yield from counts.two_rates()
    for simulate, runs in SIMULATED:
        yield from simulate(max(round(runs * scale), 50))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=float, default=1.0, help="multiple of the usual number of runs")
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    lines, short = [WORDS], ["\n## Cells that fall short\n"]
    print(WORDS)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    for row in rows(options.runs):
        lines.append(row.line())
        print(row.line(), flush=True)
        worst = sorted(row.short, key=lambda cell: cell.coverage)
        short += [
            f"- {row.what}: {cell.case}: {100 * cell.coverage:.1f} % ± {196 * cell.error:.1f} %"
            for cell in worst[:LISTED]
        ]
        if len(worst) > LISTED:
            short.append(f"- {row.what}: {len(worst) - LISTED} more cells")
        # after every row: a run that is stopped keeps what it has
        options.out.write_text("\n".join(lines + (short if len(short) > 1 else [])) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
