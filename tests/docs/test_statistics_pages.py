"""Every figure in a block of the pages about statistics is what the code says."""

import doctest
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted([*DOCS.glob("statistics*.md"), DOCS / "segments.md"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_blocks_of_the_page_run(page):
    result = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert result.attempted
    assert result.failed == 0


def test_the_table_of_sizes_is_that_of_the_exact_bounds():
    from holdfast.measure.rates import clopper_pearson

    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (DOCS / "statistics.md")
        .read_text(encoding="utf-8")
        .split("| limit |")[1]
        .splitlines()[2:7]
    ]
    assert len(rows) == 5
    for limit, *sizes in rows:
        share = float(limit.removesuffix(" %")) / 100
        for hits, size in zip((0, 1, 3), (int(size.replace(",", "")) for size in sizes), strict=True):
            assert float(clopper_pearson(hits, size, 0.05)[1]) <= share
            assert float(clopper_pearson(hits, size - 1, 0.05)[1]) > share
