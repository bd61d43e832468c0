"""The page of exercises is played: files are written, edits made, commands run, their output compared."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.app.cli import run
from holdfast.kernel.clock import SystemClock

PAGE = Path(__file__).resolve().parents[2] / "docs" / "exercises.md"
FENCE = re.compile(
    r"(?:<!-- (?P<what>\w+): (?P<value>.*?) -->\n)?```(?P<kind>\w+)\n(?P<body>.*?)```\n", re.DOTALL
)


@dataclass(frozen=True)
class Command:
    """A command of the page, what it is said to print, and the exit code it is said to end with."""

    line: str
    printed: str
    exit_code: int


def commands(body: str, exit_code: int) -> list[Command]:
    """Return the commands of a block; the exit code is the last one's."""
    parts = re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]
    found = []
    for number, part in enumerate(parts, 1):
        line, _, printed = part.partition("\n")
        found.append(Command(line, printed, exit_code if number == len(parts) else 0))
    return found


def edited(text: str, diff: str) -> str:
    """Return a text after a diff, whose old lines must be there once."""
    before = "".join(line[1:] + "\n" for line in diff.splitlines() if not line.startswith("+"))
    after = "".join(line[1:] + "\n" for line in diff.splitlines() if not line.startswith("-"))
    assert text.count(before) == 1, f"the edit does not fit:\n{before}"
    return text.replace(before, after)


def pattern(printed: str) -> str:
    """Return what matches the shown output: `...` alone stands for lines, within a line for a part of it."""
    lines = [
        r"(?:.*\n)*?" if line == "..." else re.escape(line.rstrip()).replace(r"\.\.\.", ".*") + r"\n"
        for line in printed.splitlines()
    ]
    return "".join(lines)


class Player:
    """Plays a page in a folder."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
        self.folder, self.monkeypatch, self.capsys = folder, monkeypatch, capsys

    def move(self, to: Path) -> None:
        """Stand in a folder."""
        self.folder = to
        self.monkeypatch.chdir(to)

    def command(self, line: str) -> tuple[int, str]:
        """Return how a command ends and what it prints."""
        words = shlex.split(line)
        if words[0] == "mkdir":
            (self.folder / words[1]).mkdir()
            return 0, ""
        if words[0] == "cd":
            self.move((self.folder / words[1]).resolve())
            return 0, ""
        assert words[0] == "holdfast", f"not a command of this page: {line}"
        code = run(words[1:])
        return code, "".join(f"{each.rstrip()}\n" for each in self.capsys.readouterr().out.splitlines())

    def play(self, page: str) -> int:
        """Play every block of a page and return how many commands were run."""
        run_so_far = 0
        for block in FENCE.finditer(page):
            what, value, body = block["what"], block["value"], block["body"]
            if what in {"file", "edit"}:
                path = self.folder / value
                path.parent.mkdir(parents=True, exist_ok=True)
                text = body if what == "file" else edited(path.read_text(encoding="utf-8"), body)
                path.write_text(text, encoding="utf-8")
            elif block["kind"] == "console":
                for command in commands(body, int(value) if what == "exit" else 0):
                    code, printed = self.command(command.line)
                    shown = pattern(command.printed)
                    assert re.fullmatch(shown, printed), f"$ {command.line}\n{printed}"
                    assert code == command.exit_code, f"$ {command.line}\n{printed}"
                    run_so_far += 1
        return run_so_far


@pytest.fixture
def player(tmp_path, monkeypatch, capsys):
    for name in ("HOLDFAST_LEDGER", "HOLDFAST_HOME", "HOLDFAST_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(SystemClock, "now", lambda _: datetime(2026, 11, 23, 9, tzinfo=UTC))
    monkeypatch.chdir(tmp_path)
    return Player(tmp_path, monkeypatch, capsys)


def test_every_command_of_the_exercises_prints_what_the_page_shows(player):
    assert player.play(PAGE.read_text(encoding="utf-8")) > 10


def test_every_block_of_the_page_is_played():
    page = PAGE.read_text(encoding="utf-8")
    played = [block for block in FENCE.finditer(page) if block["what"] or block["kind"] == "console"]
    assert len(played) * 2 == len(re.findall(r"^```", page, flags=re.MULTILINE))


def test_a_page_that_shows_another_output_is_caught(player):
    with pytest.raises(AssertionError, match="version"):
        player.play("```console\n$ holdfast --version\nholdfast 0.0.0, or so\n```\n")
    with pytest.raises(AssertionError, match="ledger"):
        player.play("<!-- exit: 1 -->\n```console\n$ holdfast ledger --help\n...\n```\n")


def test_an_edit_that_does_not_fit_is_caught():
    assert edited("a\nb\n", " a\n-b\n+c\n") == "a\nc\n"
    with pytest.raises(AssertionError, match="does not fit"):
        edited("a\nb\n", "-x\n+c\n")
