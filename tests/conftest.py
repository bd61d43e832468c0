"""What holds for every test, and what tests of several rooms share."""

from __future__ import annotations

import importlib.util
import os
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import settings

# A test never asserts timings: on a busy machine, importing scipy inside the first example takes its time.
settings.register_profile("holdfast", deadline=None)
# On CI the same examples run every time: a landing must not depend on luck. Everybody else seeks new ones.
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "holdfast")

HERE = Path(__file__).parent


def _module(name: str) -> ModuleType:
    path = HERE / f"{name}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def contexts() -> SimpleNamespace:
    """Return the reports to test with and to look at: empty, normal, large, hostile, unknown."""
    plain, extremes = _module("gate/report_contexts"), _module("gate/report_extremes")
    driven = {
        name: partial(getattr(extremes, name), plain.normal()) for name in ("large", "hostile", "unknown")
    }
    return SimpleNamespace(**{**vars(extremes), **vars(plain), **driven})


@pytest.fixture(scope="session")
def plans() -> ModuleType:
    """Return the plans to look at: empty, ordinary, hostile, large."""
    return _module("plan/plans")


@pytest.fixture(scope="session")
def standings() -> ModuleType:
    """Return facts about a plan's evidence, made up: `NOW`, `fact`, `stale`, `known`."""
    return _module("plan/standings")


@pytest.fixture(autouse=True)
def _at_home(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests of other rooms in as who works on this machine; `true_door` leaves access's own door."""
    if "true_door" not in request.fixturenames:
        local = _module("local_door").local_door
        monkeypatch.setattr("holdfast.app.http.mounts.door", local)


@pytest.fixture
def true_door() -> None:
    """Ask for access's own door, as on a real server."""
