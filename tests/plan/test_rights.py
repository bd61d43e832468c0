from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Standing
from holdfast.plan.views.rights import PartyRow, RightRow, Rights, rights
from holdfast.plan.views.terminal.rights import write_rights

Loaded = Callable[..., LoadedPlan]
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PLAN = """\
routes: {pager: {pagerduty: $KEY}, mail: {smtp: a@corp.example}}
people:
  oncall: {route: pager, rotation: weekly, deputy: silent}
  silent: {}
  backed: {deputy: oncall}
  a: {deputy: b}
  b: {deputy: a}
  legal: {route: mail, members: [u-17, u-18]}
  vendor: {route: mail, external: true, contract: SLA 4 h}
authority:
  move_to_safe: [anyone]
  roll_back: [silent, oncall]
  disable: [a]
  widen: {who: oncall, and: silent}
  override_gate: [backed]
  accept_residual: {below_12: legal, from_12: silent}
  approve_external: {who: legal, and: oncall, when: privacy or contract}
"""


def seen(loaded: Loaded, text: str = PLAN) -> Rights:
    return rights(loaded(text), Standing(), NOW)


def right(told: Rights, name: str) -> RightRow:
    return next(row for row in told.rights if row.right == name)


def party(told: Rights, name: str) -> PartyRow:
    return next(row for row in told.people if row.name == name)


def written(told: Rights) -> str:
    stream = io.StringIO()
    write_rights(told, stream)
    return stream.getvalue()


def test_a_right_of_anyone_can_always_be_used(loaded: Loaded) -> None:
    assert right(seen(loaded), "move_to_safe").problem == ""


def test_one_reachable_holder_is_enough_and_the_others_are_named(loaded: Loaded) -> None:
    row = right(seen(loaded), "roll_back")
    assert (row.reachable, row.problem) == (("oncall",), "")
    assert "not reachable: silent" in written(seen(loaded))


def test_a_right_that_nobody_reachable_holds_stands_out(loaded: Loaded) -> None:
    told = seen(loaded)
    assert right(told, "disable").problem == "no route leads to a, nor to a deputy"
    assert right(told, "accept_residual 12 and more").problem != ""
    assert right(told, "accept_residual below 12").problem == ""
    assert "decision rights that nobody reachable holds: disable" in told.headline


def test_a_second_person_who_cannot_be_reached_blocks_the_right(loaded: Loaded) -> None:
    row = right(seen(loaded), "widen")
    assert (row.who, row.second, row.problem) == (
        ("oncall",),
        "silent",
        "no route leads to silent, who must agree",
    )


def test_when_the_second_person_is_needed_is_told(loaded: Loaded) -> None:
    assert "oncall when privacy or contract" in " ".join(written(seen(loaded)).split())


def test_a_right_granted_to_nobody_is_the_approvers_or_nobodys(loaded: Loaded) -> None:
    assert right(seen(loaded), "contact_vendor").problem == (
        "granted to nobody, and the plan names no approver"
    )
    head = "holdfast: 1\nsystem: {id: a, name: A, owners: {approver: legal}}\n"
    told = rights(loaded(PLAN, head=head), Standing(), NOW)
    row = right(told, "contact_vendor")
    assert (row.who, row.problem) == (("legal",), "")
    assert row.means.endswith("so the approver decides")


def test_who_has_no_route_is_reached_through_deputies_in_turn(loaded: Loaded) -> None:
    row = party(seen(loaded), "backed")
    assert (row.deputies, row.reached_by) == (("oncall", "silent"), "oncall")
    assert row.says == "only through oncall: pagerduty (pager)"


def test_deputies_in_a_circle_reach_nobody_and_end(loaded: Loaded) -> None:
    row = party(seen(loaded), "a")
    assert (row.deputies, row.circle, row.reached_by) == (("b",), True, None)
    assert row.says == "cannot be reached: the deputies lead in a circle"
    assert "b, in a circle" in written(seen(loaded))


def test_a_deputy_of_oneself_is_a_circle(loaded: Loaded) -> None:
    row = party(seen(loaded, "people: {a: {deputy: a}}\n"), "a")
    assert (row.deputies, row.circle) == ((), True)


def test_members_and_parties_outside_are_told(loaded: Loaded) -> None:
    told = seen(loaded)
    assert party(told, "legal").members == ("u-17", "u-18")
    assert (party(told, "vendor").external, party(told, "vendor").contract) == (True, "SLA 4 h")
    assert party(told, "legal").holds == ("accept_residual below 12", "approve_external")
    text = written(told)
    assert "acts through u-17, u-18" in text
    assert "outside; owes SLA 4 h" in text


def test_an_empty_plan_has_no_people_and_no_rights(loaded: Loaded) -> None:
    told = seen(loaded, "")
    assert all(row.problem for row in told.rights)
    assert told.headline.startswith("The plan names no people")
    assert "Add groups under `people:`" in written(told)
