"""The commands on the page about views print what the page says, and it names every view and framework."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import get_args

import pytest

from holdfast.app.cli import run
from holdfast.plan.model.frameworks.catalogue import all_frameworks
from holdfast.plan.views.evidence import STATES
from holdfast.plan.views.seen import ViewName

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "plan-views.md").read_text("utf-8")
BLOCKS = re.findall(r"```console\n\$ holdfast ([^\n]*)\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize(("words", "printed"), BLOCKS, ids=[words for words, _ in BLOCKS])
def test_a_command_prints_what_the_page_says(words, printed, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOLDFAST_LEDGER", raising=False)
    monkeypatch.delenv("HOLDFAST_HOME", raising=False)
    shutil.copytree(ROOT / "examples", "examples", ignore=shutil.ignore_patterns(".holdfast", "data"))
    assert run(words.split()) == 0
    assert capsys.readouterr().out == printed


def test_the_page_shows_commands():
    assert len(BLOCKS) >= 2


@pytest.mark.parametrize("view", get_args(ViewName))
def test_every_view_has_its_command(view):
    assert f"--view {view}`" in PAGE or view == "register"


@pytest.mark.parametrize("framework", all_frameworks(), ids=lambda framework: framework.id)
def test_every_framework_is_told_with_the_form_of_its_ids(framework):
    assert f"`{framework.form}`" in PAGE


@pytest.mark.parametrize("state", STATES)
def test_every_state_of_evidence_is_explained(state):
    assert f"| {state} |" in PAGE
