"""A runbook fits on one sheet of paper and on a phone, in a real Chromium."""

from __future__ import annotations

import pytest

from holdfast.respond.model.runbooks.library import library_names, library_runbook
from holdfast.respond.pages.runbook_sheet import render_sheet
from holdfast.respond.views.runbooks.sheet import sheet_of


def page(name):
    return render_sheet(sheet_of(library_runbook(name).runbook, "library"))


@pytest.mark.parametrize("name", library_names())
def test_a_runbook_prints_on_one_sheet_of_a4(browser, name):
    pdfium = pytest.importorskip("pypdfium2", reason="pages are counted with pypdfium2")
    browser.show(page(name), width=900, media="print")
    document = pdfium.PdfDocument(browser.paper())
    try:
        assert len(document) == 1
    finally:
        document.close()


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_nothing_is_wider_than_the_screen_and_what_never_to_do_is_seen_first(browser, width):
    browser.show(page("prompt-injection"), width=width)
    assert browser.value("document.documentElement.scrollWidth") <= width
    top = browser.value("document.querySelector('.do-not').getBoundingClientRect().top")
    assert top < 700
    assert browser.complaints() == []
    assert {address.rpartition("/")[2] for address in browser.fetched()} <= {"page.html"}
