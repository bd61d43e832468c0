"""The examples in the benches' own docstrings run."""

from __future__ import annotations

import doctest
import importlib

import pytest


@pytest.mark.parametrize("module", ["bench.nab.corpus", "bench.nab.scorer", "bench.rules.simulation"])
def test_examples(module):
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted
    assert not found.failed
