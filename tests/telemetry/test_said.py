"""The statements that a database is asked can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast.app.settings import read_settings
from holdfast.kernel.errors import UsageError
from holdfast.kernel.expressions.parsing import parse
from holdfast.measure.requests import CountsRequest
from holdfast.telemetry.sources import Source
from holdfast.telemetry.warehouses.warehouse import WarehouseEngine


class Empty:
    """A database with one table that holds nothing."""

    dialect = "postgres"

    def columns(self, table: str) -> list[tuple[str, str]]:
        return [("ill", "boolean")]

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        yield (0, None) if "holdfast_1" in sql and "part" not in sql else (0, None, 0.0, 0.0, 0.0)

    def close(self) -> None:
        pass


def test_every_statement_is_added_to_the_file_with_what_it_brought(tmp_path):
    said = tmp_path / "asked.sql"
    engine = WarehouseEngine(Empty, "postgres", "postgres://db/ai", "postgres://db/ai", 60.0, said)
    engine.answer(
        Source("log", "ibis", ("postgres://db/ai",), Path(), table="log"), [CountsRequest(parse("ill"))]
    )
    written = said.read_text()
    assert written.count("rows from postgres://db/ai in") >= 1
    assert 'FROM "log"' in written
    assert written.endswith(";\n\n")


@pytest.mark.parametrize("value", ["nowhere/asked.sql", "folder"])
def test_a_place_where_no_file_can_be_is_refused_before_anything_is_asked(value, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="HOLDFAST_SQL"):
        read_settings({"HOLDFAST_SQL": value})
