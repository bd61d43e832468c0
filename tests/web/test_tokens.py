"""The colours: readable in both themes, from one list of tokens."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

KIT = ("frame.css", "forms.css", "badges.css", "blocks.css", "palette.css", "print.css")
SHEETS = {
    "tokens.css": files("holdfast.web"),
    "page.css": files("holdfast.web"),
    "charts.css": files("holdfast.web"),
    "parts.css": files("holdfast.web"),
    "report.css": files("holdfast.gate") / "templates",
    "plan.css": files("holdfast.plan") / "templates",
    "marks.css": files("holdfast.plan") / "templates",
    "brief.css": files("holdfast.plan") / "templates",
    **{name: files("holdfast.web") / "static" / "css" for name in KIT},
}
TEXT_ON = [
    *((ink, ground) for ink in ("ink", "muted") for ground in ("paper", "soft")),
    *(("ink", ground) for ground in ("pass-soft", "inconclusive-soft", "fail-soft", "zone")),
    *(("ink", f"heat-{i}") for i in range(1, 5)),
    *((ink, "paper") for ink in ("accent", "pass", "inconclusive", "fail")),
    *((ink, "soft") for ink in ("accent", "pass", "inconclusive", "fail")),
]
MARKS_ON = [
    (mark, ground) for mark in ("pass", "inconclusive", "fail", "muted") for ground in ("paper", "zone")
]


def sheet(name: str) -> str:
    return SHEETS[name].joinpath(name).read_text("utf-8")


def tokens() -> dict[str, tuple[str, str]]:
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", sheet("tokens.css"))
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_ON)
def test_text_stands_out(ink: str, ground: str, theme: int) -> None:
    assert contrast(tokens()[ink][theme], tokens()[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), [*MARKS_ON, ("edge", "paper"), ("accent", "zone")])
def test_marks_stand_out(mark: str, ground: str, theme: int) -> None:
    assert contrast(tokens()[mark][theme], tokens()[ground][theme]) >= 3


@pytest.mark.parametrize(
    "name",
    ["page.css", "charts.css", "parts.css", "report.css", "plan.css", "marks.css", "brief.css", *KIT],
)
def test_colours_come_from_tokens_only(name: str) -> None:
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", sheet(name))


def test_every_token_that_is_used_exists_and_every_one_is_used() -> None:
    defined = set(re.findall(r"^\s*--([\w-]+):", sheet("tokens.css"), re.MULTILINE))
    defined |= set(re.findall(r"[{;] --([\w-]+):", sheet("tokens.css")))
    used = {name for sheet_name in SHEETS for name in re.findall(r"var\(--([\w-]+)\)", sheet(sheet_name))}
    assert used == defined


@pytest.mark.parametrize("name", SHEETS)
def test_no_sheet_fetches_anything(name: str) -> None:
    assert "url(" not in sheet(name)
    assert "@import" not in sheet(name)
    assert "@font-face" not in sheet(name)
