"""What a check reads: nothing that the ledger holds already, and never other data than it names."""

from __future__ import annotations

import subprocess
import sys

import pytest

from holdfast.app.bootstrap import Application
from holdfast.app.settings import Settings
from holdfast.gate.commands import CheckRelease
from holdfast.kernel.errors import DataError
from holdfast.telemetry.files.duck import DuckEngine

PLAN = """
holdfast: 1
system: {id: sorter, name: Sorter, card: {model: {name: m, version: "1"}}}
data:
  eval: {csv: eval.csv}
  before: {csv: before.csv}
metrics:
  errors: {kind: rate, hit: "wrong"}
  moved: {kind: drift, column: size, reference: before, test: psi}
gates:
  - {id: errors, metric: errors, data: eval, require: "<= 10%"}
  - {id: moved, metric: moved, data: eval, require: "<= 0.2"}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "holdfast.yaml").write_text(PLAN)
    rows = "".join(f"{str(at % 20 == 0).lower()},{at % 50}\n" for at in range(400))
    (tmp_path / "eval.csv").write_text("wrong,size\n" + rows)
    (tmp_path / "before.csv").write_text("wrong,size\n" + rows * 2)
    return tmp_path


def check(folder, engine=None):
    app = Application(Settings(str(folder / "ledger.db"), None, "tester"))
    if engine is not None:
        app.engine = lambda: engine
    return app.gate.check(CheckRelease(folder, None), lambda _: None)


def test_what_is_recorded_is_decided_without_loading_an_engine(folder):
    first = check(folder)
    script = (
        "import sys\n"
        "from holdfast.app.cli import run\n"
        f"run(['--ledger', {str(folder / 'ledger.db')!r}, 'check', {str(folder)!r}])\n"
        "print(sorted({'duckdb', 'ibis', 'sqlglot', 'pyarrow'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    again = check(folder)
    assert [used.rows for used in again.provenance.data] == [400, 800]
    assert again.provenance.data == first.provenance.data
    assert [gate.value for gate in again.gates] == [gate.value for gate in first.gates]


class Rewriting(DuckEngine):
    """An engine under which somebody writes a file anew once it is known which data it is."""

    def __init__(self, path):
        super().__init__()
        self.path = path

    def identify(self, source):
        seen = super().identify(source)
        if self.path.name.startswith(source.name):
            self.path.write_text("wrong,size\nfalse,1\nfalse,2\n")
        return seen


@pytest.mark.parametrize("name", ["eval.csv", "before.csv"])
def test_data_that_is_written_anew_while_it_is_measured_is_refused(folder, name):
    with pytest.raises(DataError, match="it changed while it was measured"):
        check(folder, Rewriting(folder / name))
    assert not (folder / "ledger.db").exists()
