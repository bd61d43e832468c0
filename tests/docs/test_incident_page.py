"""What docs/incident.md shows works as it stands, and it names every act."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

from holdfast.app.cli import run
from holdfast.respond.handlers.acts import TABLE

PAGE = (Path(__file__).parents[2] / "docs" / "incident.md").read_text("utf-8")


def test_its_commands_run_in_an_empty_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL)
    for line in block.strip().splitlines():
        words = shlex.split(line.replace("-2026-", f"-{datetime.now(UTC).year}-"))
        assert run(words[1:]) == 0, capsys.readouterr().err


def test_it_names_every_act_with_its_fields():
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| [^|]+ \| ([^|]*) \|$", PAGE, flags=re.MULTILINE))
    shown = {name: re.findall(r"`([a-z_]+)`", fields) for name, fields in rows.items()}
    assert shown == {each.command.NAME: list(each.command.model_fields) for each in TABLE}
