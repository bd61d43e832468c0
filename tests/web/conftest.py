"""The schema of what the CI writers write."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def sarif_schema() -> dict[str, Any]:
    path = Path(__file__).with_name("sarif_subset.py")
    spec = importlib.util.spec_from_file_location("sarif_subset", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    schema: dict[str, Any] = module.SARIF
    return schema
