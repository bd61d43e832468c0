"""A measured metric as a picture: its slices as a forest plot, a drift as both histograms."""

from __future__ import annotations

from holdfast.gate.views.context import Measurement, Result
from holdfast.gate.views.segments import SegmentsTold
from holdfast.gate.views.segments_told import headline
from holdfast.gate.views.words import where_words
from holdfast.kernel.figures import figure, plural, span
from holdfast.measure.reasons import percent
from holdfast.web.pictures.drifting import Bin, Drifting, drifting
from holdfast.web.pictures.forest import Forest, Row, forest
from holdfast.web.pictures.picture import Picture


def measurement_picture(measured: Measurement) -> Picture:
    """Return the picture of a measurement.

    A drift that is not sliced is drawn as both histograms; everything else as one row a slice.
    """
    title = f"{measured.metric} on {measured.data}"
    if len(measured.drifts) == 1 and len(measured.results) == 1:
        (drift,), (result,) = measured.drifts, measured.results
        bins = tuple(Bin(bar.label, bar.reference, bar.current, bar.low, bar.high) for bar in drift.bars)
        return drifting(Drifting(title, f"{_said(measured, result)}. {_what(measured)}", bins))
    rows = tuple(
        Row(
            where_words(result.where),
            result.value,
            result.interval[0] if result.interval else None,
            result.interval[1] if result.interval else None,
            result.n,
            whole=not result.where,
        )
        for result in measured.results
    )
    return forest(Forest(title, f"{_standing_out(measured)} {_what(measured)}", rows, measured.unit))


def segments_picture(told: SegmentsTold, top: int = 20) -> Picture:
    """Return the picture of the segments that differ: how far each is from the rest, zero marked."""
    found = told.segments
    shown = found.found[:top] or ((found.nearest,) if found.nearest is not None else ())
    rows = tuple(Row(where_words(each.where), each.difference, *each.interval, each.n) for each in shown)
    title = f"{told.metric} on {told.data}: difference from the rest"
    said = f"{headline(told)} All intervals hold together with {percent(told.confidence)} confidence."
    return forest(Forest(title, said, rows, told.unit, threshold=0.0, requirement="no difference"))


def _what(measured: Measurement) -> str:
    """Return what was measured, as a sentence."""
    told = measured.describes.rstrip(".").replace("`", "")
    return f"{told[:1].upper()}{told[1:]}."


def _said(measured: Measurement, result: Result) -> str:
    if result.value is None:
        return "no evidence"
    ends = f" {span(*result.interval, measured.unit)}" if result.interval else ""
    return f"{figure(result.value, measured.unit)}{ends}"


def _standing_out(measured: Measurement) -> str:
    """Return the lowest and the highest slice in words."""
    known = sorted(
        (result for result in measured.results if result.value is not None), key=lambda one: one.value or 0.0
    )
    if not known:
        return "No evidence."
    low, high = known[0], known[-1]
    if len(known) == 1:
        return f"{where_words(low.where).capitalize()}: {_said(measured, low)}."
    apart = f"from {_said(measured, low)} ({where_words(low.where)})"
    return f"{plural(len(known), 'slice')}, {apart} to {_said(measured, high)} ({where_words(high.where)})."
