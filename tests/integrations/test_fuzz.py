"""Damaged files: told in one line, or read into figures that can be; never a traceback, nothing recorded.

`HOLDFAST_FUZZ=20000 pytest tests/integrations/test_fuzz.py` is the campaign: so many mutants for each tool.
`HOLDFAST_FUZZ_SEED` begins with others.
"""

from __future__ import annotations

import importlib.util
import math
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.app.bootstrap import Application, importers
from holdfast.app.settings import Settings
from holdfast.evidence.commands import ImportFiles, RecordResults
from holdfast.evidence.model import imported
from holdfast.evidence.views.reading import results_reader
from holdfast.kernel.canonical import canonical
from holdfast.kernel.clock import SetClock
from holdfast.kernel.errors import DataError

HERE = Path(__file__).parent
MANY = int(os.environ.get("HOLDFAST_FUZZ", "80"))
SEED = os.environ.get("HOLDFAST_FUZZ_SEED", "0")
READ = results_reader(importers())
COMMAND = RecordResults("sorter", "m@1", "sha256:p")
NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
PLAN = "holdfast: 1\nsystem: {id: sorter, name: Sorter}\n"


def _module():
    spec = importlib.util.spec_from_file_location("mutations", HERE / "mutations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


mutant = _module().mutant


def mutants(tool, many):
    """Yield damaged files of a tool, the same ones for the same seed."""
    folder = HERE / "files" / tool.replace("-", "_")
    originals = [path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".md"]
    for index in range(many):
        chance = random.Random(f"{tool}/{SEED}/{index}")
        yield index, mutant(chance.choice(originals), chance)


def hold(results):
    """Hold that results are such as can be recorded and judged."""
    assert results.figures
    assert len({figure.name for figure in results.figures}) == len(results.figures)
    for figure in results.figures:
        assert 0 < len(figure.name) <= 200
        assert math.isfinite(figure.value)
        assert (figure.n is None) == (figure.k is None)
        if figure.n is not None:
            assert 0 <= figure.k <= figure.n
            assert figure.n > 0
            assert figure.value == figure.k / figure.n
    fact = imported.decide(COMMAND, results, "holdfast 0")
    assert len(canonical(fact.data())) < 5_000_000
    assert imported.evolve(type(fact).model_validate(fact.data()), 1, NOW).results == results


def hold_refused(refused):
    """Hold that a refusal is one that a person can read."""
    (problem,) = refused.problems
    assert problem.code in ("HF306", "HF307")
    assert problem.fix
    for text in (problem.message, problem.fix):
        assert len(text) < 700
        assert text.isprintable()


@pytest.mark.parametrize("tool", importers())
def test_a_damaged_file_is_read_into_what_can_be_or_told_in_a_line(tool, tmp_path):
    path = tmp_path / "file"
    read = refused = 0
    for index, raw in mutants(tool, MANY):
        path.write_bytes(raw)
        try:
            hold(READ(tool, path))
            read += 1
        except DataError as error:
            hold_refused(error)
            refused += 1
        except BaseException:
            print(f"\nmutant {index} of {tool}, seed {SEED}: {raw[:300]!r}")  # noqa: T201 -- to find it again
            raise
    print(f"{tool}: {read} read, {refused} refused")  # noqa: T201 -- what the campaign found
    assert read + refused == MANY
    assert read
    assert refused


@pytest.mark.parametrize("tool", importers())
def test_nothing_is_recorded_of_a_file_that_is_refused(tool, tmp_path):
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    path = tmp_path / "file"
    app = Application(Settings(None, None, "tester"), SetClock(NOW))
    seen = 0
    for _, raw in mutants(tool, min(MANY, max(40, MANY // 40))):
        path.write_bytes(raw)
        (done,) = app.evidence.import_files(ImportFiles((path,), tool, tmp_path))
        assert (done.imported is None) == bool(done.problems)
        seen = max(seen, done.imported.seq) if done.imported is not None else seen
        ledger = app.named_ledger(tmp_path)
        assert ledger.exists == bool(seen)
        if ledger.exists:
            with ledger.open() as opened:
                assert opened.head().seq == seen
