"""Each failure mode has a first move, a question, a runbook and ids that a framework has."""

from __future__ import annotations

import pytest

from holdfast.kernel.incidents import Bucket
from holdfast.respond.model.failure_modes import FAILURE_MODES, failure_mode, framework_title, likely_in
from holdfast.respond.model.runbooks.library import FOLDER, library_names, library_runbook

EVERY = [mode.id for mode in FAILURE_MODES]


def test_they_are_those_of_the_design():
    assert EVERY == [
        "drift",
        "hallucination",
        "bias-spike",
        "data-leakage",
        "prompt-injection",
        "tool-abuse",
        "misuse",
        "refusal-regression",
        "evasion-or-poisoning",
        "label-failure",
        "model-decay",
        "cascade",
        "silent-failure",
    ]


@pytest.mark.parametrize("name", EVERY)
def test_every_id_of_a_framework_is_one_that_was_read(name):
    assert [ref for ref in failure_mode(name).frameworks if not framework_title(ref)] == []


def test_owasp_ids_carry_their_year():
    told = [ref for mode in FAILURE_MODES for ref in mode.frameworks if ref.startswith("OWASP")]
    assert [ref for ref in told if not ref.endswith((":2025", ":2026"))] == []


def test_every_bucket_is_where_some_failure_mode_tends_to():
    for bucket in Bucket:
        assert any(bucket in mode.buckets for mode in likely_in(bucket))


def test_the_library_has_one_runbook_for_each_and_no_other():
    assert sorted(library_names()) == sorted(file.stem for file in FOLDER.glob("*.yaml"))
    assert [library_runbook(name).runbook.failure_mode for name in library_names()] == EVERY
