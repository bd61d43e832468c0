"""`holdfast check` of tables, end to end: the figures are those of files, and nothing secret is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import test_conformance as conformance
from places import Place
from servers import PASSWORD

from holdfast.app.cli import run

PLAN = """holdfast: 1
system: {{id: desk, name: Desk, purpose: Answers mail.}}
data:
  live: {live}
  before: {before}
metrics:
  hits: {{kind: rate, hit: "flag", by: [team]}}
  level: {{kind: mean, column: usual}}
  moved: {{kind: drift, column: usual, reference: before}}
gates:
  - {{id: hits, metric: hits, data: live, require: "<= 70%"}}
  - {{id: level, metric: level, data: live, require: "<= 60"}}
  - {{id: moved, metric: moved, data: live, require: "<= 0.2"}}
"""
pytestmark = pytest.mark.parametrize("measuring", ["postgres", "clickhouse"], indirect=True)


@pytest.fixture
def plan(measuring: Place, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch) -> Path:
    """A plan over two tables, whose password is in the environment."""
    server = request.getfixturevalue(measuring.name)
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)
    address = f"{measuring.name}://{server.user}:$DESK_PASSWORD@{server.host}:{server.port}/{server.database}"
    table = conformance.records(900)
    live, before = measuring.stored(table), measuring.stored(table.slice(0, 500))
    where = ', where: "usual > 10"'
    data = {
        name: f'{{ibis: "{address}", table: {each.table}'
        for name, each in (("live", live), ("before", before))
    }
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "holdfast.yaml").write_text(
        PLAN.format(live=data["live"] + where + "}", before=data["before"] + "}")
    )
    (tmp_path / "files").mkdir()
    pq.write_table(table, tmp_path / "files" / "live.parquet")
    pq.write_table(table.slice(0, 500), tmp_path / "files" / "before.parquet")
    (tmp_path / "files" / "holdfast.yaml").write_text(
        PLAN.format(live="{parquet: live.parquet" + where + "}", before="{parquet: before.parquet}")
    )
    return tmp_path


def told(capsys, *arguments: str) -> dict[str, object]:
    assert run(arguments) in {0, 1, 2}, capsys.readouterr()
    return dict(json.loads(capsys.readouterr().out))


def figures(answer) -> list[object]:
    return [
        [gate[name] for name in ("id", "verdict", "n")] + [round(gate["value"], 9)]
        for gate in answer["gates"]
    ]


def test_a_check_of_tables_is_that_of_files_and_is_recorded_once(plan: Path, capsys) -> None:
    tables = told(capsys, "check", str(plan / "tables"), "--json")
    files = told(capsys, "check", str(plan / "files"), "--json")
    assert figures(tables) == figures(files)
    again = told(capsys, "check", str(plan / "tables"), "--json")
    assert [gate["evidence"] for gate in again["gates"]] == [gate["evidence"] for gate in tables["gates"]]
    for written in plan.rglob("*"):
        assert written.is_dir() or PASSWORD.encode() not in written.read_bytes(), written


def test_a_table_that_is_gone_is_an_error_of_the_plan_at_its_source(
    plan: Path, measuring: Place, capsys
) -> None:
    text = (plan / "tables" / "holdfast.yaml").read_text()
    (plan / "tables" / "holdfast.yaml").write_text(text.replace("table: t", "table: gone_t", 1))
    assert run(["check", str(plan / "tables")]) == 3
    said = capsys.readouterr().err
    assert "HF332" in said
    assert "holdfast.yaml:4" in said
    assert PASSWORD not in said
