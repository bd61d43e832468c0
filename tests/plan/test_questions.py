"""The questions that a plan must be able to answer."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from holdfast.app.cli import holdfast
from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.loading import LoadedPlan
from holdfast.plan.model.standing import Overridden, Shown, Standing
from holdfast.plan.views.questions import Questions, questions
from holdfast.plan.views.terminal.questions import NIGHT, PROOFS, TOMORROW, write_questions

Loaded = Callable[..., LoadedPlan]
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
WORLD = """\
people:
  on-call: {route: pager, deputy: second}
  second: {route: pager}
  chatty: {route: chat}
  lost: {}
  covered: {deputy: on-call}
audiences: {support: {channel: chat}, mute: {}}
routes: {pager: {pagerduty: $KEY}, chat: {slack: $CHAT}, hook: {webhook: "https://x.example"}}
data: {live: {records: triage}, eval: {csv: e.csv}}
metrics: {bad: {kind: rate, hit: bad}}
gates:
  - {id: g, metric: bad, data: eval, require: "<= 1%"}
  - {id: soft, metric: bad, data: eval, require: "<= 1%", blocking: false, stage: shadow}
"""


def risk(name: str, score: int = 15, indicators: str = "", more: str = "") -> str:
    severity, likelihood = {25: (5, 5), 15: (5, 3), 4: (2, 2)}[score]
    return (
        f"  - {{id: {name}, harm: H, severity: {severity}, likelihood: {likelihood},"
        f" indicators: [{indicators}]{more}}}\n"
    )


def indicator(name: str, act: str = "{page: on-call}", window: str = "1h", more: str = "") -> str:
    watch = f"watch: {{metric: bad, data: live, window: {window}, above: 1%}}"
    return f"  - {{id: {name}, {watch}, act: [{act}]{more}}}\n"


def told(
    loaded: Loaded, risks: str, indicators: str, standing: Standing | None = None, more: str = ""
) -> Questions:
    text = (
        WORLD + (f"risks:\n{risks}" if risks else "") + (f"indicators:\n{indicators}" if indicators else "")
    )
    return questions(loaded(text + more), standing or Standing(), NOW)


def written(answers: Questions) -> str:
    stream = io.StringIO()
    write_questions(answers, stream)
    return stream.getvalue()


# tomorrow morning


def test_a_risk_that_is_watched_over_hours_and_pages_somebody_is_noticed(loaded: Loaded) -> None:
    (one,) = told(loaded, risk("r", indicators="i"), indicator("i")).tomorrow
    assert one.noticed
    assert one.blind == ()
    (call,) = one.signals[0].calls
    assert (call.name, call.how, call.by, call.deputies, call.wakes) == (
        "on-call",
        "page",
        "pagerduty",
        ("second",),
        True,
    )


@pytest.mark.parametrize(
    ("act", "window", "why"),
    [
        ("{page: on-call}", "30d", "i looks back 30d"),
        ("{page: on-call}", "25h", "i looks back 25h"),
        ("{freeze: changes}", "1h", "i tells nobody"),
        ("{page: lost}", "1h", "i calls lost, who cannot be reached: no route"),
        ("{notify: mute}", "1h", "i calls mute, who has no channel"),
    ],
)
def test_a_risk_is_blind_where_its_signal_comes_late_or_reaches_nobody(
    loaded: Loaded, act: str, window: str, why: str
) -> None:
    (one,) = told(loaded, risk("r", indicators="i"), indicator("i", act, window)).tomorrow
    assert not one.noticed
    assert any(reason.startswith(why) for reason in one.blind), one.blind


@pytest.mark.parametrize("act", ["{notify: chatty}", "{page: covered}", "{notify: support}"])
def test_a_chat_a_deputy_and_an_audience_know_too(loaded: Loaded, act: str) -> None:
    (one,) = told(loaded, risk("r", indicators="i"), indicator("i", act, "24h")).tomorrow
    assert one.noticed


def test_a_risk_without_an_indicator_is_blind_and_says_what_would_have_to_be_looked_at(
    loaded: Loaded,
) -> None:
    held = "controls: {c: {layer: detect}}\n"
    (one,) = told(loaded, risk("r", more=", controls: {detect: [c]}"), "", more=held).tomorrow
    assert one.blind == ("no indicator watches it; c would have to be looked at",)


def test_one_good_signal_is_enough_and_the_other_is_still_told(loaded: Loaded) -> None:
    signals = indicator("i", window="30d") + indicator("j")
    (one,) = told(loaded, risk("r", indicators="i, j"), signals).tomorrow
    assert one.noticed
    assert len(one.blind) == 1


def test_all_high_risks_are_told_and_at_least_five(loaded: Loaded) -> None:
    few = told(loaded, risk("a", 25) + "".join(risk(f"low-{n}", 4) for n in range(8)), "")
    assert [one.risk for one in few.tomorrow] == ["a", "low-0", "low-1", "low-2", "low-3"]
    assert few.more == 4
    assert "and 4 with a lower score" in written(few)
    many = told(loaded, "".join(risk(f"r{n}") for n in range(9)), "")
    assert (len(many.tomorrow), many.more) == (9, 0)


@pytest.mark.parametrize(
    ("risks", "answer"),
    [
        ("", "The plan names no risk, so nobody knows what could go wrong."),
        (risk("a"), "Nobody would know by tomorrow morning about a, the one risk."),
        (risk("a", indicators="i"), "Somebody would know by tomorrow morning about a, the one risk."),
        (risk("a") + risk("b"), "Of 2 risks, nobody would know about any by tomorrow morning."),
        (risk("a") + risk("b", indicators="i"), "Of 2 risks, nobody would know by tomorrow morning about a."),
        (
            risk("a", indicators="i") + risk("b", indicators="i"),
            "Of 2 risks, somebody would know about each by tomorrow morning.",
        ),
    ],
)
def test_the_first_answer_in_a_sentence(loaded: Loaded, risks: str, answer: str) -> None:
    assert told(loaded, risks, indicator("i")).about_tomorrow == answer


def test_it_says_when_nothing_watches_yet(loaded: Loaded) -> None:
    risks, signals = risk("r", indicators="i"), indicator("i")
    assert "Nothing has watched an indicator yet" in written(told(loaded, risks, signals))
    seen = Standing({"i": Shown(Verdict.PASS, NOW, None, 4, "quiet")}, known=True)
    assert "Nothing has watched" not in written(told(loaded, risks, signals, seen))


# the gates


def test_without_a_ledger_no_gate_is_proven(loaded: Loaded) -> None:
    answers = told(loaded, "", "")
    assert [one.evidence.state for one in answers.proofs] == ["bare", "bare"]
    assert answers.about_proofs == "No: 2 of 2 gates cannot be shown, 1 of them blocking."
    assert "There is no ledger yet" in written(answers)


def test_a_gate_is_proven_by_a_fact_that_still_counts(loaded: Loaded) -> None:
    passed = Shown(Verdict.PASS, NOW - timedelta(days=2), NOW + timedelta(days=1), 7, "0.2 % of 5,000")
    standing = Standing({"g": passed, "soft": passed}, known=True)
    answers = told(loaded, "", "", standing)
    assert answers.about_proofs == "Yes: each of 2 gates has a fact that counts."
    assert "0.2 % of 5,000 (fact 7, 2026-11-19 09:00 UTC, counts until 2026-11-22 09:00 UTC)" in " ".join(
        written(answers).split()
    )


@pytest.mark.parametrize(
    ("verdict", "until", "state"),
    [
        (Verdict.PASS, NOW - timedelta(seconds=1), "stale"),
        (Verdict.FAIL, None, "failing"),
        (Verdict.INCONCLUSIVE, None, "open"),
    ],
)
def test_a_stale_a_failed_and_an_undecided_gate_are_no_proof(
    loaded: Loaded, verdict: Verdict, until: datetime | None, state: str
) -> None:
    standing = Standing({"g": Shown(verdict, NOW - timedelta(days=9), until, 7, "s")}, known=True)
    answers = told(loaded, "", "", standing)
    assert answers.proofs[0].evidence.state == state
    assert not answers.proofs[0].proven


def test_an_override_is_told_and_proves_nothing(loaded: Loaded) -> None:
    standing = Standing(
        {"g": Shown(Verdict.FAIL, NOW, None, 7, "2 %")},
        (Overridden("g", "the fair is tomorrow", NOW + timedelta(days=3), 8),),
        known=True,
    )
    answers = told(loaded, "", "", standing)
    assert not answers.proofs[0].proven
    assert "overridden until 2026-11-24 because the fair is tomorrow" in " ".join(written(answers).split())


# at night


def test_who_is_woken_and_what_they_do_first(loaded: Loaded) -> None:
    levers = "levers: {bundle: {kind: bundle, safe: last-good}}\n"
    act = "{page: on-call}, {rollback: bundle}, {incident: SEV-2}, {notify: chatty}"
    answers = told(loaded, "", indicator("i", act, more=", first_move: read the newest ten"), more=levers)
    (one,) = answers.night
    assert [call.name for call in one.who] == ["on-call"]
    assert one.first_move == "read the newest ten"
    assert one.also == ("roll back bundle", "declare SEV-2")
    assert one.missing == ()
    assert answers.about_night == "on-call; each of 1 page says what is done first."


@pytest.mark.parametrize(
    ("act", "more", "lack"),
    [
        ("{page: on-call}", "", "the plan does not say what is done first"),
        ("{page: chatty}", ", first_move: f", "chatty is reached by slack (chat), which wakes nobody"),
        ("{page: lost}", ", first_move: f", "lost cannot be reached: no route"),
    ],
)
def test_a_page_that_would_not_work_says_why(loaded: Loaded, act: str, more: str, lack: str) -> None:
    answers = told(loaded, "", indicator("i", act, more=more))
    assert answers.night[0].missing == (lack,)
    assert "would not work as it should" in answers.about_night
    assert lack in " ".join(written(answers).split())


def test_a_deputy_is_woken_for_a_group_without_a_route(loaded: Loaded) -> None:
    answers = told(loaded, "", indicator("i", "{page: covered}", more=", first_move: f"))
    assert answers.about_night.startswith("on-call; ")
    assert answers.night[0].missing == ()


def test_a_runbooks_first_step_is_told_or_why_it_cannot_be(example: LoadedPlan, tmp_path: Path) -> None:
    from dataclasses import replace

    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "prompt-abuse.yaml").write_text("steps: [{do: Stop the tools, who: on-call}]\n")
    there = questions(replace(example, root=tmp_path), Standing(), NOW).night[0]
    assert (there.runbook, there.first_step, there.missing) == ("prompt-abuse", "Stop the tools", ())
    missing = questions(replace(example, root=tmp_path / "elsewhere"), Standing(), NOW).night[0]
    assert missing.first_step is None
    assert missing.missing[0].startswith("runbook prompt-abuse: there is no file")


def test_what_pages_nobody_is_listed(loaded: Loaded) -> None:
    answers = told(loaded, "", indicator("i", "{notify: chatty}"))
    assert answers.asleep == ("i",)
    assert answers.about_night == "Nobody: no indicator pages anybody."
    assert "page nobody: i" in written(answers)


def test_a_rule_also_calls_whom_it_tells_while_its_conditions_hold(example: LoadedPlan) -> None:
    (one,) = questions(example, Standing(), NOW).tomorrow
    assert {call.name for call in one.signals[0].calls} == {"support-ml-oncall", "privacy", "security"}


# as a whole


def test_the_three_questions_stand_there_word_for_word(example: LoadedPlan) -> None:
    seen = written(questions(example, Standing(), NOW))
    assert seen.index(TOMORROW) < seen.index(PROOFS) < seen.index(NIGHT)
    assert max(map(len, seen.splitlines())) <= 100
    assert all(line == line.rstrip() for line in seen.splitlines())


def test_an_empty_plan_is_answered_too(loaded: Loaded) -> None:
    seen = written(questions(loaded(""), Standing(), NOW))
    assert "names no risk" in seen
    assert "There is no gate" in seen
    assert "Nobody: no indicator pages anybody." in seen


def test_sixty_risks_and_indicators_are_all_there(loaded: Loaded) -> None:
    risks = "".join(risk(f"r{n:02}", indicators=f"i{n:02}") for n in range(60))
    signals = "".join(indicator(f"i{n:02}") for n in range(60))
    seen = written(told(loaded, risks, signals))
    assert all(f"r{n:02}" in seen and f"i{n:02}" in seen for n in range(60))


def test_the_command_asks_a_plan_and_its_json_is_json(tmp_path: Path) -> None:
    (tmp_path / "holdfast.yaml").write_text(
        "holdfast: 1\nsystem: {id: a, name: A}\n" + WORLD + "risks:\n" + risk("r")
    )
    run = CliRunner().invoke
    assert TOMORROW in run(holdfast, ["plan", "ask", str(tmp_path)], catch_exceptions=False).output
    answers = json.loads(
        run(holdfast, ["plan", "ask", str(tmp_path), "--json"], catch_exceptions=False).output
    )
    assert (answers["holdfast"], answers["view"]) == (1, "questions")
    assert set(answers["answers"]) == {"tomorrow", "proofs", "night"}
    assert answers["tomorrow"][0]["risk"] == "r"
    assert not (tmp_path / ".holdfast").exists()
