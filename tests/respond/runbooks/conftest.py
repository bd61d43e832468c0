"""What the tests of runbooks share."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def books() -> ModuleType:
    """Return runbooks to test with."""
    spec = importlib.util.spec_from_file_location("books", Path(__file__).with_name("books.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
