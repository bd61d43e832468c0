"""Results of other tools: recorded once, found again, never changed; a figure is found by its name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from holdfast.app.bootstrap import Application
from holdfast.app.settings import Settings
from holdfast.evidence.commands import RecordResults
from holdfast.evidence.handlers.recording import LedgerEvidence
from holdfast.evidence.model.foreign import ForeignFigure, ForeignResults
from holdfast.evidence.model.imported import results_id
from holdfast.evidence.wiring import evidence_book
from holdfast.kernel.clock import SetClock
from holdfast.kernel.errors import DataError

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
RAN = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
COMMAND = RecordResults(system="sorter", bundle="m@1", plan_digest="sha256:p", path="evals/a.json")
RESULTS = ForeignResults(
    tool="inspect",
    tool_version="0.3",
    file="a.json",
    digest="sha256:f",
    subject="acme/7b",
    dataset="harmbench",
    created_at=RAN,
    figures=(
        ForeignFigure("match/accuracy", 0.975, 40, 39, ("one sample failed",)),
        ForeignFigure("f1/mean", 0.5),
    ),
    notes=("a subset was run",),
)


@pytest.fixture
def ledger(tmp_path):
    with Application(
        Settings(str(tmp_path / "ledger.db"), None, "tester"), SetClock(NOW)
    ).open_ledger() as opened:
        yield opened


@pytest.fixture
def book(ledger):
    return evidence_book(ledger, "holdfast 0")


def test_what_was_recorded_is_found_as_it_was(book):
    made = book.record_results(COMMAND, RESULTS, "tester")
    assert book.find_results(results_id("sorter", "m@1", RESULTS)) == made
    assert made.results == RESULTS
    assert (made.bundle, made.path, made.imported_at, made.measured_at) == ("m@1", "evals/a.json", NOW, RAN)


def test_nothing_is_found_where_nothing_was_recorded(book):
    assert book.find_results(results_id("sorter", "m@1", RESULTS)) is None


def test_the_same_file_is_recorded_once_also_under_another_name_and_plan(book, ledger):
    first = book.record_results(COMMAND, RESULTS, "tester")
    moved = replace(COMMAND, plan_digest="sha256:q", path=None)
    assert book.record_results(moved, replace(RESULTS, file="b.json"), "somebody-else") == first
    assert ledger.head().seq == 1


def test_two_processes_that_import_the_same_record_it_once(tmp_path):
    clock = SetClock(NOW)
    open_ledger = Application(Settings(str(tmp_path / "ledger.db"), None, "tester"), clock).open_ledger
    with open_ledger() as one, open_ledger() as other:
        first = LedgerEvidence(one, "holdfast 0")
        read = one.read
        raced = []

        def late(stream, after=0):
            """Read, and let the other process record before anything is done with it."""
            facts = read(stream, after)
            if not raced:
                raced.append(LedgerEvidence(other, "holdfast 0").keep_results(COMMAND, RESULTS, "other"))
            return facts

        one.read = late
        assert first.keep_results(COMMAND, RESULTS, "tester") == (raced[0][0], False)
        assert raced[0][1] is True
        assert one.head().seq == 1


@pytest.mark.parametrize(
    ("system", "bundle", "change"),
    [
        ("other", "m@1", {}),
        ("sorter", "m@2", {}),
        ("sorter", "m@1", {"digest": "sha256:g"}),
        ("sorter", "m@1", {"tool": "garak"}),
        ("sorter", "m@1", {"figures": RESULTS.figures[:1]}),
    ],
)
def test_another_system_bundle_file_or_reading_is_other_evidence(system, bundle, change):
    assert results_id(system, bundle, replace(RESULTS, **change)) != results_id("sorter", "m@1", RESULTS)


def test_age_counts_from_the_run_and_not_from_the_import(book):
    made = book.record_results(COMMAND, RESULTS, "tester")
    month = timedelta(days=30)
    assert not made.stale(RAN + month, month)
    assert made.stale(RAN + month + timedelta(seconds=1), month)
    assert not made.stale(RAN + 100 * month, None)


@pytest.mark.parametrize("created", [None, NOW + timedelta(days=1)])
def test_a_file_without_a_time_or_of_the_future_is_as_old_as_its_import(book, created):
    made = book.record_results(COMMAND, replace(RESULTS, created_at=created), "tester")
    assert made.measured_at == NOW


def test_a_figure_is_found_by_its_whole_name_or_its_last_part():
    assert RESULTS.figure("match/accuracy") is RESULTS.figure("accuracy") is RESULTS.figures[0]


def test_without_a_name_it_is_the_only_figure_or_the_total():
    only = replace(RESULTS, figures=RESULTS.figures[1:])
    assert only.figure() is only.figures[0]
    total = ForeignFigure("total", 0.7, 10, 7)
    assert replace(RESULTS, figures=(*RESULTS.figures, total)).figure() is total


@pytest.mark.parametrize(
    ("figures", "name", "words"),
    [
        (("accuracy", "f1"), "acuracy", "did you mean `accuracy`?"),
        (
            ("accuracy", "f1"),
            None,
            "no figure is named, and the inspect file has several: name one with `metric`",
        ),
        (("a/accuracy", "b/accuracy"), "accuracy", "name one whole: a/accuracy, b/accuracy"),
        (("\x1b[31mred",), "red", "\\x1b[31mred"),
        ((), "red", "there is none to choose from"),
    ],
)
def test_a_figure_that_is_not_there_is_refused_with_the_nearest_names(figures, name, words):
    results = replace(RESULTS, figures=tuple(ForeignFigure(figure, 0.5) for figure in figures))
    with pytest.raises(DataError) as refused:
        results.figure(name)
    assert refused.value.problems[0].code == "HF308"
    assert words in str(refused.value)
