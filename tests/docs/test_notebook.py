"""The notebook of the docs runs, and shows what it showed."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def texts(notebook: str) -> list[tuple[str, list[str]]]:
    """Return the code cells of a notebook with what they showed as text."""
    cells = [cell for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code"]
    return [
        ("".join(cell["source"]), ["".join(out["data"]["text/plain"]) for out in cell["outputs"]])
        for cell in cells
    ]


def test_the_notebook_shows_what_it_showed(tmp_path):
    pytest.importorskip("nbclient", reason="Jupyter is not installed: the group `notebook`")
    pytest.importorskip("ipykernel", reason="Jupyter is not installed: the group `notebook`")
    shutil.copytree(
        ROOT / "examples" / "triage",
        tmp_path / "examples" / "triage",
        ignore=shutil.ignore_patterns(".holdfast", "data"),
    )
    subprocess.run([sys.executable, tmp_path / "examples/triage/make_data.py"], check=True)
    (tmp_path / "docs").mkdir()
    spec = importlib.util.spec_from_file_location("make_notebook", ROOT / "docs" / "make_notebook.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    made, kept = maker.made(tmp_path / "docs"), maker.NOTEBOOK.read_text(encoding="utf-8")
    assert texts(made) == texts(kept), "run `python docs/make_notebook.py`"
