"""A log in hourly files, and a store that keeps its minute states."""

from __future__ import annotations

import pytest
from tests.telemetry.rollups.logs import Log


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path)
