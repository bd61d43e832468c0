"""Schemathesis reads our OpenAPI and asks everything that it says may be asked, and much that it does not."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.served.conftest import Served

PROGRAM = shutil.which("schemathesis", path=str(Path(sys.executable).parent))
SCOPES = ("view", "declare", "respond", "command", "report", "approve", "audit", "read-sensitive")
CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance,status_code_conformance"


def test_every_answer_is_one_that_the_api_documents(served: Served) -> None:
    if PROGRAM is None:
        pytest.skip("schemathesis is not installed (group web)")
    served.run("incident", "declare", "Refunds")
    asked = subprocess.run(
        [
            PROGRAM, "run", f"{served.url}/api/openapi.json",
            "--header", f"Authorization: Bearer {served.token(*SCOPES)}",
            "--phases", "examples,coverage", "--checks", CHECKS, "--seed", "1", "--no-color",
        ],
        cwd=served.folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stdout[-6_000:]
    generated = re.search(r"(\d+) generated, (\d+) passed", asked.stdout)
    assert generated is not None, asked.stdout[-2_000:]
    assert int(generated[1]) == int(generated[2]) > 1_000
