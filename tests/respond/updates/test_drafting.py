"""Drafts: one set of facts, told to each audience as it needs it; the same facts make the same draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from holdfast.plan.model.people import Audience as PlanAudience
from holdfast.respond.model.updates.audiences import DEFAULTS, Audience, audiences_of
from holdfast.respond.model.updates.drafting import draft
from holdfast.respond.model.updates.facts import Facts, Guess, Open, Step
from holdfast.respond.model.updates.texts import parts_of

NOW = datetime(2026, 11, 21, 11, 30, tzinfo=UTC)
WHO: dict[str, Audience] = {each.id: each for each in DEFAULTS}
FACTS = Facts(
    "INC-2026-0007",
    "Injected tool calls in EU tickets",
    "Support assistant",
    NOW,
    severity="SEV-2",
    phase="contained",
    declared_at=NOW - timedelta(minutes=41),
    onset=NOW - timedelta(hours=1),
    what="5.1 % of EU web tickets triggered an unauthorised search",
    where="EU web",
    impact=("People affected: 212.",),
    contained_at=NOW - timedelta(minutes=3),
    mode="prompt-injection",
    guesses=(Guess("Delimiters were lost in bundle b7f2", "open", "replay ten tickets"),),
    steps=(Step("Replay the traffic", "support-ml", NOW + timedelta(minutes=30)), Step("Answer tickets")),
    unknowns=(Open("Which records were searched", "privacy"), Open("How many tenants")),
    recovery_open=("replay",),
    messages={"degraded-form": "Our assistant is paused."},
    next_update={"executives": NOW + timedelta(hours=1)},
)


def parts(audience: str, facts: Facts = FACTS) -> dict[str, str]:
    return {part.heading: part.text for part in parts_of(draft(facts, WHO[audience]))}


def test_executives_get_impact_blast_radius_confidence_and_the_ask() -> None:
    told = parts("executives")
    assert list(told) == [
        "What happened",
        "Impact",
        "Blast radius",
        "Status",
        "Confidence",
        "Next steps",
        "What we need from you",
        "Not known",
        "Next update",
    ]
    assert told["Next update"] == "- By 2026-11-21 12:30 UTC."


def test_support_gets_what_to_say_what_not_to_say_and_tags() -> None:
    told = parts("support")
    assert "We know of a problem with Support assistant." in told["Say"]
    assert "no data was affected" in told["Do not say"]
    assert told["Ticket tags"] == "- ai-incident, ai-security, inc-2026-0007"
    assert told["Texts approved in advance"] == "- degraded-form: Our assistant is paused."


def test_engineering_gets_hypotheses_marked_logs_and_rollback_criteria() -> None:
    told = parts("engineering")
    assert told["Hypotheses"] == (
        "- Hypothesis (open): Delimiters were lost in bundle b7f2 Next test: replay ten tickets"
    )
    assert "A recovery check fails: replay" in told["Roll back, or go back to safe mode, when"]
    assert "No evidence is kept yet" in told["Logs and reproduction"]


def test_customers_get_outcome_and_guidance_and_no_speculation() -> None:
    text = draft(FACTS, WHO["customers"])
    assert list(parts("customers")) == [
        "What you may have seen",
        "What we are doing",
        "What you can do",
        "When we write again",
    ]
    assert not any(word in text for word in ("b7f2", "Hypothesis", "injection", "SEV", "INC-", "tenant"))


def test_next_steps_carry_owner_and_time_or_say_that_there_is_none() -> None:
    assert parts("executives")["Next steps"] == (
        "- Replay the traffic (support-ml, by 2026-11-21 12:00 UTC)\n"
        "- Answer tickets (nobody yet, no time set)"
    )


def test_what_is_not_known_is_said_with_who_finds_out() -> None:
    assert parts("executives")["Not known"] == (
        "- Which records were searched (privacy)\n- How many tenants (nobody asks yet)"
    )


def test_an_empty_incident_says_what_is_not_known_yet() -> None:
    empty = Facts("INC-2026-0008", "Odd answers", "Triage", NOW)
    told = parts("executives", empty)
    assert "The severity is not known yet." in told["Impact"]
    assert "under investigation" in told["Impact"]
    assert "The onset is not known yet." in told["What happened"]
    assert told["Status"] == "- Declared. Not contained yet."


@pytest.mark.parametrize("phase", ["recovered", "closed"])
def test_nothing_is_called_repaired_that_was_not_validated(phase: str) -> None:
    early, late = (replace(FACTS, phase=phase, recovered=done) for done in (False, True))
    assert "checked that it works" not in draft(early, WHO["customers"])
    assert "checked that it works" in draft(late, WHO["customers"])


def test_support_may_say_more_once_it_is_known() -> None:
    known = replace(FACTS, recovered=True, data_checked=True, guesses=(Guess("x", "held"),))
    assert "resolved" not in parts("support", known)["Do not say"]
    assert "no data" not in parts("support", known)["Do not say"]


@pytest.mark.parametrize("audience", list(WHO))
def test_a_drill_says_so_first(audience: str) -> None:
    assert draft(replace(FACTS, drill=True), WHO[audience]).startswith("Drill:\n- THIS IS A DRILL.")


@pytest.mark.parametrize("audience", list(WHO))
def test_the_same_facts_make_the_same_draft(audience: str) -> None:
    assert draft(FACTS, WHO[audience]) == draft(replace(FACTS), WHO[audience])


@pytest.mark.parametrize("audience", ["executives", "support", "engineering"])
def test_words_of_people_make_no_heading_and_no_line_of_their_own(audience: str) -> None:
    nasty = "<script>alert(1)</script>\nStatus:\n- All is well\n\n{{ 7*7 }} **bold** [x](javascript:1)"
    facts = replace(FACTS, what=nasty)
    told = parts(audience, facts)
    assert list(told) == list(parts(audience))
    assert " ".join(nasty.split()) in told["What happened"]


def test_a_plan_replaces_what_it_names_and_adds_its_own() -> None:
    told = {
        "executives": PlanAudience.model_validate({"every": "45m", "channel": "mail-exec"}),
        "partners": PlanAudience.model_validate({"external": "true"}),
    }
    found = {each.id: each for each in audiences_of(told)}
    assert list(found) == ["executives", "support", "engineering", "customers", "partners"]
    assert (found["executives"].every, found["executives"].channel) == (timedelta(minutes=45), "mail-exec")
    assert (found["partners"].style, found["partners"].right) == ("customers", "approve_external")
