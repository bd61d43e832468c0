from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.plan.model.frameworks.catalogue import SAYS, all_frameworks, find_entry, meant
from holdfast.plan.model.library.catalogue import all_controls
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.answers import ANSWERS
from holdfast.plan.views.crosswalk import Crosswalk, EntryRow, crosswalk
from holdfast.plan.views.reading import read_plan
from holdfast.plan.views.terminal.crosswalk import write_crosswalk

Loaded = Callable[..., LoadedPlan]
EXAMPLES = list((Path(__file__).resolve().parents[2] / "examples").glob("*/holdfast.yaml"))
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def seen(loaded: Loaded, text: str) -> Crosswalk:
    return crosswalk(loaded(text), Standing(), NOW)


def entry(told: Crosswalk, reference: str) -> EntryRow:
    return next(row for framework in told.frameworks for row in framework.entries if row.id == reference)


def by(told: Crosswalk, reference: str) -> dict[str, tuple[str, ...]]:
    return {part.kind: part.names for part in entry(told, reference).by}


def written(told: Crosswalk) -> str:
    stream = io.StringIO()
    write_crosswalk(told, stream)
    return stream.getvalue()


def risk(*references: str, more: str = "") -> str:
    listed = ", ".join(f'"{one}"' for one in references)
    return f"risks: [{{id: r, harm: h, severity: 1, likelihood: 1, maps_to: [{listed}]{more}}}]\n"


# --- the tables


def test_each_framework_has_as_many_entries_as_its_source_says() -> None:
    assert {framework.id: len(framework.entries) for framework in all_frameworks()} == {
        "nist-ai-rmf": 72,
        "iso-42001": 38,
        "owasp-llm-2026": 10,
        "owasp-llm-2025": 10,
        "owasp-agentic": 10,
        "mitre-atlas": 16 + 101 + 69 + 35,
        "nist-ai-600-1": 12,
    }


def test_ids_are_distinct_over_all_frameworks_and_every_entry_says_where_it_was_read() -> None:
    entries = [entry for framework in all_frameworks() for entry in framework.entries]
    assert len({entry.id for entry in entries}) == len(entries)
    assert {entry.verified for entry in entries} == set(SAYS)
    assert all(entry.title for entry in entries)


def test_titles_that_were_not_read_are_marked_so() -> None:
    memory = {e.id for f in all_frameworks() for e in f.entries if e.verified == "memory"}
    assert "ISO42001:A.10.3" in memory
    assert "ISO42001:A.6.2.6" not in memory
    assert sum(name.startswith("ISO42001") for name in memory) == 28


def test_every_id_that_the_library_and_the_answers_name_is_in_a_table() -> None:
    named = {reference for control in all_controls() for reference in control.frameworks} | set(ANSWERS)
    assert [reference for reference in sorted(named) if find_entry(reference) is None] == []


# --- the view


def test_a_risk_brings_its_gates_and_indicators(loaded: Loaded) -> None:
    more = ", gates: [g], indicators: [i]"
    text = risk("ATLAS:AML.T0051", more=more) + (
        'metrics: {m: {kind: rate, hit: "x"}}\ndata: {d: {csv: d.csv}, live: {records: a}}\n'
        'gates: [{id: g, metric: m, data: d, require: "<= 1%"}]\n'
        "indicators: [{id: i, watch: {metric: m, data: live, window: 1h, above: 1%}}]\n"
    )
    assert by(seen(loaded, text), "ATLAS:AML.T0051") == {
        "risk": ("r",),
        "gate of the risk": ("g",),
        "indicator of the risk": ("i",),
    }


def test_years_of_the_owasp_list_are_never_mixed(loaded: Loaded) -> None:
    told = seen(loaded, risk("OWASP-LLM03:2025"))
    assert by(told, "OWASP-LLM03:2025") == {"risk": ("r",)}
    assert by(told, "OWASP-LLM03:2026") == {}
    assert entry(told, "OWASP-LLM03:2025").title == "Supply Chain"
    assert entry(told, "OWASP-LLM03:2026").title == "Excessive Agency"


def test_a_control_counts_for_what_the_library_knows_it_for_however_it_is_written(loaded: Loaded) -> None:
    for control in ("library", "{layer: prevent, kind: inference}"):
        told = seen(loaded, f"controls: {{tool-allowlist: {control}, own: {{layer: detect}}}}\n")
        assert by(told, "OWASP-LLM03:2026") == {"control": ("tool-allowlist",)}


def test_rights_and_switches_answer_that_a_system_can_be_stopped(loaded: Loaded) -> None:
    text = "people: {ops: {}}\nauthority: {disable: [ops]}\n"
    assert by(seen(loaded, text), "NIST-AI-RMF:MANAGE-2.4") == {}  # a right to stop with nothing to turn
    text += "levers: {on: {kind: switch, safe: disabled}}\n"
    assert by(seen(loaded, text), "NIST-AI-RMF:MANAGE-2.4") == {"right": ("disable",), "switch": ("on",)}


@pytest.mark.parametrize(
    ("reference", "advice"),
    [
        ("OWASP-LLM01", "say which year"),
        ("OWASP-LLM11:2026", "did you mean `OWASP-LLM"),
        ("NIST-AI-RMF:MEASURE 2.7", "did you mean `NIST-AI-RMF:MEASURE-2.7`"),
        ("AML.T0051", ""),
    ],
)
def test_an_unknown_id_is_named_with_what_may_have_been_meant(
    loaded: Loaded, reference: str, advice: str
) -> None:
    told = seen(loaded, risk(reference, "ATLAS:AML.T0051"))
    assert [(one.risk, one.reference) for one in told.unknown] == [("r", reference)]
    assert told.unknown[0].meant.startswith(advice)
    assert told.headline.endswith("; 1 unknown id in maps_to.")
    assert "UNKNOWN" in written(told)


def test_what_is_not_addressed_is_named_by_id(loaded: Loaded) -> None:
    text = written(seen(loaded, risk("OWASP-LLM01:2026")))
    assert "OWASP LLM Top 10, 2026  1 of 10 addressed" in text
    assert "not addressed: OWASP-LLM02:2026" in text


def test_compliance_is_never_claimed_and_the_limits_are_said(loaded: Loaded) -> None:
    told = seen(loaded, risk("OWASP-LLM01:2026"))
    text = " ".join(written(told).split())
    assert "this table does not say" in text
    assert "complies with anything" in text
    assert "compliant" not in text
    assert told.as_json()["limits"] == told.limits


def test_an_empty_plan_addresses_nothing(loaded: Loaded) -> None:
    assert seen(loaded, "").headline == "The plan addresses no entry."


def test_nothing_is_suggested_for_what_is_like_nothing() -> None:
    assert meant("§ 7 of our own rules") == ""


@pytest.mark.parametrize("example", sorted(path.parent for path in EXAMPLES), ids=lambda path: path.name)
def test_every_id_that_an_example_names_is_known_and_misinformation_is_mapped_to_it(example: Path) -> None:
    loaded = read_plan(example)
    assert crosswalk(loaded, Standing(), NOW).unknown == ()
    for one in loaded.plan.risks:
        llm = [find_entry(name) for name in one.maps_to if name.startswith("OWASP-LLM")]
        if one.category == "misinformation" and llm:
            assert "Misinformation" in [entry.title for entry in llm if entry is not None]
