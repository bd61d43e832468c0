"""Make the credit eligibility example's records, with an unfairness that is known because it is set.

    python examples/credit-eligibility/make_data.py               fair, and enough applicants to show it
    python examples/credit-eligibility/make_data.py --gap 0.12    of women who repay, 12 in 100 fewer approved
    python examples/credit-eligibility/make_data.py --applicants 1500     fair, and too few to show it

There is no lender and no applicant. Each group's scores are drawn from a beta distribution, and whoever has
the score s repays with probability s: the scores are calibrated by construction. Those who repay have scores
from a beta distribution too, so the threshold that approves a given share of them is exact, group by group.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

SEED = 0
SEXES = {"f": 0.48, "m": 0.52}
AGES = {"under 30": (18, 30, 0.25), "30 to under 60": (30, 60, 0.55), "60 and over": (60, 85, 0.20)}
"""Band -> from, up to but without, share of the applicants. The plan derives the same bands from `age`."""
REPAY = {
    ("f", "under 30"): 0.76,
    ("m", "under 30"): 0.72,
    ("f", "30 to under 60"): 0.83,
    ("m", "30 to under 60"): 0.82,
    ("f", "60 and over"): 0.87,
    ("m", "60 and over"): 0.86,
}
"""Group -> share that repays. The groups differ, and so do their approvals: that alone is not unequal."""
SPREAD = 7.0
"""Sum of the parameters of each beta distribution: the larger, the less the scores tell applicants apart."""
REACH = 0.85
"""Share of the applicants who repay that is approved: the threshold of every group is set to it."""
BORDER = 0.02
"""A score this close to its threshold is read by a person before anyone is told."""
REGIONS = {"north": 0.32, "south": 0.27, "east": 0.22, "west": 0.16, "islands": 0.03}


@dataclass(frozen=True)
class Truth:
    """What is so, and how much of it is seen."""

    gap: float = 0.0
    """Equal opportunity difference between the sexes: women's share of approvals among those who repay is so
    much lower than men's."""
    overstated: float = 0.0
    """Applicants under 30 repay so much less often than their score says."""
    applicants: int = 60_000
    shadow: int = 9_000
    """Applicants of the shadow evaluation: the model scores them, the present process decides."""


@dataclass(frozen=True)
class Applicants:
    """Who applied."""

    sex: NDArray[np.str_]
    age: Ints
    band: NDArray[np.str_]
    region: NDArray[np.str_]
    score: Floats
    threshold: Floats


def parameters(group: tuple[str, str]) -> tuple[float, float]:
    """Return the parameters of the beta distribution of a group's scores."""
    return REPAY[group] * SPREAD, (1 - REPAY[group]) * SPREAD


def threshold(group: tuple[str, str], gap: float) -> float:
    """Return the score from which a group is approved.

    Where a score s ~ Beta(a, b) is the probability to repay, those who repay have scores from Beta(a + 1, b).

    Examples
    --------
    >>> round(threshold(("f", "under 30"), 0.0), 3)
    0.624
    """
    from scipy.stats import beta

    a, b = parameters(group)
    return float(beta.ppf(1 - (REACH - (gap if group[0] == "f" else 0.0)), a + 1, b))


def draw(random: np.random.Generator, size: int, gap: float) -> Applicants:
    """Return `size` applicants with their scores and the thresholds that apply to them."""
    sex = random.choice(list(SEXES), size=size, p=list(SEXES.values()))
    band = random.choice(list(AGES), size=size, p=[share for *_, share in AGES.values()])
    low, high = (np.array([AGES[each][at] for each in band]) for at in (0, 1))
    score, cut = np.empty(size), np.empty(size)
    for group in REPAY:
        here = (sex == group[0]) & (band == group[1])
        score[here] = random.beta(*parameters(group), here.sum())
        cut[here] = threshold(group, gap)
    return Applicants(
        sex,
        random.integers(low, high),
        band,
        random.choice(list(REGIONS), size=size, p=list(REGIONS.values())),
        score,
        cut,
    )


def columns(people: Applicants) -> dict[str, pa.Array]:
    """Return what is recorded of every applicant, whether or not anyone knows how the loan went."""
    import pyarrow as pa

    return {
        "applicant": pa.array(np.arange(1, len(people.score) + 1)),
        "sex": pa.array(people.sex),
        "age": pa.array(people.age),
        "region": pa.array(people.region),
        "score": pa.array(people.score),
        "approve_from": pa.array(people.threshold),
        "approved": pa.array(people.score >= people.threshold),
        "referred": pa.array(np.abs(people.score - people.threshold) < BORDER),
    }


def evaluation(truth: Truth) -> pa.Table:
    """Return one row an applicant of the evaluation, with what became of the loan."""
    import pyarrow as pa

    random = np.random.default_rng([SEED, 1])
    people = draw(random, truth.applicants, truth.gap)
    lowered = np.where(people.band == "under 30", truth.overstated, 0.0)
    repaid = random.random(truth.applicants) < np.maximum(people.score - lowered, 0)
    return pa.table({**columns(people), "repaid": pa.array(repaid)})


def shadow(truth: Truth) -> pa.Table:
    """Return one row an applicant of the shadow evaluation, with what the present process decided."""
    import pyarrow as pa

    random = np.random.default_rng([SEED, 2])
    people = draw(random, truth.shadow, truth.gap)
    seen_by_people = people.score + random.normal(0, 0.03, truth.shadow)
    return pa.table({**columns(people), "decided": pa.array(seen_by_people >= people.threshold)})


FILES = {"eval": evaluation, "shadow": shadow}
"""File, without its end -> what makes its rows."""


def make(folder: Path, truth: Truth | None = None) -> list[Path]:
    """Write the files into the folder, which is made where it is missing, and return their paths."""
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, rows in FILES.items():
        paths.append(folder / f"{name}.parquet")
        pq.write_table(rows(truth or Truth()), paths[-1])
    return paths


def truth_from(arguments: list[str] | None = None) -> Truth:
    """Return the truth that the command line asks for."""
    parser = argparse.ArgumentParser(description="Generate the credit eligibility example's records.")
    for field in fields(Truth):
        default = field.default
        parser.add_argument(f"--{field.name}", type=type(default), default=default, metavar=str(default))
    return Truth(**vars(parser.parse_args(arguments)))


def main() -> None:
    """Write the files beside this script."""
    truth = truth_from()
    try:
        paths = make(Path(__file__).resolve().parent / "data", truth)
    except ModuleNotFoundError as error:
        sys.exit(f"make_data.py needs {error.name}: install numpy, scipy and pyarrow")
    for path in paths:
        print(f"{path}: generated, nobody real is in it")


if __name__ == "__main__":
    main()
