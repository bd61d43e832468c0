"""An incident with everything that an export can hold."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from holdfast.app.bootstrap import Application
from holdfast.app.settings import read_settings

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package, and helpers serve several of them

from cases import ANN, BEN, INCIDENT, Case, add, declare


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    application = Application(read_settings({"HOLDFAST_HOME": str(tmp_path), "HOLDFAST_ACTOR": "p-ann"}))
    declare(application, "INC-2026-0002")  # what is not asked for is not exported
    declare(application, INCIDENT)
    made = Case(tmp_path, application)
    made.kept = add(application, "trace.bin", bytes(range(256)) * 5_000)
    made.covered = add(application, "call.txt", b"Anna Smith rang")
    made.redacted = add(application, "token.txt", b"hunter-two")
    application.desk.cover(INCIDENT, ANN, made.covered, ["Anna Smith"], "a name")
    application.desk.redact(INCIDENT, ANN, made.redacted, "a token")
    application.desk.ask(INCIDENT, ANN, "hold", "counsel asked")
    application.desk.confirm(INCIDENT, BEN, "hold")
    yield made
    application.close()
