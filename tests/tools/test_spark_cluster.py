"""The cluster command says what is missing, and ends no process but its own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "spark_cluster.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("spark_cluster", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["spark_cluster"] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOL), *arguments]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_a_machine_without_java_is_told_how_to_get_one(tmp_path):
    result = run("--folder", str(tmp_path / "c"), "start", JAVA_HOME=str(tmp_path))
    assert result.returncode == 3
    assert "Spark needs Java 17" in result.stderr
    assert "openjdk-17-jre-headless" in result.stderr
    assert not (tmp_path / "c").exists()


def test_a_java_that_is_too_old_is_named(tmp_path):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o755)
    result = run("--folder", str(tmp_path / "c"), "start", JAVA_HOME=str(tmp_path))
    assert result.returncode == 3
    assert '"11.0.2"' in result.stderr


def test_nothing_is_ended_for_a_process_number_that_another_program_has_now(tool, tmp_path):
    saved = tool.Cluster(
        "spark://127.0.0.1:1", "http://127.0.0.1:1", "of another", 1, {"master": os.getpid()}
    )
    (tmp_path / "cluster.json").write_text(json.dumps(saved.__dict__))
    assert "has ended" in tool.status(tmp_path)
    assert tool.stop(tmp_path) is False  # and this process still runs
    assert not (tmp_path / "cluster.json").exists()


def test_a_memory_that_is_none_is_refused_before_anything_starts(tmp_path):
    result = run("--folder", str(tmp_path / "c"), "start", "--memory", "1q")
    assert "`1q` is no memory" in result.stderr
    assert not (tmp_path / "c").exists()


def test_stopping_where_nothing_was_started_says_so(tmp_path):
    result = run("--folder", str(tmp_path), "stop")
    assert (result.returncode, result.stdout.strip()) == (0, "nothing was running")


def test_a_record_that_is_none_is_named(tmp_path):
    (tmp_path / "cluster.json").write_text("{")
    result = run("--folder", str(tmp_path), "status")
    assert result.returncode == 3
    assert "cluster.json is no record of a cluster" in result.stderr
