"""The Numenta anomaly benchmark (NAB) on the detectors that can be taken to it, beside its published table.

The data are not shipped: HOLDFAST_SHARED names the folder that holds nab/. The scorer is checked by two rows
of the published table that follow from the data alone: `null` and `windowedGaussian`.

    python3 dev.py bench numenta            # some two minutes, writes bench/results/numenta.md
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from bench.nab.corpus import Profile, Series, read_corpus, read_profiles, read_published, shared_data
from bench.nab.detectors import Begin, alarms, exceedances, means, windowed_gaussian
from bench.nab.scorer import Scored, score_corpus

from holdfast.measure.states import Floats

RESULT = Path(__file__).parent / "results" / "numenta.md"
BUDGETS = (100.0, 1_000.0, 10_000.0, 100_000.0)
"""Records to a false alarm: what stands for the threshold that the benchmark lets every detector tune."""
OURS: dict[str, tuple[Begin, bool]] = {
    "exceedance rate, first reference kept": (exceedances, False),
    "exceedance rate, new reference after an alarm": (exceedances, True),
    "bounded mean, first reference kept": (means, False),
    "bounded mean, new reference after an alarm": (means, True),
}
WORDS = """\
# The Numenta anomaly benchmark

Written by `python3 dev.py bench numenta` (`bench/numenta.py`) from the benchmark's data, which are not part
of this repository. 58 series, 365,558 records, 116 labelled windows. 100 is perfect, 0 is never to alarm.

**What this is.** The benchmark asks for single odd points and spans in real-valued series that have daily
cycles and levels of their own. Our detectors ask whether the *rate* of something, or a mean, has crossed a
level, for independent records. They are no detectors of odd points, and records one after the other are far
from independent here, so their promise about false alarms is void on these data. The table shows what they
do nonetheless.

**How they were taken there.** The first 15 % of a series (at most 750 records), which the benchmark does
not score, are the reference. *Exceedance rate*: values beyond the 0.5 % and 99.5 % quantiles of the
reference are hits, each side watched by the rate detector at a level of 1 %. *Bounded mean*: values cut off
at the reference's range, their mean watched at one deviation above and below. One record is one unit of
time. An alarm is one record, then the detector begins anew: with the first reference, or with a new one
from as many records as the first, which it does not watch. The benchmark lets every detector tune one
threshold on the whole corpus; ours tune the budget, one of 100, 1,000, 10,000 and 100,000 records to a
false alarm.

**The scorer** is written after the paper (Lavin & Ahmad 2015) and gives the published figures of `null` and
of `windowedGaussian`, computed here from the data.
"""


def best(
    corpus: Sequence[Series], tuned: dict[float, list[Floats]], profile: Profile
) -> tuple[float, Scored]:
    """Return the budget that scores best, and its score."""
    scored = {budget: score_corpus(corpus, found, profile) for budget, found in tuned.items()}
    budget = max(scored, key=lambda each: scored[each].score)
    return budget, scored[budget]


def report(folder: Path) -> Iterator[str]:
    """Yield the result, line by line."""
    corpus, profiles, published = read_corpus(folder), read_profiles(folder), read_published(folder)
    yield WORDS
    yield "## The scorer against the published table\n"
    yield "| detector | profile | here | published |\n|---|---|---|---|"
    checked = {
        "null": [np.full(len(series.values), 0.5) for series in corpus],
        "windowedGaussian": [windowed_gaussian(series) for series in corpus],
    }
    for name, given in checked.items():
        for profile in profiles:
            here = score_corpus(corpus, given, profile).score
            yield f"| {name} | {profile.name} | {here:.6f} | {published[name][profile.name]:.6f} |"
    yield "\n## Ours\n"
    yield (
        "| detector | profile | score | budget in records | windows found | alarms outside |\n"
        "|---|---|---|---|---|---|"
    )
    rows = {name: dict(scores) for name, scores in published.items()}
    for name, (begin, anew) in OURS.items():
        tuned = {
            budget: [alarms(series, begin, budget, anew=anew) for series in corpus] for budget in BUDGETS
        }
        rows[f"**ours: {name}**"] = {}
        for profile in profiles:
            budget, scored = best(corpus, tuned, profile)
            rows[f"**ours: {name}**"][profile.name] = scored.score
            silent = " (best is never to alarm)" if scored.threshold == float("inf") else ""
            yield (
                f"| {name} | {profile.name} | {scored.score:.1f}{silent} | {budget:,.0f} "
                f"| {scored.found} of {scored.windows} | {scored.outside} |"
            )
    yield "\n## Beside the published table\n"
    order = [profile.name for profile in profiles]
    yield f"| detector | {' | '.join(order)} |\n|---|{'---|' * len(order)}"
    for name, scores in sorted(rows.items(), key=lambda row: -row[1]["standard"]):
        yield f"| {name} | {' | '.join(f'{scores[each]:.1f}' for each in order)} |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    folder = shared_data() / "nab"
    if not (folder / "labels" / "combined_windows.json").is_file():
        print(f"{folder} is not there: point HOLDFAST_SHARED at a folder that holds nab/. Nothing was run.")
        return
    lines = []
    for line in report(folder):
        print(line, flush=True)
        lines.append(line)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
