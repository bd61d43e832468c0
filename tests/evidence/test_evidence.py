"""Evidence: recorded once, found again, and never changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from holdfast.app.bootstrap import Application
from holdfast.app.settings import Settings
from holdfast.evidence.commands import RecordEvidence
from holdfast.evidence.model.measured import identify
from holdfast.evidence.wiring import evidence_book
from holdfast.kernel.clock import SetClock
from holdfast.measure.states import Counts

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
COMMAND = RecordEvidence(
    system="sorter",
    bundle="m@1",
    metric="errors",
    metric_digest="sha256:m",
    plan_digest="sha256:p",
    data="eval",
    data_digest="sha256:d",
    rows=100,
    states={("de",): Counts(3, 60, 1), (None,): Counts(0, 39)},
    by=("language",),
    notes=("one record has no label",),
    files={"eval.csv": "sha256:f"},
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
    made = book.record(COMMAND, "tester")
    found = book.find(identify(COMMAND))
    assert found == made
    assert found.states == COMMAND.states
    assert (found.rows, found.notes, found.measured_at) == (100, ("one record has no label",), NOW)


def test_nothing_is_found_where_nothing_was_recorded(book):
    assert book.find(identify(COMMAND)) is None


def test_recording_again_returns_what_was_recorded_first(book, ledger):
    first = book.record(COMMAND, "tester")
    again = book.record(replace(COMMAND, states={(): Counts(9, 9)}), "somebody-else")
    assert again == first
    assert ledger.head().seq == 1


@pytest.mark.parametrize(
    "change",
    [
        {"system": "other"},
        {"bundle": "m@2"},
        {"metric_digest": "sha256:n"},
        {"data_digest": "sha256:e"},
        {"reference_digest": "sha256:r"},
    ],
)
def test_another_system_bundle_metric_or_data_is_other_evidence(change):
    assert identify(replace(COMMAND, **change)) != identify(COMMAND)


def test_the_same_under_another_plan_or_name_is_the_same_evidence():
    assert identify(replace(COMMAND, plan_digest="sha256:q", metric="renamed", data="test")) == identify(
        COMMAND
    )


def test_evidence_goes_stale(book):
    made = book.record(COMMAND, "tester")
    month = timedelta(days=30)
    assert not made.stale(NOW + month, month)
    assert made.stale(NOW + month + timedelta(seconds=1), month)
    assert not made.stale(NOW + 100 * month, None)


def test_facts_hold_counts_and_digests_and_no_records(book, ledger):
    book.record(COMMAND, "tester")
    (recorded,) = ledger.since(0, limit=10)
    assert recorded.actor == "tester"
    assert recorded.event.slices[0] == {
        "slice": ["de"],
        "state": {"k": 3, "missing": 1, "n": 60, "state": "Counts"},
    }
