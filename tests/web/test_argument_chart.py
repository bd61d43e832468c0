from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from holdfast.web.charts.argument import Node, Structure, argument_picture
from holdfast.web.charts.wrapping import width_of, wrapped

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=120)
SOME = st.lists(WORDS, max_size=5)


def structure(claim="c", because="b", evidence=("e",), contexts=(), assumptions=()):
    return Structure(
        Node("goal", "c1", claim, "bare", "bare"),
        Node("strategy", "because", because),
        tuple(Node("solution", "", name, "live", "live") for name in evidence),
        tuple(Node("context", "t1", said, "set by board") for said in contexts),
        tuple(Node("assumption", "", said, "nobody watches it", "bare") for said in assumptions),
    )


def drawn(shown):
    return ET.fromstring(str(argument_picture(shown, title="t", description="d")))


def boxes(root):
    """Return the box of every node, as left, top, right, bottom."""
    found = []
    for group in root.iter("g"):
        shape = next(child for child in group if child.get("class") == "x")
        value = {key: float(text) for key, text in shape.attrib.items() if re.fullmatch(r"-?[\d.]+", text)}
        if shape.tag == "rect":
            x, y = value["x"], value["y"]
            found.append((x, y, x + value["width"], y + value["height"]))
        elif shape.tag == "polygon":
            points = [tuple(map(float, point.split(","))) for point in shape.get("points").split()]
            xs, ys = zip(*points, strict=True)
            found.append((min(xs), min(ys), max(xs), max(ys)))
        else:
            rx, ry = value.get("r", value.get("rx")), value.get("r", value.get("ry"))
            found.append((value["cx"] - rx, value["cy"] - ry, value["cx"] + rx, value["cy"] + ry))
    return found


@given(WORDS, WORDS, SOME, SOME, SOME)
def test_nothing_lies_on_anything_else_and_nothing_leaves_the_picture(
    claim, because, evidence, contexts, assumptions
):
    root = drawn(structure(claim, because, evidence, contexts, assumptions))
    _, _, width, height = map(float, root.get("viewBox").split())
    found = boxes(root)
    assert all(
        left >= 0 and top >= 0 and right <= width and bottom <= height for left, top, right, bottom in found
    )
    for i, a in enumerate(found):
        for b in found[i + 1 :]:
            across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
            assert across <= 0.02 or down <= 0.02


def test_each_element_has_the_shape_that_gsn_gives_it():
    shown = Structure(
        Node("goal", "g", "w"),
        Node("strategy", "s", "w"),
        (Node("solution", "", "e"),),
        (Node("context", "c", "w"), Node("justification", "j", "w")),
        (Node("assumption", "", "w"),),
    )
    root = drawn(shown)
    shapes = {
        group.get("class"): next(child.tag for child in group if child.get("class") == "x")
        for group in root.iter("g")
    }
    assert shapes == {
        "context": "rect",
        "justification": "ellipse",
        "assumption": "ellipse",
        "goal": "rect",
        "strategy": "polygon",
        "solution": "circle",
    }
    letters = [text.text for text in root.iter("text") if text.get("class") == "l"]
    assert letters == ["J", "A"]
    heads = [polygon.get("class") for polygon in root.iter("polygon")]
    assert (heads.count("ef"), heads.count("eo")) == (2, 3)


def test_a_claim_without_evidence_ends_in_a_diamond_that_says_so():
    root = drawn(structure(evidence=()))
    assert "no evidence is named" in [text.text for text in root.iter("text")]


def test_the_picture_has_a_title_a_description_and_whole_texts_on_hover():
    long = "a very long claim " * 30
    root = drawn(structure(claim=long))
    assert (root.find("title").text, root.find("desc").text) == ("t", "d")
    told = [group.find("title").text for group in root.iter("g")]
    assert any(long.strip() in said for said in told)


def test_what_a_plan_says_is_escaped():
    text = str(argument_picture(structure(claim="<script>alert(1)</script>"), title="<b>", description="&"))
    assert "<script" not in text
    assert "<b>" not in text


@given(WORDS, st.floats(40, 300), st.integers(1, 8))
def test_wrapped_lines_fit_their_width_and_their_number(words, width, most):
    lines = wrapped(words, width, most)
    assert len(lines) <= most
    assert all(width_of(line) <= width for line in lines)


@given(WORDS)
def test_what_fits_is_kept_whole(words):
    joined = "".join(wrapped(words, 120.0, 999))
    assert "".join(joined.split()) == "".join(words.split())


def test_the_same_argument_gives_the_same_picture():
    assert argument_picture(structure(), title="t") == argument_picture(structure(), title="t")
