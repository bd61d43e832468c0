"""A folder with a plan and its records, and the command line as a user sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.app.cli import run

PLAN = """holdfast: 1
system: {{id: sorter, name: Sorter, purpose: Sorts letters.}}
data:
  eval: {data}
metrics:
  m: {metric}
gates:
  - {gate}
"""
DATA = "{parquet: eval.parquet}"
METRIC = '{kind: rate, hit: "wrong"}'
GATE = '{id: g, metric: m, data: eval, require: "<= 50%", blocking: true}'
RECORDS = 100


class Desk:
    """What a user has on the desk: a folder, a plan, records, and a terminal."""

    def __init__(self, folder: Path, capsys) -> None:
        self.folder = folder
        self.capsys = capsys
        self.records()

    def plan(self, *, data=DATA, metric=METRIC, gate=GATE, extra="") -> None:
        """Write a plan with one gate, whose parts can be put in place of the right ones."""
        self.text(PLAN.format(data=data, metric=metric, gate=gate) + extra)

    def text(self, content, name="holdfast.yaml") -> None:
        """Write a file: text or bytes."""
        raw = content if isinstance(content, bytes) else content.encode()
        (self.folder / name).write_bytes(raw)

    def records(self, name="eval.parquet", **columns) -> None:
        """Write 100 records whose usual columns can be put in place of, or added to."""
        import pyarrow as pa
        from pyarrow import parquet

        n = range(RECORDS)
        usual = {
            "wrong": [i % 10 == 0 for i in n],
            "score": [(i + 0.5) / RECORDS for i in n],
            "label": [i % 2 for i in n],
            "team": ["ab"[i % 2] for i in n],
            "words": ["word"] * RECORDS,
            "nothing": pa.nulls(RECORDS),
            "age": [i % 80 for i in n],
        }
        parquet.write_table(pa.table(usual | columns), self.folder / name)

    def files(self) -> set[str]:
        """Return everything in the folder, by path."""
        return {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*")}

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run the command line; return exit code, standard output and standard error."""
        self.capsys.readouterr()
        code = run(list(arguments) or ["check"])
        out, err = self.capsys.readouterr()
        return code, out, err

    def refused(self, code: str, *words: str, run: tuple[str, ...] = ()) -> str:
        """Run, and hold that it is refused: one error, no output, no leftover. Return the error."""
        before = self.files()
        exit_code, out, err = self.run(*run)
        assert (exit_code, out) == (3, ""), err
        assert err.startswith(f"error[{code}]: "), err
        assert "Traceback" not in err
        # what and what to do; where, with the text that is wrong
        assert len(err.splitlines()) <= 3, err
        for word in words:
            assert word in err
        assert self.files() == before
        return err

    def inconclusive(self, *words: str) -> str:
        """Check, and hold that the gate cannot be decided and says why. Return what was said."""
        code, out, err = self.run()
        assert (code, err) == (2, "")
        said = " ".join(out.split())
        for word in ("INCONCLUSIVE", *words):
            assert word in said
        return said


@pytest.fixture
def desk(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("HOLDFAST_LEDGER", "HOLDFAST_HOME", "HOLDFAST_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    return Desk(tmp_path, capsys)
