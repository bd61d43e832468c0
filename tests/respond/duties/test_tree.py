"""The decision tree proposes, with the answers that led there; unknown keeps a duty open."""

from __future__ import annotations

from datetime import date

import pytest

from holdfast.respond.events.duties import Answer
from holdfast.respond.model.duties.regimes import find_regime
from holdfast.respond.model.duties.tree import Known, Proposal, proposals, propose, to_ask

DAY = date(2026, 11, 21)
BREACH: dict[str, Answer] = {"personal_data": "yes", "personal_data_breach": "yes", "risk_to_people": "yes"}


def proposed(
    regime: str, answers: dict[str, Answer], places: tuple[str, ...] = ("EU",), on: date = DAY
) -> Proposal:
    found = find_regime(regime)
    assert found is not None
    return propose(found, Known(answers, places, on))


def test_all_answers_yes_make_it_due_with_every_answer_as_its_reason() -> None:
    found = proposed("GDPR-33", BREACH)
    assert found.says == "due"
    assert found.words == (
        "EU is a place of this incident; Is personal data involved? yes;"
        " Was it disclosed, lost, changed, or reached by somebody who may not? yes;"
        " May that put the people whose data it is at risk? yes"
    )


def test_one_no_settles_it_whatever_else_is_unknown() -> None:
    found = proposed("GDPR-33", {"personal_data": "no"}, places=())
    assert (found.says, found.words) == ("not_applicable", "Is personal data involved? no")


@pytest.mark.parametrize("answers", [{}, {"risk_to_people": "unknown"}], ids=["not asked", "unknown"])
def test_unknown_keeps_it_open(answers: dict[str, Answer]) -> None:
    rest: dict[str, Answer] = {"personal_data": "yes", "personal_data_breach": "yes"}
    found = proposed("GDPR-33", {**rest, **answers})
    assert (found.says, found.asks) == ("open", ("risk_to_people",))


def test_any_of_several_harms_is_enough() -> None:
    answers: dict[str, Answer] = {"high_risk_ai": "yes", "death": "no", "critical_infrastructure": "yes"}
    assert proposed("EUAIA-73-15", answers, on=date(2028, 1, 1)).says == "due"


def test_none_of_several_harms_must_be_known_to_settle_it() -> None:
    harms: dict[str, Answer] = {"high_risk_ai": "yes", "serious_harm": "no", "death": "no"}
    later = date(2028, 1, 1)
    assert proposed("EUAIA-73-15", harms, on=later).says == "open"
    assert proposed("EUAIA-73-15", {**harms, "critical_infrastructure": "no"}, on=later).says == (
        "not_applicable"
    )


def test_an_opposite_is_unknown_where_the_question_is() -> None:
    answers: dict[str, Answer] = {"health_data": "yes", "personal_data_breach": "yes"}
    assert proposed("HIPAA-HHSsmall", answers, ("US",)).asks == ("five_hundred",)
    assert proposed("HIPAA-HHSsmall", {**answers, "five_hundred": "no"}, ("US",)).says == "due"
    assert proposed("HIPAA-HHS500", {**answers, "five_hundred": "no"}, ("US",)).says == "not_applicable"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("EU", "due"),
        ("DE", "due"),
        ("fr", "due"),
        ("DE-BY", "due"),
        ("NO", "due"),
        ("EEA", "due"),
        ("UK", "not_applicable"),
        ("US-CA", "not_applicable"),
        ("CH", "not_applicable"),
    ],
)
def test_the_gdpr_looks_at_the_union_its_members_and_the_eea(place: str, says: str) -> None:
    assert proposed("GDPR-33", BREACH, (place,)).says == says


@pytest.mark.parametrize(
    ("places", "says"),
    [(("US-CA",), "due"), (("US",), "open"), (("US-NY",), "not_applicable"), (("US-NY", "us-ca"), "due")],
)
def test_a_state_is_open_where_only_the_country_is_named(places: tuple[str, ...], says: str) -> None:
    answers: dict[str, Answer] = {"frontier_developer": "yes", "critical_safety_incident": "yes"}
    assert proposed("CA-SB53-15", answers, places).says == says


@pytest.mark.parametrize("place", ["GB", "UK", "UK-SCT"])
def test_the_united_kingdom_has_two_codes(place: str) -> None:
    assert proposed("UKGDPR-33", BREACH, (place,)).says == "due"


def test_where_nobody_said_whose_law_applies_it_is_open() -> None:
    found = proposed("GDPR-33", BREACH, ())
    assert found.says == "open"
    assert "nobody has said whose law applies" in found.words


def test_a_law_that_applies_later_does_not_apply_and_says_from_when() -> None:
    answers: dict[str, Answer] = {"high_risk_ai": "yes", "death": "yes"}
    found = proposed("EUAIA-73-10", answers)
    assert (found.says, found.words) == ("not_applicable", "it applies from 2027-12-02 on only")
    assert proposed("EUAIA-73-10", answers, on=date(2027, 12, 2)).says == "due"


def test_a_law_that_was_repealed_is_never_due() -> None:
    found = proposed("CO-24-205", {"discrimination": "yes"}, ("US-CO",))
    assert (found.says, found.words) == ("not_applicable", "it was repealed and is no law")


def test_a_bill_stays_open_as_nobody_has_verified_its_signature() -> None:
    answers: dict[str, Answer] = {"frontier_developer": "yes", "critical_safety_incident": "yes"}
    found = proposed("IL-SB315", answers, ("US-IL",), on=date(2027, 3, 1))
    assert (found.says, found.words) == ("open", "whether it was signed is not verified")


def test_contracts_are_asked_for_everywhere() -> None:
    assert proposed("CONTRACT", {"contract_promise": "yes"}, ("CH",)).says == "due"


def test_questions_come_in_the_trees_order_with_how_many_duties_hang_on_each() -> None:
    asked = to_ask(proposals(Known({"personal_data": "no"}, ("UK",), DAY)))
    assert [(question.id, hang) for question, hang in asked] == [("contract_promise", 1)]
    first, hang = to_ask(proposals(Known({}, ("EU",), DAY)))[0]
    assert (first.id, hang) == ("personal_data", 2)
