"""A server in the test's own process, and its answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    made = Application(read_settings({"HOLDFAST_HOME": str(tmp_path), "HOLDFAST_ACTOR": "p-00000001"}))
    yield made
    made.close()
