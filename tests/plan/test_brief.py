from __future__ import annotations

import json
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from holdfast.app.cli import holdfast
from holdfast.kernel.errors import UsageError
from holdfast.kernel.verdict import Verdict
from holdfast.plan.model.standing import Standing
from holdfast.plan.pages.html import render_sheet
from holdfast.plan.pages.markdown import render_brief
from holdfast.plan.views.brief import Brief, brief
from holdfast.plan.views.reading import read_plan
from holdfast.plan.views.runbooks import Step

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/holdfast.yaml"))

PLAN = """\
holdfast: 1
system:
  id: sums
  name: Summaries
  purpose: Summarises tickets for agents.
  stage: shadow
  users: [agents]
  owners: {accountable: ml, reviewers: [safety], approver: boss}
people: {ml: {route: mail}, safety: {}, boss: {route: mail}, oncall: {route: pager}, deaf: {}}
routes: {mail: {smtp: a@corp.example}, pager: {pagerduty: $KEY}}
data: {eval: {csv: e.csv}, live: {records: sums}}
metrics: {wrong: {kind: rate, hit: "wrong"}}
risks:
  - id: invented
    harm: A summary states a refund that nobody promised, and the agent pays it
    stakeholders: [customers, company]
    owner: ml
    severity: 4
    likelihood: 4
    controls: {prevent: [bare, shown], detect: [injection-classifier], respond: [off]}
    gates: [truthful]
    indicators: [wrong-live]
    residual: {severity: 4, likelihood: 1, because: agents read first, accepted_by: boss, until: 2027-01-31}
  - {id: slow, harm: h, severity: 1, likelihood: 1}
  - {id: leak, harm: Another customer's name appears, severity: 5, likelihood: 2}
  - {id: rude, harm: h, severity: 2, likelihood: 3}
controls:
  bare: {layer: prevent}
  shown: {layer: prevent, owner: ml, evidence: [truthful]}
  injection-classifier: library
  off: {layer: respond, owner: ml, rehearsed_within: 90d}
gates:
  - {id: warns, metric: wrong, data: eval, require: "<5%", blocking: false}
  - {id: signed, sign: [safety]}
  - {id: truthful, metric: wrong, data: eval, require: "<= 1%"}
indicators:
  - {id: quiet, watch: {metric: wrong, data: live, window: 1d, above: 2%}, act: [{notify: ml}]}
  - id: wrong-live
    watch: {metric: wrong, data: live, window: 1h, above: 3%}
    act: [{page: oncall}, {page: deaf}, {incident: SEV-2, runbook: invented}]
    first_move: read the newest ten
runbooks: {other: runbooks/other.yaml, invented: runbooks/invented.yaml}
"""
RUNBOOK = """\
title: A summary is wrong
steps:
  - do: Turn summaries off
    who: oncall
    within: 15m
  - Tell the agents
  - {step: List the tickets, who: ml}
  - {action: Compare with the last bundle}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "invented.yaml").write_text(RUNBOOK)
    return tmp_path


def page(folder: Path, standing: Standing | None = None) -> Brief:
    return brief(read_plan(folder), standing or Standing(), NOW)


def markdown(folder: Path, standing: Standing | None = None) -> str:
    return render_brief(page(folder, standing))


def run(*arguments: str) -> str:
    result = CliRunner().invoke(holdfast, ["plan", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_the_three_highest_risks_are_there_with_score_harm_and_who_is_harmed(folder: Path) -> None:
    told = page(folder)
    assert [(risk.id, risk.score) for risk in told.risks] == [("invented", 16), ("leak", 10), ("rude", 6)]
    assert (told.registered, told.high) == (4, 1)
    text = markdown(folder)
    assert "top 3 of 4 risks" in text
    assert "**1. R 16** (S 4 × L 4), invented, owner ml: A summary states a refund" in text
    assert "Harms: customers, company." in text


def test_of_several_controls_in_a_layer_the_one_that_something_shows_is_told(folder: Path) -> None:
    held = page(folder).risks[0].layers
    assert [(layer.layer, layer.control, layer.others) for layer in held] == [
        ("prevent", "shown", 1),
        ("detect", "injection-classifier", 0),
        ("respond", "off", 0),
    ]
    assert held[2].shown_by == ("drill/off",)
    assert "Prevent: **shown** (owner ml, shown by truthful); 1 other" in markdown(folder)
    assert "Detect: **injection-classifier** (from the library, owner and evidence **missing**)" in markdown(
        folder
    )


def test_a_layer_without_a_control_is_a_gap_in_words(folder: Path) -> None:
    assert markdown(folder).count("Detect: **gap, no control**") == 2
    assert "a control to detect leak" in page(folder).missing


def test_gates_are_told_with_those_that_block_and_guard_the_top_risks_first(folder: Path) -> None:
    assert [gate.id for gate in page(folder).gates] == ["truthful", "signed", "warns"]
    text = markdown(folder)
    assert "| truthful | wrong at most 1% on eval | yes | not yet |" in text
    assert "| warns | wrong below 5% on eval | warns | not yet |" in text


@pytest.mark.parametrize(
    ("verdict", "word"),
    [(Verdict.PASS, "passes"), (Verdict.INCONCLUSIVE, "open"), (Verdict.FAIL, "**fails**")],
)
def test_what_the_ledger_knows_of_a_gate_is_said(
    folder: Path, standings: ModuleType, verdict: Verdict, word: str
) -> None:
    shown = standings.known(truthful=standings.fact(verdict))
    assert f"| yes | {word} |" in markdown(folder, shown)
    assert "| yes | **stale** |" in markdown(folder, standings.known(truthful=standings.stale()))


def test_an_alert_says_its_threshold_and_who_is_woken(folder: Path) -> None:
    text = markdown(folder)
    assert "| wrong-live | wrong above 3% in 1h | oncall, deaf (**no route**) |" in text
    assert "| quiet | wrong above 2% in 1d | **nobody is woken** |" in text
    assert "somebody to wake for quiet" in page(folder).missing


def test_the_runbook_is_the_one_that_the_top_risk_leads_to_and_steps_may_be_written_in_every_way(
    folder: Path,
) -> None:
    told = page(folder)
    assert told.runbook_for == "invented"
    assert told.runbook is not None
    assert told.runbook.steps == (
        Step("Turn summaries off", "oncall", "15m"),
        Step("Tell the agents"),
        Step("List the tickets", "ml"),
    )
    text = markdown(folder)
    assert "Runbook invented, for invented, 4 steps in all:" in text
    assert "1. Turn summaries off (oncall, within 15m)" in text
    assert "2. Tell the agents (who: **missing**)" in text


def test_a_runbook_that_no_top_risk_leads_to_is_said_to_be_so(folder: Path) -> None:
    (folder / "holdfast.yaml").write_text(PLAN.replace(", {incident: SEV-2, runbook: invented}", ""))
    told = page(folder)
    assert told.runbook is not None
    assert (told.runbook.name, told.runbook_for) == ("other", None)
    assert "which no top risk's alert starts" in markdown(folder)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no file"),
        ("steps: [a, b", "never closed"),
        ("title: nothing more\n", "has no steps"),
        ("steps: {a: b}\n", "has no steps"),
        ("steps: [~, {who: me}]\n", "has no steps"),
        ("steps: [one]\n", "**missing**: the runbook has no further step"),
    ],
)
def test_a_runbook_file_that_is_missing_or_wrong_is_said_and_stops_nothing(
    folder: Path, content: str | None, says: str
) -> None:
    file = folder / "runbooks" / "invented.yaml"
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    text = markdown(folder)
    assert says in text
    assert any("runbook invented" in phrase for phrase in page(folder).missing)


def test_a_runbook_that_leaves_the_plans_folder_is_not_read(folder: Path) -> None:
    secret = folder.parent / f"{folder.name}-outside.yaml"
    secret.write_text("steps: [a secret]\n")
    file = folder / "runbooks" / "invented.yaml"
    file.unlink()
    file.symlink_to(secret)
    assert "a secret" not in markdown(folder)
    assert "leaves the plan's folder" in markdown(folder)


def test_an_empty_plan_says_everything_that_is_missing(tmp_path: Path) -> None:
    (tmp_path / "holdfast.yaml").write_text("holdfast: 1\nsystem: {id: a, name: A}\n")
    assert page(tmp_path).missing == (
        "what the system is for",
        "risks",
        "gates",
        "live alerts",
        "a runbook",
        "an owner",
        "an approver",
        "reviewers",
    )
    text = markdown(tmp_path)
    assert text.count("**missing**") == 8
    assert "8 things missing on this page" in text


def test_residual_risk_names_who_accepts_it_until_when_or_that_nobody_does(folder: Path) -> None:
    text = markdown(folder)
    assert "Stays: R 4 (S 4 × L 1), accepted by boss until 2027-01-31, because agents read first" in text
    assert "Stays: residual risk **missing**" in text
    (folder / "holdfast.yaml").write_text(PLAN.replace("accepted_by: boss, until: 2027-01-31", ""))
    assert "**accepted by nobody**, **without an end**" in markdown(folder)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_ordinary_plan_fits_on_one_printed_page(example: Path) -> None:
    text = markdown(example)
    lines = [
        line
        for paragraph in text.splitlines()
        if paragraph.strip() and not paragraph.startswith("|--")
        for line in textwrap.wrap(paragraph, 100)
    ]
    assert len(lines) <= 60


def test_what_a_plan_says_marks_nothing_up(folder: Path) -> None:
    hostile = "<script>alert(1)</script> | [x](javascript:1) **bold** `code`"
    harm = "A summary states a refund that nobody promised, and the agent pays it"
    (folder / "holdfast.yaml").write_text(PLAN.replace(harm, f"'{hostile}'", 1))
    text = markdown(folder)
    assert "<script" not in text
    assert r"\[x\](javascript" in text
    assert r"\*\*bold\*\*" in text


def test_the_command_prints_markdown_or_json_and_writes_a_file(folder: Path) -> None:
    assert run("brief", str(folder)).startswith("# Summaries: the plan on one page\n")
    told = json.loads(run("brief", "--json", str(folder)))
    assert (told["holdfast"], told["system"], told["runbook"]["steps"][0]["who"]) == (
        1,
        "Summaries",
        "oncall",
    )
    out = folder / "brief.md"
    assert run("brief", str(folder), "--out", str(out)).startswith(f"wrote {out}: ")
    assert out.read_text().startswith("# Summaries")


def test_a_file_that_ends_in_html_is_a_page_that_says_the_same(folder: Path) -> None:
    out = folder / "brief.html"
    run("brief", str(folder), "--out", str(out))
    text = out.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    for words in (
        "invented",
        "A summary states a refund",
        "gap, no control",
        "no route",
        "Turn summaries off",
    ):
        assert words in text
    assert "<script" not in text


def test_what_a_plan_says_is_text_on_the_page(folder: Path) -> None:
    hostile = PLAN.replace("Summarises tickets for agents.", "\"<script>alert('line')</script>\"")
    (folder / "holdfast.yaml").write_text(hostile)
    text = render_sheet(page(folder))
    assert "<script" not in text
    assert "&lt;script&gt;alert" in text


def test_the_plan_itself_is_never_overwritten(folder: Path) -> None:
    with pytest.raises(UsageError):
        run("brief", str(folder), "--out", str(folder / "holdfast.yaml"))
    assert (folder / "holdfast.yaml").read_text() == PLAN
