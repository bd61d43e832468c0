"""A plan whose gates people sign and override, in a folder, with a clock that stands still."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from holdfast.app import bootstrap
from holdfast.app.bootstrap import Application
from holdfast.app.cli import run
from holdfast.app.settings import Settings
from holdfast.gate.commands import CheckRelease
from holdfast.kernel.clock import SetClock

PLAN = """holdfast: 1
system:
  id: sorter
  name: Sorter
  stage: evaluation
  owners: {accountable: ml, approver: director}
  card: {model: {name: m, version: "1"}}
people:
  ml: {}
  director: {members: [u-dir]}
  safety: {members: [u-saf, u-both]}
  privacy: {members: [u-pri, u-both]}
authority:
  override_gate: {who: director, and: safety}
data: {eval: {csv: eval.csv}}
metrics:
  errors: {kind: rate, hit: "wrong"}
gates:
  - {id: errors, metric: errors, data: eval, require: "<= 10%"}
  - {id: training-errors, metric: errors, data: eval, require: "<= 50%", stage: training}
  - {id: warns, metric: errors, data: eval, require: "<= 1%", blocking: false}
  - {id: sign-off, sign: [safety, privacy]}
"""


class Office:
    """A folder with a plan, and the people who act on its gates: each act is a command of its own."""

    def __init__(self, folder: Path, capsys: Any, monkeypatch: Any) -> None:
        self.folder = folder
        self.capsys = capsys
        self.monkeypatch = monkeypatch
        self.clock = SetClock(datetime(2026, 11, 21, 9, tzinfo=UTC))
        self.ledger = folder / ".holdfast" / "ledger.db"
        self.named: str | None = None
        self.plan()
        self.records(n=500, wrong=10)

    def keep(self) -> None:
        """Name the ledger as one that is kept, as whoever overrides must."""
        self.ledger = self.folder / "kept.db"
        self.named = str(self.ledger)
        self.monkeypatch.setenv("HOLDFAST_LEDGER", self.named)

    def plan(self, *changes: tuple[str, str]) -> None:
        """Write the plan with parts replaced."""
        text = PLAN
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (self.folder / "holdfast.yaml").write_text(text)

    def records(self, *, n: int, wrong: int) -> None:
        lines = ["wrong", *(["true"] * wrong), *(["false"] * (n - wrong))]
        (self.folder / "eval.csv").write_text("\n".join(lines) + "\n")

    def as_(self, actor: str, *arguments: str) -> tuple[int, str, str]:
        """Run a command as an actor; return exit code, standard output and standard error."""
        self.monkeypatch.setenv("HOLDFAST_ACTOR", actor)
        self.capsys.readouterr()
        code = run(list(arguments))
        out, err = self.capsys.readouterr()
        return code, out, err

    def json(self, actor: str, *arguments: str) -> dict[str, Any]:
        """Run a command as an actor, with JSON."""
        _, out, err = self.as_(actor, *arguments, "--json")
        assert err == ""
        told: dict[str, Any] = json.loads(out)
        return told

    def refused(self, code: str, *words: str, actor: str = "u-dev", run: tuple[str, ...]) -> str:
        """Run a command that is refused with a code, and hold that no fact was recorded."""
        before = self.facts()
        exit_code, out, err = self.as_(actor, *run)
        assert (exit_code, out) == (3, ""), err + out
        assert err.startswith(f"error[{code}]: "), err
        for word in words:
            assert word in err
        assert self.facts() == before
        return err

    def check(self, *arguments: str) -> tuple[str, dict[str, dict[str, Any]]]:
        """Check; return the release's verdict and the gates."""
        told = self.json("u-ci", "check", *arguments)
        return told["verdict"], {gate["id"]: gate for gate in told["gates"]}

    def report(self) -> Any:
        """Check through the application and return the report's context."""
        return self.app("u-ci").gate.check(CheckRelease(Path()), lambda _: None)

    def app(self, actor: str) -> Application:
        return Application(Settings(self.named, None, actor), self.clock)

    def recorded(self) -> list[Any]:
        """Return every fact of the ledger, with its place."""
        if not self.ledger.exists():
            return []
        with self.app("u-ci").open_ledger() as ledger:
            return ledger.since(0, limit=100_000)

    def facts(self) -> list[str]:
        return [type(each.event).__name__ for each in self.recorded()]


@pytest.fixture
def office(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("HOLDFAST_LEDGER", "HOLDFAST_HOME", "HOLDFAST_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    made = Office(tmp_path, capsys, monkeypatch)
    monkeypatch.setattr(bootstrap, "SystemClock", lambda: made.clock)
    return made
