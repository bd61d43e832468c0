"""Pictures: valid charts in the page's colours, with the table of their figures, in every format."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from holdfast.kernel.errors import UsageError
from holdfast.kernel.verdict import Verdict
from holdfast.web.pictures import picture as drawing
from holdfast.web.pictures.drifting import Bin, Drifting, drifting
from holdfast.web.pictures.forest import MOST, Forest, Row, forest
from holdfast.web.pictures.over_time import Mark, OverTime, Window, over_time
from holdfast.web.pictures.palette import faces, palette, with_tokens
from holdfast.web.pictures.picture import Picture

pytest.importorskip("altair", reason="pictures need the group `charts`: uv sync --group charts")
pytest.importorskip("vl_convert", reason="pictures need the group `charts`: uv sync --group charts")

START = datetime(2026, 11, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOSTILE = "</script><img src=x onerror=alert(1)>"


def window(place: int, value: float | None = 0.01, **more: Any) -> Window:
    begin = START + place * HOUR
    if value is None:
        return Window(begin, begin + HOUR, None, None, None, 0)
    return Window(begin, begin + HOUR, value, value / 2, value * 2, 400, (0.002, 0.03), **more)


def timeline(windows: int, **more: Any) -> OverTime:
    made = tuple(window(place, evidence=0.5 + place) for place in range(windows))
    return OverTime("Injected prompts", "Above 1 % since noon.", made, level=0.01, **more)


NUMBERS = tuple(
    Bin(f"{low} to {high}", 0.25, now, low, high)
    for low, high, now in ((None, 1.0, 0.1), (1.0, 2.0, 0.2), (2.0, 4.0, 0.3), (4.0, None, 0.4))
)
WORDS = (Bin("de", 0.2, 0.4), Bin(HOSTILE, 0.8, 0.6))
GROUPS = (
    Row("all records", 0.96, 0.95, 0.97, 1200, whole=True),
    Row("language = de", 0.91, 0.89, 0.93, 400, Verdict.FAIL),
    Row("language = it", None, None, None, 0, Verdict.INCONCLUSIVE),
)
ALL = {
    "over time": lambda: over_time(
        timeline(
            30, onset=(START, START + HOUR, START + 2 * HOUR), marks=(Mark(START + HOUR, "alarm", True),)
        )
    ),
    "over time, many": lambda: over_time(timeline(500)),
    "over time, one": lambda: over_time(timeline(1)),
    "over time, with a gap": lambda: over_time(
        replace(timeline(0), windows=(window(0), window(1, None), window(2)))
    ),
    "over time, empty": lambda: over_time(timeline(0)),
    "over time, only empty windows": lambda: over_time(replace(timeline(0), windows=(window(0, None),))),
    "numbers": lambda: drifting(Drifting("Prompt length", "Longer.", NUMBERS)),
    "words": lambda: drifting(Drifting("Language", "German doubled.", WORDS)),
    "no drift at all": lambda: drifting(Drifting("Language", "Same.", (Bin("de", 1.0, 1.0),))),
    "nothing to compare": lambda: drifting(Drifting("Language", "Nothing.", ())),
    "forest": lambda: forest(Forest("Recall", "Lower.", GROUPS, threshold=0.95, requirement=">= 95 %")),
    "forest of one figure": lambda: forest(Forest("Recall", "Lower.", (Row("a", 0.5, 0.5, 0.5, 3),))),
    "forest without evidence": lambda: forest(Forest("Recall", "Nothing.", ())),
}


@pytest.mark.parametrize("name", ALL)
def test_every_picture_is_drawn_and_takes_all_its_colours_from_the_page(name: str) -> None:
    svg = ALL[name]().svg()
    assert svg.startswith("<svg")
    assert re.findall(r"#[0-9a-f]{6}\b", svg) == []
    assert "var(--" in svg


@pytest.mark.parametrize("name", ALL)
def test_both_faces_show_the_same_in_other_colours(name: str) -> None:
    picture = ALL[name]()
    light, dark = json.dumps(picture.spec("light")), json.dumps(picture.spec("dark"))
    back = {colour: palette("light")[token] for token, colour in palette("dark").items()}
    assert light != dark
    swapped = re.sub(r"#[0-9a-f]{6}", lambda found: back[found[0]], dark)
    # two tokens may share a colour in one face
    assert len(swapped) == len(light)


@pytest.mark.parametrize("form", [".html", ".svg", ".png", ".pdf", ".json"])
def test_a_file_s_ending_says_its_format(form: str, tmp_path: Path) -> None:
    begins = {
        ".html": b"<!doctype html>",
        ".svg": b"<svg",
        ".png": b"\x89PNG",
        ".pdf": b"%PDF",
        ".json": b"{",
    }
    written = ALL["forest"]().write(tmp_path / f"recall{form}")
    assert written.read_bytes().startswith(begins[form])


def test_another_ending_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"HF501.*recall\.gif") as caught:
        ALL["forest"]().write(tmp_path / "recall.gif")
    assert ".svg" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_without_the_library_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "find_spec", lambda name: None if name == "altair" else object())
    with pytest.raises(UsageError, match=r"HF504.*altair") as caught:
        ALL["forest"]().svg()
    assert "pip install 'holdfast[charts]'" in str(caught.value)


def test_the_specification_carries_its_words_for_who_cannot_see_it() -> None:
    assert ALL["words"]().spec()["description"] == "German doubled."


def test_the_table_has_every_figure_also_those_that_are_not_drawn() -> None:
    rows = tuple(Row(f"tenant {place}", 0.5, 0.4, 0.6, 10) for place in range(MOST + 30))
    picture = forest(Forest("By tenant", "All alike.", rows))
    assert len(picture.rows) == MOST + 30
    assert "30 more stand in the table" in picture.svg()


def test_windows_without_a_record_are_in_the_table_and_are_no_zeros() -> None:
    picture = ALL["over time, with a gap"]()
    assert picture.rows[1][2:5] == ("–", "", "0")
    drawn = [row["value"] for row in _rows(picture) if "figures" in row]
    assert len(drawn) == 2
    assert None not in drawn
    assert 0 not in drawn


def _rows(picture: Picture) -> list[dict[str, Any]]:
    """Return the rows of all data that a picture draws."""
    return [row for rows in picture.spec()["datasets"].values() for row in rows]


def test_a_bin_is_drawn_by_its_share_per_unit_and_open_ends_are_as_wide_as_their_neighbours() -> None:
    rows = [row for row in _rows(ALL["numbers"]()) if "dense" in row]
    now = {(row["low"], row["high"]): row["dense"] for row in rows if row["whose"] == "now"}
    assert now == {(0.0, 1.0): 0.1, (1.0, 2.0): 0.2, (2.0, 4.0): 0.15, (4.0, 6.0): 0.2}


def test_what_moved_most_stands_first_with_its_direction() -> None:
    rows = [row for row in _rows(ALL["numbers"]()) if "by" in row and "said" in row]
    assert [round(row["by"]) for row in rows] == [15, -15, -5, 5]
    assert rows[0]["said"] == "+15.0 points: 25.0 % to 40.0 %"


def test_what_a_column_brought_is_text_in_every_format() -> None:
    picture = ALL["words"]()
    page = picture.html()
    for written in (_without_library(page), picture._repr_html_()):
        assert "<img" not in written
    assert page.count("</script") == page.count("<script nonce=") == 3


def _without_library(page: str) -> str:
    """Return a page without what the library brings: the script that stands last."""
    return page[: page.rindex("<script nonce=")]


def test_a_page_fetches_nothing_and_runs_only_its_own_script() -> None:
    page = ALL["over time"]().html()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "unsafe-eval" not in policy[1]
    assert re.findall(r"<(?:link|img|iframe)\b", _without_library(page)) == []
    assert re.findall(r"<script[^>]* src=", page) == []


def test_verdicts_are_words_and_shapes_not_colours_alone() -> None:
    svg = ALL["forest"]().svg()
    assert "[89.0, 93.0] of 400: fail" in svg
    assert "no evidence: inconclusive" in svg


def test_a_long_time_is_drawn_without_a_wall_of_intervals() -> None:
    few, many = over_time(timeline(100)), over_time(timeline(500))
    rules = [str(picture.spec()).count("'y2': {'field': 'high'}") for picture in (few, many)]
    assert rules == [1, 0]
    assert len(many.rows) == 500


def test_colours_come_from_the_page_s_own_tokens() -> None:
    assert set(palette("light")) == set(palette("dark")) >= {"paper", "ink", "accent", "fail"}
    assert faces().startswith("system-ui")
    assert with_tokens('fill="#123456"') == 'fill="#123456"'
