"""river's own ADWIN on the same kind of stream, record by record: 0 or 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from bench.rules.simulation import Delay, delay_of
from bench.rules.vectorised import Traffic
from river.drift import ADWIN

_begun: Callable[..., Any] = ADWIN
"""river has no types."""
MOST_BEFORE = 50_000
"""Records before a change that it is shown: its window keeps them in blocks that grow by powers of two."""


def records_of(rate: float, count: int, random: np.random.Generator) -> list[int]:
    """Return so many records, a hit being 1."""
    found: list[int] = (random.random(count) < rate).astype(int).tolist()
    return found


def adwin_false_alarms(
    delta: float, rate: float, traffic: Traffic, minutes: int, runs: int, seed: int
) -> int:
    """Return the alarms of ADWIN over so many runs where nothing changes."""
    random, count, alarms = np.random.default_rng(seed), sum(traffic(each) for each in range(minutes)), 0
    for _ in range(runs):
        detector = _begun(delta=delta)
        for record in records_of(rate, count, random):
            detector.update(record)
            alarms += detector.drift_detected
    return alarms


def adwin_delays(
    delta: float, rates: tuple[float, float], before: int, most: int, runs: int, seed: int
) -> Delay:
    """Return ADWIN's delay in records after a change; `before` and `most` are records too."""
    random, found = np.random.default_rng(seed), []
    for _ in range(runs):
        detector, early = _begun(delta=delta), False
        for record in records_of(rates[0], min(before, MOST_BEFORE), random):
            detector.update(record)
            early = early or detector.drift_detected
        if early:
            continue
        when = float("nan")
        for place, record in enumerate(records_of(rates[1], most, random)):
            detector.update(record)
            if detector.drift_detected:
                when = place + 1.0
                break
        found.append(when)
    return delay_of(np.array(found), float(most))
