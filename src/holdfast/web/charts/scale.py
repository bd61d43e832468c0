"""From figures to places: a scale, its ticks, and how a tick is written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.kernel.figures import Unit


@dataclass(frozen=True)
class Scale:
    """A straight line from a figure to a place in percent of the width.

    `low` stands at the left. It may be the larger one: then the scale is turned round.

    Examples
    --------
    >>> Scale(0.9, 1.0).place(0.95)
    50.0
    >>> Scale(0.1, 0.0).place(0.025)
    75.0
    >>> Scale(0.0, 1.0).place(float("inf"))
    100.0
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high)) or self.low == self.high:
            raise ValueError(f"a scale needs two different finite ends, not {self.low} and {self.high}")

    def place(self, value: float) -> float:
        """Return where a figure stands, in percent; what lies beyond an end stands at that end."""
        share = (value - self.low) / (self.high - self.low)
        return round(min(max(share, 0.0), 1.0) * 100, 4)

    def beyond(self, value: float) -> int:
        """Return -1 where the figure lies left of the scale, 1 where right, else 0."""
        share = (value - self.low) / (self.high - self.low)
        return (share > 1 + 1e-9) - (share < -1e-9)

    def ticks(self, most: int = 5) -> tuple[float, ...]:
        """Return round figures on the scale, ascending, at most so many.

        Examples
        --------
        >>> Scale(0.9, 1.0).ticks()
        (0.9, 0.92, 0.94, 0.96, 0.98, 1.0)
        """
        low, high = sorted((self.low, self.high))
        step = tick_step(high - low, most)
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        return tuple(float(f"{i * step:.12g}") for i in range(first, last + 1))


def tick_step(width: float, most: int = 5) -> float:
    """Return the smallest of 1, 2 and 5 times a power of ten that cuts a width into at most so many parts.

    Examples
    --------
    >>> tick_step(0.1), tick_step(1.0, 4), tick_step(37.0)
    (0.02, 0.5, 10.0)
    """
    size = 10.0 ** math.floor(math.log10(width / most))
    for factor in (1, 2, 5):
        if width / (factor * size) <= most * (1 + 1e-9):
            return float(f"{factor * size:.12g}")
    return float(f"{10 * size:.12g}")


def tick_text(value: float, step: float, unit: Unit) -> str:
    """Return a tick's figure with just the decimals that its step needs.

    Examples
    --------
    >>> tick_text(0.95, 0.01, "share"), tick_text(0.0025, 0.0005, "share"), tick_text(1500.0, 500.0, "number")
    ('95 %', '0.25 %', '1,500')
    """
    times = 100 if unit == "share" else 1
    if value == 0:
        return "0 %" if unit == "share" else "0"
    decimals = min(max(0, -math.floor(math.log10(step * times) + 1e-9)), 10)
    return f"{value * times:,.{decimals}f}" + (" %" if unit == "share" else "")


def spanning(figures: Iterable[float | None], unit: Unit) -> Scale | None:
    """Return a scale that shows all finite figures with some room, or None where there is none.

    Shares do not get room beyond 0 and 1, where there is nothing.

    Examples
    --------
    >>> scale = spanning([0.97, 0.99, None, float("inf")], "share")
    >>> round(scale.low, 4), round(scale.high, 4)
    (0.9688, 0.9912)
    """
    known = [value for value in figures if value is not None and math.isfinite(value)]
    if not known:
        return None
    low, high = min(known), max(known)
    # figures that are one, or nearly, still need a width that floating point can tell from none
    alone = high - low < 1e-9 * max(abs(low), abs(high), 1e-6)
    room = max(abs(high) * 0.02, 1e-6) if alone and high else 0.01 if alone else (high - low) * 0.06
    ends = low - room, high + room
    if unit == "share":
        ends = (ends[0] if low < 0 else max(ends[0], 0.0), ends[1] if high > 1 else min(ends[1], 1.0))
    return Scale(*ends)


def around(threshold: float, figures: Iterable[float | None], *, better: int) -> Scale:
    """Return a scale with a threshold in the middle, turned so that better figures stand to the right.

    `better` is 1 where higher figures are better, else -1.

    Examples
    --------
    >>> scale = around(0.05, [0.02, 0.09], better=-1)
    >>> scale.place(0.05), scale.place(0.02) > 50 > scale.place(0.09)
    (50.0, True)
    """
    known = [value for value in figures if value is not None and math.isfinite(value)]
    half = max((abs(value - threshold) for value in known), default=0.0) * 1.12 or abs(threshold) or 1.0
    half = max(half, abs(threshold) * 1e-9)
    return Scale(threshold - better * half, threshold + better * half)
