"""What docs/incident.md shows works as it stands."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

from holdfast.app.cli import run

PAGE = (Path(__file__).parents[2] / "docs" / "incident.md").read_text("utf-8")


def test_its_commands_run_in_an_empty_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL)
    for line in block.strip().splitlines():
        words = shlex.split(line.replace("-2026-", f"-{datetime.now(UTC).year}-"))
        assert run(words[1:]) == 0, capsys.readouterr().err
