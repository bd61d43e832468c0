"""Pictures as a browser draws them: under their own security policy, without a word that is cut."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.web.pictures.drifting import Bin, Drifting, drifting
from holdfast.web.pictures.forest import Forest, Row, forest
from holdfast.web.pictures.picture import Picture

pytest.importorskip("altair", reason="pictures need the group `charts`: uv sync --group charts")
pytest.importorskip("vl_convert", reason="pictures need the group `charts`: uv sync --group charts")

LONG = "a language with a very long name, spoken in a very small country"
PICTURES: dict[str, Picture] = {
    "forest": forest(Forest("Recall", "Lower in German.", (Row(LONG, 0.91, 0.89, 0.93, 400),))),
    "drift": drifting(Drifting("Language", "German doubled.", (Bin("de", 0.2, 0.4), Bin(LONG, 0.8, 0.6)))),
}
CUT = """[...document.querySelectorAll('h1,p,summary,#picture svg')]
  .filter(e => { const box = e.getBoundingClientRect(); return box.left < -1 || box.right > innerWidth + 1; })
  .map(e => e.tagName)"""
DRAWN = "document.querySelectorAll('#picture svg path, #picture svg rect').length"
READY = "new Promise(done => { const look = () => document.querySelector('#picture svg') ? done(true)"
READY += " : setTimeout(look, 20); look(); })"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_s_page_is_drawn_whole_and_fetches_nothing(
    browser: Any, name: str, width: int, dark: bool
) -> None:
    browser.show(PICTURES[name].html(), width=width, dark=dark)
    assert browser.value(READY) is True
    assert browser.value(DRAWN) > 3
    assert browser.value(CUT) == []
    assert browser.complaints() == []
    assert all(address.startswith("file:") for address in browser.fetched())
