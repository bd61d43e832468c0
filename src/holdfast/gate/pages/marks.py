"""The report's pictures: which figures of a gate or a risk go into which mark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from holdfast.gate.views.context import DriftPicture, Gate, Reliability, Risk, Slice, Span
from holdfast.gate.views.words import bounds, known, requirement
from holdfast.kernel.figures import Unit, count, figure, span
from holdfast.web.charts.drift import drift_mark
from holdfast.web.charts.interval import better_side, interval_axis, interval_mark
from holdfast.web.charts.matrix import Placed, risk_matrix
from holdfast.web.charts.reliability import Point, reliability
from holdfast.web.charts.scale import Scale, around, spanning

MOST_LETTERS = 20
"""Letters of a requirement that fit over its line in a picture; the words beside it have all of them."""


def overview_mark(gate: Gate) -> Markup | None:
    """Return a gate's interval with its threshold in the middle and "met" to the right, or None.

    Shares have no room beyond 0 and 1, but the middle stays the middle: rows are compared by sides.
    """
    value, interval = known(gate.value), bounds(gate.interval)
    if gate.threshold is None or gate.sign is None or (value is None and interval is None):
        return None
    scale = around(gate.threshold, [value, *(interval or ())], better=better_side(gate.sign))
    return interval_mark(
        scale,
        title=_tell(gate.value, interval, gate.unit, f"required {requirement(gate)}"),
        value=value,
        inner=interval,
        threshold=gate.threshold,
        sign=gate.sign,
        tone=gate.verdict.value,
        by_point=gate.judged_by == "point",
    )


@dataclass(frozen=True)
class Dashboard:
    """The rows of one gate's figures on one scale.

    Attributes
    ----------
    axis : Markup or None
        None where no row has a figure.
    rows : tuple of (Slice, Markup or None)
    """

    axis: Markup | None
    rows: tuple[tuple[Slice, Markup | None], ...]


def dashboard(gate: Gate, parts: Sequence[Slice]) -> Dashboard:
    """Return slices as rows on one scale, values rising to the right, the zone where the gate is met shaded.

    The groups of a gap have no zone: the threshold is one for the gap between them.

    The scale follows the judged slices and the threshold; a listed slice that is wider gets arrows, so that
    three records do not flatten the rows that decide.
    """
    compared = any(part.group for part in parts)
    threshold = None if compared or gate.sign is None else gate.threshold
    scale = _scale(parts, threshold, gate.unit)
    if scale is None:
        return Dashboard(None, tuple((part, None) for part in parts))
    axis = interval_axis(
        scale,
        gate.unit,
        title=f"Scale of {gate.id}"
        + (f"; the threshold is {requirement(gate)}" if threshold is not None else ""),
        threshold=threshold,
        requirement=_short(requirement(gate)),
    )
    rows = tuple((part, _slice_mark(gate, part, scale, threshold)) for part in parts)
    return Dashboard(axis, rows)


def dashboard_of_whole(gate: Gate) -> Dashboard:
    """Return the gate's own figure as the only row: for a gap, the gap itself."""
    label = "largest gap" if gate.slices else "all records"
    ends = bounds(gate.interval)
    row = Slice(label, True, gate.verdict, gate.value, ends, ends, gate.n, gate.k, None, gate.needs)
    return dashboard(gate, [row])


def _scale(parts: Sequence[Slice], threshold: float | None, unit: Unit) -> Scale | None:
    shown = [part for part in parts if part.judged] or list(parts)
    figures = [known(part.value) for part in shown]
    figures += [end for part in shown for end in (part.outer or part.inner or ())]
    return (
        spanning([*figures, threshold], unit)
        if any(known(part.value) is not None for part in parts)
        else None
    )


def _slice_mark(gate: Gate, part: Slice, scale: Scale, threshold: float | None) -> Markup | None:
    value, inner, outer = known(part.value), bounds(part.inner), bounds(part.outer)
    if value is None and inner is None and outer is None:
        return None
    return interval_mark(
        scale,
        title=f"{part.label}: {_tell(part.value, outer or inner, gate.unit, f'{count(part.n)} records')}",
        value=value,
        inner=inner or outer,
        outer=outer,
        threshold=threshold,
        sign=gate.sign,
        tone=part.verdict.value if part.verdict is not None else "none",
        by_point=gate.judged_by == "point",
    )


def reliability_picture(picture: Reliability, gate: Gate) -> Markup:
    """Return the calibration picture of one slice; bins without a figure are left out."""
    points = [
        Point(part.score, part.rate, part.low, part.high, part.n)
        for part in picture.bins
        if all(math.isfinite(end) for end in (part.score, part.rate, part.low, part.high))
    ]
    return reliability(
        points,
        title=f"Calibration of {gate.id}, {picture.label}",
        description=f"{len(points)} bins: mean score against the rate that happened, with its interval. "
        "The broken diagonal is perfect calibration.",
    )


def drift_rows(picture: DriftPicture) -> list[tuple[str, float, float, Markup]]:
    """Return label, share then, share now and the two bars of each bin."""
    bars = [bar for bar in picture.bars if math.isfinite(bar.reference) and math.isfinite(bar.current)]
    largest = max((max(bar.reference, bar.current) for bar in bars), default=0.0) or 1.0
    return [
        (bar.label, bar.reference, bar.current, _bars(bar.label, bar.reference, bar.current, largest))
        for bar in bars
    ]


def _bars(label: str, reference: float, current: float, largest: float) -> Markup:
    title = f"{label}: {figure(reference)} in the reference, {figure(current)} now"
    return drift_mark(reference, current, largest, title=title)


def matrices(risks: Sequence[Risk]) -> tuple[Markup, Markup]:
    """Return the matrix of the risks as they are, and as they remain where somebody said what remains."""
    inherent = [Placed(i, risk.severity, risk.likelihood) for i, risk in enumerate(risks, 1)]
    residual = [Placed(i, *risk.residual) for i, risk in enumerate(risks, 1) if risk.residual is not None]
    return (
        risk_matrix(
            inherent,
            title=f"Risks before controls: {len(inherent)} on the matrix",
            description=_placed(inherent),
        ),
        risk_matrix(
            residual,
            title=f"Residual risks: {len(residual)} on the matrix",
            description=_placed(residual),
        ),
    )


def _placed(risks: Sequence[Placed]) -> str:
    return "; ".join(f"risk {risk.number} at S {risk.severity}, L {risk.likelihood}" for risk in risks)


def _short(words: str) -> str:
    return words if len(words) <= MOST_LETTERS else words[: MOST_LETTERS - 1] + "…"


def _tell(value: float | None, interval: Span | None, unit: Unit, rest: str) -> str:
    ends = f", interval {span(*interval, unit)}" if interval is not None else ""
    return f"{figure(value, unit)}{ends}, {rest}"
