"""Gates on other tools' figures: which file counts, how it is judged, and how often it was looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.gate.views.words import what_decides

GATE = '  - {id: suite, import: {tool: junit, path: "runs/*.xml", metric: total}, require: ">= 98%"}\n'
BARE = GATE.replace("metric: total", "metric: speed").replace(">= 98%", "<= 20")


def runs(office, name, *, passed, failed=0, ran="2026-11-20T10:00:00+00:00", speed=None):
    """Write a file as pytest writes it."""
    folder = office.folder / "runs"
    folder.mkdir(exist_ok=True)
    cases = [f'<testcase classname="c" name="p{i}"/>' for i in range(passed)]
    cases += [f'<testcase classname="c" name="f{i}"><failure/></testcase>' for i in range(failed)]
    stamp = f' timestamp="{ran}"' if ran else ""
    number = f'<properties><property name="speed" value="{speed}"/></properties>' if speed is not None else ""
    head = f'<testsuite name="s" tests="{passed + failed}" failures="{failed}" errors="0"{stamp}>'
    (folder / name).write_text(f"<testsuites>{head}{number}{''.join(cases)}</testsuite></testsuites>")


@pytest.fixture
def importing(office):
    """A plan whose only gate imports the share of tests that passed."""

    def write(gate=GATE):
        text = (office.folder / "holdfast.yaml").read_text().partition("gates:\n")[0]
        (office.folder / "holdfast.yaml").write_text(f"{text}gates:\n{gate}")

    write()
    office.gate = write
    return office


def suite(office, *arguments):
    verdict, gates = office.check(*arguments)
    assert verdict == gates["suite"]["verdict"]
    return gates["suite"]


@pytest.mark.parametrize(
    ("passed", "failed", "verdict"), [(300, 0, "pass"), (100, 1, "inconclusive"), (50, 50, "fail")]
)
def test_counts_give_an_interval_and_the_whole_of_it_decides(importing, passed, failed, verdict):
    runs(importing, "a.xml", passed=passed, failed=failed)
    gate = suite(importing)
    assert gate["verdict"] == verdict
    assert (gate["k"], gate["n"], gate["value"]) == (passed, passed + failed, passed / (passed + failed))
    assert gate["interval"][0] < gate["value"]
    assert (gate["needs"] is not None) == (verdict == "inconclusive")
    if verdict == "inconclusive":
        told = f"For `suite`, bring a run of junit with {gate['needs']:,} more trials."
        assert importing.report().next_step == told


def test_without_a_file_the_gate_says_which_and_which_command_writes_one(importing):
    gate = suite(importing)
    assert gate["verdict"] == "inconclusive"
    (shown,) = importing.report().gates
    assert what_decides(shown) == "a file of that tool"
    assert gate["reason"] == "no file matches `runs/*.xml`: `pytest --junitxml FILE.xml` writes one"


def test_the_newest_by_the_tool_s_own_time_counts_not_the_one_written_last(importing):
    runs(importing, "a.xml", passed=300, ran="2026-11-20T10:00:00+00:00")
    runs(importing, "z.xml", passed=50, failed=50, ran="2026-11-19T10:00:00+00:00")
    gate = suite(importing)
    assert (gate["verdict"], gate["n"]) == ("pass", 300)
    assert any("a.xml, the newest of 2" in note for note in gate["notes"])


def test_without_a_time_the_last_name_counts(importing):
    runs(importing, "b.xml", passed=300, ran="")
    runs(importing, "a.xml", passed=100, ran="")
    gate = suite(importing)
    assert gate["n"] == 300
    assert any("does not say when the tool ran" in note for note in gate["notes"])


def test_a_file_that_says_its_time_is_newer_than_one_that_does_not(importing):
    runs(importing, "z.xml", passed=100, ran="")
    runs(importing, "a.xml", passed=300)
    assert suite(importing)["n"] == 300


def test_what_was_imported_is_a_fact_and_the_decision_leads_back_to_it(importing):
    runs(importing, "a.xml", passed=300)
    gate = suite(importing)
    facts = importing.recorded()
    assert importing.facts() == ["ResultsImported", "GateDecided", "ReleaseDecided"]
    assert facts[1].because == facts[0].seq
    assert facts[1].event.evidence == facts[0].event.results_id == gate["evidence"]
    assert facts[0].event.path == "runs/a.xml"
    assert suite(importing)["evidence"] == gate["evidence"]
    assert len(importing.facts()) == 3


def test_the_same_file_serves_two_gates_and_is_recorded_once(importing):
    importing.gate(GATE + GATE.replace("id: suite", "id: again").replace("98%", "90%"))
    runs(importing, "a.xml", passed=300)
    _, gates = importing.check()
    assert gates["suite"]["evidence"] == gates["again"]["evidence"]
    assert importing.facts().count("ResultsImported") == 1


def test_a_file_that_was_changed_is_another_look(importing):
    runs(importing, "a.xml", passed=100, failed=1)
    first = suite(importing, "--bundle", "b")
    runs(importing, "a.xml", passed=300)
    facts = importing.recorded()
    report = importing.json("u-ci", "--ledger", ".holdfast/ledger.db", "check", "--bundle", "b")
    (again,) = report["gates"]
    assert (again["look"], again["verdict"]) == (2, "pass")
    assert again["evidence"] != first["evidence"]
    assert len(importing.recorded()) > len(facts)
    (fresh,) = importing.json("u-ci", "--ledger", ".holdfast/ledger.db", "check", "--bundle", "c")["gates"]
    assert (fresh["look"], fresh["tried"]) == (1, 1)
    assert again["interval"][0] < fresh["interval"][0]


def test_its_age_counts_from_the_run_and_not_from_the_import(importing):
    importing.gate(GATE.replace('">= 98%"', '">= 98%", fresh_for: 30d'))
    runs(importing, "a.xml", passed=300, ran="2026-11-01T10:00:00+00:00")
    assert suite(importing)["verdict"] == "pass"
    importing.clock.advance(timedelta(days=11))
    gate = suite(importing)
    assert gate["verdict"] == "inconclusive"
    assert "30 days old and stale" in gate["reason"]


def test_a_score_without_counts_decides_nothing(importing):
    importing.gate(BARE)
    runs(importing, "a.xml", passed=5, speed=12.5)
    gate = suite(importing)
    assert (gate["verdict"], gate["value"], gate["interval"], gate["n"]) == ("inconclusive", 12.5, None, 0)
    assert "no counts" in gate["reason"]
    assert "judge: point" in gate["reason"]
    (shown,) = importing.report().gates
    assert what_decides(shown) == "a file with counts: how often was tried"


@pytest.mark.parametrize(("speed", "verdict"), [(12.5, "pass"), (20.5, "fail")])
def test_a_gate_that_asks_for_the_bare_value_gets_it_marked(importing, speed, verdict):
    importing.gate(BARE.replace('"<= 20"', '"<= 20", judge: point'))
    runs(importing, "a.xml", passed=5, speed=speed)
    gate = suite(importing)
    assert (gate["verdict"], gate["judge"]) == (verdict, "point")
    assert any("judged by the bare value" in note for note in gate["notes"])
    assert any("no counts" in note for note in gate["notes"])


def test_counts_are_judged_by_the_bare_value_where_the_gate_asks_for_that(importing):
    importing.gate(GATE.replace('">= 98%"', '">= 98%", judge: point'))
    runs(importing, "a.xml", passed=99, failed=1)
    gate = suite(importing)
    assert (gate["verdict"], gate["n"], gate["judge"]) == ("pass", 100, "point")


def test_a_figure_that_the_file_lacks_is_refused_where_the_plan_names_it(importing):
    importing.gate(GATE.replace("metric: total", "metric: totl"))
    runs(importing, "a.xml", passed=5)
    err = importing.refused("HF308", "`totl`", "holdfast.yaml:19:67", "did you mean `total`?", run=("check",))
    assert "a.xml" in err


def test_a_file_that_cannot_be_read_is_refused_also_where_it_may_not_be_the_newest(importing):
    runs(importing, "b.xml", passed=300)
    (importing.folder / "runs" / "a.xml").write_text("<testsuites><testsuite name='s'")
    importing.refused("HF306", "a.xml", run=("check",))
    (importing.folder / "runs" / "a.xml").write_text('{"results": 1}')
    importing.refused("HF307", "a.xml", run=("check",))
    assert not (importing.folder / ".holdfast").exists()


def test_too_many_files_are_refused(importing, monkeypatch):
    monkeypatch.setattr("holdfast.gate.handlers.importing.MOST_FILES", 1)
    runs(importing, "a.xml", passed=5)
    runs(importing, "b.xml", passed=5)
    importing.refused("HF306", "matches 2 files", run=("check",))


def test_a_file_beside_the_plan_s_folder_leaves_no_path_in_a_fact(importing, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    importing.gate(GATE.replace("runs/*.xml", f"{elsewhere}/*.xml"))
    runs(importing, "a.xml", passed=300)
    (importing.folder / "runs" / "a.xml").rename(elsewhere / "a.xml")
    assert suite(importing)["verdict"] == "pass"
    (fact,) = [each.event for each in importing.recorded() if type(each.event).__name__ == "ResultsImported"]
    assert (fact.file, fact.path) == ("a.xml", None)


def test_the_report_shows_the_file_with_its_digest(importing):
    runs(importing, "a.xml", passed=300)
    report = importing.report()
    (used,) = report.provenance.data
    assert used.name.startswith("junit")
    assert used.files[0][0] == "runs/a.xml"
    assert used.digest.startswith("sha256:")
    (gate,) = report.gates
    assert (gate.metric, gate.unit) == ("total", "share")
