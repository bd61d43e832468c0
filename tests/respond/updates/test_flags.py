"""Words that promise too much, guess or blame: found where they stand, with a reason and better words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from holdfast.respond.model.updates.audiences import DEFAULTS, STYLES, Audience, Style
from holdfast.respond.model.updates.drafting import PUBLIC_PHASES, draft
from holdfast.respond.model.updates.facts import Facts, Guess, Open, Step
from holdfast.respond.model.updates.flags import flag, rules_of, stopping
from holdfast.respond.model.updates.guidance import all_guidance
from holdfast.respond.model.updates.rules import RULES

NOW = datetime(2026, 11, 21, 11, 30, tzinfo=UTC)
FACTS = Facts("INC-2026-0007", "Injected tool calls in EU tickets", "Support assistant", NOW)
WHO: dict[str, Audience] = {each.id: each for each in DEFAULTS}


def rules(text: str, facts: Facts = FACTS, audience: str = "executives") -> list[str]:
    return rules_of(flag(text, facts, WHO[audience]))


@pytest.mark.parametrize(
    "text",
    [
        "The incident is resolved.",
        "This has been fixed.",
        "Everything is back to normal.",
        "The issue is now fully resolved",
        "It works again.",
        "We do not expect more, it is resolved.",
        "All clear!",
    ],
)
def test_nothing_is_called_resolved_before_recovery_is_validated(text: str) -> None:
    assert rules(text) == ["resolved-early"]
    assert rules(text, replace(FACTS, recovered=True)) == []


@pytest.mark.parametrize(
    "text",
    [
        "It is not resolved yet.",
        "We write again once it is fixed.",
        "Tell them nothing until it is resolved.",
        "Whether it is resolved is being checked.",
        "The disagreement was about prefixed names.",
    ],
)
def test_what_is_denied_or_still_ahead_is_no_claim(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "No data was affected.",
        "No customer data was accessed",
        "No personal information has been disclosed.",
        "Your data is safe.",
        "Customer data was not exposed.",
        "There was no breach.",
        "customer records weren't accessed",
        "None of your data was affected.",
        "Nothing was leaked.",
        "No PII was exposed.",
    ],
)
def test_no_data_is_called_untouched_before_the_check_is_done(text: str) -> None:
    assert rules(text) == ["no-data-affected"]
    assert rules(text, replace(FACTS, data_checked=True)) == []


@pytest.mark.parametrize(
    "text", ["The root cause is a stale index.", "It was caused by a deploy.", "due to a bad prompt"]
)
def test_no_cause_before_a_hypothesis_held(text: str) -> None:
    assert rules(text) == ["cause-early"]
    assert rules(text, replace(FACTS, guesses=(Guess("stale index", "held"),))) == []


def test_a_marked_hypothesis_is_no_claim() -> None:
    assert rules("- Hypothesis (open): caused by a stale index", audience="engineering") == []


def test_that_the_cause_is_not_known_may_be_said() -> None:
    assert rules("The root cause is not known.") == []
    assert rules("The root cause is under investigation.") == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("This will never happen again.", "absolute-promise"),
        ("We guarantee that.", "absolute-promise"),
        ("The system is completely safe.", "absolute-promise"),
        ("An engineer's mistake.", "blame"),
        ("This was human error.", "blame"),
        ("The model was wrong.", "blame"),
        ("Only a few users.", "minimising"),
        ("A minor glitch.", "minimising"),
    ],
)
def test_promises_blame_and_making_light_are_flagged_for_everybody(text: str, rule: str) -> None:
    for audience in WHO:
        assert rules(text, audience=audience) == [rule]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("A prompt injection in some tickets.", "jargon"),
        ("We rolled back the canary.", "jargon"),
        ("This is SEV-2.", "jargon"),
        ("It is probably over soon.", "speculation"),
        ("Write to jo@corp.example.", "names-inside"),
        ("Ask p-0a1b2c3d.", "names-inside"),
    ],
)
def test_what_only_customers_should_not_read(text: str, rule: str) -> None:
    assert rule in rules(text, audience="customers")
    assert rules(text, audience="engineering") == []


@pytest.mark.parametrize("text", ["It will be fixed by noon.", "It will be back within the hour."])
def test_frontline_promises_no_time_of_repair(text: str) -> None:
    for audience in ("support", "customers"):
        assert "promised-time" in rules(text, audience=audience)


def test_admissions_are_for_legal_to_read_first() -> None:
    assert rules("It is our fault.", audience="support") == ["admission"]
    assert rules("We will look into compensation.", audience="customers") == ["admission"]


def test_a_flag_says_where_why_and_what_to_say_instead() -> None:
    text = "Hello.\nNo data was affected."
    (found,) = flag(text, FACTS, WHO["customers"])
    assert text[found.start : found.end] == found.words == "No data was affected"
    assert found.reason
    assert found.instead


def test_what_support_must_not_say_is_quoted_not_said() -> None:
    text = "Say:\n- We look into it.\n\nDo not say:\n- No data was affected.\n\nStatus:\n- Fixed."
    assert [each.words for each in flag(text, FACTS, WHO["support"])] == ["Fixed"]


def test_a_drill_that_does_not_say_so_is_flagged() -> None:
    drill = replace(FACTS, drill=True)
    assert rules("Tool calls in EU tickets.", drill) == ["drill-unmarked"]
    assert rules("THIS IS A DRILL. Tool calls.", drill) == []


def test_words_that_overlap_are_flagged_once() -> None:
    flags = flag("The issue is now fully resolved, 100 % guaranteed, never again.", FACTS, WHO["executives"])
    assert all(a.end <= b.start for a, b in pairwise(flags))


def test_some_flags_need_a_reason_and_some_a_second_look() -> None:
    flags = flag("A glitch. No data was affected.", FACTS, WHO["executives"])
    assert (rules_of(flags), stopping(flags)) == (["no-data-affected", "minimising"], ["no-data-affected"])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("phase", ["declared", *PUBLIC_PHASES])
def test_no_draft_of_ours_is_flagged(style: Style, phase: str) -> None:
    facts = replace(
        FACTS,
        title="Replies name other people's orders",
        phase=phase,
        contained_at=NOW,
        guesses=(Guess("Index of the wrong tenant", "open", "replay ten requests"),),
        steps=(Step("Replay the incident's traffic", "support-ml", NOW),),
        unknowns=(Open("How many people", "privacy"),),
        recovery_open=("bias check",),
        recovered=phase in ("recovered", "closed"),
    )
    for mode in (None, *all_guidance()):
        known = replace(facts, mode=mode)
        assert flag(draft(known, WHO[style]), known, WHO[style]) == [], mode


@pytest.mark.parametrize(
    "text", ["a " * 10_000, "no data " * 2_500, "x@" * 10_000, "resolved" * 2_500, "." * 20_000]
)
def test_a_long_text_is_read_in_a_moment(text: str) -> None:
    """Nothing here may grow faster than the text: a text of 20,000 signs is read, whatever it says."""
    assert isinstance(flag(text, FACTS, WHO["customers"]), list)


def test_every_rule_has_an_id_of_its_own_a_reason_and_better_words() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.reason and rule.instead for rule in RULES)
