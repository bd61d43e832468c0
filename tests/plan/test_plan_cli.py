from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from holdfast.app.cli import holdfast
from holdfast.kernel.errors import PlanError

EXAMPLE = Path(__file__).parent / "support-assistant.yaml"


def run(*arguments: str) -> str:
    result = CliRunner().invoke(holdfast, ["plan", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_show_starts_with_how_it_stands() -> None:
    assert run("show", str(EXAMPLE)).startswith("1 risk, 1 at 12 or more;")


def test_the_group_alone_says_what_it_can_do() -> None:
    assert "Show the risk register" in run()


def test_show_without_a_plan_reads_the_one_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("holdfast.yaml").write_text("holdfast: 1\nsystem: {id: here, name: Here}\n")
    assert "Here (here)" in run("show")


def test_show_as_json_is_json() -> None:
    assert json.loads(run("show", "--json", str(EXAMPLE)))["system"] == "support-assistant"


def test_a_plan_that_is_wrong_is_refused_as_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "holdfast.yaml").write_text("holdfast: 1\n")
    with pytest.raises(PlanError) as caught:
        run("show", str(tmp_path))
    assert caught.value.exit_code == 3


def test_schema_is_json() -> None:
    output = CliRunner().invoke(holdfast, ["schema"], catch_exceptions=False).output
    assert json.loads(output)["$schema"] == "https://json-schema.org/draft/2020-12/schema"
