"""`holdfast vault`: the whole life of a piece of evidence on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from holdfast.app.bootstrap import Application
from holdfast.app.cli import run
from holdfast.app.settings import read_settings
from holdfast.respond.events.declaring import IncidentDeclared

INCIDENT = "INC-2026-0001"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    as_(monkeypatch, "p-ann")
    application = Application(read_settings({"HOLDFAST_ACTOR": "p-ann"}))
    title, account = application.vault.seal_all(INCIDENT, ["t", "a"])
    fields = {"incident": INCIDENT, "system": "s", "title": title, "account": account, "source": "person"}
    known = {name: value for name, value in fields.items() if name in IncidentDeclared.model_fields}
    declared = IncidentDeclared.model_validate(known)
    application.ledger.append(f"incident/{INCIDENT}", [declared], expected=0, actor="p-ann")
    application.close()
    return tmp_path


def as_(monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    monkeypatch.setenv("HOLDFAST_ACTOR", who)


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    capsys.readouterr()
    assert run(["vault", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_file_is_added_listed_covered_and_opened(folder, capsys) -> None:
    (folder / "call.txt").write_text("Anna Smith rang", encoding="utf-8")
    item = told(capsys, "add", INCIDENT, "call.txt", "--why", "what she said")["id"]
    assert run(["vault", "cover", INCIDENT, item, "anna smith", "--why", "a name"]) == 0
    assert run(["vault", "open", INCIDENT, item, "--to", "out.txt"]) == 0
    assert (folder / "out.txt").read_text(encoding="utf-8") == "[redacted] rang"
    row = told(capsys, "list", INCIDENT)["evidence"][0]
    assert (row["state"], row["accesses"]) == ("covered", 1)
    capsys.readouterr()
    assert run(["vault", "list", INCIDENT]) == 0
    assert "call.txt" in capsys.readouterr().out


def test_what_is_opened_never_takes_the_place_of_a_file(folder, capsys) -> None:
    (folder / "a").write_text("x", encoding="utf-8")
    item = told(capsys, "add", INCIDENT, "a", "--why", "w")["id"]
    assert run(["vault", "open", INCIDENT, item, "--to", "a"]) == 3
    assert "HF503" in capsys.readouterr().err
    assert told(capsys, "list", INCIDENT)["evidence"][0]["accesses"] == 0


def test_a_hold_and_an_erasure_take_two_persons(folder, capsys, monkeypatch) -> None:
    (folder / "a").write_text("x", encoding="utf-8")
    item = told(capsys, "add", INCIDENT, "a", "--why", "w")["id"]
    assert run(["vault", "hold", INCIDENT, "--why", "counsel"]) == 0
    assert run(["vault", "hold", INCIDENT, "--confirm"]) == 3
    as_(monkeypatch, "p-ben")
    assert run(["vault", "hold", INCIDENT, "--confirm"]) == 0
    assert run(["vault", "redact", INCIDENT, item, "--why", "w"]) == 3
    assert "HF775" in capsys.readouterr().err
    assert run(["vault", "lift", INCIDENT, "--why", "over"]) == 0
    as_(monkeypatch, "p-ann")
    assert run(["vault", "lift", INCIDENT, "--confirm"]) == 0
    assert run(["vault", "erase", INCIDENT, "--why", "retention"]) == 0
    assert run(["vault", "erase", INCIDENT, "--drop"]) == 0
    assert run(["vault", "erase", INCIDENT, "--why", "retention"]) == 0
    as_(monkeypatch, "p-ben")
    assert run(["vault", "erase", INCIDENT, "--confirm"]) == 0
    assert "erased for good" in told(capsys, "list", INCIDENT)["answer"]


def test_verifying_passes_and_a_new_master_key_opens_all(folder, capsys) -> None:
    (folder / "a").write_text("x", encoding="utf-8")
    told(capsys, "add", INCIDENT, "a", "--why", "w")
    assert run(["vault", "rotate"]) == 0
    assert told(capsys, "verify") == {"fits": True, "findings": []}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["add", INCIDENT, "nothing.txt", "--why", "w"], "HF306"),
        (["add", "INC-2026-0009", "a", "--why", "w"], "HF776"),
        (["list", "INC-2026-0009"], "HF776"),
        (["open", INCIDENT, "o-0", "--to", "out"], "HF776"),
        (["hold", INCIDENT], "HF501"),
        (["hold", INCIDENT, "--confirm", "--drop"], "HF501"),
        (["lift", INCIDENT, "--confirm"], "HF777"),
    ],
)
def test_what_cannot_be_is_told(folder, capsys, arguments, code) -> None:
    (folder / "a").write_text("x", encoding="utf-8")
    assert run(["vault", *arguments]) == 3
    assert code in capsys.readouterr().err
    assert not (folder / "out").exists()
