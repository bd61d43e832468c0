"""`holdfast people` and `holdfast token`, as they are typed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from holdfast.app.cli import run


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOLDFAST_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOLDFAST_ACTOR", "ops-lead")

    def command(*words: str, code: int = 0) -> tuple[str, str]:
        assert run(words) == code
        told = capsys.readouterr()
        return told.out, told.err

    return command


def test_an_invitation_is_a_link_and_a_person_in_the_list(typed) -> None:
    out, err = typed("people", "invite", "--role", "responder", "--group", "oncall", "--name", "Bob")
    assert re.fullmatch(r"/join/[A-Za-z0-9_-]{43}\n", out)
    assert "once, until" in err
    shown = typed("people", "list")[0]
    assert re.search(r"p-[0-9a-f]{8}\s+Bob\s+invited\s+responder\s+oncall", shown)


def test_the_link_has_the_servers_address_where_it_is_known(typed, monkeypatch) -> None:
    monkeypatch.setenv("HOLDFAST_URL", "https://holdfast.example")
    told = json.loads(typed("people", "invite", "--json")[0])
    assert told["link"].startswith("https://holdfast.example/join/")
    assert set(told) == {"id", "link", "until"}


def test_roles_are_given_and_taken(typed) -> None:
    person = json.loads(typed("people", "invite", "--json")[0])["id"]
    typed("people", "role", person, "--give", "approver", "--take", "viewer", "--group", "legal")
    known = json.loads(typed("people", "list", "--json")[0])[0]
    assert (known["roles"], known["groups"]) == (["approver"], ["legal"])
    assert "HF631" in typed("people", "role", person, "--give", "king", code=3)[1]
    assert "HF501" in typed("people", "role", person, code=3)[1]


def test_everybody_is_signed_out_after_a_theft(typed) -> None:
    for name in ("Ann", "Bob"):
        typed("people", "invite", "--name", name)
    assert typed("people", "sign-out", "--all")[0].count("is signed out everywhere") == 2
    assert "HF501" in typed("people", "sign-out", code=3)[1]


def test_who_is_forgotten_has_no_name_and_the_ledger_verifies(typed) -> None:
    person = json.loads(typed("people", "invite", "--name", "Bob", "--json")[0])["id"]
    typed("people", "forget", person, "--yes")
    assert "Bob" not in typed("people", "list")[0]
    assert "HF627" in typed("people", "link", person, code=3)[1]
    typed("ledger", "verify")


def test_a_token_goes_to_standard_output_alone(typed) -> None:
    out, err = typed("token", "issue", "alertmanager, prod")
    assert re.fullmatch(r"hf_[0-9A-Za-z]{49}\n", out)
    assert out.strip() not in err
    listed = typed("token", "list")[0]
    assert "alertmanager, prod" in listed
    assert out.strip() not in listed
    actor = re.search(r"t-[0-9a-f]{8}", listed)
    assert actor is not None
    typed("token", "revoke", actor[0])
    assert json.loads(typed("token", "list", "--json")[0])[0]["state"] == "revoked"


@pytest.mark.parametrize(
    "words", [("--scope", "administer"), ("--days", "400"), ("--days", "-1"), ("--scope", "x")]
)
def test_a_token_that_cannot_be_is_refused(typed, words: tuple[str, str]) -> None:
    assert "HF631" in typed("token", "issue", "x", *words, code=3)[1]


def test_an_empty_house_says_what_to_do(typed) -> None:
    assert "holdfast serve" in typed("people", "list")[0]
    assert "holdfast token issue" in typed("token", "list")[0]
