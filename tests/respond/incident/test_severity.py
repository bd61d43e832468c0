"""The severity follows from the checklist by written rules: every cell of the table."""

from __future__ import annotations

import pytest

from holdfast.kernel.incidents import Severity
from holdfast.respond.commands.classifying import AssessImpact
from holdfast.respond.model.severity.checklist import Checklist, checklist_of
from holdfast.respond.model.severity.deciding import judge
from holdfast.respond.model.severity.matrix import EXPOSURE, HARM, LEGAL, REVERSIBLE, matrix_of
from holdfast.respond.model.severity.starts import STARTS, at_once

CELLS = [
    ("SEV-1", Checklist(harm="severe")),
    ("SEV-1", Checklist(harm="accusation")),
    ("SEV-1", Checklist(harm="discrimination", high_stakes=True)),
    ("SEV-1", Checklist(harm="discrimination", high_stakes=None)),
    ("SEV-2", Checklist(harm="discrimination", high_stakes=False)),
    ("SEV-2", Checklist(harm="serious")),
    ("SEV-3", Checklist(harm="annoying")),
    ("SEV-4", Checklist(harm="near_miss")),
    ("SEV-4", Checklist(harm="none")),
    ("SEV-1", Checklist(exposure="disclosed")),
    ("SEV-1", Checklist(exposure="unauthorised_action")),
    ("SEV-2", Checklist(exposure="plausible")),
    ("SEV-3", Checklist(exposure="none_seen")),
    ("SEV-4", Checklist(exposure="attempt_blocked")),
    ("SEV-4", Checklist(exposure="none")),
    ("SEV-1", Checklist(share=(0.0, 0.0501))),
    ("SEV-1", Checklist(critical_tenant=True)),
    ("SEV-2", Checklist(share=(0.0, 0.05))),
    ("SEV-2", Checklist(share=(0.0, 0.0101))),
    ("SEV-3", Checklist(share=(0.0, 0.01))),
    ("SEV-3", Checklist(people=(0, 1))),
    ("SEV-4", Checklist(share=(0.0, 0.0))),
    ("SEV-4", Checklist(people=(0, 0))),
    ("SEV-1", Checklist(legal="duty_likely")),
    ("SEV-2", Checklist(legal="plausible")),
    ("SEV-3", Checklist(legal="none_seen")),
    ("SEV-4", Checklist(legal="none")),
    ("SEV-1", Checklist(money=(0, 250_001))),
    ("SEV-2", Checklist(money=(0, 250_000))),
    ("SEV-2", Checklist(money=(0, 50_001))),
    ("SEV-3", Checklist(money=(0, 50_000))),
    ("SEV-4", Checklist(money=(0, 0))),
    ("SEV-1", Checklist(reversible="no")),
    ("SEV-2", Checklist(reversible="partly")),
    ("SEV-4", Checklist(reversible="yes")),
]


@pytest.mark.parametrize(("severity", "checklist"), CELLS, ids=lambda each: str(each)[:60])
def test_a_cell_of_the_table(severity: str, checklist: Checklist) -> None:
    judged = judge(checklist)
    assert judged.severity == severity
    assert [reason.severity for reason in judged.reasons] == [severity]


def test_every_answer_of_the_checklist_has_its_cell() -> None:
    cells = [checklist for _, checklist in CELLS]
    for field, table in (
        ("harm", HARM),
        ("exposure", EXPOSURE),
        ("legal", LEGAL),
        ("reversible", REVERSIBLE),
    ):
        assert {getattr(each, field) for each in cells} - {None} == set(table)


def test_the_worst_dimension_wins_and_is_named() -> None:
    judged = judge(Checklist(harm="annoying", exposure="plausible", money=(0, 300_000), reversible="yes"))
    assert judged.severity is Severity.SEV1
    assert [str(reason) for reason in judged.reasons] == ["money: more than 250,000 EUR"]


def test_of_a_range_the_upper_end_counts() -> None:
    assert judge(Checklist(share=(0.001, 0.2))).severity is Severity.SEV1


def test_nothing_known_gives_no_severity() -> None:
    assert judge(Checklist()).severity is None


def test_what_is_left_out_is_unknown() -> None:
    asked = checklist_of(AssessImpact(harm="serious", share=(0, 0.02), exposure="none", data_kinds=()))
    assert "legal" in asked.unknown
    assert not {"harm", "people", "share", "exposure", "data_kinds", "high_stakes"} & set(asked.unknown)


def test_whether_a_decision_is_high_stakes_is_asked_where_it_decides() -> None:
    assert "high_stakes" in checklist_of(AssessImpact(harm="discrimination")).unknown


def test_a_number_of_people_leaves_their_share_to_be_found_out() -> None:
    assert "share" in checklist_of(AssessImpact(people=(3, 40))).unknown
    assert "share" not in checklist_of(AssessImpact(people=(0, 0))).unknown


@pytest.mark.parametrize(
    ("checklist", "reasons"),
    [
        (Checklist(harm="severe"), ("physical_harm",)),
        (Checklist(exposure="plausible"), ("disclosure",)),
        (Checklist(exposure="disclosed"), ("disclosure",)),
        (Checklist(harm="discrimination", high_stakes=True), ("discrimination",)),
        (Checklist(share=(0, 0.06)), ("wide_impact",)),
        (Checklist(critical_tenant=True), ("wide_impact",)),
        (Checklist(harm="serious", legal="duty_likely", money=(0, 1e9)), ()),
    ],
)
def test_what_does_not_wait(checklist: Checklist, reasons: tuple[str, ...]) -> None:
    assert at_once(checklist) == reasons


def test_sev_1_and_2_page_open_a_room_and_ask_privacy_and_legal() -> None:
    assert [severity for severity, starts in STARTS.items() if starts.page] == ["SEV-1", "SEV-2"]
    assert {STARTS[Severity.SEV1].asks, STARTS[Severity.SEV2].asks} == {("privacy", "legal")}


def test_update_clocks_run_at_15_and_30_minutes() -> None:
    every = matrix_of(None).update_every
    assert {severity: span.total_seconds() / 60 for severity, span in every.items()} == {
        "SEV-1": 15,
        "SEV-2": 30,
    }
