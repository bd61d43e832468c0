"""Each example's data, made once by its own maker into a temporary folder, and read with pyarrow alone."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from holdfast.app.cli import run
from holdfast.kernel.clock import SystemClock

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True)
class Example:
    """An example's maker, and the folder into which it wrote."""

    folder: Path
    maker: ModuleType
    data: Path

    def columns(self, file: str = "eval.parquet") -> dict[str, np.ndarray[Any, Any]]:
        """Return a file's columns; one with nulls comes as an array of objects."""
        from pyarrow import parquet

        table = parquet.read_table(self.data / file)
        return {
            name: np.array(table[name].to_pylist(), dtype=object if table[name].null_count else None)
            for name in table.column_names
        }


def _maker(name: str) -> ModuleType:
    """Return the example's `make_data.py`, loaded under a name of its own."""
    module = f"example_{name.replace('-', '_')}_make_data"
    spec = importlib.util.spec_from_file_location(module, EXAMPLES / name / "make_data.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    # a dataclass looks its module up by name while it is made
    sys.modules[module] = maker
    spec.loader.exec_module(maker)
    return maker


def _example(name: str, data: Path) -> Example:
    maker = _maker(name)
    maker.make(data)
    return Example(EXAMPLES / name, maker, data)


def _of_patients(name: str, data: Path) -> Example:
    pytest.importorskip("sklearn", reason="the examples' patients come with scikit-learn (group `examples`)")
    return _example(name, data)


@pytest.fixture(autouse=True)
def the_day_they_were_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Acceptances and dues of the examples' plans end some day; their tests do not."""
    monkeypatch.setattr(SystemClock, "now", lambda _: datetime(2026, 11, 23, 9, tzinfo=UTC))


@pytest.fixture(scope="session")
def triage(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return _of_patients("triage", tmp_path_factory.mktemp("triage") / "data")


@pytest.fixture(scope="session")
def care(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return _of_patients("care-programme", tmp_path_factory.mktemp("care-programme") / "data")


@pytest.fixture(scope="session")
def support(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return _example("support-assistant", tmp_path_factory.mktemp("support-assistant") / "data")


@pytest.fixture(scope="session")
def credit(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return _example("credit-eligibility", tmp_path_factory.mktemp("credit-eligibility") / "data")


@pytest.fixture(scope="session")
def descriptions(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return _example("product-descriptions", tmp_path_factory.mktemp("product-descriptions") / "data")


@pytest.fixture
def decide(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Return a function that makes an example's records after a truth and checks its plan on them.

    It returns the exit code and each gate as `check --json` tells it, by its id.
    """

    def check(example: Example, **truth: float) -> tuple[int, dict[str, Any]]:
        folder = tmp_path / example.folder.name
        ignored = shutil.ignore_patterns("data", ".holdfast", "__pycache__")
        shutil.copytree(example.folder, folder, ignore=ignored)
        example.maker.make(folder / "data", example.maker.Truth(**truth))
        code = run(["check", str(folder), "--json"])
        told = json.loads(capsys.readouterr().out)
        return code, {gate["id"]: gate for gate in told["gates"]}

    return check
