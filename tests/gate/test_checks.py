"""Gates that check records, from files on disk to verdict, facts and what is told: never a value."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.app.bootstrap import Application
from holdfast.app.cli import run
from holdfast.app.settings import Settings
from holdfast.gate.commands import CheckRelease
from holdfast.gate.model.detectors import detectors_told
from holdfast.kernel.clock import SetClock
from holdfast.kernel.verdict import Verdict

MAIL, CARD = "ada@lovelace.org", "4111111111111111"
PLAN = """holdfast: 1
system: {{id: support, name: Support, stage: training}}
data:
  train: {{parquet: train.parquet}}
  live: {{records: support}}
gates:
  - {gate}
"""
PII = "{id: no-pii, check: {pii: none, data: train}}"
SCHEMA = "{id: shape, check: {schema: input.json, data: train}}"


class Desk:
    """A folder with a plan, a data set and a schema, and a clock that stands still."""

    def __init__(self, folder, capsys) -> None:
        self.folder = folder
        self.capsys = capsys
        self.clock = SetClock(datetime(2026, 11, 21, 9, tzinfo=UTC))
        self.plan(PII)
        self.train(text=["hello", "nothing here"])

    def plan(self, gate: str) -> None:
        (self.folder / "holdfast.yaml").write_text(PLAN.format(gate=gate))

    def train(self, **columns) -> None:
        pq.write_table(pa.table(columns), self.folder / "train.parquet")

    def schema(self, said) -> None:
        text = said if isinstance(said, str) else json.dumps(said)
        (self.folder / "input.json").write_text(text)

    def app(self) -> Application:
        return Application(Settings(str(self.folder / "ledger.db"), None, "tester"), self.clock)

    def check(self, bundle="b1"):
        report = self.app().gate.check(CheckRelease(self.folder, bundle), lambda _: None)
        return report.gates[0]

    def facts(self):
        with self.app().open_ledger() as ledger:
            return [recorded.event for recorded in ledger.since(0, limit=1000)]

    def refused(self, code: str, *words: str) -> str:
        assert run(["check"]) == 3
        err = self.capsys.readouterr().err
        assert err.startswith(f"error[{code}]: ")
        assert all(word in err for word in words), err
        assert not (self.folder / ".holdfast").exists()
        return err


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("HOLDFAST_LEDGER", "HOLDFAST_HOME", "HOLDFAST_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    return Desk(tmp_path, capsys)


def test_a_data_set_without_personal_data_passes_and_says_what_the_detectors_miss(desk):
    gate = desk.check()
    assert (gate.verdict, gate.k, gate.n) == (Verdict.PASS, 0, 2)
    assert gate.headline == "none of 2 records holds personal data or secrets, as far as the detectors see"
    assert "searched: `text`" in gate.notes
    assert any(note.startswith("what the detectors find of labelled passages") for note in gate.notes)
    assert any(note.endswith("nothing found is not nothing there") for note in gate.notes)


def test_one_record_with_personal_data_fails(desk):
    desk.train(text=["hello", f"write to {MAIL}", f"{MAIL} paid with {CARD}"], age=[1.5, 2.5, 3.5])
    gate = desk.check()
    assert (gate.verdict, gate.k, gate.n, gate.kind, gate.data) == (Verdict.FAIL, 2, 3, "check", "train")
    assert gate.headline == (
        "2 of 3 records hold personal data or secrets: e-mail address in `text` (2 records); 1 finding more"
    )
    assert gate.notes[:2] == (
        "found: e-mail address in `text` (2 records)",
        "found: payment card number in `text` (1 record)",
    )
    assert "searched: `text`; without text and not searched: `age`" in gate.notes


def test_no_value_reaches_a_fact_a_page_or_a_terminal(desk):
    desk.train(text=[f"write to {MAIL}", f"paid with {CARD}"])
    assert (
        run(["check", "--markdown", "r.md", "--sarif", "r.sarif", "--junit", "r.xml", "--gitlab", "g.json"])
        == 1
    )
    told = desk.capsys.readouterr().out
    for path in desk.folder.rglob("*"):
        if path.is_file() and path.name != "train.parquet":
            content = path.read_bytes()
            assert MAIL.encode() not in content, path
            assert CARD.encode() not in content, path
    assert MAIL not in told
    assert CARD not in told


def test_no_records_are_inconclusive(desk):
    desk.train(text=pa.array([], pa.string()))
    gate = desk.check()
    assert (gate.verdict, gate.n, gate.needs) == (Verdict.INCONCLUSIVE, 0, None)
    assert gate.headline == "there are no records to check"


def test_a_check_is_recorded_once_and_found_again(desk, monkeypatch):
    desk.check()
    facts = desk.facts()
    assert [type(fact).__name__ for fact in facts] == ["EvidenceRecorded", "GateDecided", "ReleaseDecided"]
    assert facts[0].slices == [{"slice": [], "state": facts[0].slices[0]["state"]}]
    assert facts[1].evidence == facts[0].evidence_id
    monkeypatch.setattr("holdfast.telemetry.files.duck.DuckEngine.scan", None)  # it is not asked again
    gate = desk.check()
    assert gate.recorded
    assert desk.facts() == facts


def test_a_cleaned_data_set_is_decided_anew_and_the_earlier_look_is_told(desk):
    desk.train(text=[MAIL, "x"])
    assert desk.check().verdict is Verdict.FAIL
    desk.train(text=["(removed)", "x"])
    gate = desk.check()
    assert gate.verdict is Verdict.PASS
    assert gate.look == 2
    assert "an earlier look at this bundle found 1 record in other data" in gate.notes


def test_stale_evidence_passes_no_longer_and_fails_still(desk):
    desk.plan("{id: no-pii, check: {pii: none, data: train}, fresh_for: 30d}")
    assert desk.check().verdict is Verdict.PASS
    desk.clock.advance(timedelta(days=31))
    gate = desk.check()
    assert gate.verdict is Verdict.INCONCLUSIVE
    assert "31 days old and stale" in gate.headline


def test_a_source_that_is_no_file_waits(desk):
    desk.plan("{id: no-pii, check: {pii: none, data: live}}")
    gate = desk.check()
    assert gate.verdict is Verdict.INCONCLUSIVE
    assert gate.headline.startswith("data `live` is not in a file")


GOOD = {
    "properties": {"id": {"type": "string", "pattern": "^T-"}, "score": {"type": "number", "maximum": 1}},
    "required": ["id"],
}


def test_records_that_keep_to_their_schema_pass(desk):
    desk.plan(SCHEMA)
    desk.schema(GOOD)
    desk.train(id=["T-1", "T-2"], score=[0.5, None])
    gate = desk.check()
    assert (gate.verdict, gate.k, gate.n) == (Verdict.PASS, 0, 2)
    assert (gate.requirement, gate.headline) == (
        "input.json holds in train",
        "none of 2 records breaks the schema",
    )
    assert any(note.startswith("checked: 5 rules on 2 columns, as input.json says") for note in gate.notes)


def test_records_that_break_their_schema_fail_by_rule_and_number(desk):
    desk.plan(SCHEMA)
    desk.schema({**GOOD, "additionalProperties": False})
    desk.train(id=["T-1", "X-2", None, "T-4"], score=[0.5, 2.0, 3.0, 0.1])
    gate = desk.check()
    assert (gate.verdict, gate.k, gate.n) == (Verdict.FAIL, 2, 4)
    assert gate.notes[:3] == (
        "found: `score`: maximum 1, broken by 2 records (the first: 2, 3)",
        "found: `id`: pattern ^T-, broken by 1 record (the first: 2)",
        "found: `id`: required, broken by 1 record (the first: 3)",
    )
    assert gate.headline.startswith(
        "2 of 4 records break the schema: `score`: maximum 1, broken by 2 records"
    )


def test_a_column_that_is_missing_or_too_many_fails_every_record(desk):
    desk.plan(SCHEMA)
    desk.schema({**GOOD, "additionalProperties": False})
    desk.train(score=[0.5, 0.1], secret=["a", "b"])
    gate = desk.check()
    assert (gate.verdict, gate.k) == (Verdict.FAIL, 2)
    assert set(gate.notes[:2]) == {
        "found: `id`: required, broken by every record",
        "found: no other columns, but there is `secret`",
    }


def test_another_schema_is_another_check_of_the_same_data(desk):
    desk.plan(SCHEMA)
    desk.schema(GOOD)
    desk.train(id=["T-1"], score=[0.5])
    first = desk.check()
    desk.schema({**GOOD, "required": ["id", "score", "more"]})
    second = desk.check()
    assert (first.verdict, second.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert first.evidence != second.evidence
    recorded = [fact for fact in desk.facts() if type(fact).__name__ == "EvidenceRecorded"]
    assert all(fact.files["input.json"].startswith("sha256:") for fact in recorded)
    assert len({fact.files["input.json"] for fact in recorded}) == 2


@pytest.mark.parametrize(
    ("schema", "code", "words"),
    [
        (None, "HF211", ["`input.json` cannot be read: no such file", "holdfast.yaml:7:"]),
        ("{", "HF215", ["`input.json` is no JSON", "input.json:1:2"]),
        ("\ufeff{}", "HF215", ["asks for nothing"]),
        ({"allOf": []}, "HF215", ["`allOf` is not checked by this version", "holdfast.yaml:7:"]),
        (
            {"properties": {"text": {"pattern": "(?=a)"}}},
            "HF215",
            ["`text`: the pattern cannot be run", "yaml:7:"],
        ),
    ],
)
def test_a_schema_that_cannot_be_checked_is_refused_before_anything_is_recorded(desk, schema, code, words):
    desk.plan(SCHEMA)
    if schema is not None:
        desk.schema(schema)
    desk.refused(code, *words)


def test_a_schema_that_is_no_text_or_a_folder_is_refused(desk):
    desk.plan(SCHEMA)
    (desk.folder / "input.json").write_bytes(b"\xff\xfe\x00")
    desk.refused("HF215", "is not UTF-8")
    (desk.folder / "input.json").unlink()
    (desk.folder / "input.json").mkdir()
    desk.refused("HF211", "is a directory")


def test_both_kinds_of_check_and_a_metric_share_one_data_set(desk):
    desk.plan(f"{PII}\n  - {SCHEMA}\n  - {{id: again, check: {{pii: none, data: train}}, blocking: false}}")
    desk.schema({"required": ["text"]})
    report = desk.app().gate.check(CheckRelease(desk.folder, "b1"), lambda _: None)
    assert [gate.verdict for gate in report.gates] == [Verdict.PASS] * 3
    assert report.gates[0].evidence == report.gates[2].evidence
    assert [data.name for data in report.provenance.data] == ["train"]
    assert sum(type(fact).__name__ == "EvidenceRecorded" for fact in desk.facts()) == 2


def test_hostile_column_names_are_told_as_text(desk):
    name = "<script>alert(1)</script>`\n"
    desk.train(**{name: [MAIL]})
    assert run(["check"]) == 1
    page = (desk.folder / ".holdfast" / "report.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_terminal_and_the_markdown_tell_what_is_known_of_the_detectors_once(desk):
    desk.plan(f"{PII}\n  - {{id: again, check: {{pii: none, data: train}}}}")
    assert run(["check", "--markdown", "r.md"]) == 0
    out = " ".join(desk.capsys.readouterr().out.split())
    assert out.count("what the detectors find of labelled passages") == 1
    assert "note on no-pii, again: searched: `text`" in out
    told = (desk.folder / "r.md").read_text()
    assert told.count("what the detectors find of labelled passages") == 1
    assert "✓ pass **again**: none of 2 records holds personal data" in told


def test_a_failing_check_says_in_the_summary_what_it_found(desk):
    desk.train(text=[MAIL, "x"])
    run(["check", "--markdown", "r.md"])
    told = (desk.folder / "r.md").read_text()
    assert "### What the checks of records found" in told
    assert "- found: e-mail address in `text` (1 record)" in told


def test_every_detector_is_told_as_measured_or_not():
    from holdfast.kernel.patterns import DETECTORS

    told = " ".join(detectors_told())
    assert all(detector.finds in told for detector in DETECTORS)
