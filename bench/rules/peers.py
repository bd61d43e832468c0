"""river's own detectors on the same kind of stream: one value a minute, the share of hits in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from bench.rules.simulation import Delay, delay_of
from bench.rules.vectorised import Traffic
from river.drift import ADWIN

from holdfast.measure.states import Floats

_begun: Callable[..., Any] = ADWIN
"""river has no types."""


def shares(rate: float, ns: Floats, random: np.random.Generator) -> list[float]:
    """Return one run's shares of hits, of the minutes that have records."""
    held = ns[ns > 0].astype(int)
    return list(random.binomial(held, rate) / held)


def adwin_false_alarms(
    delta: float, rate: float, traffic: Traffic, minutes: int, runs: int, seed: int
) -> int:
    """Return the alarms of ADWIN over so many runs where nothing changes."""
    random, ns = np.random.default_rng(seed), np.array([traffic(minute) for minute in range(minutes)])
    alarms = 0
    for _ in range(runs):
        detector = _begun(delta=delta)
        for share in shares(rate, ns, random):
            detector.update(share)
            alarms += detector.drift_detected
    return alarms


def adwin_delays(
    delta: float,
    rates: tuple[float, float],
    traffic: Traffic,
    before: int,
    most: int,
    runs: int,
    seed: int,
) -> Delay:
    """Return ADWIN's delay in records after a change, as `bench.rules.simulation.delays` does."""
    random = np.random.default_rng(seed)
    ns = np.array([traffic(minute) for minute in range(before + most)])
    first, second = ns[:before], ns[before:]
    records = np.cumsum(second[second > 0])
    found = []
    for _ in range(runs):
        detector, early = _begun(delta=delta), False
        for share in shares(rates[0], first, random):
            detector.update(share)
            early = early or detector.drift_detected
        if early:
            continue
        when = float("nan")
        for place, share in enumerate(shares(rates[1], second, random)):
            detector.update(share)
            if detector.drift_detected:
                when = float(records[place])
                break
        found.append(when)
    return delay_of(np.array(found), float(records[-1]))
