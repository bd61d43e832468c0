"""What a form says becomes the command that it asks for; what was typed is kept where something is wrong."""

from __future__ import annotations

from datetime import UTC, datetime

from starlette.datastructures import FormData

from holdfast.respond.commands.classifying import AssessImpact
from holdfast.respond.commands.course import CloseIncident
from holdfast.respond.commands.levers import MoveLever
from holdfast.respond.commands.working import AgreeAction, MakeDecision, MakeStatement
from holdfast.respond.handlers.acts import TABLE
from holdfast.respond.pages.act_forms import filled
from holdfast.respond.pages.act_words import TITLES

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def test_what_is_left_empty_is_unknown() -> None:
    said = filled(AssessImpact, FormData([("harm", ""), ("who", "  "), ("people_low", "")]), NOW)
    assert said.command == AssessImpact()


def test_one_end_of_a_range_is_both_and_a_share_is_in_percent() -> None:
    form = FormData([("people_low", "212"), ("share_low", "4"), ("share_high", "6"), ("high_stakes", "no")])
    command = filled(AssessImpact, form, NOW).command
    assert command == AssessImpact(people=(212, 212), share=(0.04, 0.06), high_stakes=False)


def test_a_list_is_ticked_or_written_with_commas() -> None:
    form = FormData(
        [("what", "a"), ("why", "b"), ("favours", "safety"), ("favours", "trust"), ("evidence", "seq:1, E-2")]
    )
    command = filled(MakeDecision, form, NOW).command
    assert command == MakeDecision(what="a", why="b", favours=("safety", "trust"), evidence=("seq:1", "E-2"))


def test_a_moment_is_utc_and_minutes_count_from_now() -> None:
    form = FormData([("text", "x"), ("since", "2026-11-20T10:30")])
    statement = filled(MakeStatement, form, NOW).command
    assert isinstance(statement, MakeStatement)
    assert statement.since == datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
    action = filled(AgreeAction, FormData([("what", "x"), ("owner", "role:legal"), ("due_in", "30")]), NOW)
    assert isinstance(action.command, AgreeAction)
    assert action.command.due == datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def test_whom_a_lever_holds_for_is_written_as_pairs() -> None:
    form = FormData(
        [("lever", "tools"), ("because", "x"), ("scope_text", "region=eu, language=de"), ("until_in", "60")]
    )
    command = filled(MoveLever, form, NOW).command
    assert isinstance(command, MoveLever)
    assert command.scope == {"region": "eu", "language": "de"}


def test_answers_of_closing_are_taken_together() -> None:
    form = FormData(
        [("answers_alerts", "yes"), ("answers_people", "not_applicable"), ("review_held", "2026-11-20")]
    )
    command = filled(CloseIncident, form, NOW).command
    assert isinstance(command, CloseIncident)
    assert command.answers == {"alerts": "yes", "people": "not_applicable"}


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept() -> None:
    said = filled(MakeDecision, FormData([("what", "Roll <b>back</b>"), ("favours", "speed")]), NOW)
    assert said.command is None
    assert set(said.wrong) == {"why", "favours"}
    assert said.values["what"] == "Roll <b>back</b>"


def test_a_whole_that_contradicts_itself_is_told_as_a_whole() -> None:
    form = FormData([("text", "x"), ("since", "2026-11-20T10:30"), ("until", "2026-11-20T09:30")])
    assert filled(MakeStatement, form, NOW).wrong == {"": "The window ends before it begins."}


def test_every_act_that_has_no_page_of_its_own_has_a_form() -> None:
    elsewhere = ("update-", "duty-")
    names = {act.command.NAME for act in TABLE if not act.command.NAME.startswith(elsewhere)}
    assert names == set(TITLES)
