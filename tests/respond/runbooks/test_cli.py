"""`holdfast runbook list|show|lint|export`, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from holdfast.app.cli import run
from holdfast.respond.model.runbooks.library import library_names

PLAN = """\
holdfast: 1
system: {id: s, name: S, purpose: p}
levers: {tools: {kind: allowlist, normal: [a], safe: []}}
runbooks: {cascade: own.yaml, broken: broken.yaml}
"""


@pytest.fixture
def here(tmp_path, monkeypatch, books):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    (tmp_path / "own.yaml").write_text(books.WHOLE)
    (tmp_path / "broken.yaml").write_text("runbook: broken\nsteps: [{do: a}]\n")
    return tmp_path


def test_the_list_has_the_plans_own_first_and_says_what_is_wrong_with_one(here, capsys):
    assert run(["runbook", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["runbooks"]
    assert [row["runbook"] for row in rows[:2]] == ["cascade", "broken"]
    assert rows[0]["origin"] == "plan"
    assert "`title` is missing" in rows[1]["problem"]
    assert {row["runbook"] for row in rows} == {*library_names(), "broken"}


def test_a_name_of_the_plan_wins_over_the_library(here, capsys):
    assert run(["runbook", "show", "cascade"]) == 0
    assert "SOMEBODY SEES TOO MUCH" in capsys.readouterr().out


def test_without_a_plan_there_is_the_library(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["runbook", "show", "cascade"]) == 0
    assert "ONE PART FAILS" in capsys.readouterr().out


def test_a_wrong_plan_that_lies_here_keeps_nobody_from_the_built_in_runbook(here, capsys):
    Path("holdfast.yaml").write_text("holdfast: 1\nsystm: {}\n")
    assert run(["runbook", "show", "cascade"]) == 0
    told = capsys.readouterr()
    assert "ONE PART FAILS" in told.out
    assert "the plan here is wrong" in told.err
    assert run(["runbook", "show", "cascade", "--plan", "holdfast.yaml"]) == 3


def test_a_name_that_is_misspelt_is_told_the_nearest(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["runbook", "show", "cascde"]) == 3
    assert "error[HF710]" in (told := capsys.readouterr().err)
    assert "did you mean `cascade`?" in told


def test_lint_looks_names_up_in_the_plan_here(here, capsys):
    assert run(["runbook", "lint", "own.yaml", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert {finding["code"] for finding in told["findings"]} == {"HF723"}
    assert all(finding["file"] == "own.yaml" and finding["line"] for finding in told["findings"])


def test_lint_of_a_file_that_cannot_be_read_has_its_own_exit_code(here, capsys):
    assert run(["runbook", "lint", "broken.yaml"]) == 3
    assert "broken.yaml:1:1" in capsys.readouterr().err


def test_a_page_is_written_that_escapes_what_it_shows(here, capsys, books):
    Path("own.yaml").write_text(books.WHOLE.replace("Close it", '"<script>alert(1)</script>"'))
    assert run(["runbook", "show", "own.yaml", "--html", "page.html"]) == 0
    page = Path("page.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page


def test_what_is_exported_is_read_as_the_same(here, capsys):
    assert run(["runbook", "export", "drift", "--out", "drift.yaml"]) == 0
    capsys.readouterr()
    assert run(["runbook", "show", "drift", "--json"]) == 0
    library = json.loads(capsys.readouterr().out)
    assert run(["runbook", "show", "drift.yaml", "--json"]) == 0
    exported = json.loads(capsys.readouterr().out)
    assert exported["digest"] == library["digest"]
    assert (exported["origin"], library["origin"]) == ("file", "library")


def test_an_export_replaces_no_file(here, capsys):
    assert run(["runbook", "export", "drift", "--out", "own.yaml"]) == 3
    assert "HF503" in capsys.readouterr().err


@pytest.fixture
def incident(tmp_path, monkeypatch):
    """Return an incident in a workspace without any plan, and who acts there."""
    from holdfast.access.model.principal import Principal
    from holdfast.app.bootstrap import Application
    from holdfast.app.settings import read_settings
    from holdfast.respond.commands.declaring import DeclareIncident

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_ACTOR", "p-00000001")
    application = Application(read_settings({"HOLDFAST_ACTOR": "p-00000001"}))
    declared = application.respond.declared(DeclareIncident("a", "t"), Principal.local("p-00000001"))
    application.close()
    return declared


def typed(monkeypatch, *answers):
    """Answer the prompts in this order; what is asked beyond is an end of the input."""
    waiting = list(answers)
    monkeypatch.setattr(
        "click.termui.visible_prompt_func", lambda _="": waiting.pop(0) if waiting else _end()
    )


def _end():
    raise EOFError


def test_it_is_followed_on_the_terminal_and_gone_on_with_where_it_was_stopped(incident, monkeypatch, capsys):
    typed(monkeypatch, "done", "trace kept", "acted", "", "stop")
    assert run(["runbook", "run", incident, "prompt-injection"]) == 0
    first = capsys.readouterr().out
    assert "Keep one whole trace" in first
    assert "stopped at tools-off" in first
    typed(monkeypatch, "skip", "no tools here", "stop")
    assert run(["runbook", "run", incident, "prompt-injection"]) == 0
    second = capsys.readouterr().out
    assert "going on with run 1, started by p-00000001" in second
    assert "stopped at revoke" in second


def test_an_answer_that_the_step_does_not_have_is_asked_again(incident, monkeypatch, capsys):
    typed(monkeypatch, "helped", "stop")
    assert run(["runbook", "run", incident, "drift"]) == 0
    assert "stopped at second-signal" in capsys.readouterr().out


def test_following_in_an_incident_that_does_not_exist_is_told(incident, capsys):
    assert run(["runbook", "run", "INC-2026-0777", "drift"]) == 3
    assert "error[HF701]" in capsys.readouterr().err
