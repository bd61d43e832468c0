"""False alarms and delay of the rate detector, beside an oracle, river's detectors and rules of thumb.

The oracle is Page's CUSUM that knows the rate to come. All rules see the same streams: one batch a minute, as
many records each minute or by the hour of the day. False alarms are counted at the level itself, where they
are most frequent; delays are compared at thresholds at which every rule has the same measured mean time to a
false alarm. Figures to reach: false alarms within the budget (upper 95 % bound), a mean delay of at most 1.2
times the oracle's.

    python3 dev.py bench detectors        # some 15 minutes; writes bench/results/detectors.md
    python -m bench.detectors --days 7 --runs 500 --out /dev/stdout
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from bench.rules.peers import adwin_delays, adwin_false_alarms
from bench.rules.simulation import Delay, delays, false_alarms, frequent_threshold, mean_times, threshold_for
from bench.rules.vectorised import OracleCusum, Ours, PageHinkley, Rule, Traffic, Wilson, by_the_hour, steady

from holdfast.measure.watching.rates import RateWatch, Side

DAY = 1440
FACTORS = (2, 5, 15)
SEED = 20261121
RESULT = Path(__file__).parent / "results" / "detectors.md"
WARM = DAY + 8 * 60
"""Minutes before a change that does not come at once: a day and a morning."""
MOST = 10 * DAY
"""Minutes after a change that are simulated at the most."""
ADWIN_RUNS = 40
"""Of its delays: river's ADWIN takes its records one by one."""
ADWIN_BUDGETS = 3
"""Of its false alarms; one where a budget is many millions of records."""
ADWIN_MOST = 100_000
"""Records after a change that it is shown at the most."""


@dataclass(frozen=True)
class Case:
    """A level and the traffic on it."""

    level: float
    words: str
    traffic: Traffic
    side: Side = "above"

    @property
    def title(self) -> str:
        """The case in words."""
        return f"{100 * self.level:g} %, {self.words}"


CASES = (
    Case(0.002, "10 records a minute", steady(10)),
    Case(0.002, "300 records a minute", steady(300)),
    Case(0.01, "30 records a minute", steady(30)),
    Case(0.01, "0 to 60 records a minute by the hour", by_the_hour(30)),
    Case(0.05, "20 records a minute", steady(20)),
)
MORE = (
    Case(0.2, "7 records a minute", steady(7)),
    Case(0.95, "30 records a minute, falling below", steady(30), "below"),
)
"""Where false alarms are counted too."""


@dataclass(frozen=True)
class Scale:
    """How much is simulated: the budget, which is also the length of a run, and the runs."""

    days: float
    runs: int

    @property
    def minutes(self) -> int:
        """Minutes of a budget."""
        return round(self.days * DAY)

    def watch(self, case: Case) -> RateWatch:
        """Return the watch of a case, with one false alarm per budget allowed."""
        return RateWatch(case.level, case.side, budget=self.days * 86_400)


def rate_bound(alarms: float, budgets: float) -> float:
    """Return the exact one-sided upper 95 % bound of a Poisson rate: alarms per budget.

    Examples
    --------
    >>> round(rate_bound(0, 10), 4), round(rate_bound(900, 2000), 4)
    (0.2996, 0.4755)
    """
    from scipy.stats import chi2

    return float(chi2.ppf(0.95, 2 * (alarms + 1)) / 2 / budgets)


def budget_table(scale: Scale) -> Iterator[str]:
    """Yield the table of false alarms: at the level, and half way to no hit (or to nothing but hits)."""
    yield "| level and traffic | true rate | alarms in budgets | per budget | upper 95 % bound | kept |"
    yield "|---|---|---|---|---|---|"
    for case in CASES + MORE:
        watch = scale.watch(case)
        harmless = case.level / 2 if case.side == "above" else (1 + case.level) / 2
        for rate in (case.level, harmless):
            found = false_alarms(
                [Ours(watch)], [watch.threshold], rate, case.traffic, scale.minutes, scale.runs, SEED
            )
            alarms = float(found[0].sum())
            bound = rate_bound(alarms, scale.runs)
            yield (
                f"| {case.title} | {100 * rate:g} % | {alarms:,.0f} in {scale.runs:,} "
                f"| {alarms / scale.runs:.3f} | {bound:.3f} | {'yes' if bound <= 1 else '**no**'} |"
            )


def interval_table(scale: Scale) -> Iterator[str]:
    """Yield how often an interval of 95 %, looked at again and again, alarms where nothing is wrong."""
    yield "| level and traffic | rule | alarms per budget | runs with at least one |"
    yield "|---|---|---|---|"
    for case in CASES:
        rules: list[Rule] = [Wilson(case.level, 60), Wilson(case.level, None)]
        found = false_alarms(
            rules, [1.96, 1.96], case.level, case.traffic, scale.minutes, scale.runs, SEED + 1
        )
        for rule, counts in zip(rules, found, strict=True):
            share = f"{100 * float(np.mean(counts > 0)):.1f} %"
            yield f"| {case.title} | {rule.name} | {counts.mean():,.1f} | {share} |"


@dataclass(frozen=True)
class Tuned:
    """A rule at its threshold, with the budgets that a false alarm took there in other streams."""

    rule: Rule
    threshold: float
    budgets: float


def tuned(rules: Sequence[Rule], case: Case, scale: Scale) -> list[Tuned]:
    """Return each rule at the threshold where a false alarm takes one budget on average, where it has one."""
    times = mean_times(rules, case.level, case.traffic, scale.minutes, scale.runs, SEED + 2)
    found = [
        (frequent_threshold if isinstance(rule, OracleCusum) else threshold_for)(
            rule.grid, each, scale.minutes
        )
        for rule, each in zip(rules, times, strict=True)
    ]
    kept = [(rule, at) for rule, at in zip(rules, found, strict=True) if at is not None]
    chosen, thresholds = [rule for rule, _ in kept], [at for _, at in kept]
    again = false_alarms(chosen, thresholds, case.level, case.traffic, scale.minutes, scale.runs, SEED + 3)
    return [
        Tuned(rule, at, scale.runs / max(float(counts.sum()), 1.0))
        for (rule, at), counts in zip(kept, again, strict=True)
    ]


def shown(delay: Delay) -> str:
    """Return a delay with its 95 % interval, where runs enough had no alarm before the change."""
    if delay.runs < 20:
        return "nearly all runs alarmed before"
    least = f" ({delay.late} of {delay.runs} not by the end)" if delay.late else ""
    return f"{delay.mean:,.0f} ± {1.96 * delay.error:,.0f}{least}"


@dataclass
class Ratios:
    """What the delays of ours are, as multiples of the oracle's, over all cases."""

    at_once: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    oracle: dict[tuple[str, int], float] = field(default_factory=dict)
    """Its delay after 32 hours by case and rise: other streams are compared with it."""

    def words(self) -> str:
        """Return the worst of them."""
        return (
            f"Ours took at most {max(self.later):.2f} times the oracle's mean delay where the rate rose "
            f"after 32 hours, and at most {max(self.at_once):.2f} times where it was too high from the start."
        )


def delay_table(scale: Scale, ratios: Ratios) -> Iterator[str]:
    """Yield the table of delays, all rules tuned to one measured rate of false alarms."""
    yield (
        "| level and traffic | p1 / p0 | rule | budgets to a false alarm "
        "| records to the alarm, wrong from the start | to oracle | wrong after 32 hours | to oracle |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for case in CASES:
        watch, factors = scale.watch(case), [each for each in FACTORS if case.level * each < 1]
        oracles = [OracleCusum(case.level, case.level * factor) for factor in factors]
        others: list[Rule] = [
            Ours(watch),
            Ours(watch, head_start=False),
            PageHinkley(case.level, case.level / 2),
            Wilson(case.level, 60),
            Wilson(case.level, None),
        ]
        ready = tuned([*oracles, *others], case, scale)
        for place, factor in enumerate(factors):
            beside = [ready[place], *ready[len(oracles) :]]
            yield from _rise(case, factor, beside, scale, ratios)
        yield from adwin_rows(case, scale, factors, ratios)


def _rise(case: Case, factor: int, rules: list[Tuned], scale: Scale, ratios: Ratios) -> Iterator[str]:
    """Yield the lines of one rise of a rate: the oracle's first."""
    watch, change = scale.watch(case), (case.level, case.level * factor)
    shipped = Tuned(Ours(watch), watch.threshold, float("nan"))
    rules = [rules[0], shipped, *rules[1:]]
    at_once, later = (
        delays(
            [each.rule for each in rules],
            [each.threshold for each in rules],
            change,
            case.traffic,
            before,
            MOST,
            scale.runs,
            SEED + 5,
        )
        for before in (0, WARM)
    )
    ratios.oracle[case.title, factor] = later[0].mean
    start = f"| {case.title} | {factor} |"
    for each, first, second in zip(rules, at_once, later, strict=True):
        name, far = each.rule.name, f"{each.budgets:.2f}"
        one, other = first.mean / at_once[0].mean, second.mean / later[0].mean
        if each is shipped:
            name, far = "ours at its own threshold", "see above"
        elif name == "ours":
            ratios.at_once.append(one)
            ratios.later.append(other)
        yield f"{start} {name} | {far} | {shown(first)} | {one:.2f} | {shown(second)} | {other:.2f} |"


def adwin_rows(case: Case, scale: Scale, factors: Sequence[int], ratios: Ratios) -> Iterator[str]:
    """Yield ADWIN's lines: it cannot be tuned to a mean time, so its false alarms are counted."""
    records = sum(case.traffic(minute) for minute in range(scale.minutes))
    budgets = 1 if records > 5_000_000 else ADWIN_BUDGETS
    before = sum(case.traffic(minute) for minute in range(WARM))
    for delta in (0.002, 0.1):
        alarms = adwin_false_alarms(delta, case.level, case.traffic, scale.minutes, budgets, SEED + 4)
        far = f"{alarms} alarms in {budgets} budget{'s' * (budgets > 1)}"
        for factor in factors:
            change = (case.level, case.level * factor)
            found = adwin_delays(delta, change, before, ADWIN_MOST, ADWIN_RUNS, SEED + 6)
            start = f"| {case.title} | {factor} | ADWIN, delta {delta:g} | {far} |"
            yield f"{start} | | {shown(found)} | {found.mean / ratios.oracle[case.title, factor]:.2f} |"


def report(scale: Scale) -> Iterator[str]:
    """Yield the whole result, line by line."""
    yield "# Detectors of a rate: false alarms and delay\n"
    yield "Written by `python3 dev.py bench detectors` (`bench/detectors.py`); every figure is simulated.\n"
    yield (
        f"One batch a minute. Budget: one false alarm per {scale.days:g} days. {scale.runs:,} runs of each "
        f"rule, seed {SEED}; intervals are 95 %.\n"
    )
    yield "## False alarms of ours, at its own threshold\n"
    yield "After an alarm the detector begins anew. The bound is the exact one of a Poisson rate.\n"
    yield from budget_table(scale)
    yield "\n## False alarms of a 95 % Wilson interval that leaves its level\n"
    yield "The true rate is the level. Cumulative: begun anew after each alarm.\n"
    yield from interval_table(scale)
    yield "\n## Delay at the same measured rate of false alarms\n"
    yield (
        "Thresholds are tuned in one set of streams to one false alarm per budget and measured again in "
        "another (fourth column; its simulation error is 2 to 3 %). Where a statistic moves in steps, the "
        "oracle has the threshold that alarms too often rather than too seldom, the others the contrary. "
        "PageHinkley is river's, vectorised (a test holds the two equal), fed each minute's share of hits, "
        "with delta = p0 / 2. ADWIN is river's own, fed record by record; it cannot be tuned to a mean time, "
        f"so its alarms are counted in few budgets, and its delay in {ADWIN_RUNS} runs that end "
        f"{ADWIN_MOST:,} records after the change. It has to see what is usual first, so it has no figure "
        "from the start. PageHinkley, too, asks whether the rate has *changed*, not whether it is above the "
        "level: wrong from the start, it learns that as usual.\n"
    )
    ratios = Ratios()
    yield from delay_table(scale, ratios)
    yield f"\n{ratios.words()}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--days", type=float, default=30.0, help="the budget: one false alarm in so many days"
    )
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    started = time.monotonic()
    lines = []
    for line in report(Scale(options.days, options.runs)):
        print(line, flush=True)
        lines.append(line)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{(time.monotonic() - started) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
