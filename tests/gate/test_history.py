"""`holdfast gate history`, `gate decide` and stages."""

from __future__ import annotations

import pytest


def acted(office):
    """Decide, ask, approve, sign and take back: a history of every kind."""
    office.records(n=500, wrong=200)
    office.check()
    ask = ("gate", "override", "errors", "--because", "a hotfix", "--until", "2026-12-05")
    key = office.json("u-dev", *ask)["override"]["id"]
    office.as_("u-dir", "gate", "override", "--approve", key, "--as", "director")
    office.as_("u-saf", "gate", "override", "--refuse", key, "--because", "not now")
    office.as_("u-saf", "gate", "sign", "sign-off", "--as", "safety", "--because", "read it all")
    office.as_("u-saf", "gate", "withdraw", "sign-off", "--as", "safety", "--because", "new doubts")
    office.records(n=500, wrong=10)
    office.check("--bundle", "m@2")


def test_the_newest_comes_first_with_everything_that_was_recorded(office):
    acted(office)
    told = office.json("u-ci", "gate", "history")
    seqs = [entry["seq"] for entry in told["entries"]]
    assert seqs == sorted(seqs, reverse=True)
    kinds = [entry["kind"] for entry in told["entries"] if entry["kind"] != "decided"]
    assert kinds == ["withdrawn", "signed", "refused", "approved", "asked"]
    decided = [entry for entry in told["entries"] if entry["kind"] == "decided" and entry["gate"] == "errors"]
    assert [(entry["bundle"], entry["verdict"], entry["value"], entry["n"]) for entry in decided] == [
        ("m@2", "pass", 0.02, 500),
        ("m@1", "fail", 0.4, 500),
    ]
    assert decided[0]["evidence"] != decided[1]["evidence"]
    assert decided[0]["look"] == 1
    assert told["more"] is False


def test_the_history_of_one_gate(office):
    acted(office)
    told = office.json("u-ci", "gate", "history", "sign-off")
    assert {entry["gate"] for entry in told["entries"]} == {"sign-off"}
    _, out, _ = office.as_("u-ci", "gate", "history", "errors")
    lines = out.splitlines()
    assert lines[0].split() == ["bundle", "m@2"]
    assert "✓ pass" in lines[1]
    assert "2.00 % [1.09, 3.37] of 500" in lines[1]
    said = " ".join(out.split())
    assert "refused by u-saf, override" in said
    assert "not now" in said


def test_only_so_many_are_shown(office):
    acted(office)
    told = office.json("u-ci", "gate", "history", "--limit", "2")
    assert (len(told["entries"]), told["more"]) == (2, True)
    _, out, _ = office.as_("u-ci", "gate", "history", "--limit", "2")
    assert "--limit 0 shows all" in out
    every = office.json("u-ci", "gate", "history", "--limit", "0")
    assert len(every["entries"]) == len([each for each in office.recorded() if each.stream[:5] == "gate/"])


def test_a_gate_that_the_plan_no_longer_has_keeps_its_history(office):
    office.check()
    office.plan(('  - {id: warns, metric: errors, data: eval, require: "<= 1%", blocking: false}\n', ""))
    assert len(office.json("u-ci", "gate", "history", "warns")["entries"]) == 1
    office.refused("HF502", "did you mean `errors`?", run=("gate", "history", "erors"))


def test_another_system_in_the_same_ledger_has_its_own_history(office):
    ledger = ("--ledger", "kept.db")
    office.as_("u-ci", *ledger, "check")
    office.plan(("id: sorter", "id: sorter-2"))
    office.as_("u-ci", *ledger, "check")
    told = office.json("u-ci", *ledger, "gate", "history", "--limit", "0")
    assert told["system"] == "sorter-2"
    assert len(told["entries"]) == 3


def test_looking_back_makes_no_ledger(office):
    code, out, _ = office.as_("u-ci", "gate", "history")
    assert code == 0
    assert "Nothing is recorded" in out
    assert not (office.folder / ".holdfast").exists()


def test_a_pipeline_asks_the_gates_of_its_stage(office):
    office.records(n=500, wrong=100)
    code, out, _ = office.as_("u-ci", "gate", "decide", "--stage", "training")
    assert code == 0
    assert "Of 1 blocking gate that was asked, 1 passes." in " ".join(out.split())
    assert office.facts() == ["EvidenceRecorded", "GateDecided"]
    told = office.json("u-ci", "gate", "decide", "--stage", "training")
    assert [gate["id"] for gate in told["gates"]] == ["training-errors"]
    assert len(office.facts()) == 2


def test_named_gates_are_decided_whatever_stage_they_guard(office):
    office.records(n=500, wrong=200)
    told = office.json("u-ci", "gate", "decide", "errors", "training-errors")
    assert [(gate["id"], gate["verdict"]) for gate in told["gates"]] == [
        ("errors", "fail"),
        ("training-errors", "pass"),
    ]
    assert told["verdict"] == "fail"
    assert office.as_("u-ci", "gate", "decide", "errors")[0] == 1
    assert office.as_("u-ci", "gate", "decide", "sign-off")[0] == 2
    assert office.as_("u-ci", "gate", "decide")[0] == 1


def test_gates_that_only_warn_stop_no_pipeline(office):
    told = office.json("u-ci", "gate", "decide", "warns")
    assert (told["verdict"], told["gates"][0]["verdict"]) == ("pass", "fail")


def test_what_is_decided_one_by_one_can_be_signed(office):
    office.as_("u-ci", "gate", "decide", "errors")
    assert office.as_("u-saf", "gate", "sign", "sign-off", "--as", "safety")[0] == 0


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("erors",), "HF502", "did you mean `errors`?"),
        (("--stage", "trainin"), "HF502", "did you mean `training`?"),
        (("--stage", "canary"), "HF502", "gates name: training"),
        (("errors", "--stage", "training"), "HF501", "exclude"),
    ],
)
def test_names_that_are_not_there_are_refused(office, words, code, said):
    office.refused(code, said, run=("gate", "decide", *words))
    assert not (office.folder / ".holdfast").exists()


def test_a_gate_of_another_stage_is_asked_when_the_system_is_there(office):
    assert "training-errors" not in office.check()[1]
    office.plan(("stage: evaluation", "stage: training"))
    assert "training-errors" in office.check()[1]
