"""`holdfast incident`, as a person alone types it: in an empty folder, without a plan."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest

from holdfast.app.cli import run


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_ACTOR", "cli-ana")

    def enter(*words: str) -> tuple[int, str]:
        code = run(["incident", *words])
        told = capsys.readouterr()
        return code, told.out + told.err

    return enter


Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def incident(typed: Typed) -> str:
    code, told = typed("declare", "it", "leaks", "addresses", "--json")
    assert code == 0
    return str(json.loads(told)["incident"]["id"])


def test_declaring_says_what_is_next_and_how(typed: Typed) -> None:
    code, told = typed("declare", "it leaks addresses", "--since", "30m")
    assert code == 0
    assert "it leaks addresses" in told
    assert "holdfast incident role INC-" in told


def test_the_same_key_declares_once(typed: Typed) -> None:
    first, again = typed("declare", "x", "--key", "1"), typed("declare", "x", "--key", "1")
    assert first[1].split()[1] == again[1].split()[1]


def test_a_person_alone_takes_it_from_declared_to_closed(typed: Typed, incident: str) -> None:
    steps = [
        ("role", incident, "commander"),
        ("assess", incident, "--harm", "serious", "--share", "0.01,0.02", "--exposure", "plausible"),
        ("classify", incident, "data", "--mode", "data-leakage"),
        ("contain", incident, "retrieval", "--because", "leaks", "--until", "4h", "--scope", "region=eu"),
        ("state", incident, "contained"),
        ("decide", incident, "hold retrieval", "--why", "cheap", "--favours", "safety", "--favours", "trust"),
        ("state", incident, "recovering"),
    ]
    for step in steps:
        code, told = typed(*step)
        assert code == 0, told
    told = json.loads(typed("show", incident, "--json")[1])["incident"]
    for row in told["recovery"]:
        words = ("--evidence", "seq:1", "--tail", "EU, de")
        assert typed("validate", incident, row["step"], "passed", *words)[0] == 0
    assert typed("recover", incident)[0] == 0
    code, refused = typed("close", incident)
    assert (code, "lever retrieval is safe for a time" in refused) == (3, True)
    for each in json.loads(typed("show", incident, "--json")[1])["incident"]["left_open"]:
        assert typed("reconcile", incident, each["item"], "--because", "looked at")[0] == 0
    answers = ("--answers", "alerts=yes", "--answers", "guardrails=yes", "--answers", "people=yes")
    code, told_again = typed("close", incident, "--review-held", "2026-01-31", *answers)
    assert code == 0, told_again
    assert "CLOSED" in typed("show", incident)[1]


def test_the_incident_is_shown_with_what_is_known_of_each_lever(typed: Typed, incident: str) -> None:
    typed("contain", incident, "tools", "--because", "x", "--lasting")
    assert "on paper, nobody saw it yet" in typed("show", incident)[1]


def test_a_field_that_is_wrong_is_named(typed: Typed, incident: str) -> None:
    code, told = typed("assess", incident, "--harm", "awful")
    assert code == 3
    assert "HF792" in told
    assert "`harm`" in told


def test_any_act_is_done_by_its_name(typed: Typed, incident: str) -> None:
    code, told = typed("act", incident, "harm-test", "red_team=50", "limits=English only", "--json")
    assert (code, json.loads(told)["recorded"][0]["type"]) == (0, "HarmTestAssembled")
    code, told = typed("act", incident, "harm-tset")
    assert (code, "did you mean `harm-test`" in told) == (3, True)


def test_fields_may_come_as_json(typed: Typed, incident: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", StringIO('{"what": "hold", "why": "cheap"}'))
    assert typed("act", incident, "decide", "-")[0] == 0
    monkeypatch.setattr("sys.stdin", StringIO("what=hold"))
    assert typed("act", incident, "decide", "-")[0] == 3


def test_a_list_of_nothing_says_how_to_declare(typed: Typed) -> None:
    assert "holdfast incident declare" in typed("list")[1]


def test_the_list_shows_what_is_due(typed: Typed, incident: str) -> None:
    typed("severity", incident, "SEV-1")
    code, told = typed("list")
    assert (code, incident in told, "SEV-1" in told) == (0, True, True)


def test_the_time_line_has_every_fact_with_its_words(typed: Typed, incident: str) -> None:
    typed("note", incident, "rang\x1b[31m twice")
    told = typed("show", incident, "--facts")[1]
    assert "NoteAdded" in told
    assert "\x1b" not in told


def test_one_that_is_not_there_is_said_to_be_none(typed: Typed) -> None:
    assert typed("show", "INC-2026-0404")[0] == 3


def test_declaring_on_sqlite_loads_no_other_engine_and_nothing_that_measures(tmp_path: Path) -> None:
    code = (
        "import sys; from holdfast.app.cli import run; run(['incident', 'declare', 'x']);"
        "print([name for name in ('sqlalchemy.dialects.postgresql', 'numpy', 'fastapi', 'duckdb')"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
