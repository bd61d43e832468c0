"""What the tests of the gate room share."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def contexts() -> ModuleType:
    """Return the reports to test with: empty, normal, large, hostile, unknown."""
    spec = importlib.util.spec_from_file_location(
        "report_contexts", Path(__file__).parent / "report_contexts.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
