"""`holdfast evidence ...` as a user meets it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FILES = Path(__file__).resolve().parents[1] / "integrations" / "files"
PLAN = """holdfast: 1
system: {id: sorter, name: Sorter, purpose: Sorts letters., card: {model: {name: m, version: "1"}}}
people: {ciso: {members: [u-17]}, safety: {members: [u-9]}}
data: {eval: {parquet: eval.parquet}}
metrics: {m: {kind: rate, hit: "wrong"}}
controls:
  insiders: {layer: prevent, owner: ciso, attested: {who: ciso, every: 180d}}
  red-team: {layer: detect, owner: safety, evidence: [attest/red-team-read]}
gates:
  - {id: g, metric: m, data: eval, require: "<= 50%", fresh_for: 30d}
  - {id: jailbreaks, import: {tool: garak, path: "evals/*.report.jsonl"}, require: ">= 98%", fresh_for: 1s}
"""
GARAK = "evals/mixed.report.jsonl"


@pytest.fixture
def desk(desk, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ACTOR", "u-17")
    desk.text(PLAN)
    (desk.folder / "evals").mkdir()
    shutil.copy(FILES / "garak" / "mixed.report.jsonl", desk.folder / GARAK)
    shutil.copy(FILES / "inspect" / "errored.json", desk.folder / "errored.json")
    return desk


def told(desk, *arguments):
    code, out, err = desk.run("evidence", *arguments, "--json")
    assert err == ""
    answer = json.loads(out)
    assert answer["holdfast"] == 1
    return code, answer


def test_a_file_is_imported_once_whatever_it_is_told_to_be(desk):
    code, first = told(desk, "import", GARAK)
    assert code == 0
    (file,) = first["files"]
    assert (file["recorded"], file["seq"], file["bundle"]) == (True, 1, "m@1")
    assert file["results"]["figures"][-1] == {
        "name": "total", "value": 43 / 90, "n": 90, "k": 43, "notes": [],
    }  # fmt: skip
    _, again = told(desk, "import", GARAK, "--tool", "garak")
    assert [one["recorded"] for one in again["files"]] == [False]
    _, other = told(desk, "import", GARAK, "--bundle", "m@2")
    assert [(one["recorded"], one["bundle"]) for one in other["files"]] == [(True, "m@2")]


def test_processes_that_import_the_same_at_once_record_it_once(desk):
    script = "from holdfast.app.cli import main; main()"
    command = [sys.executable, "-c", script, "evidence", "import", GARAK, "--json"]
    started = [
        subprocess.Popen(command, cwd=desk.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ended = [process.communicate() for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], ended
    files = [json.loads(out)["files"][0] for out, _ in ended]
    assert sorted(file["recorded"] for file in files) == [False, False, True]
    assert {file["seq"] for file in files} == {1}


def test_a_refused_file_is_told_and_does_not_keep_the_others(desk):
    code, out, err = desk.run("evidence", "import", "errored.json", GARAK, "gone.json")
    assert code == 3
    assert out.startswith("recorded: #1 garak evals/mixed.report.jsonl for bundle m@1, 7 figures\n")
    assert err.count("error[HF306]") == 2
    assert "the run ended as `error`" in err
    assert "  gone.json" in err
    _, listing = told(desk, "list")
    assert [row["kind"] for row in listing["evidence"]] == ["imported"]


@pytest.mark.parametrize(
    ("code", "words", "arguments"),
    [
        ("HF306", ["the run ended as `error`"], ["import", "errored.json"]),
        ("HF306", ["it is a folder"], ["import", "evals"]),
        ("HF307", ["no known tool's file begins so", "name the tool"], ["import", "holdfast.yaml"]),
        ("HF307", ["not a file of junit", "it is no XML"], ["import", GARAK, "--tool", "junit"]),
        ("HF501", ["did you mean `garak`?"], ["import", GARAK, "--tool", "garrak"]),
        ("HF501", ["--bundle"], ["import", GARAK, "--bundle", "a\nb"]),
        ("HF501", ["--bundle is empty"], ["import", GARAK, "--bundle", " "]),
        ("HF502", ["did you mean `insiders`?"], ["attest", "insider", "--as", "ciso", "--seen", "x"]),
        ("HF601", ["does not act for `safety`"],
         ["attest", "red-team", "--as", "safety", "--seen", "x", "--until", "2099-01-01"]),
        ("HF604", ["those who do: ciso"], ["attest", "insiders", "--as", "safety", "--seen", "x"]),
        ("HF602", ["which is over"],
         ["attest", "insiders", "--as", "ciso", "--seen", "x", "--until", "2020-01-01"]),
        ("HF602", ["later than the plan allows"],
         ["attest", "insiders", "--as", "ciso", "--seen", "x", "--until", "2099-01-01"]),
        ("HF501", ["no rhythm in the plan"], ["attest", "red-team", "--as", "ciso", "--seen", "x"]),
        ("HF501", ["no day"], ["attest", "insiders", "--as", "ciso", "--seen", "x", "--until", "2027-02-30"]),
        ("HF501", ["no day"], ["attest", "insiders", "--as", "ciso", "--seen", "x", "--until", "2027-W05-1"]),
        ("HF501", ["--seen is empty"], ["attest", "insiders", "--as", "ciso", "--seen", " "]),
        ("HF501", ["2,001 characters"], ["attest", "insiders", "--as", "ciso", "--seen", "x" * 2001]),
        ("HF501", ["control characters"], ["attest", "insiders", "--as", "ciso", "--seen", "a\x1b[31m"]),
        ("HF306", ["no such file"],
         ["attest", "insiders", "--as", "ciso", "--seen", "x", "--file", "gone.pdf"]),
        ("HF603", ["no ledger yet"], ["withdraw", "1", "--because", "x"]),
        ("HF502", ["no ledger yet"], ["show", "1"]),
        ("HF211", ["no file"], ["list", "--plan", "gone.yaml"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_a_line_and_leaves_no_trace(desk, code, words, arguments):
    desk.refused(code, *words, run=("evidence", *arguments))


def test_an_attestation_is_signed_shown_and_taken_back(desk):
    (desk.folder / "roster.pdf").write_bytes(b"%PDF")
    sign = ("attest", "insiders", "--as", "ciso", "--seen", "the roster\nof November", "--file", "roster.pdf")
    code, made = told(desk, *sign)
    assert code == 0
    assert (made["recorded"], made["name"], made["role"], made["actor"]) == (
        True, "attest/insiders", "ciso", "u-17",
    )  # fmt: skip
    assert made["file"]["name"] == "roster.pdf"
    assert told(desk, *sign)[1]["recorded"] is False
    _, out, _ = desk.run("evidence", "show", "1")
    assert "the roster\nof November" in out
    _, back = told(desk, "withdraw", made["id"][:8], "--because", "it was old")
    assert back["withdrawn"]["because"] == "it was old"
    desk_files = desk.files()
    assert desk.run("evidence", "withdraw", "1", "--because", "again")[0] == 3
    assert desk.files() == desk_files
    _, listing = told(desk, "list")
    assert [(row["state"], row["counts"]) for row in listing["evidence"]] == [("withdrawn", False)]


def test_the_list_tells_age_end_and_whether_the_data_still_lie_there(desk):
    desk.run("evidence", "import", GARAK)
    desk.run("evidence", "attest", "insiders", "--as", "ciso", "--seen", "x")
    desk.run("check")
    _, listing = told(desk, "list")
    rows = {row["kind"]: row for row in listing["evidence"]}
    assert (rows["imported"]["state"], rows["imported"]["data"]) == ("stale", "same")
    assert (rows["measured"]["state"], rows["measured"]["data"]) == ("fresh", "same")
    assert (rows["measured"]["gates"], rows["imported"]["gates"]) == (["g"], ["jailbreaks"])
    desk.records(wrong=[True] * 100)
    (desk.folder / GARAK).unlink()
    _, listing = told(desk, "list", "--stale")
    assert {row["kind"]: row["data"] for row in listing["evidence"]} == {
        "measured": "changed", "imported": "gone",
    }  # fmt: skip
    _, out, _ = desk.run("evidence", "list")
    assert "sorter: 3 pieces of evidence, 2 do not count" in out
    assert max(len(line.rstrip()) for line in out.splitlines()) <= 100


def test_a_signature_that_the_plan_no_longer_asks_for_does_not_count(desk):
    desk.run("evidence", "attest", "insiders", "--as", "ciso", "--seen", "x")
    desk.text(PLAN.replace("who: ciso", "who: safety"))
    _, listing = told(desk, "list")
    assert [(row["state"], row["counts"]) for row in listing["evidence"]] == [("stale", False)]
    assert "✗ not asked for" in desk.run("evidence", "list")[1]
    assert "ciso saw" not in desk.run("plan", "show", "--view", "argument")[1]


def test_evidence_of_a_check_rests_under_its_gate(desk):
    (desk.folder / "s.json").write_text('{"required": ["wrong"]}')
    desk.text(PLAN + "  - {id: shape, check: {schema: s.json, data: eval}, fresh_for: 30d}\n")
    desk.run("check")
    _, listing = told(desk, "list")
    assert {tuple(row["gates"]) for row in listing["evidence"]} == {("g",), ("jailbreaks",), ("shape",)}


def test_evidence_of_an_arm_is_compared_with_the_records_of_that_arm(desk):
    arms = "arms: {a: {where: \"team == 'a'\"}, b: {where: \"team == 'b'\"}}\n"
    desk.text(PLAN + arms)
    assert desk.run("compare", "--arms", "a,b")[0] in (0, 1, 2)
    _, listing = told(desk, "list")
    measured = [row for row in listing["evidence"] if row["kind"] == "measured"]
    assert {row["bundle"] for row in measured} == {"a", "b"}
    assert {row["data"] for row in measured} == {"same"}


def test_newer_evidence_of_the_same_thing_takes_the_place_of_the_older(desk):
    desk.run("evidence", "import", GARAK)
    text = (desk.folder / GARAK).read_text()
    (desk.folder / GARAK).write_text(text + "\n")
    desk.run("evidence", "import", GARAK)
    _, listing = told(desk, "list")
    assert ([row["seq"] for row in listing["evidence"]], listing["replaced"]) == ([2], 1)
    _, listing = told(desk, "list", "--all")
    assert [(row["seq"], row["replaced"]) for row in listing["evidence"]] == [(2, False), (1, True)]


def test_nothing_is_listed_and_nothing_made_where_there_is_no_ledger(desk):
    before = desk.files()
    assert desk.run("evidence", "list") == (0, "sorter: no ledger yet, so nothing is recorded\n", "")
    assert told(desk, "list")[1]["ledger"] is None
    assert desk.files() == before


def test_what_is_signed_shows_in_the_plans_argument(desk):
    desk.text(PLAN + "claims: [{id: c, claim: Insiders are known., evidence: [attest/insiders]}]\n")
    assert "not signed yet" in desk.run("plan", "show", "--view", "argument")[1]
    desk.run("evidence", "attest", "insiders", "--as", "ciso", "--seen", "the roster")
    assert "ciso saw: the roster" in desk.run("plan", "show", "--view", "argument")[1]


def test_hostile_names_are_shown_as_text_and_never_obeyed(desk):
    text = (desk.folder / GARAK).read_text().replace("test.Repeat", "\\u001b[31m<script>")
    (desk.folder / GARAK).write_text(text)
    desk.run("evidence", "import", GARAK)
    _, out, _ = desk.run("evidence", "show", "1")
    assert "\x1b" not in out
    assert "\\x1b[31m<script>" in out
