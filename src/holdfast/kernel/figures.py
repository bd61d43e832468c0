"""How figures are written for people, the same on every page, report and terminal."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["share", "number"]
NOTHING = "–"


def figure(value: float | None, unit: Unit = "share", *, beside: float | None = None) -> str:
    """Return a value in its unit: shares as percentages, three significant digits, at least one decimal.

    `beside` is a figure that this one will be compared with (a threshold): digits are added until the two
    differ, so that nobody reads "98.0 %, required 98 %, fail" without seeing why.

    Examples
    --------
    >>> figure(0.0042), figure(0.9764), figure(0.98), figure(1.0), figure(0.0)
    ('0.42 %', '97.6 %', '98.0 %', '100 %', '0 %')
    >>> figure(0.97996, beside=0.98)
    '97.996 %'
    >>> figure(12.3456, "number"), figure(1234567.0, "number"), figure(None)
    ('12.3', '1,234,567', '–')
    """
    if value is None or math.isnan(value):
        return NOTHING
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    scale = 100.0 if unit == "share" else 1.0
    sign = " %" if unit == "share" else ""
    for extra in range(7):
        text = _digits(value * scale, extra)
        if beside is None or value == beside or text != _digits(beside * scale, extra):
            break
    return text + sign


def _digits(value: float, extra: int = 0) -> str:
    if value == 0 or (value == 100 and not extra):
        return f"{value:.0f}"
    size = math.floor(math.log10(abs(value))) if value else 0
    decimals = max(0, 2 - size) + extra if size < 3 else extra
    decimals = min(decimals, 10)
    text = f"{value:,.{decimals}f}"
    if size < 0 and "." in text:  # 0.4200 -> 0.42
        text = text.rstrip("0").rstrip(".")
    return text


def span(low: float | None, high: float | None, unit: Unit = "share") -> str:
    """Return an interval in its unit, without repeating the unit.

    Examples
    --------
    >>> span(0.0031, 0.0056), span(-math.inf, 0.5), span(None, None)
    ('[0.31, 0.56]', '[-∞, 50.0]', '–')
    """
    if low is None or high is None:
        return NOTHING
    return f"[{figure(low, unit).removesuffix(' %')}, {figure(high, unit).removesuffix(' %')}]"


def count(n: float | None) -> str:
    """Return a count with thousands apart.

    Examples
    --------
    >>> count(41207), count(None)
    ('41,207', '–')
    """
    return NOTHING if n is None else f"{n:,.0f}"


def plural(n: float, one: str, many: str | None = None) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "gate"), plural(2, "gate"), plural(1200, "case")
    ('1 gate', '2 gates', '1,200 cases')
    """
    return f"{count(n)} {one if n == 1 else many or one + 's'}"


def age(time: timedelta) -> str:
    """Return how long ago something was, in its largest unit that is not zero.

    Examples
    --------
    >>> age(timedelta(days=3, hours=5)), age(timedelta(minutes=90)), age(timedelta(seconds=5))
    ('3 d', '1 h', 'now')
    """
    seconds = time.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{count(seconds // size)} {unit}"
    return "now"
