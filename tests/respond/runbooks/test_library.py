"""The built-in runbooks: found right by lint, contain fast and narrow first, and fit on a page."""

from __future__ import annotations

import pytest

from holdfast.respond.model.runbooks.document import END
from holdfast.respond.model.runbooks.library import library_names, library_runbook
from holdfast.respond.model.runbooks.lint import lint_runbook
from holdfast.respond.views.runbooks.sheet import sheet_of
from holdfast.respond.views.runbooks.terminal import as_text

every = pytest.mark.parametrize("name", library_names())
REACHES = ("fast", "wider", "last")


@every
def test_lint_finds_nothing(name):
    assert [finding.message for finding in lint_runbook(library_runbook(name))] == []


@every
def test_something_contains_fast_within_the_hour_or_two(name):
    fast = [step for step in library_runbook(name).runbook.containment if step.contains == "fast"]
    assert fast
    assert all(step.within is not None and step.within.seconds <= 2 * 3600 for step in fast)


@every
def test_no_way_reaches_a_narrower_containment_after_the_last_resort(name):
    book = library_runbook(name).runbook
    for step in book.containment:
        if step.contains == "last":
            later = [one.contains for one in book.between(step.id) if one.contains]
            assert set(later) == {"last"}, step.id


@every
def test_every_containment_says_what_it_costs_or_switches_off(name):
    book = library_runbook(name).runbook
    assert [step.id for step in book.containment if not step.costs and step.contains == "fast"] == []


@every
def test_it_ends_whatever_is_decided(name):
    book = library_runbook(name).runbook
    for step in book.steps:
        assert all(target == END or book.number(target) > book.number(step.id) for target in step.leads_to)


@every
def test_it_fits_on_a_printed_page_as_text(name):
    lines = as_text(sheet_of(library_runbook(name).runbook, "library")).splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) <= 92
