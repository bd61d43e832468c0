"""A metric over time in words: its figure, and when a shift began."""

from __future__ import annotations

from holdfast.gate.model.courses import SURE
from holdfast.gate.views.timeline import Line, Onset, Timeline
from holdfast.kernel.figures import Unit, count, figure, span


def onset_words(timeline: Timeline, line: Line) -> str:
    """Return when a shift began, in words; empty where it cannot be told."""
    return "" if line.onset is None else began_words(line.onset, timeline.unit)


def began_words(onset: Onset, unit: Unit) -> str:
    """Return when a shift began, and the rates on either side of it.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at, earliest, latest = (datetime(2026, 11, 18, hour, tzinfo=UTC) for hour in (11, 10, 12))
    >>> told = Onset(at, earliest, latest, before=(0.004, 900), after=(0.06, 200))
    >>> for part in began_words(told, "share").split(": "):
    ...     print(part)
    It began in the window of 2026-11-18 11:00 UTC, 99 % sure between 10:00 and 12:00
    0.4 % of 900 before, 6.00 % of 200 from then on.
    """
    ends = [
        f"{end:%H:%M}" if end.date() == onset.best.date() else f"{end:%Y-%m-%d %H:%M}"
        for end in (onset.earliest, onset.latest)
    ]
    when = f"{100 * SURE:.6g} % sure between {ends[0]} and {ends[1]}"
    rates = [f"{figure(value, unit)} of {count(n)}" for value, n in (onset.before, onset.after)]
    began = f"It began in the window of {onset.best:%Y-%m-%d %H:%M} UTC, {when}"
    return f"{began}: {rates[0]} before, {rates[1]} from then on."


def whole_words(timeline: Timeline, line: Line) -> str:
    """Return a line's figure over the whole time: value, interval, n.

    The interval is that of one look at all records, for display.
    """
    if line.value is None:
        return "no evidence"
    ends = f" {span(*line.interval, timeline.unit)}" if line.interval else ""
    return f"{figure(line.value, timeline.unit)}{ends} of {count(line.n)}"
