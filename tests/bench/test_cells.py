"""What the table of coverage says of its cells."""

from __future__ import annotations

import pytest
from bench.covers.cells import Cell, Row, cells_of


def test_a_cell_is_short_only_beyond_the_error_of_its_simulation():
    enumerated = Row("made up", 0.95, [Cell("exact", 0.9449), Cell("kept", 0.9451)])
    assert [cell.case for cell in enumerated.short] == ["exact"]
    few, many = Cell("few", 0.92, runs=100), Cell("many", 0.92, runs=10_000)
    assert Row("made up", 0.95, [few, many]).short == [many]


def test_a_cell_without_a_miss_is_no_proof_of_full_coverage():
    assert Cell("lucky", 1.0, runs=50).error > 0.01


def test_a_row_tells_its_worst_cell_and_its_mean():
    row = Row("made up", 0.95, cells_of("one case", (0.02, 0.06), None, sided=True))
    assert row.mean == pytest.approx(0.96)
    assert row.worst.case == "one case, upper"
    assert "94.0 % (one case, upper) | 1 |" in row.line()
