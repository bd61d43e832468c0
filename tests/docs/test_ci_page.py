"""The files that docs/ci.md gives away: they parse, and every command in them exists with its options."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from holdfast.app.cli import holdfast

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
FILES = re.findall(r"```yaml\n(.*?)```", PAGE, flags=re.DOTALL)
HOOKS = ROOT / ".pre-commit-hooks.yaml"


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in strings(each)]


def commands() -> list[str]:
    parsed = [YAML(typ="safe").load(text) for text in [*FILES, HOOKS.read_text(encoding="utf-8")]]
    lines = [line for text in strings(parsed) for line in text.splitlines()]
    # a hook's name is no command
    return [line for line in dict.fromkeys(lines) if line.startswith("holdfast ") and line != "holdfast lint"]


def test_the_page_gives_both_files():
    github, gitlab = (YAML(typ="safe").load(text) for text in FILES[:2])
    assert "jobs" in github
    assert "script" in gitlab["holdfast"]
    assert len(commands()) >= 4


@pytest.mark.parametrize("line", commands())
def test_every_command_of_the_page_exists_with_its_options(line):
    command: click.Command = holdfast
    words = shlex.split(line)[1:]
    context = click.Context(command, info_name="holdfast")
    while isinstance(command, click.Group):
        found = command.get_command(context, words.pop(0))
        assert found is not None, line
        command = found
    # click refuses what it does not know
    command.make_context("holdfast", words)


def test_the_hook_that_the_page_names_is_the_one_that_the_repository_offers():
    (hook,) = YAML(typ="safe").load(HOOKS.read_text(encoding="utf-8"))
    pre_commit, local = (YAML(typ="safe").load(text)["repos"][0]["hooks"][0] for text in FILES[2:4])
    assert pre_commit["id"] == hook["id"] == local["id"]
    assert local["entry"] == hook["entry"]
    assert local["pass_filenames"] is hook["pass_filenames"] is False
    assert all(re.search(hook["files"], name) for name in ("holdfast.yaml", "a/b.yml"))
    assert set(hook) >= {"id", "name", "entry", "language"}


def test_actions_are_pinned_to_a_major_version():
    used = re.findall(r"uses: (\S+)", PAGE)
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w./-]+@v\d+", action) for action in used)


def test_every_option_of_the_table_is_an_option_of_check():
    named = set(re.findall(r"^\| `(--\w+)", PAGE, flags=re.MULTILINE))
    check = holdfast.get_command(click.Context(holdfast), "check")
    known = {option for parameter in check.params for option in parameter.opts}
    assert named
    assert named <= known
