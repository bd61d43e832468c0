"""Schemathesis reads the API's description and tries every operation of it, signed in as the owner."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

pytest.importorskip("schemathesis", reason="schemathesis is not installed: --group web")

HOLDFAST, SCHEMATHESIS = (str(Path(sys.executable).with_name(name)) for name in ("holdfast", "st"))
CHECKS = "not_a_server_error,response_schema_conformance,content_type_conformance"


def test_nothing_that_is_sent_to_the_api_is_a_fault_and_answers_are_as_described(tmp_path: Path) -> None:
    environment = {**os.environ, "HOLDFAST_HOME": str(tmp_path), "HOLDFAST_LOG": "error"}
    with subprocess.Popen(
        [HOLDFAST, "serve", "--port", "0", "--no-worker"],
        stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path,
    ) as server:  # fmt: skip
        try:
            assert server.stdout is not None
            address = re.search(r"http://\S+", server.stdout.readline())
            link = re.search(r"/join/\S+", server.stdout.readline())
            assert address is not None
            assert link is not None
            with httpx.Client(base_url=address[0], headers={"accept": "text/html"}) as owner:
                owner.post(link[0], data={"name": "Ann"})
                csrf = re.search(r'name="csrf" value="([^"]+)"', owner.get("/me").text)
                assert csrf is not None
                cookies = "; ".join(f"{name}={value}" for name, value in owner.cookies.items())
            tried = subprocess.run(
                [
                    *(SCHEMATHESIS, "run", f"{address[0]}/api/openapi.json", "--checks", CHECKS),
                    *("-H", f"Cookie: {cookies}", "-H", f"X-CSRF-Token: {csrf[1]}"),
                    *("--phases", "examples,coverage", "--mode", "positive"),
                    *("--generation-deterministic", "--workers", "1"),
                ],
                capture_output=True, text=True, cwd=tmp_path, check=False,
            )  # fmt: skip
        finally:
            server.terminate()
    assert tried.returncode == 0, tried.stdout[-8000:]
    count = re.search(r"(\d+) generated, (\d+) passed", tried.stdout)
    assert count is not None
    assert int(count[1]) > 300
