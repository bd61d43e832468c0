"""What coverage is simulated on: true distributions, and states drawn from them; for laws and bench."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import numpy as np

from holdfast.measure.mass_bins import MassBins
from holdfast.measure.pairs import PairedClusters
from holdfast.measure.states import Bins, ClusteredCounts, Floats, Moments

Generator: TypeAlias = np.random.Generator
Draw: TypeAlias = Callable[[Generator, int], Floats]

RATES = [0.001, 0.01, 0.03, 0.1, 0.25, 0.5, 0.8, 0.99]


def logistic(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))


SCORES: dict[str, Draw] = {
    "even": lambda random, n: random.uniform(0.001, 0.999, n),
    "at both ends": lambda random, n: np.clip(random.beta(0.3, 0.3, n), 0.001, 0.999),
    "rare": lambda random, n: np.clip(random.beta(0.3, 15, n), 0.0005, 0.999),
}
"""Scores of a model."""
MODELS: dict[str, Callable[[Floats], Floats]] = {
    "calibrated": lambda s: s,
    "overconfident": lambda s: logistic(np.log(s / (1 - s)) / 2),
    "too high": lambda s: logistic(np.log(s / (1 - s)) - 0.8),
    "wavy": lambda s: np.clip(s + 0.1 * np.sign(np.sin(40 * s)), 0.001, 0.999),
}
"""The chance that comes true at a score."""


def scored(
    random: Generator, scores: Draw, model: Callable[[Floats], Floats], n: int
) -> tuple[MassBins, float]:
    """Return n scored records in 15 bins, and the true calibration error over these bins."""
    score = np.sort(scores(random, n))
    chance = model(score)
    label = (random.random(n) < chance).astype(float)
    parts = np.array_split(np.arange(n), 15)
    true = sum(abs(float(np.sum(chance[part] - score[part]))) for part in parts) / n
    sums = [np.array([float(x[part].sum()) for part in parts]) for x in (np.ones(n), score, label)]
    return MassBins(*sums), true


def tilted(amount: float, cells: int = 20) -> Floats:
    """Return shares that grow by a factor e^amount from the first cell to the last."""
    shares = np.exp(np.linspace(0, amount, cells))
    return np.asarray(shares / shares.sum())


SHARES: dict[str, tuple[Floats, Floats]] = {
    "none": (np.full(20, 0.05), np.full(20, 0.05)),
    "small": (np.full(20, 0.05), tilted(0.4)),
    "large": (np.full(20, 0.05), tilted(2.5)),
    "no drift of rare labels": (np.array([0.7, 0.2, 0.07, 0.02, 0.008, 0.002]),) * 2,
    "rare labels": (
        np.array([0.7, 0.2, 0.07, 0.02, 0.008, 0.002]),
        np.array([0.75, 0.2, 0.03, 0.015, 0.004, 0.001]),
    ),
    "a rare label alone": (np.array([0.99, 0.01]), np.array([0.97, 0.03])),
    "yes and no": (np.array([0.5, 0.5]), np.array([0.4, 0.6])),
}
"""Shares of the reference's cells, and those of now."""
COLUMNS: dict[str, tuple[Draw, Draw]] = {
    "none": (lambda random, n: random.normal(size=n),) * 2,
    "shift": (lambda random, n: random.normal(size=n), lambda random, n: random.normal(0.3, 1, n)),
    "spread": (lambda random, n: random.normal(size=n), lambda random, n: random.normal(0, 1.3, n)),
    "waiting times": (
        lambda random, n: random.exponential(1, n),
        lambda random, n: random.exponential(1.2, n),
    ),
}
"""A column of numbers in the reference, and now."""


def binned(edges: Floats, values: Floats) -> Bins:
    """Return values counted and summed in bins."""
    at = np.searchsorted(edges, values, side="right")
    return Bins(
        edges,
        np.bincount(at, minlength=len(edges) + 1).astype(float),
        np.bincount(at, weights=values, minlength=len(edges) + 1).astype(float),
    )


TABLES: dict[str, list[list[float]]] = {
    "even labels": [[0.45, 0.05], [0.05, 0.45]],
    "a rare label": [[0.9, 0.03], [0.03, 0.04]],
    "near chance": [[0.3, 0.2], [0.2, 0.3]],
    "near full": [[0.49, 0.01], [0.01, 0.49]],
    "three labels": [[0.6, 0.02, 0.02], [0.02, 0.2, 0.02], [0.02, 0.02, 0.08]],
}
"""Shares of pairs of two reviewers' verdicts."""


def clustered_samples(
    p: float, correlation: float, clusters: int, repetitions: int, seed: int
) -> Iterator[ClusteredCounts]:
    """Yield clustered counts with beta-binomial hits and geometric sizes."""
    random = np.random.default_rng(seed)
    sizes = random.geometric(0.2, (repetitions, clusters)).astype(float)
    strength = (1 - correlation) / correlation
    hits = random.binomial(
        sizes.astype(int), random.beta(p * strength, (1 - p) * strength, sizes.shape)
    ).astype(float)
    sums = (hits.sum(1), sizes.sum(1), (hits**2).sum(1), (sizes**2).sum(1), (hits * sizes).sum(1))
    for k, n, kk, nn, kn in zip(*sums, strict=True):
        yield ClusteredCounts(float(k), float(n), clusters, float(kk), float(nn), float(kn))


def alike(
    random: Generator, shape: int | tuple[int, ...], rates: Sequence[float], correlation: float
) -> list[np.ndarray]:
    """Return yes and no of arms whose latent scores go together."""
    from scipy.stats import norm

    common = random.normal(size=shape)
    answers = []
    for rate in rates:
        latent = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * random.normal(size=shape)
        answers.append(latent < norm.ppf(rate))
    return answers


def clustered_pairs(random: Generator, sizes: np.ndarray, rates: tuple[float, float]) -> PairedClusters:
    """Return pairs in clusters of these sizes that share their answers: 3 of 4 records say the same."""
    clusters = len(sizes)
    label = np.repeat(np.arange(clusters), sizes)
    whole_a, whole_b = alike(random, clusters, rates, 0.5)
    own_a, own_b = alike(random, len(label), rates, 0.5)
    shared = random.random(len(label)) < 0.75
    a, b = np.where(shared, whole_a[label], own_a), np.where(shared, whole_b[label], own_b)
    k_a, k_b, n = (np.bincount(label, weights=w, minlength=clusters) for w in (a, b, np.ones(len(label))))
    both, only_a, only_b, neither = (float(cell.sum()) for cell in (a & b, a & ~b, b & ~a, ~a & ~b))
    return PairedClusters(
        both=both,
        only_a=only_a,
        only_b=only_b,
        neither=neither,
        clusters=clusters,
        **{
            name: float((left * right).sum())
            for name, left, right in (
                *(("kaka", k_a, k_a), ("kana", k_a, n), ("kakb", k_a, k_b), ("kanb", k_a, n)),
                *(("nana", n, n), ("nakb", n, k_b), ("nanb", n, n)),
                *(("kbkb", k_b, k_b), ("kbnb", k_b, n), ("nbnb", n, n)),
            )
        },
    )


SHAPES: dict[str, Draw] = {
    "a coin": lambda random, size: (random.random(size) < 0.1).astype(float),
    "skewed": lambda random, size: random.beta(0.5, 4.5, size),
    "narrow": lambda random, size: random.beta(40, 360, size),
}
"""Values between 0 and 1 whose mean is 0.1."""


def moments(values: Floats) -> Moments:
    """Return what is kept of a batch of values."""
    return Moments(
        len(values),
        float(values.mean()),
        float(((values - values.mean()) ** 2).sum()),
        float(values.min()),
        float(values.max()),
    )
