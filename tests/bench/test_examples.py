"""The examples in the benches' own docstrings run."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = ("bench.covers.cells", "bench.nab.corpus", "bench.nab.scorer", "bench.rules.simulation")


@pytest.mark.parametrize("module", MODULES)
def test_examples(module):
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted
    assert not found.failed
