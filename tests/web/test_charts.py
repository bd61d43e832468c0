"""Pictures: well-formed SVG with a title, and marks that stand where the figures say."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from holdfast.web.charts.drift import drift_mark
from holdfast.web.charts.interval import interval_axis, interval_mark
from holdfast.web.charts.matrix import Placed, band, risk_matrix
from holdfast.web.charts.reliability import Point, reliability
from holdfast.web.charts.scale import Scale
from holdfast.web.charts.svg import number, picture

UNIT = Scale(0.0, 1.0)


def parsed(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.tag == "svg"
    assert root.attrib["role"] == "img"
    assert (root.findtext("title") or "").strip()
    return root


def of(root: ElementTree.Element, css: str) -> list[ElementTree.Element]:
    return [shape for shape in root.iter() if css in shape.attrib.get("class", "").split()]


def test_words_in_a_picture_are_escaped() -> None:
    root = parsed(picture("", title='<b>"&', description="</desc><script>"))
    assert root.findtext("title") == '<b>"&'
    assert root.findtext("desc") == "</desc><script>"


def test_a_coordinate_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        number(math.nan)


def test_the_interval_reaches_from_end_to_end() -> None:
    root = parsed(interval_mark(UNIT, title="x", value=0.4, inner=(0.3, 0.6), outer=(0.2, 0.7)))
    (inner,), (outer,), (dot,) = of(root, "i"), of(root, "o"), of(root, "v")
    assert (inner.attrib["x1"], inner.attrib["x2"]) == ("30%", "60%")
    assert (outer.attrib["x1"], outer.attrib["x2"]) == ("20%", "70%")
    assert dot.attrib["cx"] == "40%"


@pytest.mark.parametrize(
    ("scale", "sign", "zone"),
    [
        (UNIT, ">=", ("80%", "20%")),
        (UNIT, "<", ("0%", "80%")),
        (Scale(1.0, 0.0), "<=", ("20%", "80%")),
        (Scale(1.0, 0.0), ">", ("0%", "20%")),
    ],
)
def test_the_zone_is_where_the_requirement_is_met(scale: Scale, sign: str, zone: tuple[str, str]) -> None:
    root = parsed(interval_mark(scale, title="x", value=0.5, threshold=0.8, sign=sign))
    (rectangle,) = of(root, "z")
    assert (rectangle.attrib["x"], rectangle.attrib["width"]) == zone


def test_an_end_off_the_scale_is_an_arrow_and_a_value_off_it_is_not_drawn() -> None:
    root = parsed(interval_mark(Scale(0.5, 1.0), title="x", value=0.4, inner=(-math.inf, 0.7)))
    assert [shape.attrib["x"] for shape in of(root, "u")] == ["0%"]
    assert not of(root, "v")
    assert not of(parsed(interval_mark(UNIT, title="x", value=0.4, inner=(0.3, 0.7))), "u")


def test_intervals_that_are_one_are_drawn_once() -> None:
    assert not of(parsed(interval_mark(UNIT, title="x", inner=(0.3, 0.6), outer=(0.3, 0.6))), "o")


def test_an_interval_that_does_not_judge_is_broken() -> None:
    assert of(parsed(interval_mark(UNIT, title="x", value=0.5, inner=(0.3, 0.6), by_point=True)), "p")


def test_the_axis_names_the_threshold_and_leaves_room_for_it() -> None:
    root = parsed(interval_axis(UNIT, "share", title="x", threshold=0.52, requirement="≥ 52%"))
    assert [shape.text for shape in of(root, "r")] == ["≥ 52%"]
    words = [shape.text for shape in of(root, "k") if shape.tag == "text"]
    assert "50 %" not in words
    assert words[0] == "0 %"


def test_calibration_that_is_perfect_lies_on_the_diagonal() -> None:
    points = [Point(share, share, share, share, 10) for share in (0.1, 0.5, 0.9)]
    root = parsed(reliability(points, title="x"))
    dots = of(root, "v")
    sums = {round(float(dot.attrib["cx"]) + float(dot.attrib["cy"]), 1) for dot in dots}
    assert len(dots) == 3
    assert len(sums) == 1


def test_rare_events_fill_the_picture() -> None:
    rare = parsed(reliability([Point(0.004, 0.005, 0.002, 0.009, 10_000)], title="x"))
    common = parsed(reliability([Point(0.9, 0.8, 0.7, 0.9, 10)], title="x"))
    assert float(of(rare, "v")[0].attrib["cy"]) < 150
    assert "100" in {shape.text for shape in of(common, "k")}


@pytest.mark.parametrize("points", [[], [Point(0.0, 0.0, 0.0, 0.0, 0)], [Point(1.0, 1.0, 1.0, 1.0, 1)]])
def test_the_emptiest_calibration_is_a_picture_still(points: list[Point]) -> None:
    root = parsed(reliability(points, title="x"))
    assert len(of(root, "v")) == len(points)


def test_larger_bins_have_larger_dots() -> None:
    root = parsed(reliability([Point(0.2, 0.2, 0.1, 0.3, 10), Point(0.6, 0.6, 0.5, 0.7, 1000)], title="x"))
    small, large = (float(dot.attrib["r"]) for dot in of(root, "v"))
    assert small < large


def test_drift_bars_are_as_long_as_their_shares() -> None:
    root = parsed(drift_mark(0.1, 0.2, 0.4, title="x"))
    assert [shape.attrib["width"] for shape in (*of(root, "b"), *of(root, "c"))] == ["25%", "50%"]


def test_the_matrix_has_every_score_once_a_cell() -> None:
    root = parsed(risk_matrix([], title="x"))
    scores = sorted(int(shape.text or "") for shape in of(root, "s"))
    assert scores == sorted(s * l for s in range(1, 6) for l in range(1, 6))  # noqa: E741 -- S x L, as it is written


def test_severity_rises_upwards_and_likelihood_to_the_right() -> None:
    root = parsed(risk_matrix([Placed(1, 5, 1), Placed(2, 1, 5)], title="x"))
    first, second = sorted(of(root, "n"), key=lambda shape: shape.text or "")
    assert float(first.attrib["y"]) < float(second.attrib["y"])
    assert float(first.attrib["x"]) < float(second.attrib["x"])


def test_a_full_cell_says_how_many_more() -> None:
    root = parsed(risk_matrix([Placed(i, 3, 3) for i in range(1, 11)], title="x"))
    assert [shape.text for shape in of(root, "n")] == ["1", "2", "3", "4", "+6"]


def test_a_score_of_twelve_is_looked_at_first() -> None:
    assert band(11) < band(12)
