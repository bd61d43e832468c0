"""Updates and duties as a person alone types them: without a plan, without a server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from holdfast.app.cli import run
from holdfast.respond.model.duties.regimes import all_regimes

Typed = Callable[..., tuple[int, str]]


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_ACTOR", "cli-ana")

    def enter(*words: str) -> tuple[int, str]:
        code = run(["incident", *words])
        told = capsys.readouterr()
        return code, told.out + told.err

    return enter


@pytest.fixture
def incident(typed: Typed) -> str:
    code, told = typed("declare", "it leaks \x1b[31maddresses", "--json")
    assert code == 0
    return str(json.loads(told)["incident"]["id"])


def test_a_draft_is_shown_written_and_sent_by_hand(typed: Typed, incident: str) -> None:
    code, told = typed("update", "show", incident, "--for", "executives")
    assert code == 0
    assert "    What happened:" in told
    assert "\x1b" not in told
    assert typed("update", "write", incident, "executives", "--text", "It is resolved.")[0] == 0
    code, told = typed("update", "show", incident)
    assert "flag 1 (resolved-early, needs a reason): is resolved" in told
    code, told = typed("update", "send", incident, "u1", "1", "--by-hand", "called them")
    assert (code, "HF735" in told) == (3, True)
    sent = typed("update", "send", incident, "u1", "1", "--by-hand", "called them", "--because", "a quote")
    assert (sent[0], "recorded UpdateSent" in sent[1]) == (0, True)


def test_who_wrote_it_does_not_approve_it(
    typed: Typed, incident: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed("update", "write", incident, "customers", "--text", "We look into it.")
    code, told = typed("update", "approve", incident, "u1", "1")
    assert (code, "HF733" in told) == (3, True)
    monkeypatch.setenv("HOLDFAST_ACTOR", "cli-ben")
    assert typed("update", "approve", incident, "u1", "1")[0] == 0


def test_duties_are_shown_answered_and_settled(typed: Typed, incident: str) -> None:
    code, told = typed("duties", "show", incident)
    assert code == 0
    assert "Not legal advice" in told
    typed("duties", "places", incident, "--places", "EU")
    for question in ("personal_data", "personal_data_breach", "risk_to_people"):
        assert typed("duties", "answer", incident, question, "yes")[0] == 0
    typed("duties", "start", incident, "awareness", "--happened-at", "2026-01-05T10:00Z")
    told = typed("duties", "show", incident)[1]
    assert "notification: overdue by" in told
    assert "counted from 2026-01-05 10:00 UTC" in told
    code, told = typed("duties", "sent", incident, "GDPR-33", "--receipt", "case 4711")
    assert (code, "recorded DutySent" in told) == (0, True)
    (gdpr,) = [
        each
        for each in json.loads(typed("duties", "show", incident, "--json")[1])["duties"]
        if each["duty"] == "GDPR-33"
    ]
    assert (gdpr["stands"], gdpr["sent"][0]["receipt"]) == ("sent", "case 4711")


def test_one_reason_settles_what_does_not_apply(typed: Typed, incident: str) -> None:
    every = [word for regime in all_regimes() for word in ("--regimes", regime.id)]
    code, told = typed("duties", "decide", incident, "not_applicable", "--reason", "a test", *every)
    assert (code, "35 DutyDecided" in told) == (0, True)
    assert "0 due, 0 open, 0 wait for a person's word, 35 settled" in typed("duties", "show", incident)[1]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("update", "show", "INC-2026-0042"), "HF701"),
        (("update", "show", "INC-2026-0001", "--for", "custommers"), "HF731"),
        (("duties", "show", "INC-2026-0042"), "HF701"),
        (("duties", "answer", "INC-2026-0001", "persnal_data", "yes"), "HF740"),
        (("duties", "start", "INC-2026-0001", "awareness", "--happened-at", "2999-01-01T00:00Z"), "HF741"),
    ],
)
def test_what_cannot_be_is_said_with_what_to_do(
    typed: Typed, incident: str, words: tuple[str, ...], code: str
) -> None:
    exit_code, told = typed(*words)
    assert (exit_code, f"error[{code}]" in told) == (3, True)
